#include "auth/token.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <unordered_map>

#include "auth/failed_attempts.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/text.h"
#include "json/writer.h"

namespace handoff::auth {
namespace {

constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
// Values of `typ`, with and without "application/" (RFC 7515, section 4.1.9).
constexpr std::string_view assertion_media_types[] = {"JWT", "application/JWT", "client-authentication+jwt",
                                                      "application/client-authentication+jwt"};
constexpr long long assertion_life_s_max = 300;
constexpr long long clock_skew_s = 30;
constexpr std::size_t tokens_max = 100'000;

long long seconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

Problem oauth(Kind kind, std::string code, std::string diagnostics) {
  return problem(kind, std::move(diagnostics), {}, std::move(code));
}
// The same text for all these reasons, so that nobody can find out who is registered and with which keys.
constexpr const char* not_signed =
    "iss and sub must be the id of a registered client, kid (and jku, if given) must name one of its "
    "registered keys, and that key must have made the signature";

Problem invalid_client(std::string why) {
  return oauth(Kind::unauthenticated, "invalid_client", std::move(why));
}

std::optional<long long> integer(json::Value value) {
  long long number = 0;
  const auto text = value.text();
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const bool is_whole =
      end == last || (*end == '.' && std::all_of(end + 1, last, [](char c) { return c >= '0' && c <= '9'; }));
  // a number with an exponent is not accepted as a time
  if (!value.is_number() || error != std::errc{} || !is_whole) return std::nullopt;
  return number;  // a fraction of a second is cut off
}

bool names(json::Value audience, std::string_view expected) {
  if (audience.text() == expected) return true;
  for (const json::Value item : audience.items())
    if (item.text() == expected) return true;
  return false;
}

// The requested scopes that the client's registration allows. All registered scopes if none is requested.
std::vector<std::string> granted_scopes(const Client& client, const std::string& asked) {
  if (asked.empty()) return client.scopes;
  std::vector<Scope> registered;
  for (const std::string& scope : client.scopes) registered.push_back(*parse_scope(scope));
  std::vector<std::string> granted;
  for (const auto text : split(asked, ' ')) {
    const auto scope = parse_scope(text);
    if (!scope) continue;
    const auto within = [&](char interaction) { return allows(registered, scope->type, interaction); };
    const bool is_new = std::find(granted.begin(), granted.end(), text) == granted.end();
    if (is_new && std::all_of(scope->interactions.begin(), scope->interactions.end(), within))
      granted.emplace_back(text);
  }
  return granted;
}

bool is_bearer(std::string_view scheme) {  // in any case of letters (RFC 9110 section 11.1)
  constexpr std::string_view bearer = "bearer ";
  return std::equal(scheme.begin(), scheme.end(), bearer.begin(), bearer.end(),
                    [](char a, char b) { return (a | 0x20) == b || a == b; });
}

// True if the client's tokens stay valid: the same organization and permissions, and no key was removed.
bool registered_alike(const Client& was, const Client& is) {
  const auto kept = [&is](const Key& key) {
    return std::any_of(is.keys.begin(), is.keys.end(),
                       [&key](const Key& k) { return k.to_jwk(false) == key.to_jwk(false); });
  };
  return was.jwks_uri == is.jwks_uri && was.organization == is.organization && was.role == is.role &&
         was.purposes == is.purposes && was.scopes == is.scopes &&
         std::all_of(was.keys.begin(), was.keys.end(), kept);
}

struct Token {
  std::string client_id;
  std::vector<std::string> purposes;
  std::vector<Scope> scopes;
  Instant expires;
};

// A token must not be expired, and not too far in the future. Otherwise a token from a time when the clock
// was ahead would live until the clock has caught up.
bool is_good(const Token& token, Instant now) {
  return now <= token.expires &&
         token.expires <= now + std::chrono::seconds{TokenService::token_life_s + clock_skew_s};
}

// "urn:oid:2.16.840.1.113883.5.8#TREAT", "system|TREAT" and "TREAT" all name the code.
std::string_view purpose_code(std::string_view text) {
  const auto mark = text.find_last_of("#|");
  return mark == text.npos ? text : text.substr(mark + 1);
}

// The purposes of the token: the client's registered purposes, or those of them that the assertion names. An
// unregistered purpose is refused.
Result<std::vector<std::string>> granted_purposes(const Client& client, json::Value claims) {
  const json::Value b2b = claims["extensions"]["hl7-b2b"];
  if (!b2b) return client.purposes;
  std::vector<std::string> granted;
  for (const json::Value asked : b2b["purpose_of_use"].items()) {
    const std::string code(purpose_code(asked.text()));
    if (std::find(client.purposes.begin(), client.purposes.end(), code) == client.purposes.end())
      return oauth(Kind::incorrect, "invalid_request",
                   "hl7-b2b.purpose_of_use names a purpose that the client is not registered for");
    if (std::find(granted.begin(), granted.end(), code) == granted.end()) granted.push_back(code);
  }
  if (granted.empty()) return oauth(Kind::incorrect, "invalid_request", "hl7-b2b.purpose_of_use is missing");
  return granted;
}

}  // namespace

struct TokenService::Content {
  Content(TokenOptions given, const Clock& machine)
      : options(std::move(given)), clock(machine), key_sets(options.fetch, machine) {}

  const TokenOptions options;
  const Clock& clock;
  KeySets key_sets;
  mutable std::mutex mutex;
  std::map<std::string, Client, std::less<>> clients;
  // by the token's digest, so that a memory image reveals no token
  std::unordered_map<std::string, Token> tokens;
  FailedAttempts failed;
  // digests of assertions that are still valid, if nobody else keeps them
  std::map<std::string, Instant> used;

  Result<Client> find_client(json::Value claims) const {
    const std::lock_guard hold(mutex);
    const auto issuer = claims["iss"].text();
    const auto client = clients.find(issuer);
    if (client == clients.end() || claims["sub"].text() != issuer) return invalid_client(not_signed);
    return client->second;
  }

  // RFC 7515, section 4.1. A header that names keys elsewhere must name registered ones. No other kind of
  // token counts as an assertion (RFC 8725, section 3.11).
  static Result<void> check_header(json::Value header) {
    const std::string_view alg = header["alg"].text(), type = header["typ"].text();
    if (alg != es384 && alg != rs384) return invalid_client("alg must be ES384 or RS384");
    if (header["crit"]) return invalid_client("crit names extensions that are not understood");
    const bool is_assertion =
        std::any_of(std::begin(assertion_media_types), std::end(assertion_media_types),
                    [&](std::string_view known) { return equal_ignoring_case(type, known); });
    if (header["typ"] && !is_assertion) return invalid_client("typ must be JWT");
    return {};
  }

  Result<Key> find_key(const Client& client, json::Value header) {
    const auto kid = header["kid"].text();
    if (!client.jwks_uri.empty()) return key_sets.find(client.jwks_uri, kid);
    for (const Key& candidate : client.keys)
      if (candidate.kid() == kid) return candidate;
    return invalid_client(not_signed);
  }

  // The client whose registered key signed the assertion. No lock is held while keys are fetched.
  Result<Client> find_signer(const Jws& jws) {
    const json::Value header = jws.header.root();
    if (auto checked = check_header(header); !checked) return checked.error();
    auto client = find_client(jws.claims.root());
    if (!client) return client.error();
    if (header["jku"] && (client->jwks_uri.empty() || header["jku"].text() != client->jwks_uri))
      return invalid_client(not_signed);
    const auto key = find_key(*client, header);
    if (!key) {
      log::info(fmt::format("auth: client {}: {}", client->client_id, key.error().summary()));
      return invalid_client(not_signed);
    }
    if (key->alg() != header["alg"].text() || !key->verify(jws.signed_part, jws.signature))
      return invalid_client(not_signed);
    return client;
  }

  // Checks if a signed assertion is for us, valid now, and used for the first time. No lock is held while its
  // use is stored.
  Result<void> check_claims(const Client& client, json::Value claims) {
    if (!names(claims["aud"], options.audience)) return invalid_client("aud must be the token endpoint");
    const auto expires = integer(claims["exp"]);
    const long long now = seconds(clock.now());
    if (!expires || *expires < now - clock_skew_s) return invalid_client("the assertion has expired");
    if (*expires > now + assertion_life_s_max + clock_skew_s)
      return invalid_client("exp is more than five minutes away");
    for (const char* claim : {"nbf", "iat"})
      if (const auto begins = integer(claims[claim]);
          claims[claim] && (!begins || *begins > now + clock_skew_s))
        return invalid_client(fmt::format("{} is in the future, or is not a number", claim));
    if (!claims["jti"].is_string() || claims["jti"].text().empty())
      return invalid_client("jti is missing, or is not a string");
    const std::string digest = sha256_hex(client.client_id + '\n' + std::string(claims["jti"].text()));
    const auto first = use_once(digest, Instant{std::chrono::seconds{*expires + clock_skew_s}});
    if (!first) return first.error();
    if (!*first) return invalid_client("jti was used before");
    return {};
  }

  Result<bool> use_once(const std::string& digest, Instant until) {
    if (options.use_once) return options.use_once(digest, until);
    const std::lock_guard hold(mutex);
    std::erase_if(used, [now = clock.now()](const auto& entry) { return entry.second < now; });
    return used.emplace(digest, until).second;
  }

  // Issues the token for a request with a readable assertion, if all checks succeed.
  Result<IssuedToken> issue(const Jws& jws, const TokenRequest& request, long long* retry_after_s) {
    const auto issuer = jws.claims.root()["iss"].text();
    if (!request.client_id.empty() && request.client_id != issuer)
      return invalid_client("client_id must be the client that made the assertion");
    if (const auto wait = failed.wait(issuer, request.address, clock.now())) {
      if (retry_after_s) *retry_after_s = wait->count();
      return oauth(Kind::limited, "temporarily_unavailable",
                   "too many attempts failed; wait before the next");
    }
    const auto client = find_signer(jws);
    if (!client) failed.note(issuer, request.address, clock.now());
    if (!client) return client.error();
    if (auto checked = check_claims(*client, jws.claims.root()); !checked) return checked.error();
    auto purposes = granted_purposes(*client, jws.claims.root());
    if (!purposes) return purposes.error();
    IssuedToken issued;
    const Instant now = clock.now();
    Token token{
        client->client_id, std::move(*purposes), {}, now + std::chrono::seconds{TokenService::token_life_s}};
    for (const std::string& granted : granted_scopes(*client, request.scope)) {
      token.scopes.push_back(*parse_scope(granted));
      issued.scope += (issued.scope.empty() ? "" : " ") + granted;
    }
    if (token.scopes.empty())  // it has proved who it is, so it may see its own registration
      return oauth(Kind::incorrect, "invalid_scope",
                   fmt::format("the client is not registered with any of these scopes; it has {}",
                               fmt::join(client->scopes, " ")));
    const std::lock_guard hold(mutex);
    std::erase_if(tokens, [now](const auto& entry) { return !is_good(entry.second, now); });
    const auto is_own = [&](const auto& entry) { return entry.second.client_id == client->client_id; };
    if (tokens.size() >= tokens_max)
      return oauth(Kind::busy, "temporarily_unavailable", "too many tokens are in use");
    if (std::count_if(tokens.begin(), tokens.end(), is_own) >= std::ptrdiff_t(options.client_tokens_max))
      return oauth(Kind::limited, "temporarily_unavailable",
                   "the client has too many tokens in use; each is good for five minutes");
    issued.access_token = base64url_encode(random_bytes(32));
    issued.expires_in_s = TokenService::token_life_s;
    tokens.emplace(sha256_hex(issued.access_token), std::move(token));
    return issued;
  }

  // Logs the outcome. The name of an unregistered client may be any text, so it is not logged. Only a refusal
  // of too many attempts is logged for it.
  void tell(std::string_view issuer, const Result<IssuedToken>& issued) const {
    if (!log::tells_info()) return;
    const bool is_registered = [&] {
      const std::lock_guard hold(mutex);
      return clients.contains(issuer);
    }();
    if (!is_registered && (issued || issued.error().kind != Kind::limited)) return;
    log::info(fmt::format("auth: client {}: {}", is_registered ? issuer : "-",
                          issued ? "a token" : "no token: " + issued.error().issues.front().diagnostics));
  }
};

TokenService::TokenService(TokenOptions options, const Clock& clock)
    : content_(std::make_unique<Content>(std::move(options), clock)) {}
TokenService::~TokenService() = default;

void TokenService::set_clients(std::vector<Client> clients) {
  const std::lock_guard hold(content_->mutex);
  auto before = std::exchange(content_->clients, {});
  for (Client& client : clients) {
    const std::string id = client.client_id;
    content_->clients.emplace(id, std::move(client));
  }
  std::erase_if(content_->tokens, [&](const auto& entry) {
    const auto was = before.find(entry.second.client_id), is = content_->clients.find(entry.second.client_id);
    return was == before.end() || is == content_->clients.end() || !registered_alike(was->second, is->second);
  });
}

Result<IssuedToken> TokenService::exchange(const TokenRequest& request, long long* retry_after_s) {
  if (request.grant_type.empty()) return oauth(Kind::incorrect, "invalid_request", "grant_type is missing");
  if (request.grant_type != "client_credentials")
    return oauth(Kind::incorrect, "unsupported_grant_type", "grant_type must be client_credentials");
  if (request.client_assertion_type != assertion_type)
    return oauth(Kind::incorrect, "invalid_request",
                 fmt::format("client_assertion_type must be {}", assertion_type));
  if (request.scope.size() > limits::scope_bytes_max)
    return oauth(Kind::incorrect, "invalid_scope",
                 fmt::format("scope is longer than {} bytes", limits::scope_bytes_max));
  if (request.client_assertion.size() > limits::assertion_bytes_max)
    return oauth(Kind::incorrect, "invalid_request",
                 fmt::format("client_assertion is longer than {} bytes", limits::assertion_bytes_max));
  auto jws = decode_jws(request.client_assertion);
  if (!jws) return invalid_client(jws.error().summary());
  auto issued = content_->issue(*jws, request, retry_after_s);
  content_->tell(jws->claims.root()["iss"].text(), issued);
  return issued;
}

Result<Requester> TokenService::authenticate(std::string_view authorization) const {
  if (authorization.size() < 7 || !is_bearer(authorization.substr(0, 7)))
    return problem(Kind::unauthenticated, "a bearer token is required");
  const std::lock_guard hold(content_->mutex);
  const auto token = content_->tokens.find(sha256_hex(authorization.substr(7)));
  if (token == content_->tokens.end() || !is_good(token->second, content_->clock.now()))
    return problem(Kind::unauthenticated, "the token is unknown or has expired");
  const auto client = content_->clients.find(token->second.client_id);
  if (client == content_->clients.end())
    return problem(Kind::unauthenticated, "the token is unknown or has expired");
  const Client& c = client->second;
  return Requester{c.client_id, c.organization, c.role, token->second.purposes, token->second.scopes};
}

std::string make_assertion(const Key& key, std::string_view client_id, std::string_view audience, Instant now,
                           std::string_view purpose) {
  const long long issued = seconds(now);
  std::string claims;
  json::Writer writer(claims);
  writer.begin_object().key("iss").text(client_id).key("sub").text(client_id).key("aud").text(audience);
  writer.key("iat").number(issued).key("exp").number(issued + 240);
  writer.key("jti").text(base64url_encode(random_bytes(16)));
  if (!purpose.empty()) {
    writer.key("extensions").begin_object().key("hl7-b2b").begin_object().key("version").text("1");
    writer.key("purpose_of_use").begin_array().text(purpose).end_array().end_object().end_object();
  }
  writer.end_object();
  return encode_jws(key, claims);
}

}  // namespace handoff::auth
