// The token endpoint (SMART App Launch 2, "Backend Services"; RFC 6749, sections 4.4 and 5): a signed assertion against an
// access token. Its errors are OAuth's, not OperationOutcomes.
#include <set>

#include "json/document.h"
#include "rest/build.h"
#include "rest/interaction.h"
#include "rest/media.h"

namespace handoff::rest {
namespace {

net::Response oauth_answer(unsigned status, json::Value body) {
  return {status, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}}, json::write(body)};
}

net::Response oauth_failure(const Problem& given) {
  json::Arena arena;
  const Issue& issue = given.issues.front();
  net::Response response = oauth_answer(
      status_of(given), object(arena, {{"error", arena.string(issue.code)}, {"error_description", arena.string(issue.diagnostics)}}));
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Problem invalid_request(std::string why) { return problem(Kind::incorrect, std::move(why), {}, "invalid_request"); }

Result<auth::TokenRequest> token_request(const net::Request& request) {
  if (!is_media_type(request.header("Content-Type"), "application/x-www-form-urlencoded"))
    return problem(Kind::unsupported, "the body must be application/x-www-form-urlencoded", std::string(at_content_type),
                   "invalid_request");
  const auto form = net::parse_form(request.body);
  if (!form) return invalid_request("the form is malformed");
  auth::TokenRequest wanted;
  const std::pair<std::string_view, std::string*> known[] = {{"grant_type", &wanted.grant_type},
                                                             {"client_assertion_type", &wanted.client_assertion_type},
                                                             {"client_assertion", &wanted.client_assertion},
                                                             {"scope", &wanted.scope}};
  std::set<std::string_view> seen;
  for (const auto& [name, value] : *form) {
    if (!seen.insert(name).second) return invalid_request("a parameter was given more than once");
    for (const auto& [known_name, place] : known)  // others are ignored, as RFC 6749 section 3.2 demands
      if (name == known_name) *place = value;
  }
  return wanted;
}

}  // namespace

void token(const Context& context, Call call, Answer answer) {
  const auto wanted = token_request(call.request);
  if (!wanted) return answer(oauth_failure(wanted.error()));
  const auto issued = context.tokens.exchange(*wanted);
  if (!issued) return answer(oauth_failure(issued.error()));
  json::Arena arena;
  answer(oauth_answer(200, object(arena, {{"access_token", arena.string(issued->access_token)},
                                          {"token_type", arena.string("bearer")},
                                          {"expires_in", arena.integer(issued->expires_in_s)},
                                          {"scope", arena.string(issued->scope)}})));
}

}  // namespace handoff::rest
