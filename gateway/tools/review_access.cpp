#include "tools/review_access.h"

#include <fmt/format.h>

#include <future>

#include "core/civil.h"
#include "core/number.h"
#include "core/text.h"
#include "disclosure/ledger_entry.h"
#include "fhir/resource_id.h"
#include "json/document.h"
#include "serve/composition.h"
#include "serve/configuration.h"
#include "serve/equipment.h"
#include "serve/files.h"
#include "serve/keys.h"
#include "serve/route_files.h"
#include "serve/table_files.h"
#include "serve/telling_names_file.h"
#include "store/settings.h"
#include "tools/operator_client.h"
#include "tools/token_command.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view local_actor = "command line";
constexpr std::string_view clock_setting = "clock";  // where a sandbox keeps it

class RemoteReviews final : public ReviewAccess {
 public:
  explicit RemoteReviews(OperatorClient client) : client_(std::move(client)) {}
  Result<std::string> ask(const std::string& path, const std::string& body) override {
    return client_.ask("/operator/reviews" + path, body);
  }

 private:
  OperatorClient client_;
};

// The parts of a gateway over the store. It serves nobody: its port is any free one, and no client is
// registered.
class LocalReviews final : public ReviewAccess {
 public:
  static Result<std::unique_ptr<ReviewAccess>> open(GatewayOptions options) {
    if (!fs::exists(options.store_file))
      return problem(Kind::incorrect, "there is no store " + options.store_file.string());
    auto access = std::unique_ptr<LocalReviews>(new LocalReviews);
    options.address = "127.0.0.1";
    options.port = 0;
    options.clients.clear();
    auto started = Gateway::start(std::move(options), access->clock_);
    if (!started) return started.error();
    access->gateway_ = std::move(*started);
    const auto stood = access->gateway_->store().snapshot().settings().find(clock_setting);
    if (const auto span = stood ? span_of(*stood) : std::nullopt) access->clock_.set(span->first);
    return std::unique_ptr<ReviewAccess>(std::move(access));
  }

  Result<std::string> ask(const std::string& path, const std::string& body) override {
    auto answer = answered(path, body);
    if (!answer) return answer.error();
    if (auto recorded = record(answer->patients); !recorded) return recorded.error();
    return std::move(answer->json);
  }

 private:
  LocalReviews() = default;

  Result<rest::ReviewDesk::Answer> answered(const std::string& path, const std::string& body) {
    constexpr std::string_view cursor = "?cursor=";
    const auto number = [](std::string_view text) { return parse_number<std::int64_t>(text).value_or(0); };
    const std::int64_t after = path.starts_with(cursor) ? number(path.substr(cursor.size())) : 0;
    const auto parts = split(path, '/');  // "", id, action
    rest::ReviewDesk& desk = gateway_->desk();
    const std::int64_t id = parts.size() > 1 ? number(parts[1]) : 0;
    if (parts.size() < 2) return desk.list({}, after);
    if (parts.size() < 3) return desk.show(id);
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    rest::ReviewRuling ruling{std::string(parts[2]),
                              std::string(parts[1]),
                              std::string(parsed->root()["patient"].text()),
                              {},
                              std::string(local_actor),
                              std::string(parsed->root()["reason"].text())};
    for (const json::Member& field : parsed->root()["fields"].members())
      ruling.fields.emplace_back(field.key, field.value.text());
    return desk.decide(ruling);
  }

  Result<void> record(const std::vector<fhir::Reference>& patients) {
    if (patients.empty()) return {};
    std::promise<Result<void>> promise;
    gateway_->store().record({disclosure::custodian_entry(std::string(local_actor), "review", patients)},
                             [&promise](Result<void> recorded) { promise.set_value(std::move(recorded)); });
    return promise.get_future().get();
  }

  ManualClock clock_{SystemClock().now()};
  std::unique_ptr<Gateway> gateway_;
};

Result<std::unique_ptr<ReviewAccess>> open_remote(const ReviewOptions& options) {
  auto client = OperatorClient::open(*options.to, options.token_file, options.ca_file);
  if (!client) return client.error();
  return std::make_unique<RemoteReviews>(std::move(*client));
}

Result<std::unique_ptr<ReviewAccess>> open_configured(const ReviewOptions& options) {
  const auto configuration = read_configuration(*options.config, options.home);
  if (!configuration) return configuration.error();
  auto equipped = equip(*configuration, true);  // an older store without a key of ids takes the new key
  if (!equipped) return equipped.error();
  return LocalReviews::open(std::move(*equipped));
}

// A sandbox that runs is asked as its operator. If it has ended, its store is opened.
Result<std::unique_ptr<ReviewAccess>> open_sandbox(const ReviewOptions& options) {
  const fs::path& data = *options.data;
  if (!fs::exists(data / "sandbox.json") && !fs::exists(data / "handoff.db"))
    return problem(Kind::incorrect, "not a data folder of a sandbox: " + data.string(), "--data");
  TokenOptions wanted;
  wanted.data = data;
  wanted.client_id = "operator";
  const auto sandbox = read_file(data / "sandbox.json");
  const auto parsed = json::parse(sandbox ? *sandbox : std::string("{}"));
  if (sandbox && parsed) {
    auto token = fetch_token(wanted);
    std::string base(parsed->root()["base"].text());
    if (token)
      return std::make_unique<RemoteReviews>(OperatorClient(base.substr(0, base.rfind("/fhir")),
                                                            token->access_token,
                                                            data / std::string(parsed->root()["ca"].text())));
    if (token.error().kind != Kind::unavailable) return token.error();
  }
  GatewayOptions local;
  const auto key = read_secret(data / "ledger.key");
  if (!key) return key.error();
  local.ledger_key = *key;
  local.store_file = data / "handoff.db";
  auto ids = id_key(data / "id.key", local.store_file, true);
  if (!ids) return ids.error();
  local.id_key = std::move(*ids);
  local.certificate_file = data / "server.pem";
  local.key_file = data / "server.key";
  auto routes = load_routes(options.home / "gateway/routes");
  if (!routes) return routes.error();
  local.routes = std::move(*routes);
  auto tables = load_tables(options.home / "gateway/tables");
  if (!tables) return tables.error();
  local.tables = std::move(*tables);
  auto names = load_telling_names(options.home / "gateway/tables/telling_names.csv");
  if (!names) return names.error();
  local.names = std::move(*names);
  local.mappings_folder = options.home / "mappings";
  return LocalReviews::open(std::move(local));
}

}  // namespace

Result<std::unique_ptr<ReviewAccess>> ReviewAccess::open(const ReviewOptions& options) {
  if (options.data.has_value() + options.config.has_value() + options.to.has_value() != 1)
    return problem(Kind::incorrect,
                   "give --data of a sandbox, or --config, or --to and --token of a running gateway",
                   "--data");
  if (options.to) return open_remote(options);
  return options.config ? open_configured(options) : open_sandbox(options);
}

}  // namespace handoff::gateway
