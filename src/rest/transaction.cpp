// transaction (R4 "http", transaction): every write of the Bundle or none, in one commit of the store; what it reads is read
// behind it.
#include <fmt/format.h>

#include "rest/attribution.h"
#include "rest/bundle_response.h"
#include "rest/dispatch.h"
#include "rest/permission.h"
#include "rest/prefer.h"
#include "rest/transaction_bundle.h"
#include "rest/write.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr int attempts_max = 4;  // the first and three more, where another request came between

struct Plan {
  store::Batch batch;
  std::vector<EntryResponse> responses;                    // one for each entry; of GETs empty yet
  std::vector<std::pair<std::size_t, std::string>> reads;  // which entries ask, and for what, after the commit
};

// One request on its way through its attempts.
struct Transaction {
  const Context& context;
  PostedBundle posted;
  Answer answer;
  int attempts = 0;
  Plan plan = {};
};
using Shared = std::shared_ptr<Transaction>;

Problem at(Problem why, const std::string& place) {
  for (Issue& issue : why.issues) issue.expression = place;
  return why;
}

struct Permission {
  admission::Method method;
  char scope;
  std::string_view verb;
};
constexpr Permission permissions[] = {
    {admission::Method::create, 'c', "create"}, {admission::Method::update, 'u', "update"}, {admission::Method::remove, 'd', "delete"}};

// Reads are checked again by what answers them.
Result<void> check_permissions(const std::vector<BundleEntry>& entries, const auth::Requester& requester) {
  for (const BundleEntry& entry : entries) {
    if (!entry.method) {  // known before anything is written, though it is read behind the commit
      const char scope = entry.read_url.find('/') < entry.read_url.find('?') ? 'r' : 's';
      if (!auth::allows(requester.scopes, entry.type, scope))
        return problem(Kind::forbidden, "no scope of the token allows to read " + entry.type, entry.place("request"));
      continue;
    }
    const Permission& needed = permissions[std::size_t(*entry.method)];
    if (!auth::allows(requester.scopes, entry.type, needed.scope))
      return problem(Kind::forbidden, fmt::format("no scope of the token allows to {} {}", needed.verb, entry.type),
                     entry.place("request"));
    if (entry.if_none_exist && !auth::allows(requester.scopes, entry.type, 's'))
      return problem(Kind::forbidden, "no scope of the token allows to search " + entry.type, entry.place("request.ifNoneExist"));
    if (entry.resource)
      if (auto allowed = check_writer(requester, entry.type); !allowed) return at(allowed.error(), entry.place("resource"));
  }
  return {};
}

Result<void> check_writers_organization(const std::vector<BundleEntry>& entries, const auth::Requester& requester,
                                        const store::Snapshot& snapshot) {
  const auto writes = std::find_if(entries.begin(), entries.end(), [](const BundleEntry& entry) { return entry.method.has_value(); });
  if (writes == entries.end()) return {};
  if (auto allowed = check_organization(requester, snapshot); !allowed) return at(allowed.error(), writes->place("request"));
  return {};
}

// With references rewritten: whom an entry names may be made by another.
Result<void> check_authors(const Transaction& transaction, const std::vector<BundleEntry>& entries, const store::Snapshot& snapshot) {
  const Beside beside = [&entries](std::string_view reference) {
    for (const BundleEntry& entry : entries)
      if (!entry.existing && entry.resource && entry.method && entry.type + "/" + entry.id == reference) return entry.resource;
    return Value{};
  };
  for (const BundleEntry& entry : entries) {
    if (entry.existing || !entry.method || !entry.resource) continue;
    if (auto allowed = check_subject(transaction.posted.call.requester, entry.resource); !allowed)
      return at(allowed.error(), entry.place("resource"));
    auto checked = check_attribution(transaction.context, transaction.posted.call.requester, snapshot, entry.resource, beside);
    if (checked) continue;
    Problem why = checked.error();
    for (Issue& issue : why.issues) issue.expression = entry.place("resource") + issue.expression.substr(issue.expression.find('.'));
    return why;
  }
  return {};
}

// What does not exist for the requester is neither updated nor deleted. True: the entry is to be left out.
Result<bool> is_absent(const Transaction& transaction, const BundleEntry& entry, const store::Snapshot& snapshot) {
  if (!entry.method || *entry.method == admission::Method::create) return false;
  const auto standing = standing_of(transaction.context, transaction.posted.call.requester, snapshot, entry.type, entry.id);
  if (!standing) return at(standing.error(), entry.place("request.url"));
  if (*standing == Standing::own) return false;
  if (*entry.method == admission::Method::update)
    return problem(Kind::not_found, "there is no such resource; create it with POST, and it is given an id", entry.place("request.url"));
  if (entry.if_match) return problem(Kind::precondition, "names a version of what is not there", entry.place("request.ifMatch"));
  return true;
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

EntryResponse response_of(const admission::Admitted& admitted, const store::Snapshot& snapshot) {
  EntryResponse response;
  if (admitted.effect == admission::Effect::removed || admitted.version == 0) return {.status = 204};
  response.status = admitted.effect == admission::Effect::created ? 201 : 200;
  response.location = fmt::format("{}/{}/_history/{}", admitted.type, admitted.id, admitted.version);
  response.version = std::to_string(admitted.version);
  if (admitted.effect != admission::Effect::unchanged) return response;
  const auto current = snapshot.read(admitted.type, admitted.id);
  if (!current || current->deleted) return {.status = 204};
  response.updated = current->updated;
  return response;
}

EntryResponse found_response(const store::Version& existing) {
  return {.status = 200,
          .location = fmt::format("{}/{}/_history/{}", existing.type, existing.id, existing.version),
          .version = std::to_string(existing.version),
          .updated = existing.updated};
}

Result<Plan> make_plan(const Transaction& transaction) {
  const Context& context = transaction.context;
  const auth::Requester& requester = transaction.posted.call.requester;
  const ServerNames names{context.base_url, transaction.posted.call.request.header("Host")};
  auto entries = read_transaction(transaction.posted.document.root(), context.definitions, names);
  if (!entries) return entries.error();
  if (auto checked = check_permissions(*entries, requester); !checked) return checked.error();
  const store::Snapshot snapshot = context.store.snapshot();
  if (auto checked = check_writers_organization(*entries, requester, snapshot); !checked) return checked.error();
  const Conditions conditions{snapshot, context.definitions, seen_by(context, requester, snapshot), requester.scopes};
  if (auto resolved = resolve_conditional_creates(*entries, conditions); !resolved) return resolved.error();
  json::Arena arena;
  if (auto rewritten = rewrite_references(arena, *entries, conditions); !rewritten) return rewritten.error();
  if (auto checked = check_authors(transaction, *entries, snapshot); !checked) return checked.error();

  Plan plan;
  admission::Submission submission = submission_of(context, requester, snapshot);
  std::vector<std::size_t> indexes;
  for (const BundleEntry& entry : *entries) {
    plan.responses.push_back(entry.existing ? found_response(*entry.existing) : EntryResponse{.status = 204});
    if (!entry.method) plan.reads.emplace_back(entry.index, entry.read_url);
    const auto absent = is_absent(transaction, entry, snapshot);
    if (!absent) return absent.error();
    if (entry.existing || !entry.method || *absent) continue;
    const auto if_match = stored_version(context, requester, snapshot, {entry.type, entry.id, entry.if_match});
    if (!if_match) return at(if_match.error(), entry.place("request.ifMatch"));
    submission.entries.push_back({*entry.method, entry.type, entry.id, entry.resource, *if_match, entry.if_none_exist});
    indexes.push_back(entry.index);
  }
  auto prepared = context.admission.prepare(submission, snapshot);
  if (!prepared) return placed(prepared.error(), indexes);
  plan.batch = std::move(prepared->batch);
  for (std::size_t i = 0; i < indexes.size(); ++i) plan.responses[indexes[i]] = response_of(prepared->admitted[i], snapshot);
  return plan;
}

// What the sender wants to see of what was written, as reads behind those that the Bundle asks for.
void add_representations(Transaction& transaction) {
  if (!net::equal_ignoring_case(preference(transaction.posted.call.request, "return"), "representation")) return;
  for (std::size_t i = 0; i < transaction.plan.responses.size(); ++i)
    if (const std::string& location = transaction.plan.responses[i].location; !location.empty())
      transaction.plan.reads.emplace_back(i, location);
}

// One read after the other, on workers: each may have to wait for the ledger.
void read_next(const Shared& transaction, std::size_t n) {
  Plan& plan = transaction->plan;
  if (n == plan.reads.size()) {
    std::vector<std::string> entries;
    for (const EntryResponse& response : plan.responses) entries.push_back(response.to_json());
    return transaction->answer(bundle_answer("transaction-response", entries));
  }
  const auto& [index, url] = plan.reads[n];
  dispatch_entry(transaction->context, transaction->posted.call, {"GET", "/fhir/" + url, {}, {}},
                 [transaction, n, index = index](net::Response response) {
                   EntryResponse& entry = transaction->plan.responses[index];
                   EntryResponse read = entry_response(response);
                   if (entry.location.empty()) entry = std::move(read);
                   else entry.resource = std::move(read.resource);
                   transaction->context.resume(transaction->posted.call, [transaction, n] { read_next(transaction, n + 1); });
                 });
}

void finish(const Shared& transaction, Instant committed) {
  for (EntryResponse& response : transaction->plan.responses)
    if (!response.location.empty() && !response.updated) response.updated = committed;
  add_representations(*transaction);
  read_next(transaction, 0);
}

// Runs on a worker; the commit's end comes on the store's writer, which must never wait for a worker's reading.
void attempt(const Shared& transaction) {
  ++transaction->attempts;
  auto plan = make_plan(*transaction);
  if (!plan) return transaction->answer(failure(plan.error()));
  transaction->plan = std::move(*plan);
  transaction->context.store.commit(std::move(transaction->plan.batch), [transaction](Result<store::Committed> committed) {
    const Context& context = transaction->context;
    if (committed) return context.resume(transaction->posted.call, [transaction, at = committed->at] { finish(transaction, at); });
    if (committed.error().kind != Kind::conflict || transaction->attempts == attempts_max)
      return transaction->answer(failure(committed.error()));
    context.resume(transaction->posted.call, [transaction] { attempt(transaction); });
  });
}

}  // namespace

void transaction(const Context& context, PostedBundle posted, Answer answer) {
  attempt(std::make_shared<Transaction>(Transaction{context, std::move(posted), std::move(answer)}));
}

}  // namespace handoff::rest
