// How records name people, and the keys by which a person is found again. Pure.
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

// How a record names its person; what it does not say is empty. Texts are trimmed, not folded.
struct PersonClaim {
  std::vector<Identifier> links;  // referral number, enrolment number
  std::string medicaid;
  std::string family;
  std::string given;
  std::string birth_date;  // yyyy-MM-dd
  std::string sex;         // administrative-gender code
};

inline constexpr std::string_view medicaid_system = "https://handoff.example.org/id/medicaid";
// Of name keys in the table of identities. Stores of earlier programs hold keys that were folded otherwise under the second.
inline constexpr std::string_view name_system = "folded-name";
inline constexpr std::string_view earlier_name_system = "name";

// The claim without placeholders: what is left is evidence.
PersonClaim evidence_of(PersonClaim claim, const Placeholders& placeholders);

// Folded name, birth date and sex as one text; empty if any is missing, for then a name proves nothing.
std::string name_key(const PersonClaim& evidence);
// The same as earlier programs folded it. It says less: who is found by it must be compared by name_key().
std::string earlier_name_key(const PersonClaim& evidence);

// All keys under which the person of this evidence is found later: links, member id, name.
std::vector<Identifier> keys_of(const PersonClaim& evidence);

}  // namespace handoff::identity
