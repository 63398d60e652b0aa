#include "rest/write.h"

#include <fmt/format.h>

#include "rest/attribution.h"
#include "rest/build.h"
#include "rest/http_date.h"
#include "rest/media.h"
#include "rest/permission.h"
#include "rest/prefer.h"
#include "store/resources.h"

namespace handoff::rest {
namespace {

constexpr const char* at_if_none_exist = "http.If-None-Exist";

struct Writing {
  const Context& context;
  const Call& call;
  const WriteRequest& wanted;
};

// What stands in the store when the write is through.
struct Outcome {
  std::string type, id;
  std::uint32_t version = 0;
  bool created = false;
  bool removed = false;
  Instant updated;
};

std::string success_outcome(const Outcome& outcome) {
  const std::string standing = outcome.removed ? "the resource is deleted" : fmt::format("version {} is the current one", outcome.version);
  json::Arena arena;
  const json::Value issue = object(arena, {{"severity", arena.string("information")},
                                           {"code", arena.string("informational")},
                                           {"details", object(arena, {{"text", arena.string("The request was carried out.")}})},
                                           {"diagnostics", arena.string(standing)}});
  return json::write(object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", array(arena, {issue})}}));
}

net::Headers written_headers(const Context& context, const Outcome& outcome, const std::string& version, const std::string& tag,
                             Instant updated) {
  const std::string location = fmt::format("{}/fhir/{}/{}/_history/{}", context.base_url, outcome.type, outcome.id, version);
  return {{"Location", location}, {"ETag", format_etag(tag)}, {"Last-Modified", format_http_date(updated)}};
}

net::Response response_of(const Context& context, const Outcome& outcome) {
  const std::string version = std::to_string(outcome.version);
  if (!outcome.removed) return {outcome.created ? 201u : 200u, written_headers(context, outcome, version, version, outcome.updated), {}};
  net::Response removed{204, {}, {}};
  if (outcome.version > 0) removed.headers.emplace_back("ETag", format_etag(outcome.version));
  return removed;
}

Step answer_of(const Context& context, const Call& call, const Outcome& outcome) {
  net::Response response = response_of(context, outcome);
  const std::string_view wish = preference(call.request, "return");
  if (net::equal_ignoring_case(wish, "OperationOutcome")) {
    response.headers.emplace_back("Content-Type", fhir_json);
    response.body = success_outcome(outcome);
    if (outcome.removed) response.status = 200;
    return response;
  }
  const bool is_shown = !outcome.removed && !net::equal_ignoring_case(wish, "minimal");
  if (!is_shown || !auth::allows(call.requester.scopes, outcome.type, 'r')) return response;
  auto read = context.gate.read(call.requester, {outcome.type, outcome.id, {}, outcome.version});
  if (!read) return response;
  const net::Response bare = response;
  response.headers = written_headers(context, outcome, read->version(), read->tag(), read->updated());
  response.headers.emplace_back("Content-Type", fhir_json);
  Record record = disclose(std::move(response), std::move(*read));
  record.otherwise = bare;  // it was written all the same, and the answer must say so
  return record;
}

// What If-None-Exist finds, of what the requester may see; nothing if nothing.
Result<std::optional<Outcome>> find_existing(const Writing& writing, const store::Snapshot& snapshot) {
  if (!writing.wanted.if_none_exist) return std::optional<Outcome>{};
  const auto found = find_by_identifier(snapshot, writing.context.definitions, writing.wanted.type, *writing.wanted.if_none_exist,
                                        seen_by(writing.context, writing.call.requester, snapshot));
  if (found.size() > 1)
    return problem(Kind::precondition, "more than one resource has this identifier", at_if_none_exist, "multiple-matches");
  if (found.empty()) return std::optional<Outcome>{};
  return std::optional(Outcome{writing.wanted.type, found[0].id, found[0].version, false, false, found[0].updated});
}

// An update or a removal of what does not exist for the requester ends here; nothing: it goes on.
Result<std::optional<Outcome>> settle_absent(const Writing& writing, const store::Snapshot& snapshot) {
  const WriteRequest& wanted = writing.wanted;
  if (wanted.method == admission::Method::create) return std::optional<Outcome>{};
  const auto standing = standing_of(writing.context, writing.call.requester, snapshot, wanted.type, wanted.id);
  if (!standing) return standing.error();
  if (*standing == Standing::own) return std::optional<Outcome>{};
  if (wanted.method == admission::Method::update)
    return problem(Kind::not_found, "there is no such resource; create it with POST, and it is given an id");
  if (wanted.if_match) return problem(Kind::precondition, "If-Match names a version of what is not there", "http.If-Match");
  return std::optional(Outcome{wanted.type, wanted.id, 0, false, true, {}});
}

// In whose name it is written, before anything is told of what is stored.
Result<void> check_author(const Writing& writing, const store::Snapshot& snapshot) {
  if (auto allowed = check_organization(writing.call.requester, snapshot); !allowed) return allowed.error();
  return check_attribution(writing.context, writing.call.requester, snapshot, writing.wanted.resource());
}

Outcome unchanged(const admission::Prepared& prepared, const store::Snapshot& snapshot) {
  const admission::Admitted& admitted = prepared.admitted.at(0);
  const auto current = snapshot.resources().read(admitted.type, admitted.id);
  const bool removed = !current || current->deleted;
  return {admitted.type, admitted.id, admitted.version, false, removed, current ? current->updated : Instant{}};
}

// What ends here without a commit; nothing: it goes on.
Result<std::optional<Outcome>> settle(const Writing& writing, const store::Snapshot& snapshot) {
  if (auto allowed = check_author(writing, snapshot); !allowed) return allowed.error();
  auto settled = settle_absent(writing, snapshot);
  return settled && !*settled ? find_existing(writing, snapshot) : settled;
}

Result<admission::Prepared> prepare(const Writing& writing, const store::Snapshot& snapshot) {
  const WriteRequest& wanted = writing.wanted;
  admission::Submission submission = submission_of(writing.context, writing.call.requester, snapshot);
  const auto if_match = stored_version(writing.context, writing.call.requester, snapshot, {wanted.type, wanted.id, wanted.if_match});
  if (!if_match) return if_match.error();
  submission.entries.push_back({wanted.method, wanted.type, wanted.id, wanted.resource(), *if_match, wanted.if_none_exist});
  return writing.context.admission.prepare(submission, snapshot);
}

}  // namespace

Result<json::Document> read_resource(const Call& call, std::string_view type) {
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto document = json::parse(call.request.body);
  if (!document) return document.error();
  if (!document->root().is_object()) return problem(Kind::incorrect, "a resource is a JSON object", std::string(type), "structure");
  if (document->root()["resourceType"].text() != type)
    return problem(Kind::incorrect, "must be the type that the address names", fmt::format("{}.resourceType", type), "value");
  return document;
}

Result<void> check_conditions(const Call& call, std::string_view served) {
  for (const std::string_view name : {"If-Match", "If-None-Match", "If-None-Exist", "If-Unmodified-Since"})
    if (name != served && !call.request.header(name).empty())
      return problem(Kind::unsupported, "is not served for this interaction; nothing was done", fmt::format("http.{}", name));
  return {};
}

Result<void> read_if_match(const Call& call, WriteRequest& wanted) {
  if (auto checked = check_conditions(call, "If-Match"); !checked) return checked.error();
  const std::string_view condition = call.request.header("If-Match");
  if (condition.empty()) return {};
  wanted.if_match = version_in_etag(condition);
  if (!wanted.if_match) return problem(Kind::incorrect, "must be a version as ETag gives it: W/\"1\"", "http.If-Match", "value");
  return {};
}

Step write(const Context& context, const Call& call, const WriteRequest& wanted) {
  const Writing writing{context, call, wanted};
  const store::Snapshot snapshot = context.store.snapshot();
  const auto settled = settle(writing, snapshot);
  if (!settled) return settled.error();
  if (*settled) return answer_of(context, call, **settled);
  auto prepared = prepare(writing, snapshot);
  if (!prepared) return prepared.error();
  if (prepared->is_empty()) return answer_of(context, call, unchanged(*prepared, snapshot));
  const admission::Admitted& admitted = prepared->admitted.at(0);
  Outcome outcome{admitted.type, admitted.id, admitted.version, admitted.effect == admission::Effect::created,
                  admitted.effect == admission::Effect::removed, {}};
  return Commit{std::move(prepared->batch), [&context, &call, outcome = std::move(outcome)](const store::Committed& committed) mutable {
                  outcome.updated = committed.at;
                  return answer_of(context, call, outcome);
                }};
}

}  // namespace handoff::rest
