#include "validation/outcome.h"

namespace handoff::validation {
namespace {

json::Value issue_of(json::Arena& arena, const Issue& issue) {
  std::vector<json::Member> members = {{"severity", arena.string(to_code(issue.severity))},
                                       {"code", arena.string(issue.code)}};
  if (!issue.constraint.empty()) {
    const json::Member code{"code", arena.string(issue.constraint)};
    const json::Value coding = arena.object_of({&code, 1});
    const json::Member details{"coding", arena.array({&coding, 1})};
    members.push_back({"details", arena.object_of({&details, 1})});
  }
  members.push_back({"diagnostics", arena.string(issue.diagnostics)});
  const json::Value expression = arena.string(issue.expression);
  if (!issue.expression.empty()) members.push_back({"expression", arena.array({&expression, 1})});
  return arena.object_of(members);
}

}  // namespace

json::Value outcome_of(json::Arena& arena, const std::vector<Issue>& issues, std::string_view type) {
  std::vector<json::Value> all;
  for (const Issue& issue : issues) all.push_back(issue_of(arena, issue));
  if (all.empty())
    all.push_back(issue_of(arena, {.severity = Severity::information,
                                   .code = "informational",
                                   .diagnostics = "Nothing was found to be wrong.",
                                   .expression = std::string(type.empty() ? "Resource" : type)}));
  const json::Member members[] = {{"resourceType", json::Arena::borrow("OperationOutcome")},
                                  {"issue", arena.array(all)}};
  return arena.object_of(members);
}

}  // namespace handoff::validation
