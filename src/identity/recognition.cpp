#include "identity/recognition.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/name_fold.h"
#include "core/text.h"

namespace handoff::identity {
namespace {

// True for "J" and "J." as initials of John.
bool is_initial(std::string_view word, std::string_view name) {
  if (word.ends_with('.')) word.remove_suffix(1);
  const bool is_one = !word.empty() &&
                      std::count_if(word.begin(), word.end(), [](char c) { return (c & 0xC0) != 0x80; }) == 1;
  return is_one && name.starts_with(word);
}

bool may_be(std::string_view a, std::string_view b, const Nicknames& nicknames) {
  return a.starts_with(b) || b.starts_with(a) || is_initial(a, b) || is_initial(b, a) ||
         nicknames.are_alike(a, b);
}

void add(std::vector<std::string>& values, const std::string& value) {
  if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end())
    values.push_back(value);
}

std::vector<std::string> known_of(const KnownPerson& known, std::string PersonClaim::*part) {
  std::vector<std::string> values;
  for (const PersonClaim& claim : known.claims) add(values, claim.*part);
  return values;
}

// Agrees if the value is among the known ones, and contradicts if it is not. A value that is missing on
// either side is no finding.
void compare_exactly(std::string_view kind, const std::string& says, std::vector<std::string> known,
                     Candidate& into) {
  if (says.empty() || known.empty()) return;
  const bool agrees = std::find(known.begin(), known.end(), says) != known.end();
  (agrees ? into.speaks_for : into.speaks_against).push_back({std::string(kind), says, std::move(known)});
}

void compare_given(const PersonClaim& evidence, const KnownPerson& known, const Nicknames& nicknames,
                   Candidate& into) {
  if (evidence.given.empty()) return;
  std::vector<std::string> names;
  bool agrees = false;
  const std::string own = fold_name_closed(evidence.given);
  for (const PersonClaim& claim : known.claims) {
    if (claim.given.empty()) continue;
    const bool other_sex = !evidence.sex.empty() && !claim.sex.empty() && evidence.sex != claim.sex;
    const bool is_same = fold_name_closed(claim.given) == own;
    agrees |= is_same || (!other_sex && are_compatible_given_names(evidence.given, claim.given, nicknames));
    add(names, claim.given);
  }
  if (names.empty()) return;
  (agrees ? into.speaks_for : into.speaks_against).push_back({"given", evidence.given, std::move(names)});
}

// Family name and sex can only support, never contradict: people marry, and a sex is easily mistyped.
void support(std::string_view kind, const std::string& says, const std::vector<std::string>& known,
             Candidate& into) {
  std::vector<std::string> same;
  for (const std::string& value : known)
    if (fold_name_closed(value) == fold_name_closed(says)) same.push_back(value);
  if (!says.empty() && !same.empty()) into.speaks_for.push_back({std::string(kind), says, std::move(same)});
}

// All candidates so far. Each is compared only once.
class Candidates {
 public:
  Candidates(const PersonClaim& evidence, const Known& known, const Nicknames& nicknames)
      : evidence_(evidence), known_(known), nicknames_(nicknames) {}

  struct UnderKey {
    std::set<std::string> all, fitting;
  };
  UnderKey under(const Identifier& key, bool is_link) {
    UnderKey found;
    for (const KnownPerson& person : known_(key.system, key.value)) {
      Candidate& candidate = of(person);
      if (is_link)
        candidate.speaks_for.insert(candidate.speaks_for.begin(),
                                    {"link", key.system + "|" + key.value, {key.value}});
      found.all.insert(person.id);
      if (candidate.fits()) found.fitting.insert(person.id);
    }
    return found;
  }
  std::vector<Candidate> take() && { return std::move(met_); }

 private:
  Candidate& of(const KnownPerson& person) {
    const auto met =
        std::find_if(met_.begin(), met_.end(), [&](const Candidate& one) { return one.id == person.id; });
    return met == met_.end() ? met_.emplace_back(compare(evidence_, person, nicknames_)) : *met;
  }

  const PersonClaim& evidence_;
  const Known& known_;
  const Nicknames& nicknames_;
  std::vector<Candidate> met_;
};

void keep_common(std::optional<std::set<std::string>>& common, const std::set<std::string>& fitting) {
  if (!common) {
    common = fitting;
    return;
  }
  std::erase_if(*common, [&](const std::string& id) { return !fitting.contains(id); });
}

}  // namespace

bool are_compatible_given_names(std::string_view a, std::string_view b, const Nicknames& nicknames) {
  const std::string first = fold_name(a), second = fold_name(b);
  if (first.empty() || second.empty() || may_be(fold_name_closed(a), fold_name_closed(b), nicknames))
    return true;
  // Compares word by word, up to the shorter name. "Bill" may be William Robert, but María José is not María
  // Elena.
  const auto words = split(first, ' '), others = split(second, ' ');
  for (std::size_t i = 0; i < std::min(words.size(), others.size()); ++i)
    if (!may_be(words[i], others[i], nicknames)) return false;
  return true;
}

Candidate compare(const PersonClaim& evidence, const KnownPerson& known, const Nicknames& nicknames) {
  Candidate candidate;
  candidate.id = known.id;
  compare_exactly("medicaid", evidence.medicaid, known_of(known, &PersonClaim::medicaid), candidate);
  compare_exactly("birthDate", evidence.birth_date, known_of(known, &PersonClaim::birth_date), candidate);
  compare_given(evidence, known, nicknames, candidate);
  support("family", evidence.family, known_of(known, &PersonClaim::family), candidate);
  support("sex", evidence.sex, known_of(known, &PersonClaim::sex), candidate);
  return candidate;
}

Recognition recognize(const PersonClaim& evidence, const Known& known, const Nicknames& nicknames) {
  Candidates candidates(evidence, known, nicknames);
  std::optional<std::set<std::string>> common;  // the people who fit every known number
  const std::string name = name_key(evidence);
  for (const Identifier& key : keys_of(evidence)) {
    if (key.system == name_system) continue;
    const auto found = candidates.under(key, key.system != medicaid_system);
    if (!found.all.empty()) keep_common(common, found.fitting);
  }
  // If no number is known, the name decides. If the numbers leave several people, the name may choose among
  // them.
  if (!name.empty() && (!common || common->size() > 1)) {
    const auto found = candidates.under({std::string(name_system), name}, false);
    if (!found.all.empty() && !(common && found.fitting.empty())) keep_common(common, found.fitting);
  }
  if (!common) return {};
  if (common->size() == 1) return {*common->begin(), {}};
  return {{}, std::move(candidates).take()};
}

}  // namespace handoff::identity
