// transaction (R4 "http", transaction): all writes of the Bundle or none, in one commit. The Bundle's reads
// run after the commit.
#include <fmt/format.h>

#include "rest/http/bundle_response.h"
#include "rest/http/dispatch.h"
#include "rest/http/prefer.h"
#include "rest/interactions/transaction_bundle.h"

namespace handoff::rest {
namespace {

struct Answers {
  std::shared_ptr<void> slot;            // of a batch, while the reads are gathered and sent
  std::vector<EntryResponse> responses;  // one for each entry; a GET's is empty until it is read
  std::vector<std::pair<std::size_t, std::string>>
      reads;  // the entries to read after the commit, with their URLs
};

struct Permission {
  admission::Method method;
  char scope;
  std::string_view verb;
};
constexpr Permission permissions[] = {{admission::Method::create, 'c', "create"},
                                      {admission::Method::update, 'u', "update"},
                                      {admission::Method::remove, 'd', "delete"}};

// Checked before anything is written. The interactions that answer the reads check again.
Result<void> check_permission(const BundleEntry& entry, const auth::Requester& requester) {
  if (!entry.write) {
    const char scope = entry.read_url.find('/') < entry.read_url.find('?') ? 'r' : 's';
    if (auth::allows(requester.scopes, entry.type, scope)) return {};
    return problem(Kind::forbidden, "no scope of the token allows to read " + entry.type,
                   entry.place("request"));
  }
  const Permission& needed = permissions[std::size_t(entry.write->method)];
  if (!auth::allows(requester.scopes, entry.type, needed.scope))
    return problem(Kind::forbidden,
                   fmt::format("no scope of the token allows to {} {}", needed.verb, entry.type),
                   entry.place("request"));
  if (entry.write->if_none_exist && !auth::allows(requester.scopes, entry.type, 's'))
    return problem(Kind::forbidden, "no scope of the token allows to search " + entry.type,
                   entry.place("request.ifNoneExist"));
  if (entry.write->method == admission::Method::remove) return {};
  const auto allowed = authoring::check_writer(requester, entry.type);
  if (allowed) return {};
  Problem why = allowed.error();
  for (Issue& issue : why.issues) issue.expression = entry.place("resource");
  return why;
}

EntryResponse response_of(const authoring::Written& written) {
  if (written.removed) return {.status = 204};
  const std::string number = std::to_string(written.version);
  return {.status = written.created ? 201u : 200u,
          .location = fmt::format("{}/{}/_history/{}", written.type, written.id,
                                  written.shown_version.empty() ? number : written.shown_version),
          .version = written.tag.empty() ? number : written.tag,
          .updated = written.updated};
}

// If the sender wants to see what was written, adds reads for it after the reads of the Bundle.
void add_representations(const Call& call, Answers& answers) {
  if (!net::equal_ignoring_case(preference(call.request, "return"), "representation")) return;
  for (std::size_t i = 0; i < answers.responses.size(); ++i)
    if (const std::string& location = answers.responses[i].location; !location.empty())
      answers.reads.emplace_back(i, location);
}

// The reads after the commit, one after the other, so that only one page is held at a time.
class Reads final : public Requests {
 public:
  explicit Reads(Answers answers) : answers_(std::move(answers)) {}

  std::size_t count() const override { return answers_.reads.size(); }
  std::size_t at_once() const override { return 1; }
  Result<net::Request> request(std::size_t i) override {
    if (answer_bytes_ > limits::batch_answer_bytes_max)
      return problem(Kind::busy, "the answer is too long already, so this was not read; ask for less at once",
                     "http.request", "too-costly");
    return net::Request{"GET", "/fhir/" + answers_.reads[i].second, {}, {}};
  }
  void take(std::size_t i, const net::Response& response) override {
    EntryResponse& entry = answers_.responses[answers_.reads[i].first];
    answer_bytes_ += response.body.size();
    EntryResponse read = entry_response(response);
    if (entry.location.empty()) entry = std::move(read);
    else entry.resource = std::move(read.resource);
  }
  Step end() override {
    std::vector<std::string> entries;
    for (const EntryResponse& response : answers_.responses) entries.push_back(response.to_json());
    net::Response whole = bundle_answer("transaction-response", entries);
    whole.held = answers_.slot;
    return whole;
  }

 private:
  Answers answers_;
  std::size_t answer_bytes_ = 0;
};

Step read_behind(const Call& call, Answers answers, Instant committed) {
  for (EntryResponse& response : answers.responses)
    if (!response.location.empty() && !response.updated) response.updated = committed;
  add_representations(call, answers);
  return std::static_pointer_cast<Requests>(std::make_shared<Reads>(std::move(answers)));
}

}  // namespace

Step transaction(const Context& context, const Call& call, const json::Document& posted) {
  auto entries =
      read_transaction(posted.root(), context.definitions, {context.base_url, call.request.header("Host")});
  if (!entries) return entries.error();
  for (const BundleEntry& entry : *entries)
    if (auto allowed = check_permission(entry, call.requester); !allowed) return allowed.error();
  Answers answers;
  std::vector<authoring::Entry> writes;
  std::vector<std::size_t> places;  // indexes of the writes in the Bundle
  for (BundleEntry& entry : *entries) {
    if (entry.write) writes.push_back(std::move(*entry.write)), places.push_back(entry.index);
    else answers.reads.emplace_back(entry.index, entry.read_url);
  }
  answers.responses.resize(entries->size());
  const bool reads = !answers.reads.empty() ||
                     net::equal_ignoring_case(preference(call.request, "return"), "representation");
  if (reads && !(answers.slot = context.batch_slots.take(call.share)))
    return problem(Kind::limited, "too many Bundles that read are under way; wait for the answers to some");
  auto plan = context.authoring.plan(call.requester, std::move(writes), call.request.deadline, true);
  if (!plan) return plan.error();
  for (std::size_t i = 0; i < places.size(); ++i)
    answers.responses[places[i]] = response_of(plan->written[i]);
  return Commit{std::move(plan->prepared), [&call, answers = std::move(answers)](Instant committed) mutable {
                  return read_behind(call, std::move(answers), committed);
                }};
}

}  // namespace handoff::rest
