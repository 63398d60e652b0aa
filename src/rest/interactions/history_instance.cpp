// history-instance (R4 "http", history): the versions of one resource, newest first, page by page.

#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "disclosure/history.h"
#include "fhir/reference.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"

namespace handoff::rest {
namespace {

Result<disclosure::HistoryRequest> read_request(const Call& call) {
  disclosure::HistoryRequest wanted{call.values[0], call.values[1], limits::search_count_default,
                                    std::nullopt};
  if (!auth::allows(call.requester.scopes, wanted.type, 'r'))
    return problem(Kind::forbidden, "no scope of the token allows to read " + wanted.type);
  if (!fhir::is_id(wanted.id))
    return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path),
                   "value");
  for (const auto& [name, value] : call.query) {
    if (name == "_cursor") {
      wanted.cursor = value;
    } else if (name == "_count") {
      const auto count = parse_number<std::size_t>(value);
      if (!count || *count == 0)
        return problem(Kind::incorrect, "must be a number from 1", "http._count", "value");
      wanted.count = std::min(*count, limits::search_count_max);
    } else if (!is_general(name)) {
      return problem(Kind::incorrect, "the parameter " + shown_text(name) + " is not served here",
                     "http." + shown_text(name), "not-supported");
    }
  }
  wanted.deadline = call.request.deadline;
  return wanted;
}

}  // namespace

Step history_instance(const Context& context, Call& call) {
  const auto wanted = read_request(call);
  if (!wanted) return wanted.error();
  auto page = disclosure::history(context.gate, call.requester, *wanted);
  if (!page) return page.error();
  return disclose({200, {{"Content-Type", std::string(fhir_json)}}, {}}, std::move(*page));
}

}  // namespace handoff::rest
