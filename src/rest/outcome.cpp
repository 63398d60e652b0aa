#include "rest/outcome.h"

#include "json/document.h"
#include "rest/build.h"

namespace handoff::rest {
namespace {

struct Answer {
  Kind kind;
  unsigned status;
  std::string_view text;  // OperationOutcome.issue.details.text
};

constexpr Answer answers[] = {
    {Kind::incorrect, 400, "The request is malformed."},
    {Kind::unauthenticated, 401, "The request needs a valid access token."},
    {Kind::forbidden, 403, "The request is not permitted."},
    {Kind::not_found, 404, "There is nothing here."},
    {Kind::gone, 410, "The resource was deleted."},
    {Kind::conflict, 409, "The request conflicts with what is stored."},
    {Kind::precondition, 412, "A condition of the request does not hold."},
    {Kind::unprocessable, 422, "The content breaks the rules of its type."},
    {Kind::unsupported, 400, "This server does not support the request."},
    {Kind::busy, 503, "The server is busy; try again."},
    {Kind::unavailable, 503, "The server cannot do this now; nothing was changed."},
    {Kind::fault, 500, "The server failed."},
};

constexpr std::pair<std::string_view, unsigned> unsupported_places[] = {
    {at_content_type, 415},
    {at_accept, 406},
    {at_format, 406},
    {at_method, 405},
};

constexpr std::string_view retry_after_s = "1";

const Answer& answer_to(Kind kind) {
  for (const Answer& answer : answers)
    if (answer.kind == kind) return answer;
  return answers[std::size(answers) - 1];
}

json::Value issue_of(json::Arena& arena, const Issue& issue, std::string_view text) {
  std::vector<json::Member> members = {{"severity", arena.string(to_code(issue.severity))}, {"code", arena.string(issue.code)}};
  std::vector<json::Member> details;
  if (!issue.constraint.empty()) details.push_back({"coding", array(arena, {object(arena, {{"code", arena.string(issue.constraint)}})})});
  details.push_back({"text", arena.string(text)});
  members.push_back({"details", arena.object(details)});
  if (!issue.diagnostics.empty()) members.push_back({"diagnostics", arena.string(issue.diagnostics)});
  if (!issue.expression.empty()) members.push_back({"expression", array(arena, {arena.string(issue.expression)})});
  return arena.object(members);
}

}  // namespace

unsigned status_of(const Problem& problem) {
  if (problem.kind == Kind::unsupported && !problem.issues.empty())
    for (const auto& [place, status] : unsupported_places)
      if (problem.issues.front().expression == place) return status;
  return answer_to(problem.kind).status;
}

std::string outcome_of(const Problem& given) {
  const bool explains = given.kind != Kind::fault && !given.issues.empty();
  const Problem silent = problem(given.kind, given.kind == Kind::fault ? "the operator finds the request's id in the log" : "");
  const Problem& shown = explains ? given : silent;
  json::Arena arena;
  std::vector<json::Value> issues;
  for (const Issue& issue : shown.issues) issues.push_back(issue_of(arena, issue, answer_to(shown.kind).text));
  return json::write(object(arena, {{"resourceType", arena.string("OperationOutcome")}, {"issue", arena.array(issues)}}));
}

net::Response failure(const Problem& problem) {
  net::Response response{status_of(problem), {{"Content-Type", std::string(fhir_json)}}, outcome_of(problem)};
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"fhir\"");
  if (response.status == 503) response.headers.emplace_back("Retry-After", retry_after_s);
  return response;
}

}  // namespace handoff::rest
