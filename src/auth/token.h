// SMART Backend Services: exchanges a signed assertion for a short-lived opaque token, and finds the
// requester of a token. Specification: SMART App Launch 2, "Backend Services"; RFC 7523.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/client.h"
#include "auth/key_sets.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"

namespace handoff::auth {

// The authenticated caller: everything that authorization and disclosure may know of it.
struct Requester {
  std::string client_id;
  std::string organization;
  std::string role;
  std::vector<std::string> purposes;
  std::vector<Scope> scopes;
  bool is_operator() const { return role == "operator"; }
  bool is_auditor() const { return role == "auditor"; }
};

struct TokenRequest {
  std::string grant_type;
  std::string client_assertion_type;
  std::string client_assertion;
  std::string scope;           // empty: all registered scopes of the client
  std::string client_id = {};  // if it was given beside the assertion
  std::string address = {};    // the sender's address
};

struct IssuedToken {
  std::string access_token;
  int expires_in_s = 0;
  std::string scope;
};

// An assertion is valid once. Returns if this is the first use of `digest`, and stores the use until that
// time. May block. Problem: unavailable.
using UseOnce = std::function<Result<bool>(const std::string& digest, Instant until)>;

struct TokenOptions {
  std::string audience;  // the token endpoint's URL
  KeySets::Fetch fetch;  // for clients with a jwks_uri; empty: they are refused
  UseOnce use_once;      // empty: uses are kept in memory, until a restart
  std::size_t client_tokens_max = limits::client_tokens_max;
};

// Tokens live in memory. A restart ends them, and clients request new ones. Any thread may call all
// functions. exchange() may block.
class TokenService {
 public:
  TokenService(TokenOptions options, const Clock& clock);
  TokenService(std::string audience, const Clock& clock)
      : TokenService(TokenOptions{std::move(audience), {}, {}, limits::client_tokens_max}, clock) {}
  ~TokenService();

  // If a client is removed or its registration changes, its tokens end at once, for good.
  void set_clients(std::vector<Client> clients);
  // A token has the purposes that the assertion names (hl7-b2b), or all registered purposes of the client.
  // Problem: unauthenticated ("invalid_client"), incorrect ("invalid_request", "invalid_scope"), limited (too
  // many failed attempts, or too many tokens), unavailable, busy. The code is the OAuth error (RFC
  // 6749 section 5.2). `retry_after_s`, if given, is set if waiting helps.
  Result<IssuedToken> exchange(const TokenRequest& request, long long* retry_after_s = nullptr);
  // Problem: unauthenticated. `authorization` is the header's value, "Bearer …".
  Result<Requester> authenticate(std::string_view authorization) const;

  static constexpr int token_life_s = 300;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

// The assertion that a client signs (RFC 7523 section 3), for `handoff token`, the sandbox and tests.
// `purpose`, if given, is the purpose_of_use of the hl7-b2b extension (HL7 UDAP Security, "B2B Authorization
// Extension Object").
std::string make_assertion(const Key& key, std::string_view client_id, std::string_view audience, Instant now,
                           std::string_view purpose = {});

}  // namespace handoff::auth
