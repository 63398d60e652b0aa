// delete (R4 "http"): writes a version without content. The history stays. Deleting a missing resource
// succeeds. Guarded with If-Match.
#include "fhir/reference.h"
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_removal(const Call& call) {
  WriteRequest wanted{entry_of_request(admission::Method::remove, call.values[0], call.values[1])};
  const authoring::Entry& entry = wanted.entry;
  if (!auth::allows(call.requester.scopes, entry.type, 'd'))
    return problem(Kind::forbidden, "no scope of the token allows to delete " + entry.type);
  if (!fhir::is_id(entry.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path),
                   "value");
  if (auto read = read_if_match(call, wanted.entry); !read) return read.error();
  return wanted;
}

}  // namespace

Step remove(const Context& context, Call& call) {
  const auto wanted = read_removal(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
