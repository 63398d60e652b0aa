// Who is to hear of a write: events of what changed, and a row of the outbox for each recipient. Nothing is decided here: consent is asked
// when a row is sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admission/openings.h"
#include "core/result.h"
#include "fhir/record.h"
#include "routing/routes.h"
#include "store/outbox.h"

namespace handoff::admission {

struct Change {
  json::Value previous;  // absent: the resource is new
  json::Value current;   // absent: it is removed
  std::uint32_t version = 0;
  bool moves = false;  // it changes hands only, which nobody is told of
};

// Of one patient, by all consents that change with a request.
struct ViewChanges {
  std::vector<ViewChange> changes;
  std::vector<std::string> consents_before;  // as in Regranted
  std::optional<Instant> date = {};          // by which the views change; none: by the request itself
};
using ViewChangesByPatient = std::map<std::string, ViewChanges>;  // "Patient/abc"

// `record` has the changes already. `now`: when it happens, but for what a date changes.
// Problem: unprocessable (a condition of a route that cannot be evaluated).
Result<std::vector<store::OutboxRow>> announce(const routing::Routes& routes, std::span<const Change> changes,
                                               const ViewChangesByPatient& view_changes, fhir::RecordReader& record, Instant now);

}  // namespace handoff::admission
