#include "tools/audit_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "disclosure/audit_pages.h"
#include "json/document.h"
#include "serve/engine.h"
#include "serve/files.h"
#include "tools/operator_client.h"

namespace handoff::gateway {
namespace {

using disclosure::AuditParameters;

class Ledger final : public AuditAccess {
 public:
  explicit Ledger(std::unique_ptr<store::LedgerReading> reading) : reading_(std::move(reading)) {}
  Result<std::string> page(const AuditParameters& parameters) override {
    return disclosure::ledger_page(*reading_, parameters);
  }
  Result<std::string> item(const std::string& id) override { return disclosure::ledger_item(*reading_, id); }

 private:
  std::unique_ptr<store::LedgerReading> reading_;
};

class Outbox final : public AuditAccess {
 public:
  explicit Outbox(store::Snapshot snapshot) : snapshot_(std::move(snapshot)) {}
  Result<std::string> page(const AuditParameters& parameters) override {
    return disclosure::delivery_page(snapshot_, parameters);
  }
  Result<std::string> item(const std::string& id) override {
    return disclosure::delivery_item(snapshot_, id);
  }

 private:
  store::Snapshot snapshot_;
};

class Remote final : public AuditAccess {
 public:
  Remote(OperatorClient client, std::string path) : client_(std::move(client)), path_(std::move(path)) {}
  Result<std::string> page(const AuditParameters& parameters) override {
    std::string query;
    for (const auto& [name, value] : parameters)
      query += (query.empty() ? "?" : "&") + name + "=" + percent_encode(value);
    return client_.ask(path_ + query);
  }
  Result<std::string> item(const std::string& id) override {
    return client_.ask(path_ + "/" + percent_encode(id));
  }

 private:
  OperatorClient client_;
  std::string path_;
};

Result<std::unique_ptr<AuditAccess>> open_remote(const AuditOptions& options, const char* path) {
  auto client = OperatorClient::open(*options.to, options.token_file, options.ca_file);
  if (!client) return client.error();
  return std::make_unique<Remote>(std::move(*client), path);
}

Result<StorePlace> local_place(const AuditOptions& options) {
  if (options.place.data || options.place.config) return place_of(options.place);
  return problem(Kind::incorrect, "give --data or --config, or --to and --token of a running gateway",
                 "--data");
}

bool is_ambiguous(const AuditOptions& options) {
  return options.to && (options.place.data || options.place.config);
}
Problem ambiguous() {
  return problem(Kind::incorrect, "give either --to or a store (--data, --config)", "--to");
}

std::string option_of(std::string_view parameter) {
  constexpr std::string_view in_request = "http.";
  if (parameter.starts_with(in_request)) parameter.remove_prefix(in_request.size());
  if (parameter == "id") return "ID";
  constexpr std::string_view options[] = {"patient", "recipient", "event",  "outcome", "kind",
                                          "since",   "until",     "cursor", "limit"};
  const bool is_option = std::find(std::begin(options), std::end(options), parameter) != std::end(options);
  return (is_option ? "--" : "") + std::string(parameter);
}

}  // namespace

Result<std::unique_ptr<AuditAccess>> AuditAccess::open_ledger(const AuditOptions& options) {
  if (is_ambiguous(options)) return ambiguous();
  if (options.to) return open_remote(options, "/operator/ledger");
  const auto place = local_place(options);
  if (!place) return place.error();
  const auto key = read_secret(place->ledger_key);
  if (!key) return key.error();
  // If somebody tampered with the last entry, the key seems to be another one. An auditor who looks for
  // tampering must still see the list, so this only warns.
  if (const auto fits = engine().check_ledger_key(place->store, *key);
      !fits && fits.error().kind == Kind::incorrect)
    fmt::print(stderr,
               "handoff ledger: {}, or its last entry was changed; entries still in its journal may "
               "be missing\n",
               fits.error().summary());
  auto reading = engine().read_ledger(place->store, *key);
  if (!reading) return reading.error();
  return std::make_unique<Ledger>(std::move(*reading));
}

Result<std::unique_ptr<AuditAccess>> AuditAccess::open_deliveries(const AuditOptions& options) {
  if (is_ambiguous(options)) return ambiguous();
  if (options.to) return open_remote(options, "/operator/deliveries");
  const auto place = local_place(options);
  if (!place) return place.error();
  auto snapshot = engine().look(place->store);
  if (!snapshot) return snapshot.error();
  return std::make_unique<Outbox>(std::move(*snapshot));
}

Result<std::string> gather(AuditAccess& access, const AuditOptions& options, std::string_view member) {
  json::Arena arena;
  std::vector<json::Value> items;
  AuditParameters parameters = options.parameters;
  std::string next;
  do {
    if (!next.empty()) {
      std::erase_if(parameters, [](const auto& parameter) { return parameter.first == "cursor"; });
      parameters.emplace_back("cursor", next);
    }
    AuditParameters of_page = parameters;
    of_page.emplace_back("limit",
                         std::to_string(std::min(options.limit - items.size(), limits::audit_page_max)));
    const auto told = access.page(of_page);
    if (!told) return told.error();
    const auto page = json::parse(*told);
    if (!page) return page.error();
    for (const json::Value item : page->root()[member].items()) items.push_back(json::copy(arena, item));
    next = page->root()["next"].text();
  } while (!next.empty() && items.size() < options.limit);
  std::vector<json::Member> members = {{member, arena.array(items)}};
  if (!next.empty()) members.push_back({"next", arena.string(next)});
  return json::write(arena.object(members));
}

int refuse(std::string_view command, const Problem& refused) {
  for (const Issue& issue : refused.issues) {
    const std::string option = option_of(issue.expression);
    fmt::print(stderr, "handoff {}: {}{}{}\n", command, option, option.empty() ? "" : ": ",
               issue.diagnostics);
  }
  const bool is_wrong_call =
      refused.kind == Kind::incorrect || refused.kind == Kind::not_found || refused.kind == Kind::forbidden;
  return is_wrong_call ? 2 : 1;
}

}  // namespace handoff::gateway
