// Who is who, on evidence that a person would accept (README.md): explicit links, then the Medicaid member id,
// then name, birth date and sex together. Evidence that contradicts merges nobody: a person must decide. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/person.h"

namespace handoff::identity {

// What is known of a candidate: everything that its records said, each as evidence.
struct KnownPerson {
  std::string id;
  std::vector<PersonClaim> claims;
};

// One thing that speaks for or against: what the record says of it, and what is known.
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

// The record beside one person. Birth dates and member ids contradict where they differ from all that are known. Given names do
// where none is the same, a nickname, an initial or a beginning of the other, and where sex differs too and they are not the same.
Candidate compare(const PersonClaim& evidence, const KnownPerson& known, const Nicknames& nicknames);

struct Recognition {
  std::string id;  // of the known person whom the evidence names; empty: nobody is known
  // Whom it could name where it contradicts, or names several. Not empty: nobody is recognized, and a person must decide.
  std::vector<Candidate> candidates;
};

// Candidates under one key.
using Known = std::function<std::vector<KnownPerson>(std::string_view system, std::string_view value)>;

// Every link and member id that is known must lead to one person who fits; where none is known, the name.
Recognition recognize(const PersonClaim& evidence, const Known& known, const Nicknames& nicknames);

// May both given names, as records write them, be one person's?
bool are_compatible_given_names(std::string_view a, std::string_view b, const Nicknames& nicknames);

}  // namespace handoff::identity
