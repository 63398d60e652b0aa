#include "rest/write.h"

#include <fmt/format.h>

#include "rest/attribution.h"
#include "rest/build.h"
#include "rest/http_date.h"
#include "rest/media.h"
#include "rest/permission.h"
#include "rest/prefer.h"

namespace handoff::rest {
namespace {

constexpr int attempts_max = 4;  // the first and three more, where another request came between
constexpr const char* at_if_none_exist = "http.If-None-Exist";

// One request on its way through its attempts.
struct Writing {
  const Context& context;
  Call call;
  WriteRequest wanted;
  Answer answer;
  int attempts = 0;
};
using Shared = std::shared_ptr<Writing>;

// What stands in the store when the write is through.
struct Outcome {
  std::string id;
  std::uint32_t version = 0;
  bool created = false;
  Instant updated;
};

std::string success_outcome(const Outcome& outcome, bool removed) {
  const std::string standing = removed ? "the resource is deleted" : fmt::format("version {} is the current one", outcome.version);
  json::Arena arena;
  const json::Value issue = object(arena, {{"severity", arena.string("information")},
                                           {"code", arena.string("informational")},
                                           {"details", object(arena, {{"text", arena.string("The request was carried out.")}})},
                                           {"diagnostics", arena.string(standing)}});
  return json::write(object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", array(arena, {issue})}}));
}

net::Headers written_headers(const Writing& writing, const std::string& id, const std::string& version, const std::string& tag,
                             Instant updated) {
  const std::string location = fmt::format("{}/fhir/{}/{}/_history/{}", writing.context.base_url, writing.wanted.type, id, version);
  return {{"Location", location}, {"ETag", format_etag(tag)}, {"Last-Modified", format_http_date(updated)}};
}

net::Response response_of(const Writing& writing, const Outcome& outcome) {
  if (writing.wanted.method == admission::Method::remove) {
    net::Response removed{204, {}, {}};
    if (outcome.version > 0) removed.headers.emplace_back("ETag", format_etag(outcome.version));
    return removed;
  }
  const std::string version = std::to_string(outcome.version);
  return {outcome.created ? 201u : 200u, written_headers(writing, outcome.id, version, version, outcome.updated), {}};
}

void finish(const Shared& writing, const Outcome& outcome) {
  net::Response response = response_of(*writing, outcome);
  const std::string_view wish = preference(writing->call.request, "return");
  const bool removed = response.status == 204;
  if (net::equal_ignoring_case(wish, "OperationOutcome")) {
    response.headers.emplace_back("Content-Type", fhir_json);
    response.body = success_outcome(outcome, removed);
    if (removed) response.status = 200;
    return writing->answer(std::move(response));
  }
  if (removed) return writing->answer(std::move(response));
  if (net::equal_ignoring_case(wish, "minimal") || !auth::allows(writing->call.requester.scopes, writing->wanted.type, 'r'))
    return writing->answer(std::move(response));
  writing->context.gate.read(writing->call.requester, {writing->wanted.type, outcome.id, {}, outcome.version},
                             [writing, id = outcome.id, response = std::move(response)](Result<disclosure::Disclosed> read) mutable {
                               if (read) {  // else it was written all the same, and the answer must say so
                                 response.headers = written_headers(*writing, id, read->version(), read->tag(), read->updated());
                                 response.headers.emplace_back("Content-Type", fhir_json);
                                 response.body = std::move(*read).take();
                               }
                               writing->answer(std::move(response));
                             });
}

// What If-None-Exist finds, of what the requester may see; nothing if nothing.
Result<std::optional<Outcome>> find_existing(const Writing& writing, const store::Snapshot& snapshot) {
  if (!writing.wanted.if_none_exist) return std::optional<Outcome>{};
  const auto found = find_by_identifier(snapshot, writing.context.definitions, writing.wanted.type, *writing.wanted.if_none_exist,
                                        seen_by(writing.context, writing.call.requester, snapshot));
  if (found.size() > 1)
    return problem(Kind::precondition, "more than one resource has this identifier", at_if_none_exist, "multiple-matches");
  if (found.empty()) return std::optional<Outcome>{};
  return std::optional(Outcome{found[0].id, found[0].version, false, found[0].updated});
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
  return std::optional(Outcome{wanted.id, 0, false, {}});
}

// In whose name it is written, before anything is told of what is stored.
Result<void> check_author(const Writing& writing, const store::Snapshot& snapshot) {
  if (auto allowed = check_organization(writing.call.requester, snapshot); !allowed) return allowed.error();
  return check_attribution(writing.context, writing.call.requester, snapshot, writing.wanted.resource());
}

void commit(const Shared& writing, admission::Prepared prepared);

Outcome unchanged(const admission::Prepared& prepared, const store::Snapshot& snapshot) {
  const admission::Admitted& admitted = prepared.admitted.at(0);
  const auto current = snapshot.read(admitted.type, admitted.id);
  return {admitted.id, admitted.version, false, current ? current->updated : Instant{}};
}

// Runs on a worker; the commit's end comes on the store's writer, which must never wait for a worker's reading.
void attempt(const Shared& writing) {
  ++writing->attempts;
  const WriteRequest& wanted = writing->wanted;
  std::optional<Outcome> settled;
  Result<admission::Prepared> prepared = admission::Prepared{};
  {
    const store::Snapshot snapshot = writing->context.store.snapshot();
    if (auto allowed = check_author(*writing, snapshot); !allowed) return writing->answer(failure(allowed.error()));
    auto existing = settle_absent(*writing, snapshot);
    if (existing && !*existing) existing = find_existing(*writing, snapshot);
    if (!existing) return writing->answer(failure(existing.error()));
    settled = *existing;
    if (!settled) {
      admission::Submission submission = submission_of(writing->context, writing->call.requester, snapshot);
      const auto if_match =
          stored_version(writing->context, writing->call.requester, snapshot, {wanted.type, wanted.id, wanted.if_match});
      if (!if_match) return writing->answer(failure(if_match.error()));
      submission.entries.push_back({wanted.method, wanted.type, wanted.id, wanted.resource(), *if_match, wanted.if_none_exist});
      prepared = writing->context.admission.prepare(submission, snapshot);
      if (!prepared) return writing->answer(failure(prepared.error()));
      if (prepared->is_empty()) settled = unchanged(*prepared, snapshot);
    }
  }
  if (settled) return finish(writing, *settled);
  commit(writing, std::move(*prepared));
}

void commit(const Shared& writing, admission::Prepared prepared) {
  const admission::Admitted admitted = prepared.admitted.at(0);
  writing->context.store.commit(std::move(prepared.batch), [writing, admitted](Result<store::Committed> committed) {
    if (committed) {
      const Outcome outcome{admitted.id, admitted.version, admitted.effect == admission::Effect::created, committed->at};
      return writing->context.resume(writing->call, [writing, outcome] { finish(writing, outcome); });
    }
    if (committed.error().kind != Kind::conflict || writing->attempts == attempts_max) return writing->answer(failure(committed.error()));
    writing->context.resume(writing->call, [writing] { attempt(writing); });
  });
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

void write(const Context& context, Call call, WriteRequest wanted, Answer answer) {
  attempt(std::make_shared<Writing>(Writing{context, std::move(call), std::move(wanted), std::move(answer)}));
}

}  // namespace handoff::rest
