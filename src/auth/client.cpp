#include "auth/client.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace handoff::auth {
namespace {

using json::Value;

constexpr std::string_view roles[] = {
    "provider",          "outpatient-bh", "pcp",       "mobile-crisis", "managed-care-plan",
    "community-partner", "corrections",   "probation", "parole",        "state-agency",
    "shelter",           "family",        "auditor",   "operator"};

Result<std::vector<std::string>> texts(Value client, const char* member) {
  const Value array = client[member];
  if (!array.is_array()) return problem(Kind::incorrect, "must be a list of strings", member);
  std::vector<std::string> all;
  for (const Value item : array.items()) {
    if (!item.is_string()) return problem(Kind::incorrect, "must be a list of strings", member);
    all.emplace_back(item.text());
  }
  return all;
}

Result<void> read_keys(Value client, Client& out) {
  if (const Value uri = client["jwks_uri"]) {
    out.jwks_uri = uri.text();
    if (client["jwks"]) return problem(Kind::incorrect, "must not be given together with jwks", "jwks_uri");
    if (!out.jwks_uri.starts_with("https://"))
      return problem(Kind::incorrect, "must be an https URL", "jwks_uri");
    return {};
  }
  const Value keys = client["jwks"]["keys"];
  if (!keys.is_array() || keys.size() == 0)
    return problem(Kind::incorrect, "must hold at least one key", "jwks.keys");
  for (const Value jwk : keys.items()) {
    if (jwk["d"])
      return problem(Kind::incorrect, "holds a private key; register the public one", "jwks.keys");
    auto key = Key::from_jwk(jwk);
    if (!key) return problem(Kind::incorrect, key.error().summary(), "jwks.keys");
    out.keys.push_back(std::move(*key));
  }
  return {};
}

Result<Client> read_client(Value value) {
  static const std::set<std::string_view> known = {"client_id", "name", "organization", "role",    "purposes",
                                                   "scopes",    "jwks", "jwks_uri",     "disabled"};
  if (value["mtls_subject"])  // must not be ignored: its author relies on it
    return problem(Kind::incorrect, "binds the client to a certificate, but mutual TLS is not served yet",
                   "mtls_subject");
  for (const auto& member : value.members())
    if (!known.contains(member.key))
      return problem(Kind::incorrect, "is not a setting of a client", std::string(member.key));
  Client client;
  client.client_id = value["client_id"].text();
  client.name = value["name"].text();
  client.organization = value["organization"].text();
  client.role = value["role"].text();
  if (client.client_id.empty()) return problem(Kind::incorrect, "is missing", "client_id");
  if (!is_role(client.role))
    return problem(Kind::incorrect, "must be one of the roles: " + all_roles(), "role");
  auto purposes = texts(value, "purposes"), scopes = texts(value, "scopes");
  if (!purposes) return purposes.error();
  if (!scopes) return scopes.error();
  for (const std::string& scope : *scopes)
    if (!parse_scope(scope))
      return problem(Kind::incorrect, fmt::format("\"{}\" is not a SMART scope", scope), "scopes");
  client.purposes = std::move(*purposes);
  client.scopes = std::move(*scopes);
  if (auto keys = read_keys(value, client); !keys) return keys.error();
  return client;
}

}  // namespace

Result<std::vector<Client>> read_clients(std::string_view text) {
  auto document = json::parse(text, {.relaxed = true});
  if (!document) return document.error();
  std::vector<Client> clients;
  std::set<std::string> ids;
  for (const Value value : document->root()["clients"].items()) {
    if (value["disabled"].truth()) continue;
    auto client = read_client(value);
    if (!client) {
      const Issue issue = client.error().issues.front();
      return problem(
          Kind::incorrect,
          fmt::format("client \"{}\": {} {}", value["client_id"].text(), issue.expression, issue.diagnostics),
          "clients");
    }
    if (!ids.insert(client->client_id).second)
      return problem(Kind::incorrect, fmt::format("client \"{}\" is listed twice", client->client_id),
                     "clients");
    clients.push_back(std::move(*client));
  }
  return clients;
}

std::string all_roles() { return fmt::format("{}", fmt::join(roles, ", ")); }

bool is_role(std::string_view role) {
  return std::find(std::begin(roles), std::end(roles), role) != std::end(roles);
}

std::optional<Scope> parse_scope(std::string_view text) {
  if (!text.starts_with("system/")) return std::nullopt;
  text.remove_prefix(7);
  const auto dot = text.find('.');
  if (dot == text.npos || dot == 0) return std::nullopt;
  Scope scope{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
  if (scope.interactions == "read") scope.interactions = "rs";
  else if (scope.interactions == "write") scope.interactions = "cud";
  else if (scope.interactions == "*") scope.interactions = "cruds";
  // v2: letters of "cruds", in that order, each at most once.
  constexpr std::string_view order = "cruds";
  std::size_t at = 0;
  for (const char c : scope.interactions) {
    at = order.find(c, at);
    if (at == order.npos) return std::nullopt;
    ++at;
  }
  return scope.interactions.empty() ? std::nullopt : std::optional(scope);
}

bool allows(const std::vector<Scope>& scopes, std::string_view type, char interaction) {
  return std::any_of(scopes.begin(), scopes.end(), [&](const Scope& scope) {
    return (scope.type == "*" || scope.type == type) &&
           scope.interactions.find(interaction) != std::string::npos;
  });
}

}  // namespace handoff::auth
