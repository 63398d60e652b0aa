// What somebody asks of the ledger and of the deliveries: whose, to whom, which event, how it ended, when. Read from names and values,
// as a request or a command line gives them.
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
#include "store/snapshot.h"

namespace handoff::disclosure {

using AuditParameters = std::vector<std::pair<std::string, std::string>>;

struct AuditQuery {
  std::vector<std::string> patients;  // "Patient/abc"; several have one identifier; empty: anybody's
  std::string recipient;              // "ORG-PCP1"; empty: any, as below
  bool is_recipient_known = true;     // is such an organization stored, or was anything to go to it?
  std::string event;
  std::vector<std::string> outcomes, kinds;
  std::optional<Instant> since, until;                          // both included
  std::optional<std::pair<std::int64_t, std::int64_t>> cursor;  // the two numbers of `next`
  std::size_t limit = limits::audit_page_default;
};

// What a list knows; one without kinds takes no "kind".
struct AuditTerms {
  std::span<const std::string_view> outcomes, kinds;
};

// `patient` is an id, a reference, or system|value; `since` and `until` are dates or dateTimes, a date counts as its day in the exchange's
// zone. Problem: incorrect, at the parameter's name: unknown, twice, or a value that nothing can fit, with what is possible.
Result<AuditQuery> read_audit_query(const AuditParameters& parameters, const AuditTerms& terms, const store::Snapshot& snapshot);

std::string cursor_text(std::int64_t first, std::int64_t second);

}  // namespace handoff::disclosure
