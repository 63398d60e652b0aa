// The token endpoint (SMART App Launch 2, "Backend Services"; RFC 6749, sections 4.4 and 5): exchanges a
// signed assertion for an access token. Its errors are OAuth's, not OperationOutcomes.
#include <set>

#include "json/document.h"
#include "rest/http/build.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"

namespace handoff::rest {
namespace {

net::Response oauth_answer(unsigned status, json::Value body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}},
          json::write(body)};
}

net::Response oauth_failure(const Problem& given, long long retry_after_s = 1) {
  json::Arena arena;
  const Issue& issue = given.issues.front();
  net::Response response =
      oauth_answer(status_of(given), object(arena, {{"error", arena.string(issue.code)},
                                                    {"error_description", arena.string(issue.diagnostics)}}));
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (response.status == 503 || response.status == 429)
    response.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return response;
}

Problem invalid_request(std::string why) {
  return problem(Kind::incorrect, std::move(why), {}, "invalid_request");
}

// Refuses scopes for types that R4 does not have, because nothing of them would be granted.
Result<void> check_scopes(std::string_view scopes, const fhir::Definitions& definitions) {
  for (const auto text : split(scopes, ' ')) {
    const auto scope = auth::parse_scope(text);
    if (scope && scope->type != "*" && !definitions.find_resource(scope->type))
      return problem(Kind::incorrect, shown_text(scope->type) + " is no resource type of R4", {},
                     "invalid_scope");
  }
  return {};
}

Result<auth::TokenRequest> token_request(const net::Request& request) {
  if (request.find("Authorization"))
    return invalid_request("sign in with the assertion alone, without an Authorization header");
  if (!is_media_type(request.header("Content-Type"), "application/x-www-form-urlencoded"))
    return problem(Kind::unsupported, "the body must be application/x-www-form-urlencoded",
                   std::string(at_content_type), "invalid_request");
  const auto form = net::parse_form(request.body);
  if (!form) return invalid_request("the form is malformed");
  auth::TokenRequest wanted;
  wanted.address = request.peer;
  const std::pair<std::string_view, std::string*> known[] = {
      {"grant_type", &wanted.grant_type},
      {"client_assertion_type", &wanted.client_assertion_type},
      {"client_assertion", &wanted.client_assertion},
      {"client_id", &wanted.client_id},
      {"scope", &wanted.scope}};
  std::set<std::string_view> seen;
  for (const auto& [name, value] : *form) {
    if (!seen.insert(name).second) return invalid_request("a parameter was given more than once");
    if (name == "client_secret")
      return invalid_request("sign in with the assertion alone, without a client_secret");
    for (const auto& [known_name, place] : known)  // others are ignored, as RFC 6749, section 3.2 demands
      if (name == known_name) *place = value;
  }
  return wanted;
}

}  // namespace

Step token(const Context& context, Call& call) {
  const auto wanted = token_request(call.request);
  if (!wanted) return oauth_failure(wanted.error());
  if (auto checked = check_scopes(wanted->scope, context.definitions); !checked)
    return oauth_failure(checked.error());
  long long retry_after_s = 1;
  const auto issued = context.tokens.exchange(*wanted, &retry_after_s);
  if (!issued) return oauth_failure(issued.error(), retry_after_s);
  json::Arena arena;
  return oauth_answer(200, object(arena, {{"access_token", arena.string(issued->access_token)},
                                          {"token_type", arena.string("bearer")},
                                          {"expires_in", arena.integer(issued->expires_in_s)},
                                          {"scope", arena.string(issued->scope)}}));
}

}  // namespace handoff::rest
