#include "tools/client_token.h"

#include <fmt/format.h>

#include "auth/token.h"
#include "core/number.h"

namespace handoff::gateway {

Result<ClientToken> ask_token(net::Client& http, const auth::Key& key, std::string_view client_id,
                              const std::string& token_url, std::string_view scope, Instant now,
                              std::string_view purpose) {
  const std::string form =
      "grant_type=client_credentials&client_assertion_type=" +
      net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
      "&client_assertion=" + auth::make_assertion(key, client_id, token_url, now, purpose) +
      (scope.empty() ? "" : "&scope=" + net::percent_encode(scope));
  const auto answer =
      http.send({"POST", token_url, {{"Content-Type", "application/x-www-form-urlencoded"}}, form});
  if (!answer) return answer.error();
  const auto body = json::parse(answer->body);
  if (!body || answer->status != 200)
    return problem(Kind::unauthenticated, fmt::format("the gateway answered {}: {}", answer->status,
                                                      body ? body->root()["error_description"].text() : ""));
  const int seconds = parse_number<int>(body->root()["expires_in"].text()).value_or(0);
  return ClientToken{std::string(body->root()["access_token"].text()), now + std::chrono::seconds{seconds}};
}

}  // namespace handoff::gateway
