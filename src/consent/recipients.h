// Whom a Consent names as its recipients, and what each of them sees of it: the Consent without the others (R4 "consent"). A class of
// recipients (a Group), a person and a reference by identifier name no recipient. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace handoff::consent {

// "Organization/x", sorted, of the rules at every depth. None of a Consent that counts for nothing: a draft, an error.
std::vector<std::string> recipients_of(json::Value consent);

// The same value where nobody else is named. Otherwise without the other actors, the rules that are for them alone, the text that speaks
// of them, the form as an attachment, which shows the whole, and labels that the rest does not tell.
json::Value as_seen_by(json::Arena& arena, json::Value consent, std::span<const std::string> recipients);

// For who does not see the Patient ("Patient/x"): references to the person tell the id alone, and no text speaks of anybody.
json::Value without_person(json::Arena& arena, json::Value consent, std::string_view patient);

// A DocumentReference that is the form of a consent: it shows the whole consent, whoever is named there.
bool is_consent_form(json::Value resource);

}  // namespace handoff::consent
