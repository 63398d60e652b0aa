#include "intake/separation.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace handoff::intake {
namespace {

using identity::Identifier;
using identity::PersonClaim;

// Sets of parts that are joined step by step. The oldest part identifies a set.
class Joined {
 public:
  explicit Joined(std::size_t count) : oldest_(count) { std::iota(oldest_.begin(), oldest_.end(), 0); }
  std::size_t of(std::size_t part) const {
    while (oldest_[part] != part) part = oldest_[part];
    return part;
  }
  void join(std::size_t a, std::size_t b) {
    const std::size_t first = of(a), second = of(b);
    oldest_[std::max(first, second)] = std::min(first, second);
  }

 private:
  std::vector<std::size_t> oldest_;
};

bool shares_key(const PersonClaim& a, const PersonClaim& b) {
  const std::vector<Identifier> keys = identity::keys_of(a), others = identity::keys_of(b);
  return std::any_of(keys.begin(), keys.end(), [&](const Identifier& key) {
    return std::find(others.begin(), others.end(), key) != others.end();
  });
}

struct Group {
  std::size_t oldest = 0;
  std::vector<PersonClaim> claims;
};

bool are_one(const Group& a, const Group& b, const identity::Nicknames& nicknames) {
  bool shares = false;
  const identity::KnownPerson known{"", a.claims};
  for (const PersonClaim& claim : b.claims) {
    if (!identity::compare(claim, known, nicknames).fits()) return false;
    for (const PersonClaim& other : a.claims) shares |= shares_key(claim, other);
  }
  return shares;
}

std::vector<Group> groups_of(const std::vector<Part>& parts, const Joined& joined) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].names_person) continue;
    const std::size_t oldest = joined.of(i);
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& group) { return group.oldest == oldest; });
    if (found == groups.end()) found = groups.insert(groups.end(), {oldest, {}});
    found->claims.push_back(parts[i].evidence);
  }
  return groups;
}

// Joins each group to an older group if it agrees with exactly one.
std::size_t join_those_who_agree(std::vector<Group> groups, Joined& joined,
                                 const identity::Nicknames& nicknames) {
  std::vector<Group> people;
  for (Group& group : groups) {
    std::vector<Group*> fitting;
    for (Group& person : people)
      if (are_one(person, group, nicknames)) fitting.push_back(&person);
    if (fitting.size() != 1) {
      people.push_back(std::move(group));
      continue;
    }
    joined.join(fitting.front()->oldest, group.oldest);
    auto& claims = fitting.front()->claims;
    claims.insert(claims.end(), group.claims.begin(), group.claims.end());
  }
  return people.size();
}

Joined join_by_links(const std::vector<Part>& parts) {
  Joined joined(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      for (const Identifier& link : parts[i].evidence.links)
        if (std::find(parts[j].evidence.links.begin(), parts[j].evidence.links.end(), link) !=
            parts[j].evidence.links.end())
          joined.join(i, j);
  return joined;
}

// Groups the records without joining them by links first. A part that names nobody joins the only person with
// its number.
Joined join_by_evidence_alone(const std::vector<Part>& parts, const identity::Nicknames& nicknames) {
  Joined joined(parts.size());
  join_those_who_agree(groups_of(parts, joined), joined, nicknames);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].names_person) continue;
    std::set<std::size_t> people;
    for (std::size_t j = 0; j < parts.size(); ++j)
      if (parts[j].names_person && shares_key(parts[i].evidence, parts[j].evidence))
        people.insert(joined.of(j));
    if (people.size() == 1) joined.join(i, *people.begin());
  }
  return joined;
}

// Uses the first method that gives more than one person.
Joined choose(const std::vector<Part>& parts, const identity::Nicknames& nicknames) {
  const Joined by_links = join_by_links(parts);
  const std::vector<Group> groups = groups_of(parts, by_links);
  Joined by_both = by_links;
  if (join_those_who_agree(groups, by_both, nicknames) > 1) return by_both;
  return groups.size() > 1 ? by_links : join_by_evidence_alone(parts, nicknames);
}

}  // namespace

std::vector<int> separate(const std::vector<Part>& parts, const identity::Nicknames& nicknames) {
  const Joined chosen = choose(parts, nicknames);
  std::vector<std::size_t> people;  // by their oldest part
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].names_person && std::find(people.begin(), people.end(), chosen.of(i)) == people.end())
      people.push_back(chosen.of(i));
  std::vector<int> of;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto found = std::find(people.begin(), people.end(), chosen.of(i));
    of.push_back(found == people.end() ? -1 : int(found - people.begin()));
  }
  return of;
}

}  // namespace handoff::intake
