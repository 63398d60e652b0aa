#include "consent/invariants.h"

#include <algorithm>

namespace handoff::consent {
namespace {

constexpr Invariant invariants[] = {
    {"Extension", {"value", "extension"}},                                // ext-1
    {"Appointment.participant", {"type", "actor"}},                       // app-1
    {"AppointmentResponse", {"participantType", "actor"}},                // apr-1
    {"Composition.section", {"text", "entry", "section"}},                // cmp-1
    {"Condition.stage", {"summary", "assessment"}},                       // con-1
    {"Condition.evidence", {"code", "detail"}},                           // con-2
    {"InsurancePlan", {"identifier", "name"}},                            // ipn-1
    {"Linkage", {"item"}, 2},                                             // lnk-1
    {"Organization", {"identifier", "name"}},                             // org-1
    {"Parameters.parameter", {"value", "resource", "part"}},              // inv-1
    {"Patient.contact", {"name", "telecom", "address", "organization"}},  // pat-1
    {"RequestGroup.action", {"resource", "action"}},                      // rqg-1
    // trd-3: a periodic event needs a timing
    {"TriggerDefinition", {"timing", "data", "name"}},
};

}  // namespace

const Invariant* find_invariant(std::string_view type) {
  const auto* found = std::find_if(std::begin(invariants), std::end(invariants),
                                   [type](const Invariant& i) { return i.type == type; });
  return found == std::end(invariants) ? nullptr : found;
}

}  // namespace handoff::consent
