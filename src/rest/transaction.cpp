// transaction (R4 "http", transaction): every entry of the Bundle or none, in one commit of the store.
#include <fmt/format.h>

#include "core/civil.h"
#include "json/document.h"
#include "rest/build.h"
#include "rest/http_date.h"
#include "rest/interaction.h"
#include "rest/media.h"
#include "rest/transaction_bundle.h"
#include "rest/write.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr int attempts_max = 4;  // the first and three more, where another request came between

// One entry of the answer.
struct Written {
  std::string type;
  std::string id;
  std::uint32_t version = 0;
  bool created = false;
  std::optional<Instant> updated;  // of what was there already; else the commit's time
};

struct Plan {
  store::Batch batch;
  std::vector<Written> written;
};

// One request on its way through its attempts.
struct Transaction {
  const Context& context;
  auth::Requester requester;
  json::Document document;
  Answer answer;
  int attempts = 0;
};

Result<void> check_scopes(const std::vector<BundleEntry>& entries, const auth::Requester& requester) {
  for (const BundleEntry& entry : entries) {
    const bool creates = entry.method == admission::Method::create;
    if (!auth::allows(requester.scopes, entry.type, creates ? 'c' : 'u'))
      return problem(Kind::forbidden, fmt::format("no scope of the token allows to {} {}", creates ? "create" : "update", entry.type), entry.place("request"));
  }
  return {};
}

// Admission counts the entries that it was given, and names the place in a lone one from its root.
Problem placed(Problem found, const std::vector<std::size_t>& indexes) {
  constexpr std::string_view prefix = "Bundle.entry[";
  for (Issue& issue : found.issues) {
    std::size_t given = 0;
    std::string_view rest = issue.expression;
    if (indexes.size() > 1 && rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      given = std::size_t(std::stoul(std::string(rest)));
      rest.remove_prefix(rest.find(']') + 1);
      issue.expression = fmt::format("Bundle.entry[{}]{}", indexes.at(given), rest);
    } else if (indexes.size() == 1) {
      const auto dot = rest.find('.');
      issue.expression = fmt::format("Bundle.entry[{}].resource{}", indexes[0], dot == rest.npos ? "" : rest.substr(dot));
    }
  }
  return found;
}

Written written_of(const admission::Admitted& admitted, const store::Snapshot& snapshot) {
  Written written{admitted.type, admitted.id, admitted.version, admitted.effect == admission::Effect::created, std::nullopt};
  if (admitted.effect == admission::Effect::unchanged)
    if (const auto current = snapshot.read(admitted.type, admitted.id)) written.updated = current->updated;
  return written;
}

Result<Plan> make_plan(const Transaction& transaction) {
  const Context& context = transaction.context;
  auto entries = read_transaction(transaction.document.root(), context.definitions);
  if (!entries) return entries.error();
  if (auto checked = check_scopes(*entries, transaction.requester); !checked) return checked.error();
  const store::Snapshot snapshot = context.store.snapshot();
  if (auto resolved = resolve_conditional_creates(*entries, snapshot, context.definitions); !resolved) return resolved.error();
  json::Arena arena;
  if (auto rewritten = rewrite_references(arena, *entries, snapshot, context.definitions); !rewritten) return rewritten.error();

  admission::Submission submission = submission_of(transaction.requester);
  std::vector<std::size_t> indexes;
  for (const BundleEntry& entry : *entries) {
    if (entry.existing) continue;
    submission.entries.push_back({entry.method, entry.type, entry.id, entry.resource, entry.if_match, entry.if_none_exist});
    indexes.push_back(entry.index);
  }
  auto prepared = context.admission.prepare(submission, snapshot);
  if (!prepared) return placed(prepared.error(), indexes);
  Plan plan{std::move(prepared->batch), {}};
  auto admitted = prepared->admitted.begin();
  for (const BundleEntry& entry : *entries)
    plan.written.push_back(entry.existing ? Written{entry.type, entry.id, entry.existing->version, false, entry.existing->updated}
                                          : written_of(*admitted++, snapshot));
  return plan;
}

net::Response response_bundle(const std::vector<Written>& all, Instant committed) {
  json::Arena arena;
  std::vector<Value> entries;
  for (const Written& written : all) {
    const Value response = object(arena, {{"status", arena.string(written.created ? "201 Created" : "200 OK")},
                                          {"location", arena.string(fmt::format("{}/{}/_history/{}", written.type, written.id, written.version))},
                                          {"etag", arena.string(format_etag(written.version))},
                                          {"lastModified", arena.string(format_instant(written.updated.value_or(committed)))}});
    entries.push_back(object(arena, {{"response", response}}));
  }
  std::vector<json::Member> bundle = {{"resourceType", arena.string("Bundle")}, {"type", arena.string("transaction-response")}};
  if (!entries.empty()) bundle.push_back({"entry", arena.array(entries)});
  return {200, {{"Content-Type", std::string(fhir_json)}}, json::write(arena.object(bundle))};
}

// Runs on a worker; the commit's end comes on the store's writer, which must never wait for a worker's reading.
void attempt(std::shared_ptr<Transaction> transaction) {
  ++transaction->attempts;
  auto plan = make_plan(*transaction);
  if (!plan) return transaction->answer(failure(plan.error()));
  auto written = std::make_shared<std::vector<Written>>(std::move(plan->written));
  transaction->context.store.commit(std::move(plan->batch), [transaction, written](Result<store::Committed> committed) {
    if (committed) return transaction->answer(response_bundle(*written, committed->at));
    if (committed.error().kind != Kind::conflict || transaction->attempts == attempts_max) return transaction->answer(failure(committed.error()));
    transaction->context.resume([transaction] { attempt(transaction); });
  });
}

}  // namespace

void transaction(const Context& context, Call call, Answer answer) {
  if (!call.requester.is_operator())
    return answer(failure(problem(Kind::forbidden, "transactions are the operators' for now; create and update one by one")));
  if (auto checked = check_content_type(call); !checked) return answer(failure(checked.error()));
  auto document = json::parse(call.request.body);
  if (!document) return answer(failure(document.error()));
  attempt(std::make_shared<Transaction>(Transaction{context, std::move(call.requester), std::move(*document), std::move(answer)}));
}

}  // namespace handoff::rest
