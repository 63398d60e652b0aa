// delete (R4 "http"): a version without content; the history stays. Guarded with If-Match. What is not there is deleted.
#include "fhir/reference.h"
#include "rest/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_removal(const Call& call) {
  WriteRequest wanted;
  wanted.method = admission::Method::remove;
  wanted.type = call.values[0];
  wanted.id = call.values[1];
  if (!auth::allows(call.requester.scopes, wanted.type, 'd'))
    return problem(Kind::forbidden, "no scope of the token allows to delete " + wanted.type);
  if (!fhir::is_id(wanted.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path), "value");
  if (auto read = read_if_match(call, wanted); !read) return read.error();
  return wanted;
}

}  // namespace

Step remove(const Context& context, Call& call) {
  const auto wanted = read_removal(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
