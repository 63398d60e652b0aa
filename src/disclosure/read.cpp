#include "disclosure/read.h"

#include "disclosure/seal.h"
#include "disclosure/texts.h"

namespace handoff::disclosure {

Result<Disclosed> read(const Gate& gate, const auth::Requester& requester, const ReadRequest& request) {
  const store::Snapshot snapshot = gate.snapshot();
  const auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  const auto version = (*view)->find(request);
  const auto released = version ? (*view)->release(*version) : std::nullopt;
  const bool is_meant = released && (!request.version || released->version == *request.version ||
                                     released->tag == *request.version);
  if (!is_meant) return problem(Kind::not_found, "there is no such resource");
  if (released->deleted) return problem(Kind::gone, "the resource was deleted");
  return seal(*released, (*view)->ledger_entries("read", {{reference_of(*version), &*released}}));
}

}  // namespace handoff::disclosure
