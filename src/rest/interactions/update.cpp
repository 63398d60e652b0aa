// update (R4 "http"): PUT of a resource to its id. Only an operator's update creates a missing resource.
// Guarded with If-Match.
#include "fhir/reference.h"
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

Result<WriteRequest> read_update(const Call& call) {
  WriteRequest wanted{entry_of_request(admission::Method::update, call.values[0], call.values[1])};
  authoring::Entry& entry = wanted.entry;
  if (!auth::allows(call.requester.scopes, entry.type, 'u'))
    return problem(Kind::forbidden, "no scope of the token allows to update " + entry.type);
  if (!fhir::is_id(entry.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path),
                   "value");
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
