#include "identity/person.h"

#include "core/name_fold.h"
#include "core/text.h"

namespace handoff::identity {
namespace {

bool names_whole(const PersonClaim& c) {
  return !c.family.empty() && !c.given.empty() && !c.birth_date.empty() && !c.sex.empty();
}

}  // namespace

PersonClaim evidence_of(PersonClaim claim, const Placeholders& placeholders) {
  if (placeholders.has_full_name(claim.family, claim.given)) claim.family.clear(), claim.given.clear();
  const std::pair<Placeholders::Kind, std::string*> parts[] = {
      {Placeholders::Kind::medicaid, &claim.medicaid},
      {Placeholders::Kind::family, &claim.family},
      {Placeholders::Kind::given, &claim.given},
      {Placeholders::Kind::birth_date, &claim.birth_date},
      {Placeholders::Kind::sex, &claim.sex}};
  for (const auto& [kind, text] : parts)
    if (placeholders.has(kind, *text)) text->clear();
  std::erase_if(claim.links, [&](const Identifier& link) {
    return trim(link.value).empty() || placeholders.has(Placeholders::Kind::link, link.value);
  });
  return claim;
}

std::string name_key(const PersonClaim& c) {
  if (!names_whole(c)) return {};
  const std::string family = fold_name_closed(c.family), given = fold_name_closed(c.given);
  if (family.empty() || given.empty()) return {};
  return family + '|' + given + '|' + c.birth_date + '|' + c.sex;
}

std::string earlier_name_key(const PersonClaim& c) {
  if (!names_whole(c)) return {};
  return fold(c.family) + '|' + fold(c.given) + '|' + c.birth_date + '|' + c.sex;
}

std::vector<Identifier> keys_of(const PersonClaim& evidence) {
  std::vector<Identifier> keys = evidence.links;
  if (!evidence.medicaid.empty()) keys.push_back({std::string(medicaid_system), evidence.medicaid});
  if (std::string key = name_key(evidence); !key.empty())
    keys.push_back({std::string(name_system), std::move(key)});
  return keys;
}

}  // namespace handoff::identity
