// Removes from a permitted resource what must not leave (README.md): references to what the requester may not
// have, third parties of an incident, booking numbers, and what other disclosers gave of a Patient. It also
// removes what would not be valid R4 without them. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/definitions.h"
#include "fhir/resource_id.h"
#include "json/value.h"

namespace handoff::consent {

inline constexpr std::string_view booking_system = "https://handoff.example.org/id/booking";
// Numbers of consents. Outside a Consent, the number reveals that the consent exists, whatever recipients the
// consent names.
inline constexpr std::string_view consent_system = "https://handoff.example.org/id/consent";
// The record that a resource was made from: the digest of a file and a row in it.
inline constexpr std::string_view record_system = "https://handoff.example.org/id/source-record";
inline constexpr std::string_view mapping_extension =
    "https://handoff.example.org/fhir/StructureDefinition/mapping";

// Does the resource hold, by one of these systems, what only its disclosers may know? A Consent's own number
// does not count.
bool holds_reserved(json::Value resource);

struct Redaction {
  std::vector<std::string> disclosers;  // "Organization/x"; of a Patient, only what these gave stays
  std::vector<std::string> bookings;    // disclosers whose booking numbers may be shown
  bool internal = false;                // references and third parties stay
  // "Goal/x" exists, and this requester may not have it
  std::function<bool(std::string_view reference)> hides;
  bool keeps_reserved = false;   // what holds_reserved() finds stays
  fhir::Reference patient = {};  // the owner: the one Patient that is never hidden
  bool sees_patient = true;      // for a Consent: does the requester see that Patient?
  // the requester and those above it; a Consent loses the part of others
  std::vector<std::string> recipients = {};
  // also redact references in meta: the server does this, while section 8 of consent.md leaves them
  bool with_meta = false;
};

// False for references ("Goal/x") that are never removed.
bool may_be_hidden(std::string_view reference);

// The result of redaction if it hides every reference that it may hide. Hiding fewer references never removes
// more.
struct Worst {
  json::Value left;  // valid or not
  bool all = false;  // not valid: the whole resource would be removed
  // elements were removed that are invalid without a reference, with all that they said
  bool took_along = false;
};
// `disclosers` ("Organization/x"): their booking numbers stay. A Patient keeps what everybody gave.
// `patient`: the owner; empty: the resource itself says it.
Worst at_worst(json::Arena& arena, json::Value resource, const std::vector<std::string>& disclosers,
               const fhir::Definitions& definitions, const fhir::Reference& patient = {});

// Does the resource refer to a Patient other than `patient`?
bool refers_to_another(json::Value resource, const fhir::Reference& patient);

// The resource as it may leave. The same value if nothing is removed. Nothing if the root would lose a
// required element.
std::optional<json::Value> redact(json::Arena& arena, json::Value resource, const Redaction& redaction,
                                  const fhir::Definitions& definitions);

}  // namespace handoff::consent
