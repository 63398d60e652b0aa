#include "token_command.h"

#include <fmt/format.h>

#include "client_token.h"
#include "files.h"

namespace handoff::gateway {
namespace {

Result<json::Document> read_json(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  return json::parse(*text);
}

Result<std::string> ask(const std::filesystem::path& data, const std::string& client_id, const std::string& scope, const std::string& purpose) {
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
  net::ClientOptions options;
  options.ca_file = data / std::string(sandbox->root()["ca"].text());
  options.allowed_addresses = {"127.0.0.1"};
  net::Client client(options);
  const auto token = ask_token(client, *key, client_id, std::string(sandbox->root()["token_url"].text()), scope, SystemClock().now(), purpose);
  if (!token) return token.error();
  return token->access_token;
}

}  // namespace

int run_token(const std::filesystem::path& data, const std::string& client_id, const std::string& scope, const std::string& purpose) {
  const auto token = ask(data, client_id, scope, purpose);
  if (token) {
    fmt::print("{}\n", *token);
    return 0;
  }
  fmt::print(stderr, "handoff token: {}\n", token.error().summary());
  return token.error().kind == Kind::incorrect ? 2 : 1;
}

}  // namespace handoff::gateway
