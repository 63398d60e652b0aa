#include "gateway_server.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/log.h"
#include "core/text.h"
#include "json/document.h"
#include "serve/composition.h"
#include "serve/files.h"

namespace handoff::bench {
namespace {

constexpr const char* key_file = "clients.jwk.json";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("gateway: " + result.error().summary());
  return std::move(*result);
}

auth::Key key_in(const std::filesystem::path& folder) {
  return must(auth::Key::from_jwk(must(json::parse(must(gateway::read_file(folder / key_file)))).root()));
}

std::vector<auth::Client> clients_of(const std::filesystem::path& folder) {
  const std::string jwk = key_in(folder).to_jwk(false);
  std::string clients;
  for (
      const char* members :
      {R"("client_id":"op","role":"operator","purposes":[])",
       R"("client_id":"wide","role":"managed-care-plan","organization":"Organization/ORG-WIDE","purposes":["TREAT"])",
       R"("client_id":"few","role":"managed-care-plan","organization":"Organization/ORG-FEW","purposes":["TREAT"])"})
    clients += fmt::format(R"({}{{{},"name":"N","scopes":["system/*.cruds"],"jwks":{{"keys":[{}]}}}})",
                           clients.empty() ? "" : ",", members, jwk);
  return must(auth::read_clients(R"({"clients":[)" + clients + "]}"));
}

}  // namespace

void serve_gateway(const std::filesystem::path& store, const std::filesystem::path& folder,
                   const std::filesystem::path& package) {
  log::set_level("warn");  // as the program does
  gateway::GatewayOptions options;
  options.store_file = store;
  options.ledger_key = "bench";
  options.id_key = "bench";
  options.port = 0;
  options.certificate_file = folder / "server.pem";
  options.key_file = folder / "server.key";
  options.partner_ca_file = folder / "ca.pem";
  options.clients = clients_of(folder);
  std::vector<std::filesystem::path> packages;
  if (!package.empty()) packages.push_back(package);
  options.knowledge = must(gateway::Knowledge::load(packages));
  const SystemClock clock;
  const auto gateway = must(gateway::Gateway::start(std::move(options), clock));
  const std::string base = gateway->base();
  announce_and_wait(std::uint16_t(std::stoi(base.substr(base.rfind(':') + 1))));
  gateway->drain(std::chrono::milliseconds{1000});
  must(gateway->store().verify_ledger());
}

void make_client_key(const std::filesystem::path& folder) {
  const auto written = gateway::write_file(folder / key_file, auth::Key::generate("bench").to_jwk(true));
  if (!written) throw std::runtime_error("gateway: " + written.error().summary());
}

std::string token_of(Client& client, std::uint16_t port, const std::filesystem::path& folder,
                     const std::string& client_id) {
  const std::string audience = fmt::format("https://127.0.0.1:{}/auth/token", port);
  const std::string assertion =
      auth::make_assertion(key_in(folder), client_id, audience, SystemClock().now());
  const std::string form = "grant_type=client_credentials&client_assertion_type=" +
                           percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                           "&client_assertion=" + percent_encode(assertion);
  const std::string answer =
      client.ask(port,
                 fmt::format("POST /auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                             "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                             form.size(), form),
                 200);
  return std::string(must(json::parse(answer)).root()["access_token"].text());
}

}  // namespace handoff::bench
