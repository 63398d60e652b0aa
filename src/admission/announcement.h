// Who must hear of a write: events for what changed, and one outbox row for each recipient. Nothing is
// decided here. Consent is asked when a row is sent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admission/regrant.h"
#include "core/result.h"
#include "fhir/record.h"
#include "fhir/resource_id.h"
#include "routing/routes.h"
#include "store/outbox.h"

namespace handoff::admission {

struct Change {
  json::Value previous;  // absent: the resource is new
  json::Value current;   // absent: it is removed
  std::uint32_t version = 0;
  bool moves = false;  // it only moves to another person: no event
};

// The changes for one patient, through all consents that change with a request.
struct ViewChanges {
  std::vector<ViewChange> changes;
  std::vector<std::string> consents_before;  // as in Regranted
  std::optional<Instant> date = {};          // the date that changes the views; none: the request does
};
using ViewChangesByPatient = std::map<fhir::Reference, ViewChanges>;

// `record` already has the changes. `now`: the time of the events, except for what a date changes.
// Problem: unprocessable (a condition of a route that cannot be evaluated).
Result<std::vector<store::OutboxRow>> announce(const routing::Routes& routes, std::span<const Change> changes,
                                               const ViewChangesByPatient& view_changes,
                                               fhir::RecordReader& record, Instant now);

}  // namespace handoff::admission
