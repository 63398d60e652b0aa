// `handoff delivery list|show`: what was to go to whom, what became of it, and why.
#pragma once

#include <string>

#include "audit_access.h"

namespace handoff::gateway {

// Exit codes: 0; 1 it could not be read; 2 the call was wrong. `action` is one of those above.
int run_delivery(const std::string& action, const AuditOptions& options);

}  // namespace handoff::gateway
