// The ledger and the deliveries as JSON for operators: ids, times and codes, newest first. No name of a person is in it, and no content
// of a record.
#pragma once

#include <string>
#include <string_view>

#include "disclosure/audit_query.h"
#include "store/ledger.h"

namespace handoff::disclosure {

// {"entries": [...], "next"}, with "next" where there may be more: the `cursor` of the next page. Problem: of read_audit_query().
Result<std::string> ledger_page(const store::LedgerReading& ledger, const AuditParameters& parameters);
// One entry by its id, with all that was sealed. Problem: not_found.
Result<std::string> ledger_item(const store::LedgerReading& ledger, std::string_view id);

// {"deliveries": [...], "next"}. Problem: of read_audit_query().
Result<std::string> delivery_page(const store::Snapshot& snapshot, const AuditParameters& parameters);
// One of them by its id, with its attempts. Problem: not_found.
Result<std::string> delivery_item(const store::Snapshot& snapshot, std::string_view id);

}  // namespace handoff::disclosure
