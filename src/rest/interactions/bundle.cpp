// A Bundle posted to the base (R4 "http", batch/transaction): all entries or none, or each by itself.
#include "json/document.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"
#include "rest/interactions/transaction_bundle.h"

namespace handoff::rest {

Step bundle(const Context& context, Call& call) {
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto posted = json::parse(call.request.body);
  if (!posted) return posted.error();
  if (auto checked = check_bundle(posted->root(), context.definitions); !checked) return checked.error();
  if (posted->root()["type"].text() == "batch") return batch(context, call, std::move(*posted));
  return transaction(context, call, *posted);
}

}  // namespace handoff::rest
