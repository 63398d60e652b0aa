// update (R4 "http"): PUT of a resource to its id, creating what is not there. Guarded with If-Match.
#include "fhir/reference.h"
#include "rest/permission.h"
#include "rest/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_update(const Call& call) {
  WriteRequest wanted;
  wanted.method = admission::Method::update;
  wanted.type = call.values[0];
  wanted.id = call.values[1];
  if (!auth::allows(call.requester.scopes, wanted.type, 'u'))
    return problem(Kind::forbidden, "no scope of the token allows to update " + wanted.type);
  if (!fhir::is_id(wanted.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path), "value");
  auto document = read_resource(call, wanted.type);
  if (!document) return document.error();
  if (auto allowed = check_writer(call.requester, wanted.type); !allowed) return allowed.error();
  if (auto allowed = check_subject(call.requester, document->root()); !allowed) return allowed.error();
  if (document->root()["id"].text() != wanted.id)
    return problem(Kind::incorrect, "must be the id that the address names", wanted.type + ".id", "value");
  wanted.document = std::move(*document);
  if (auto read = read_if_match(call, wanted); !read) return read.error();
  return wanted;
}

}  // namespace

Step update(const Context& context, Call& call) {
  const auto wanted = read_update(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
