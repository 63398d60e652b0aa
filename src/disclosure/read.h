// read and vread (R4 "http").
#pragma once

#include "disclosure/disclosed.h"
#include "disclosure/gate.h"

namespace handoff::disclosure {

// Problem: forbidden (Gate::view_of), not_found (a hidden resource looks like a missing one), gone (only
// operators are told).
Result<Disclosed> read(const Gate& gate, const auth::Requester& requester, const ReadRequest& request);

// The bytes of a Binary, as its contentType says (R4 "binary", RESTful).
struct BinaryContent {
  Disclosed bytes;
  std::string media_type;
};
// Problem: as read(); also not_found, if nothing of the content is shown.
Result<BinaryContent> read_content(const Gate& gate, const auth::Requester& requester,
                                   const ReadRequest& request);

}  // namespace handoff::disclosure
