// `handoff ledger list|show|verify`: what each recipient got of whose record and by which consent, and
// whether the chain is whole.
#pragma once

#include <string>

#include "tools/audit_access.h"

namespace handoff::gateway {

// Exit codes: 0; 1 it could not be read, or `verify` found something; 2 the call was wrong. `action` is one
// of the words above.
int run_ledger(const std::string& action, const AuditOptions& options);

}  // namespace handoff::gateway
