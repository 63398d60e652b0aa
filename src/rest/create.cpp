// create (R4 "http"): POST of a resource to its type; the server gives the id. Conditional with If-None-Exist.
#include "core/hash.h"
#include "rest/condition.h"
#include "rest/permission.h"
#include "rest/write.h"

namespace handoff::rest {
namespace {

constexpr std::size_t id_bytes = 16;
constexpr const char* at_if_none_exist = "http.If-None-Exist";

Result<WriteRequest> read_create(const Context& context, const Call& call) {
  WriteRequest wanted;
  wanted.type = call.values[0];
  wanted.id = to_hex(random_bytes(id_bytes));
  if (!auth::allows(call.requester.scopes, wanted.type, 'c'))
    return problem(Kind::forbidden, "no scope of the token allows to create " + wanted.type);
  auto document = read_resource(call, wanted.type);
  if (!document) return document.error();
  if (auto allowed = check_writer(call.requester, wanted.type); !allowed) return allowed.error();
  if (auto allowed = check_subject(call.requester, document->root()); !allowed) return allowed.error();
  wanted.document = std::move(*document);
  if (auto checked = check_conditions(call, "If-None-Exist"); !checked) return checked.error();
  const std::string_view condition = call.request.header("If-None-Exist");
  if (!call.request.find("If-None-Exist")) return wanted;
  if (!auth::allows(call.requester.scopes, wanted.type, 's'))  // its answer tells what there is
    return problem(Kind::forbidden, "no scope of the token allows to search " + wanted.type, at_if_none_exist);
  if (!context.definitions.find_search_parameter(wanted.type, "identifier"))
    return problem(Kind::unsupported, wanted.type + " cannot be searched by identifier", at_if_none_exist);
  const auto query = condition_query(condition, wanted.type, {context.base_url, call.request.header("Host")}, at_if_none_exist);
  if (!query) return query.error();
  auto identifier = parse_identifier_query(*query, at_if_none_exist);
  if (!identifier) return identifier.error();
  wanted.if_none_exist = std::move(*identifier);
  return wanted;
}

}  // namespace

Step create(const Context& context, Call& call) {
  const auto wanted = read_create(context, call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
