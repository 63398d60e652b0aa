// delete (R4 "http"): writes a version without content. The history stays. Deleting a missing resource
// succeeds. Guarded with If-Match.
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_removal(const Call& call) {
  auto wanted = begin_change(call, admission::Method::remove);
  if (!wanted) return wanted.error();
  if (auto read = read_if_match(call, wanted->entry); !read) return read.error();
  return wanted;
}

}  // namespace

Step remove(const Context& context, Call& call) {
  const auto wanted = read_removal(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
