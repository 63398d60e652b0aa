// update (R4 "http"): PUT of a resource to its id. Only an operator's update creates a missing resource.
// Guarded with If-Match.
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_update(const Call& call) {
  auto begun = begin_change(call, admission::Method::update);
  if (!begun) return begun.error();
  WriteRequest wanted = std::move(*begun);
  authoring::Entry& entry = wanted.entry;
  auto document = read_resource(call, entry.type);
  if (!document) return document.error();
  if (auto allowed = authoring::check_writer(call.requester, entry.type); !allowed) return allowed.error();
  if (auto allowed = authoring::check_subject(call.requester, document->root()); !allowed)
    return allowed.error();
  if (document->root()["id"].text() != entry.id)
    return problem(Kind::incorrect, "must be the id that the address names", entry.type + ".id", "value");
  wanted.document = std::move(*document);
  entry.resource = wanted.document->root();
  if (auto read = read_if_match(call, entry); !read) return read.error();
  return wanted;
}

}  // namespace

Step update(const Context& context, Call& call) {
  const auto wanted = read_update(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
