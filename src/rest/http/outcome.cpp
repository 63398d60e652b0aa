#include "rest/http/outcome.h"

#include "json/document.h"
#include "rest/http/build.h"

namespace handoff::rest {
namespace {

struct Answer {
  Kind kind;
  unsigned status;
  std::string_view text;   // OperationOutcome.issue.details.text
  std::string_view place;  // OperationOutcome.issue.expression, if the issue names none
};

constexpr Answer answers[] = {
    {Kind::incorrect, 400, "The request is malformed.", "http.body"},
    {Kind::unauthenticated, 401, "The request needs a valid access token.", "http.Authorization"},
    {Kind::forbidden, 403, "The request is not permitted.", "http.Authorization"},
    {Kind::not_found, 404, "There is nothing here.", at_path},
    {Kind::gone, 410, "The resource was deleted.", at_path},
    {Kind::conflict, 409, "The request conflicts with what is stored.", "http.request"},
    {Kind::precondition, 412, "A condition of the request does not hold.", "http.If-Match"},
    {Kind::unprocessable, 422, "The content breaks the rules of its type.", "http.body"},
    {Kind::unsupported, 400, "This server does not support the request.", "http.request"},
    {Kind::busy, 503, "The server is busy; try again.", "http.request"},
    {Kind::limited, 429, "A limit on what one caller may ask for is reached.", "http.request"},
    {Kind::unavailable, 503, "The server cannot do this now; nothing was changed.", "http.request"},
    {Kind::fault, 500, "The server failed.", "http.request"},
};

constexpr std::pair<std::string_view, unsigned> unsupported_places[] = {
    {at_content_type, 415},    {at_content_encoding, 415}, {at_accept, 406},
    {at_accept_encoding, 406}, {at_format, 406},           {at_method, 405},
};

constexpr std::string_view retry_after_s = "1";

const Answer& answer_to(Kind kind) {
  for (const Answer& answer : answers)
    if (answer.kind == kind) return answer;
  return answers[std::size(answers) - 1];
}

json::Value issue_of(json::Arena& arena, const Issue& issue, const Answer& answer) {
  std::vector<json::Member> members = {{"severity", arena.string(to_code(issue.severity))},
                                       {"code", arena.string(issue.code)}};
  std::vector<json::Member> details;
  if (!issue.constraint.empty())
    details.push_back({"coding", array(arena, {object(arena, {{"code", arena.string(issue.constraint)}})})});
  details.push_back({"text", arena.string(issue.code == "not-supported" ? answer_to(Kind::unsupported).text
                                                                        : answer.text)});
  members.push_back({"details", arena.object(details)});
  if (!issue.diagnostics.empty()) members.push_back({"diagnostics", arena.string(issue.diagnostics)});
  const std::string_view place = issue.expression.empty() ? answer.place : std::string_view(issue.expression);
  members.push_back({"expression", array(arena, {arena.string(place)})});
  return arena.object(members);
}

}  // namespace

unsigned status_of(const Problem& problem) {
  if (problem.kind == Kind::unsupported && !problem.issues.empty())
    for (const auto& [place, status] : unsupported_places)
      if (problem.issues.front().expression == place) return status;
  if (problem.kind == Kind::limited && !problem.issues.empty() && problem.issues.front().code == "too-long")
    return 413;
  return answer_to(problem.kind).status;
}

std::string outcome_of(const Problem& given) {
  const bool explains = given.kind != Kind::fault && !given.issues.empty();
  const Problem silent = problem(
      given.kind,
      given.kind == Kind::fault ? "an operator finds the cause in the log under the id of this request" : "");
  const Problem& shown = explains ? given : silent;
  json::Arena arena;
  std::vector<json::Value> issues;
  for (const Issue& issue : shown.issues) issues.push_back(issue_of(arena, issue, answer_to(shown.kind)));
  return json::write(
      object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", arena.array(issues)}}));
}

Problem time_over() {
  return problem(Kind::busy,
                 "the time limit for this request has passed, and it was not done; ask for less at once",
                 "http.request", "timeout");
}

net::Response failure(const Problem& problem) {
  net::Response response{status_of(problem), {{"Content-Type", std::string(fhir_json)}}, outcome_of(problem)};
  // Only for this place: the header says that the coding was the problem (RFC 9110, section 15.5.16).
  if (response.status == 415 && problem.issues.front().expression == at_content_encoding)
    response.headers.emplace_back("Accept-Encoding", "gzip");
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"fhir\"");
  if (response.status == 503 || response.status == 429)
    response.headers.emplace_back("Retry-After", retry_after_s);
  return response;
}

}  // namespace handoff::rest
