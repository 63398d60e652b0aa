#include "token_command.h"

#include <fmt/format.h>

#include "auth/token.h"
#include "files.h"
#include "net/client.h"

namespace handoff::gateway {
namespace {

Result<json::Document> read_json(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  return json::parse(*text);
}

Result<std::string> ask(const std::filesystem::path& data, const std::string& client_id, const std::string& scope) {
  const auto sandbox = read_json(data / "sandbox.json");
  if (!sandbox) return problem(Kind::incorrect, "no sandbox is running on this folder: " + sandbox.error().summary(), "--data");
  std::string key_file;
  for (const json::Value client : sandbox->root()["clients"].items())
    if (client["client_id"].text() == client_id) key_file = client["key"].text();
  if (key_file.empty()) return problem(Kind::incorrect, fmt::format("there is no client \"{}\" in sandbox.json", client_id), "--client");
  const auto jwk = read_json(data / key_file);
  if (!jwk) return jwk.error();
  const auto key = auth::Key::from_jwk(jwk->root());
  if (!key) return key.error();
  const std::string url(sandbox->root()["token_url"].text());
  const std::string assertion = auth::make_assertion(*key, client_id, url, SystemClock().now());
  net::ClientOptions options;
  options.ca_file = data / std::string(sandbox->root()["ca"].text());
  options.allowed_addresses = {"127.0.0.1"};
  net::Client client(options);
  const std::string form = "grant_type=client_credentials&client_assertion_type=" +
                           net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                           "&client_assertion=" + assertion + (scope.empty() ? "" : "&scope=" + net::percent_encode(scope));
  const auto answer = client.send({"POST", url, {{"Content-Type", "application/x-www-form-urlencoded"}}, form});
  if (!answer) return answer.error();
  const auto body = json::parse(answer->body);
  if (!body || answer->status != 200)
    return problem(Kind::unauthenticated,
                   fmt::format("the gateway answered {}: {}", answer->status, body ? body->root()["error_description"].text() : ""));
  return std::string(body->root()["access_token"].text());
}

}  // namespace

int run_token(const std::filesystem::path& data, const std::string& client_id, const std::string& scope) {
  const auto token = ask(data, client_id, scope);
  if (token) {
    fmt::print("{}\n", *token);
    return 0;
  }
  fmt::print(stderr, "handoff token: {}\n", token.error().summary());
  return token.error().kind == Kind::incorrect ? 2 : 1;
}

}  // namespace handoff::gateway
