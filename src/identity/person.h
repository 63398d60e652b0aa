// Who is who, on evidence that a person would accept (ARCHITECTURE.md, "people"): an explicit link, then the Medicaid
// member id, then name, birth date and sex together. A different member id or birth date contradicts; weak evidence never
// merges. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::identity {

struct Identifier {
  std::string system;
  std::string value;
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

// What is known of a candidate.
struct KnownPerson {
  std::string id;
  std::vector<std::string> medicaid;
  std::string birth_date;
};

inline constexpr std::string_view medicaid_system = "https://handoff.example.org/id/medicaid";
inline constexpr std::string_view name_system = "name";  // of name_key() in the table of identities

// Folded name, birth date and sex as one text; empty if any is missing, for then a name proves nothing.
std::string name_key(const PersonClaim& claim);

bool contradicts(const PersonClaim& claim, const KnownPerson& known);

// All keys under which the person of this claim is found later.
std::vector<Identifier> keys_of(const PersonClaim& claim);

// Candidates under one key.
using Known = std::function<std::vector<KnownPerson>(std::string_view system, std::string_view value)>;

// The known person whom the claim names, or nobody. Where one rule leaves several, nobody: a person must decide.
std::optional<std::string> recognize(const PersonClaim& claim, const Known& known);

}  // namespace handoff::identity
