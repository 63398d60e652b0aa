// Recognizes people by evidence that a person would accept (README.md): explicit links, then the Medicaid
// member id, then name, birth date and sex together. Contradicting evidence never merges records: a person
// must decide. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/person.h"

namespace handoff::identity {

// What is known of a candidate: all claims of its records, each as evidence.
struct KnownPerson {
  std::string id;
  std::vector<PersonClaim> claims;
};

// One thing that speaks for or against a candidate: what the record says, and what is known.
struct Finding {
  std::string kind;  // "link", "medicaid", "birthDate", "given", "family", "sex"
  std::string says;
  std::vector<std::string> known;
};

struct Candidate {
  std::string id;
  std::vector<Finding> speaks_for, speaks_against;
  bool fits() const { return speaks_against.empty(); }
};

// Compares the record with one person. A birth date or member id contradicts if it differs from all known
// ones. A given name agrees with a known one if both are the same. If sex does not differ, a nickname, an
// initial or a beginning of the other agrees, too. If no known given name agrees, the given name contradicts.
Candidate compare(const PersonClaim& evidence, const KnownPerson& known, const Nicknames& nicknames);

struct Recognition {
  std::string id;  // of the known person that the evidence names; empty: nobody is known
  // The people that it could name, if evidence contradicts or names several. If it is not empty, nobody is
  // recognized, and a person must decide.
  std::vector<Candidate> candidates;
};

// The people known under one key.
using Known = std::function<std::vector<KnownPerson>(std::string_view system, std::string_view value)>;

// All known links and member ids must lead to one person who fits. If none is known, the name decides.
Recognition recognize(const PersonClaim& evidence, const Known& known, const Nicknames& nicknames);

// True if both given names, as records write them, may belong to one person.
bool are_compatible_given_names(std::string_view a, std::string_view b, const Nicknames& nicknames);

}  // namespace handoff::identity
