#include "rest/write.h"

#include <fmt/format.h>

#include "fhir/reference.h"
#include "rest/build.h"
#include "rest/http_date.h"
#include "rest/media.h"
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

std::string success_outcome(const Outcome& outcome) {
  json::Arena arena;
  const json::Value issue = object(arena, {{"severity", arena.string("information")},
                                           {"code", arena.string("informational")},
                                           {"diagnostics", arena.string(fmt::format("version {} is the current one", outcome.version))}});
  return json::write(object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", array(arena, {issue})}}));
}

net::Response response_of(const Writing& writing, const Outcome& outcome) {
  const std::string location =
      fmt::format("{}/fhir/{}/{}/_history/{}", writing.context.base_url, writing.wanted.type, outcome.id, outcome.version);
  return {outcome.created ? 201u : 200u,
          {{"Location", location}, {"ETag", format_etag(outcome.version)}, {"Last-Modified", format_http_date(outcome.updated)}},
          {}};
}

void finish(const Shared& writing, const Outcome& outcome) {
  net::Response response = response_of(*writing, outcome);
  const std::string_view wish = preference(writing->call.request, "return");
  if (net::equal_ignoring_case(wish, "OperationOutcome")) {
    response.headers.emplace_back("Content-Type", fhir_json);
    response.body = success_outcome(outcome);
    return writing->answer(std::move(response));
  }
  if (net::equal_ignoring_case(wish, "minimal") || !auth::allows(writing->call.requester.scopes, writing->wanted.type, 'r'))
    return writing->answer(std::move(response));
  writing->context.gate.read(writing->call.requester, {writing->wanted.type, outcome.id, outcome.version},
                             [writing, response = std::move(response)](Result<disclosure::Disclosed> read) mutable {
                               if (read) {  // else it was written all the same, and the answer must say so
                                 response.headers.emplace_back("Content-Type", fhir_json);
                                 response.body = std::move(*read).take();
                               }
                               writing->answer(std::move(response));
                             });
}

// What If-None-Exist finds, of what the requester may see; nothing if nothing.
Result<std::optional<Outcome>> find_existing(const Writing& writing, const store::Snapshot& snapshot) {
  if (!writing.wanted.if_none_exist) return std::optional<Outcome>{};
  const auth::Requester& requester = writing.call.requester;
  const auto seen = [&](const store::Version& version) {
    if (requester.is_operator()) return true;
    const auto sees = writing.context.gate.sees(requester, snapshot, version.type, version.id);
    return sees && *sees;
  };
  const auto found =
      find_by_identifier(snapshot, writing.context.definitions, writing.wanted.type, *writing.wanted.if_none_exist, seen);
  if (found.size() > 1) return problem(Kind::precondition, "more than one resource has this identifier", at_if_none_exist, "multiple-matches");
  if (found.empty()) return std::optional<Outcome>{};
  return std::optional(Outcome{found[0].id, found[0].version, false, found[0].updated});
}

// Only operators choose ids: for everybody else an update of what is hidden is one of what is not there.
Result<void> check_update(const Writing& writing, const store::Snapshot& snapshot) {
  const auth::Requester& requester = writing.call.requester;
  if (writing.wanted.method != admission::Method::update || requester.is_operator()) return {};
  const auto seen = writing.context.gate.sees(requester, snapshot, writing.wanted.type, writing.wanted.id);
  if (!seen) return seen.error();
  if (!*seen) return problem(Kind::not_found, "there is no such resource; create it with POST, and it is given an id");
  const auto current = snapshot.read(writing.wanted.type, writing.wanted.id);
  if ("Organization/" + current->disclosers != requester.organization)
    return problem(Kind::forbidden, "only the organization that discloses a resource may change it");
  return {};
}

void commit(const Shared& writing, admission::Prepared prepared);

// Runs on a worker; the commit's end comes on the store's writer, which must never wait for a worker's reading.
void attempt(const Shared& writing) {
  ++writing->attempts;
  const WriteRequest& wanted = writing->wanted;
  std::optional<Outcome> settled;
  Result<admission::Prepared> prepared = admission::Prepared{};
  {
    const store::Snapshot snapshot = writing->context.store.snapshot();
    if (auto allowed = check_update(*writing, snapshot); !allowed) return writing->answer(failure(allowed.error()));
    auto existing = find_existing(*writing, snapshot);
    if (!existing) return writing->answer(failure(existing.error()));
    settled = *existing;
    if (!settled) {
      admission::Submission submission = submission_of(writing->call.requester);
      submission.entries.push_back({wanted.method, wanted.type, wanted.id, wanted.document.root(), wanted.if_match, wanted.if_none_exist});
      prepared = writing->context.admission.prepare(submission, snapshot);
      if (!prepared) return writing->answer(failure(prepared.error()));
      if (prepared->is_empty()) settled = Outcome{wanted.id, prepared->admitted[0].version, false, snapshot.read(wanted.type, wanted.id)->updated};
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
      return writing->context.resume([writing, outcome] { finish(writing, outcome); });
    }
    if (committed.error().kind != Kind::conflict || writing->attempts == attempts_max) return writing->answer(failure(committed.error()));
    writing->context.resume([writing] { attempt(writing); });
  });
}

}  // namespace

admission::Submission submission_of(const auth::Requester& requester) {
  constexpr std::string_view organization = "Organization/";
  admission::Submission submission;
  submission.actor = "client " + requester.client_id;
  if (requester.organization.starts_with(organization)) submission.discloser = requester.organization.substr(organization.size());
  return submission;
}

Result<void> check_writer(const auth::Requester& requester, json::Value resource) {
  if (requester.is_operator()) return {};
  const std::string_view type = resource["resourceType"].text();
  if (requester.organization.empty()) return problem(Kind::forbidden, "this client acts for no organization: it writes nothing");
  if (type == "Patient" || type == "Consent" || fhir::patient_of(resource).empty())
    return problem(Kind::forbidden, "clients write what belongs to a patient, and neither Patient nor Consent: those come by their forms");
  return {};
}

Result<json::Document> read_resource(const Call& call, std::string_view type) {
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto document = json::parse(call.request.body);
  if (!document) return document.error();
  if (!document->root().is_object()) return problem(Kind::incorrect, "a resource is a JSON object", std::string(type), "structure");
  if (document->root()["resourceType"].text() != type)
    return problem(Kind::incorrect, "must be the type that the address names", fmt::format("{}.resourceType", type), "value");
  return document;
}

void write(const Context& context, Call call, WriteRequest wanted, Answer answer) {
  attempt(std::make_shared<Writing>(Writing{context, std::move(call), std::move(wanted), std::move(answer)}));
}

}  // namespace handoff::rest
