// May the token read this at all, whatever is stored? For writes, see authoring/permission.h.
#pragma once

#include <string_view>

#include "auth/token.h"
#include "core/result.h"

namespace handoff::rest {

// Problem: forbidden (no scope), incorrect (no id).
Result<void> check_reader(const auth::Requester& requester, std::string_view type);
Result<void> check_reader(const auth::Requester& requester, std::string_view type, std::string_view id);

}  // namespace handoff::rest
