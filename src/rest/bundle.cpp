// A Bundle posted to the base (R4 "http", batch/transaction): all entries or none, or each by itself.
#include "json/document.h"
#include "rest/interaction.h"
#include "rest/media.h"
#include "rest/transaction_bundle.h"

namespace handoff::rest {

void bundle(const Context& context, Call call, Answer answer) {
  if (auto checked = check_content_type(call); !checked) return answer(failure(checked.error()));
  auto document = json::parse(call.request.body);
  if (!document) return answer(failure(document.error()));
  if (auto checked = check_bundle(document->root(), context.definitions); !checked) return answer(failure(checked.error()));
  const auto interaction = document->root()["type"].text() == "batch" ? batch : transaction;
  interaction(context, {std::move(call), std::move(*document)}, std::move(answer));
}

}  // namespace handoff::rest
