#include "auth/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <unordered_map>

#include "core/hash.h"
#include "core/text.h"

namespace handoff::auth {
namespace {

constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr long long assertion_life_s_max = 300;
constexpr long long clock_skew_s = 30;
constexpr std::size_t tokens_max = 100'000;

long long seconds(Instant instant) { return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count(); }

Problem oauth(Kind kind, std::string code, std::string diagnostics) { return problem(kind, std::move(diagnostics), {}, std::move(code)); }
Problem invalid_client(std::string why) { return oauth(Kind::unauthenticated, "invalid_client", std::move(why)); }

std::optional<long long> integer(json::Value value) {
  long long number = 0;
  const auto text = value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!value.is_number() || error != std::errc{}) return std::nullopt;
  return number;  // a fraction of a second is cut off
}

bool names(json::Value audience, std::string_view expected) {
  if (audience.text() == expected) return true;
  for (const json::Value item : audience.items())
    if (item.text() == expected) return true;
  return false;
}

// Of the scopes asked for, those within what the client is registered with; all of these where none is asked for.
std::vector<std::string> granted_scopes(const Client& client, const std::string& asked) {
  if (asked.empty()) return client.scopes;
  std::vector<Scope> registered;
  for (const std::string& scope : client.scopes) registered.push_back(*parse_scope(scope));
  std::vector<std::string> granted;
  for (const auto text : split(asked, ' ')) {
    const auto scope = parse_scope(text);
    if (!scope) continue;
    const auto within = [&](char interaction) { return allows(registered, scope->type, interaction); };
    if (std::all_of(scope->interactions.begin(), scope->interactions.end(), within)) granted.emplace_back(text);
  }
  return granted;
}

bool is_bearer(std::string_view scheme) {  // without regard to case (RFC 9110 section 11.1)
  constexpr std::string_view bearer = "bearer ";
  return std::equal(scheme.begin(), scheme.end(), bearer.begin(), bearer.end(), [](char a, char b) { return (a | 0x20) == b || a == b; });
}

struct Token {
  std::string client_id;
  std::vector<std::string> purposes;
  std::vector<Scope> scopes;
  Instant expires;
};

// "urn:oid:2.16.840.1.113883.5.8#TREAT", "system|TREAT" and "TREAT" all name the code.
std::string_view purpose_code(std::string_view text) {
  const auto mark = text.find_last_of("#|");
  return mark == text.npos ? text : text.substr(mark + 1);
}

// What the token is for: of the client's purposes those that the assertion names. Never one that is not registered.
Result<std::vector<std::string>> granted_purposes(const Client& client, json::Value claims) {
  const json::Value b2b = claims["extensions"]["hl7-b2b"];
  if (!b2b) return client.purposes;
  std::vector<std::string> granted;
  for (const json::Value asked : b2b["purpose_of_use"].items()) {
    const std::string code(purpose_code(asked.text()));
    if (std::find(client.purposes.begin(), client.purposes.end(), code) == client.purposes.end())
      return oauth(Kind::incorrect, "invalid_request", "hl7-b2b.purpose_of_use names a purpose that the client is not registered for");
    if (std::find(granted.begin(), granted.end(), code) == granted.end()) granted.push_back(code);
  }
  if (granted.empty()) return oauth(Kind::incorrect, "invalid_request", "hl7-b2b.purpose_of_use is missing");
  return granted;
}

}  // namespace

struct TokenService::Content {
  std::string audience;
  const Clock& clock;
  mutable std::mutex mutex;
  std::map<std::string, Client, std::less<>> clients;
  std::unordered_map<std::string, Token> tokens;  // by the digest of the token: a memory image gives none away
  std::map<std::string, Instant> used_ids;        // jti of assertions still valid

  Result<const Client*> verify(const Jws& jws) {
    if (jws.header.root()["alg"].text() != es384) return invalid_client("alg must be ES384");
    if (jws.header.root()["crit"]) return invalid_client("crit names extensions that are not understood");
    const auto claims = jws.claims.root();
    const auto issuer = claims["iss"].text();
    const auto client = clients.find(issuer);
    if (client == clients.end() || claims["sub"].text() != issuer)
      return invalid_client("iss and sub must be the id of a registered client");
    const Key* key = nullptr;
    for (const Key& candidate : client->second.keys)
      if (candidate.kid() == jws.header.root()["kid"].text()) key = &candidate;
    if (!key || !key->verify(jws.signed_part, jws.signature)) return invalid_client("the signature does not fit a registered key");
    if (!names(claims["aud"], audience)) return invalid_client("aud must be the token endpoint");
    const auto expires = integer(claims["exp"]);
    const long long now = seconds(clock.now());
    if (!expires || *expires < now - clock_skew_s) return invalid_client("the assertion has expired");
    if (*expires > now + assertion_life_s_max + clock_skew_s) return invalid_client("exp is more than five minutes away");
    if (const auto begins = integer(claims["nbf"]); claims["nbf"] && (!begins || *begins > now + clock_skew_s))
      return invalid_client("nbf lies in the future");
    if (claims["jti"].text().empty()) return invalid_client("jti is missing");
    forget_old();
    const std::string id = std::string(issuer) + '\n' + std::string(claims["jti"].text());
    if (!used_ids.emplace(id, Instant{std::chrono::seconds{*expires + clock_skew_s}}).second) return invalid_client("jti was used before");
    return &client->second;
  }

  void forget_old() {
    const Instant now = clock.now();
    std::erase_if(used_ids, [now](const auto& entry) { return entry.second < now; });
    std::erase_if(tokens, [now](const auto& entry) { return entry.second.expires < now; });
  }
};

TokenService::TokenService(std::string audience, const Clock& clock) : content_(new Content{std::move(audience), clock, {}, {}, {}, {}}) {}
TokenService::~TokenService() = default;

void TokenService::set_clients(std::vector<Client> clients) {
  const std::lock_guard hold(content_->mutex);
  content_->clients.clear();
  for (Client& client : clients) {
    const std::string id = client.client_id;
    content_->clients.emplace(id, std::move(client));
  }
}

Result<IssuedToken> TokenService::exchange(const TokenRequest& request) {
  if (request.grant_type != "client_credentials")
    return oauth(Kind::incorrect, "unsupported_grant_type", "grant_type must be client_credentials");
  if (request.client_assertion_type != assertion_type)
    return oauth(Kind::incorrect, "invalid_request", fmt::format("client_assertion_type must be {}", assertion_type));
  auto jws = decode_jws(request.client_assertion);
  if (!jws) return invalid_client(jws.error().summary());
  const std::lock_guard hold(content_->mutex);
  const auto client = content_->verify(*jws);
  if (!client) return client.error();
  IssuedToken issued;
  auto purposes = granted_purposes(**client, jws->claims.root());
  if (!purposes) return purposes.error();
  Token token{(*client)->client_id, std::move(*purposes), {}, content_->clock.now() + std::chrono::seconds{token_life_s}};
  for (const std::string& granted : granted_scopes(**client, request.scope)) {
    token.scopes.push_back(*parse_scope(granted));
    issued.scope += (issued.scope.empty() ? "" : " ") + granted;
  }
  if (token.scopes.empty()) return oauth(Kind::incorrect, "invalid_scope", "the client is registered with none of these scopes");
  if (content_->tokens.size() >= tokens_max) return oauth(Kind::busy, "temporarily_unavailable", "too many tokens are in use");
  issued.access_token = base64url_encode(random_bytes(32));
  issued.expires_in_s = token_life_s;
  content_->tokens.emplace(sha256_hex(issued.access_token), std::move(token));
  return issued;
}

Result<Requester> TokenService::authenticate(std::string_view authorization) const {
  if (authorization.size() < 7 || !is_bearer(authorization.substr(0, 7)))
    return problem(Kind::unauthenticated, "a bearer token is required");
  const std::lock_guard hold(content_->mutex);
  const auto token = content_->tokens.find(sha256_hex(authorization.substr(7)));
  if (token == content_->tokens.end() || token->second.expires < content_->clock.now())
    return problem(Kind::unauthenticated, "the token is unknown or has expired");
  const auto client = content_->clients.find(token->second.client_id);
  if (client == content_->clients.end()) return problem(Kind::unauthenticated, "the token is unknown or has expired");
  const Client& c = client->second;
  return Requester{c.client_id, c.organization, c.role, token->second.purposes, token->second.scopes};
}

std::string make_assertion(const Key& key, std::string_view client_id, std::string_view audience, Instant now, std::string_view purpose) {
  json::Arena arena;
  const auto text = [&arena](std::string_view value) { return json::write(arena.string(value)); };
  const long long issued = seconds(now);
  const std::string b2b =
      purpose.empty() ? std::string()
                      : fmt::format(R"(,"extensions":{{"hl7-b2b":{{"version":"1","purpose_of_use":[{}]}}}})", text(purpose));
  return encode_jws(key, fmt::format(R"({{"iss":{0},"sub":{0},"aud":{1},"iat":{2},"exp":{3},"jti":"{4}"{5}}})", text(client_id),
                                     text(audience), issued, issued + 240, base64url_encode(random_bytes(16)), b2b));
}

}  // namespace handoff::auth
