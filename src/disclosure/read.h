// read and vread (R4 "http").
#pragma once

#include "disclosure/disclosed.h"
#include "disclosure/gate.h"

namespace handoff::disclosure {

// Problem: forbidden (Gate::view_of), not_found (the same for a hidden resource and a missing one), gone (told to
// operators only).
Result<Disclosed> read(const Gate& gate, const auth::Requester& requester, const ReadRequest& request);

}  // namespace handoff::disclosure
