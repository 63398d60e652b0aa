// history of one resource (R4 "http", history).
#pragma once

#include "disclosure/disclosed.h"
#include "disclosure/gate.h"

namespace handoff::disclosure {

struct HistoryRequest {
  std::string type;
  std::string id;
  std::size_t count = 0;              // versions on a page
  std::optional<std::string> cursor;  // as it came
  Deadline deadline = {};             // TimeOver is thrown when it passes
};

// A page of the versions of one resource, newest first, as a Bundle of type history. Each version is decided
// as vread decides it. Of versions that show the same, one is listed: a recipient does not learn how often
// others changed the rest. Problem: as read(), and incorrect (the cursor).
Result<Disclosed> history(const Gate& gate, const auth::Requester& requester, const HistoryRequest& request);

}  // namespace handoff::disclosure
