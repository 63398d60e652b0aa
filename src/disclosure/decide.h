// Whether a recipient may have an aftercare document now: the same question at the event and again before it is sent.
#pragma once

#include <string_view>

#include "consent/decision.h"
#include "core/clock.h"
#include "fhir/record.h"
#include "routing/event.h"

namespace handoff::disclosure {

// `recipient` is an organization's id. Decided for treatment (TREAT), from the patient's consents in `record`.
consent::Decision decide_aftercare(const routing::Aftercare& aftercare, std::string_view recipient, Instant at, fhir::RecordReader& record);

}  // namespace handoff::disclosure
