// create (R4 "http"): POST of a resource to its type. The server chooses the id. Conditional with
// If-None-Exist.
#include "core/hash.h"
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

constexpr std::size_t id_bytes = 16;
constexpr const char* at_if_none_exist = "http.If-None-Exist";

Result<void> read_if_none_exist(const Context& context, const Call& call, authoring::Entry& entry) {
  if (auto checked = check_conditions(call, "If-None-Exist"); !checked) return checked.error();
  if (!call.request.find("If-None-Exist")) return {};
  if (!auth::allows(call.requester.scopes, entry.type, 's'))  // the answer reveals what exists
    return problem(Kind::forbidden, "no scope of the token allows to search " + entry.type, at_if_none_exist);
  const auto query =
      authoring::condition_query(call.request.header("If-None-Exist"), entry.type,
                                 {context.base_url, call.request.header("Host")}, at_if_none_exist);
  if (!query) return query.error();
  auto condition = authoring::parse_condition(context.definitions, entry.type, *query, at_if_none_exist);
  if (!condition) return condition.error();
  entry.if_none_exist = std::move(*condition);
  return {};
}

Result<WriteRequest> read_create(const Context& context, const Call& call) {
  const std::string& type = call.values[0];
  if (!auth::allows(call.requester.scopes, type, 'c'))
    return problem(Kind::forbidden, "no scope of the token allows to create " + type);
  auto document = read_resource(call, type);
  if (!document) return document.error();
  if (auto allowed = authoring::check_writer(call.requester, type); !allowed) return allowed.error();
  if (auto allowed = authoring::check_subject(call.requester, document->root()); !allowed)
    return allowed.error();
  WriteRequest wanted{entry_of_request(admission::Method::create, type, to_hex(random_bytes(id_bytes)))};
  wanted.document = std::move(*document);
  wanted.entry.resource = wanted.document->root();
  if (auto read = read_if_none_exist(context, call, wanted.entry); !read) return read.error();
  return wanted;
}

}  // namespace

Step create(const Context& context, Call& call) {
  const auto wanted = read_create(context, call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
