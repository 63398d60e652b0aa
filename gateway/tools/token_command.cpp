#include "tools/token_command.h"

#include <fmt/format.h>

#include "fhir/reference.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

// Where to ask, with which key, and which authority to trust.
struct Desk {
  std::string token_url;
  fs::path key, ca_file;
};

Result<json::Document> read_json(const fs::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  return json::parse(*text);
}

Result<Desk> desk_of_sandbox(const TokenOptions& options) {
  const auto sandbox = read_json(options.data / "sandbox.json");
  if (!sandbox)
    return problem(Kind::incorrect, "no sandbox is running on this folder: " + sandbox.error().summary(),
                   "--data");
  const json::Value root = sandbox->root();
  for (const json::Value client : root["clients"].items())
    if (client["client_id"].text() == options.client_id)
      return Desk{std::string(root["token_url"].text()), options.data / std::string(client["key"].text()),
                  options.data / std::string(root["ca"].text())};
  // A client that `handoff client add` registered, with its key beside the others.
  const fs::path added = options.data / (options.client_id + ".jwk.json");
  if (fhir::is_id(options.client_id) && fs::exists(added))
    return Desk{std::string(root["token_url"].text()), added, options.data / std::string(root["ca"].text())};
  return problem(Kind::incorrect,
                 fmt::format("there is no client \"{0}\" in sandbox.json, and no {0}.jwk.json beside it",
                             options.client_id),
                 "--client");
}

Result<Desk> desk_of(const TokenOptions& options) {
  if (!options.data.empty()) return desk_of_sandbox(options);
  if (!options.token_url || !options.key)
    return problem(Kind::incorrect, "give --data of a sandbox, or --token-url and --key", "--data");
  return Desk{*options.token_url, *options.key, options.ca_file.value_or(fs::path())};
}

}  // namespace

Result<ClientToken> fetch_token(const TokenOptions& options) {
  const auto desk = desk_of(options);
  if (!desk) return desk.error();
  const auto jwk = read_json(desk->key);
  if (!jwk) return jwk.error();
  const auto key = auth::Key::from_jwk(jwk->root());
  if (!key) return key.error();
  if (!key->is_private())
    return problem(Kind::incorrect, desk->key.string() + " holds no private key", "--key");
  net::ClientOptions http;
  http.ca_file = desk->ca_file;
  http.allowed_addresses = {"127.0.0.1", "::1"};
  net::Client client(http);
  return ask_token(client, *key, options.client_id, desk->token_url, options.scope, SystemClock().now(),
                   options.purpose);
}

int run_token(const TokenOptions& options) {
  const auto token = fetch_token(options);
  if (token) {
    fmt::print("{}\n", token->access_token);
    return 0;
  }
  fmt::print(stderr, "handoff token: {}\n", token.error().summary());
  return token.error().kind == Kind::incorrect ? 2 : 1;
}

}  // namespace handoff::gateway
