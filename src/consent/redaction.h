// What goes from a permitted resource before it leaves (README.md): references to what the requester may
// not have, third parties of an incident, booking numbers, what other disclosers gave of a Patient; and with them whatever
// would not be valid R4 without them. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::consent {

inline constexpr std::string_view booking_system = "https://handoff.example.org/id/booking";
// Numbers of consents: elsewhere than on a Consent they tell of one, whoever it names.
inline constexpr std::string_view consent_system = "https://handoff.example.org/id/consent";
// The record that a resource was made from: a file's digest and a row in it.
inline constexpr std::string_view record_system = "https://handoff.example.org/id/source-record";
inline constexpr std::string_view mapping_extension = "https://handoff.example.org/fhir/StructureDefinition/mapping";

// Does anything in it tell, by one of these, what its disclosers alone may know? A Consent's own number does not.
bool holds_reserved(json::Value resource);

struct Redaction {
  std::vector<std::string> disclosers;                    // "Organization/x": of a Patient, only what these gave stays
  std::vector<std::string> bookings;                      // disclosers whose booking numbers may be shown
  bool internal = false;                                  // references and third parties stay
  std::function<bool(std::string_view reference)> hides;  // "Goal/x": it exists and this requester may not have it
  bool keeps_reserved = false;                            // what holds_reserved() speaks of stays
  std::string patient = {};                               // "Patient/x", whose resource it is: the one Patient who is never hidden
  bool sees_patient = true;                               // of a Consent: whether who asks sees that Patient
  std::vector<std::string> recipients = {};               // who asks, and who is above: of a Consent, the others' part goes
  bool with_meta = false;                                 // references in meta too: section 8 of consent.md leaves them, the server does not
};

// False for references ("Goal/x") that are never taken out.
bool may_be_hidden(std::string_view reference);

// What redaction takes where every reference is hidden that may be. Less going leaves no less.
struct Worst {
  json::Value left;         // be it valid or not
  bool all = false;         // it is not: the resource itself would go
  bool took_along = false;  // elements went that do not stand without a reference, with what else they said
};
// `disclosers` ("Organization/x"): whose booking numbers stay. A Patient keeps what everybody gave.
// `patient` ("Patient/x"): whose it is; empty: by its own words.
Worst at_worst(json::Arena& arena, json::Value resource, const std::vector<std::string>& disclosers, const fhir::Definitions& definitions,
               std::string_view patient = {});

// Does anything in it refer to a Patient other than `patient`?
bool refers_to_another(json::Value resource, std::string_view patient);

// The resource as it may leave: the same value where nothing goes. Nothing if a required element would go at the root.
std::optional<json::Value> redact(json::Arena& arena, json::Value resource, const Redaction& redaction,
                                  const fhir::Definitions& definitions);

}  // namespace handoff::consent
