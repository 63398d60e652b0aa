// A query of the ledger or of the deliveries: by patient, recipient, event, outcome and time. It is read from
// names and values, as a request or a command line gives them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "fhir/resource_id.h"
#include "store/snapshot.h"

namespace handoff::disclosure {

using AuditParameters = std::vector<std::pair<std::string, std::string>>;

struct AuditQuery {
  std::vector<fhir::Reference> patients;  // several can share an identifier; empty: any
  std::string recipient;                  // "ORG-PCP1"; empty: any
  bool is_recipient_known = true;         // is the organization stored, or has it a delivery?
  std::string event;
  std::vector<std::string> outcomes, kinds;
  std::optional<Instant> since, until;                          // both included
  std::optional<std::pair<std::int64_t, std::int64_t>> cursor;  // the two numbers in `next`
  std::size_t limit = limits::audit_page_default;
};

// The values that a list has. A list without kinds accepts no "kind".
struct AuditTerms {
  std::span<const std::string_view> outcomes, kinds;
};

// `patient` is an id, a reference, or system|value. `since` and `until` are dates or dateTimes. A date is the
// whole day in the exchange's time zone.
// Problem: incorrect, at the name of the parameter: unknown, given twice, or a value that nothing can match.
// The text says what is possible.
Result<AuditQuery> read_audit_query(const AuditParameters& parameters, const AuditTerms& terms,
                                    const store::Snapshot& snapshot);

std::string cursor_text(std::int64_t first, std::int64_t second);

}  // namespace handoff::disclosure
