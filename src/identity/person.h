// How records name people, and the keys that find a person again. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "identity/tables.h"

namespace handoff::identity {

struct Identifier {
  std::string system;
  std::string value;
  auto operator<=>(const Identifier&) const = default;
};

// How a record names its person. Missing information is empty. Texts are trimmed, but not folded.
struct PersonClaim {
  std::vector<Identifier> links;  // referral number, enrolment number
  std::string medicaid;
  std::string family;
  std::string given;
  std::string birth_date;  // yyyy-MM-dd
  std::string sex;         // administrative-gender code
};

inline constexpr std::string_view medicaid_system = "https://handoff.example.org/id/medicaid";
// The systems of name keys in the table of identities. The second one is for keys of earlier programs, which
// folded names differently.
inline constexpr std::string_view name_system = "folded-name";
inline constexpr std::string_view earlier_name_system = "name";

// The claim without placeholders. Only the rest is evidence.
PersonClaim evidence_of(PersonClaim claim, const Placeholders& placeholders);

// Folded name, birth date and sex as one text. Empty if any of them is missing, because then a name proves
// nothing.
std::string name_key(const PersonClaim& evidence);
// The name key as earlier programs folded it. It is less precise: people found by it must also be compared by
// name_key().
std::string earlier_name_key(const PersonClaim& evidence);

// All keys that later find the person of this evidence: links, member id, name.
std::vector<Identifier> keys_of(const PersonClaim& evidence);

}  // namespace handoff::identity
