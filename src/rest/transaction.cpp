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
#include "store/resources.h"

namespace handoff::rest {
namespace {

using json::Value;

struct Plan {
  store::Batch batch;
  std::vector<EntryResponse> responses;                    // one for each entry; of GETs empty yet
  std::vector<std::pair<std::size_t, std::string>> reads;  // which entries ask, and for what, after the commit
};

struct Transaction {
  const Context& context;
  const Call& call;
  Value posted;
};

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
    if (auto allowed = check_subject(transaction.call.requester, entry.resource); !allowed)
      return at(allowed.error(), entry.place("resource"));
    auto checked = check_attribution(transaction.context, transaction.call.requester, snapshot, entry.resource, beside);
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
  const auto standing = standing_of(transaction.context, transaction.call.requester, snapshot, entry.type, entry.id);
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
  const auto current = snapshot.resources().read(admitted.type, admitted.id);
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
  const auth::Requester& requester = transaction.call.requester;
  const ServerNames names{context.base_url, transaction.call.request.header("Host")};
  auto entries = read_transaction(transaction.posted, context.definitions, names);
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
void add_representations(const Call& call, Plan& plan) {
  if (!net::equal_ignoring_case(preference(call.request, "return"), "representation")) return;
  for (std::size_t i = 0; i < plan.responses.size(); ++i)
    if (const std::string& location = plan.responses[i].location; !location.empty()) plan.reads.emplace_back(i, location);
}

// What is read behind the commit, one after the other: the page that each may be is not held beside others.
class Reads final : public Requests {
 public:
  explicit Reads(Plan plan) : plan_(std::move(plan)) {}

  std::size_t count() const override { return plan_.reads.size(); }
  std::size_t at_once() const override { return 1; }
  Result<net::Request> request(std::size_t i) override { return net::Request{"GET", "/fhir/" + plan_.reads[i].second, {}, {}}; }
  void take(std::size_t i, const net::Response& response) override {
    EntryResponse& entry = plan_.responses[plan_.reads[i].first];
    EntryResponse read = entry_response(response);
    if (entry.location.empty()) entry = std::move(read);
    else entry.resource = std::move(read.resource);
  }
  Step end() override {
    std::vector<std::string> entries;
    for (const EntryResponse& response : plan_.responses) entries.push_back(response.to_json());
    return bundle_answer("transaction-response", entries);
  }

 private:
  Plan plan_;
};

Step read_behind(const Call& call, Plan plan, Instant committed) {
  for (EntryResponse& response : plan.responses)
    if (!response.location.empty() && !response.updated) response.updated = committed;
  add_representations(call, plan);
  return std::static_pointer_cast<Requests>(std::make_shared<Reads>(std::move(plan)));
}

}  // namespace

Step transaction(const Context& context, const Call& call, const json::Document& posted) {
  auto plan = make_plan({context, call, posted.root()});
  if (!plan) return plan.error();
  store::Batch batch = std::move(plan->batch);
  return Commit{std::move(batch), [&call, plan = std::move(*plan)](const store::Committed& committed) mutable {
                  return read_behind(call, std::move(plan), committed.at);
                }};
}

}  // namespace handoff::rest
