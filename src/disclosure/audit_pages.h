// The ledger and the deliveries as JSON for operators: ids, times and codes, newest first. The JSON holds no
// name of a person and no content of a record.
#pragma once

#include <string>
#include <string_view>

#include "disclosure/audit_query.h"
#include "store/ledger.h"

namespace handoff::disclosure {

// {"entries": [...], "next"}. "next" is there if more may follow: it is the `cursor` of the next page.
// Problem: as read_audit_query().
Result<std::string> ledger_page(const store::LedgerReading& ledger, const AuditParameters& parameters);
// One entry by its id, with everything that was sealed. Problem: not_found.
Result<std::string> ledger_item(const store::LedgerReading& ledger, std::string_view id);

// {"deliveries": [...], "next"}. Problem: as read_audit_query().
Result<std::string> delivery_page(const store::Snapshot& snapshot, const AuditParameters& parameters);
// One delivery by its id, with its attempts. Problem: not_found.
Result<std::string> delivery_item(const store::Snapshot& snapshot, std::string_view id);

}  // namespace handoff::disclosure
