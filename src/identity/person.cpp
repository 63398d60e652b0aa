#include "identity/person.h"

#include <algorithm>

#include "core/text.h"

namespace handoff::identity {

std::string name_key(const PersonClaim& claim) {
  if (claim.family.empty() || claim.given.empty() || claim.birth_date.empty() || claim.sex.empty()) return {};
  return fold(claim.family) + '|' + fold(claim.given) + '|' + claim.birth_date + '|' + claim.sex;
}

bool contradicts(const PersonClaim& claim, const KnownPerson& known) {
  if (!claim.birth_date.empty() && !known.birth_date.empty() && claim.birth_date != known.birth_date) return true;
  if (claim.medicaid.empty() || known.medicaid.empty()) return false;
  return std::find(known.medicaid.begin(), known.medicaid.end(), claim.medicaid) == known.medicaid.end();
}

std::vector<Identifier> keys_of(const PersonClaim& claim) {
  std::vector<Identifier> keys = claim.links;
  if (!claim.medicaid.empty()) keys.push_back({std::string(medicaid_system), claim.medicaid});
  if (std::string key = name_key(claim); !key.empty()) keys.push_back({std::string(name_system), std::move(key)});
  return keys;
}

std::optional<std::string> recognize(const PersonClaim& claim, const Known& known) {
  // keys_of() gives the rules in their order: links, member id, name.
  for (const Identifier& key : keys_of(claim)) {
    std::vector<std::string> fitting;
    for (const KnownPerson& person : known(key.system, key.value))
      if (!contradicts(claim, person) && std::find(fitting.begin(), fitting.end(), person.id) == fitting.end())
        fitting.push_back(person.id);
    if (fitting.size() == 1) return fitting.front();
    if (fitting.size() > 1) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace handoff::identity
