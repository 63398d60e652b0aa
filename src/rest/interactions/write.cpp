#include "rest/interactions/write.h"

#include <fmt/format.h>

#include "disclosure/read.h"
#include "fhir/reference.h"
#include "rest/http/build.h"
#include "rest/http/http_date.h"
#include "rest/http/media.h"
#include "rest/http/prefer.h"

namespace handoff::rest {
namespace {

using authoring::Written;

std::string success_outcome(const Written& written) {
  const std::string standing = written.removed
                                   ? "the resource is deleted"
                                   : fmt::format("version {} is the current one", written.version);
  json::Arena arena;
  const json::Value issue =
      object(arena, {{"severity", arena.string("information")},
                     {"code", arena.string("informational")},
                     {"details", object(arena, {{"text", arena.string("The request was carried out.")}})},
                     {"diagnostics", arena.string(standing)}});
  return json::write(
      object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", array(arena, {issue})}}));
}

net::Headers written_headers(const Context& context, const Written& written, const std::string& version,
                             const std::string& tag, Instant updated) {
  const std::string location =
      fmt::format("{}/fhir/{}/{}/_history/{}", context.base_url, written.type, written.id, version);
  return {{"Location", location},
          {"ETag", format_etag(tag)},
          {"Last-Modified", format_last_modified(updated, context.gate.now())}};
}

net::Response response_of(const Context& context, const Written& written) {
  const std::string number = std::to_string(written.version);
  const std::string& version = written.shown_version.empty() ? number : written.shown_version;
  const std::string& tag = written.tag.empty() ? number : written.tag;
  if (!written.removed)
    return {written.created ? 201u : 200u,
            written_headers(context, written, version, tag, written.updated.value_or(Instant{})),
            {}};
  net::Response removed{204, {}, {}};
  if (written.version > 0) removed.headers.emplace_back("ETag", format_etag(written.version));
  return removed;
}

Step answer_of(const Context& context, const Call& call, const Written& written) {
  net::Response response = response_of(context, written);
  const std::string_view wish = preference(call.request, "return");
  if (net::equal_ignoring_case(wish, "OperationOutcome")) {
    response.headers.emplace_back("Content-Type", fhir_json);
    response.body = success_outcome(written);
    if (written.removed) response.status = 200;
    return response;
  }
  const bool is_shown = !written.removed && !net::equal_ignoring_case(wish, "minimal");
  if (!is_shown || !auth::allows(call.requester.scopes, written.type, 'r')) return response;
  auto read = disclosure::read(context.gate, call.requester, {written.type, written.id, {}, written.version});
  if (!read) return response;
  const net::Response bare = response;
  response.headers = written_headers(context, written, read->version(), read->tag(), read->updated());
  response.headers.emplace_back("Content-Type", fhir_json);
  Record record = disclose(std::move(response), std::move(*read));
  record.otherwise = bare;  // it was written anyway, and the answer must say so
  return record;
}

}  // namespace

authoring::Entry entry_of_request(admission::Method method, std::string type, std::string id) {
  authoring::Entry entry;
  entry.method = method;
  entry.type = std::move(type);
  entry.id = std::move(id);
  entry.places.if_match = "http.If-Match";
  entry.places.if_none_exist = "http.If-None-Exist";
  return entry;
}

Result<WriteRequest> begin_change(const Call& call, admission::Method method) {
  const bool removes = method == admission::Method::remove;
  WriteRequest wanted{entry_of_request(method, call.values[0], call.values[1])};
  const authoring::Entry& entry = wanted.entry;
  if (!auth::allows(call.requester.scopes, entry.type, removes ? 'd' : 'u'))
    return problem(Kind::forbidden, fmt::format("no scope of the token allows to {} {}",
                                                removes ? "delete" : "update", entry.type));
  if (!fhir::is_id(entry.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path),
                   "value");
  return wanted;
}

Result<json::Document> read_resource(const Call& call, std::string_view type) {
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto document = json::parse(call.request.body);
  if (!document) return document.error();
  if (!document->root().is_object())
    return problem(Kind::incorrect, "a resource is a JSON object", std::string(type), "structure");
  if (document->root()["resourceType"].text() != type)
    return problem(Kind::incorrect, "must be the type that the address names",
                   fmt::format("{}.resourceType", type), "value");
  return document;
}

Result<void> check_conditions(const Call& call, std::string_view served) {
  for (const std::string_view name : {"If-Match", "If-None-Match", "If-None-Exist", "If-Unmodified-Since"})
    if (name != served && !call.request.header(name).empty())
      return problem(Kind::unsupported, "is not served for this interaction; nothing was done",
                     fmt::format("http.{}", name));
  return {};
}

Result<void> read_if_match(const Call& call, authoring::Entry& entry) {
  if (auto checked = check_conditions(call, "If-Match"); !checked) return checked.error();
  const std::string_view condition = call.request.header("If-Match");
  if (condition.empty()) return {};
  entry.if_match = parse_if_match(condition);
  if (!entry.if_match)
    return problem(Kind::incorrect, "must be versions as ETag gives them, such as W/\"1\", or *",
                   "http.If-Match", "value");
  return {};
}

Step write(const Context& context, const Call& call, const WriteRequest& wanted) {
  auto plan = context.authoring.plan(call.requester, {wanted.entry}, call.request.deadline);
  if (!plan) return plan.error();
  return Commit{std::move(plan->prepared),
                [&context, &call, written = std::move(plan->written.front())](Instant at) mutable {
                  if (!written.updated) written.updated = at;
                  return answer_of(context, call, written);
                }};
}

}  // namespace handoff::rest
