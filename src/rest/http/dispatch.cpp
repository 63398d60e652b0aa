#include "rest/http/dispatch.h"

#include <fmt/format.h>

#include "core/text.h"
#include "rest/http/media.h"
#include "rest/operations/operation.h"

namespace handoff::rest {
namespace {

Problem no_such_path(const Match& match, const fhir::Definitions& definitions, std::string_view target) {
  const bool is_type = match.values.empty() || definitions.find_resource(match.values[0]);
  if (std::string reason = why_unserved(is_type ? target : match.values[0]); !reason.empty())
    return problem(Kind::not_found, std::move(reason), std::string(at_path), "not-supported");
  if (is_type)
    return problem(Kind::not_found, "nothing is served at this path", std::string(at_path), "not-supported");
  return problem(Kind::not_found, shown_text(match.values[0]) + " is no resource type of R4",
                 std::string(at_path), "not-supported");
}

bool is_there_for(Access access, const auth::Requester& requester) {
  if (access == Access::operators) return requester.is_operator();
  return access != Access::auditors || requester.is_operator() || requester.is_auditor();
}

}  // namespace

Result<void> check_call(const Context& context, const Match& match, const Call& call) {
  if (!is_there_for(match.access, call.requester)) return no_such_path({}, context.definitions, {});
  // No id begins with these characters. So this is an operation or a history without a route.
  const bool is_special =
      match.values.size() > 1 && (match.values[1].starts_with('_') || match.values[1].starts_with('$'));
  if (match.allowed.empty() || is_special ||
      (match.names_type && !context.definitions.find_resource(match.values[0])))
    return no_such_path(match, context.definitions, call.request.target);
  if (!match.route)
    return problem(Kind::unsupported, "this path allows only " + match.allowed, std::string(at_method));
  if (!match.route->negotiates) return {};
  const bool is_content = match.names_type && match.values[0] == "Binary" && wants_content(call) &&
                          (match.route->interaction == read || match.route->interaction == vread);
  if (auto acceptable = check_accept(call); !acceptable && !is_content) return acceptable.error();
  if (const auto is_pretty = wants_pretty(call); !is_pretty) return is_pretty.error();
  if (const Operation* operation = match.route->operation)
    return check_scopes(*operation, call.requester,
                        operation->type.empty() ? std::string_view(call.values[0]) : operation->type);
  if (match.route->searches) return {};
  return check_query(call);
}

net::Response refusal_of(const Problem& problem, const Match& match) {
  net::Response refused = failure(problem);
  if (refused.status == 405) refused.headers.emplace_back("Allow", match.allowed);
  return refused;
}

std::variant<EntryCall, net::Response> entry_of(const Context& context, const Call& bundle_call,
                                                net::Request request) {
  if (bundle_call.request.deadline.passed() || context.ending) return failure(time_over());
  request.deadline = bundle_call.request.deadline;
  const std::string target = request.target;
  const auto mark = target.find('?');
  const auto match = find_route(request.method, std::string_view(target).substr(0, mark));
  auto query =
      net::parse_form(mark == target.npos ? std::string_view{} : std::string_view(target).substr(mark + 1));
  if (!match || !query)
    return failure(problem(Kind::incorrect, "the address has a malformed escape", std::string(at_path)));
  Call call{
      std::move(request),     match->values, std::move(*query), bundle_call.requester, bundle_call.share,
      bundle_call.request_id, true};
  if (auto checked = check_call(context, *match, call); !checked) return refusal_of(checked.error(), *match);
  if (match->access != Access::token || match->route->interaction == bundle)
    return failure(
        problem(Kind::incorrect, "is not served within a Bundle", std::string(at_path), "not-supported"));
  return EntryCall{match->route->interaction, std::move(call)};
}

}  // namespace handoff::rest
