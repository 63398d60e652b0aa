// Which recipients a Consent names, and what each of them sees of it: the Consent without the others (R4
// "consent"). A Group, a person and a reference by identifier do not count as recipients. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/resource_id.h"
#include "json/value.h"

namespace handoff::consent {

// "Organization/x", sorted, from the rules at every depth. Empty for a Consent that does not count: a draft,
// an error.
std::vector<std::string> recipients_of(json::Value consent);

// The same value if the Consent names nobody else. Otherwise these are removed: the other actors, the rules
// only for them, the text, which may speak of them, and labels that the rest does not reveal. A form in an
// attachment is always removed, because it shows the whole.
json::Value as_seen_by(json::Arena& arena, json::Value consent, std::span<const std::string> recipients);

// For a recipient that does not see the Patient: references to the person keep only the id, and the
// text is removed.
json::Value without_person(json::Arena& arena, json::Value consent, const fhir::Reference& patient);

// Is it a DocumentReference with the form of a consent? A form shows the whole consent, with all recipients.
bool is_consent_form(json::Value resource);

}  // namespace handoff::consent
