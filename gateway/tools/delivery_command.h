// `handoff delivery list|show`: what each recipient was to get, what became of it, and why.
#pragma once

#include <string>

#include "tools/audit_access.h"

namespace handoff::gateway {

// Exit codes: 0; 1 it could not be read; 2 the call was wrong. `action` is one of the words above.
int run_delivery(const std::string& action, const AuditOptions& options);

}  // namespace handoff::gateway
