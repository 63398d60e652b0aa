// search (R4 "http", search; "search").
#pragma once

#include "core/deadline.h"
#include "disclosure/disclosed.h"
#include "disclosure/gate.h"

namespace handoff::disclosure {

// One page as a searchset Bundle (R4 "bundle"). Pages, totals, order and included resources know only what
// the requester may see. The link to the next page says where it begins, sealed for this client and this
// query. Problem: forbidden (Gate::view_of), incorrect (a _cursor of another client, query or run; too much
// to include; a parameter that the requester's role may not use). Throws TimeOver if the deadline passes
// first.
Result<Disclosed> search(const Gate& gate, const auth::Requester& requester, const search::Query& query,
                         const Deadline& deadline);

}  // namespace handoff::disclosure
