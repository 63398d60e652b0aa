// /operator/ledger and /operator/deliveries: what was sent to whom and why, and what was not. The answers are
// JSON, no FHIR, for operators; auditors may read the ledger too. They name records and people only by id. So
// reading them is no disclosure and makes no ledger entry.
#include "core/log.h"
#include "disclosure/audit_pages.h"
#include "rest/http/interaction.h"
#include "rest/http/permission.h"

namespace handoff::rest {
namespace {

net::Response json_response(std::string json) {
  return {200, {{"Content-Type", "application/json"}}, std::move(json)};
}

// The parameter is named as in the request.
net::Response refused(Problem problem) {
  for (Issue& issue : problem.issues) issue.expression = "http." + issue.expression;
  return failure(problem);
}

net::Response answer_of(Result<std::string> json) {
  return json ? json_response(std::move(*json)) : refused(std::move(json).error());
}

// AuditEvent is FHIR's form of these records, so its scope decides.
Result<void> check_auditor(const Call& call) { return check_reader(call.requester, "AuditEvent"); }

Step answer_from_ledger(const Context& context, const Call& call,
                        const std::function<Result<std::string>(const store::LedgerReading&)>& ask) {
  if (auto allowed = check_auditor(call); !allowed) return allowed.error();
  const auto ledger = context.gate.read_ledger();
  if (ledger) return answer_of(ask(**ledger));
  log::error("rest: the ledger cannot be read: " + ledger.error().summary());
  return problem(Kind::unavailable, "the ledger cannot be read now");
}

}  // namespace

Step list_ledger(const Context& context, Call& call) {
  return answer_from_ledger(
      context, call, [&call](const auto& ledger) { return disclosure::ledger_page(ledger, call.query); });
}

Step show_ledger(const Context& context, Call& call) {
  return answer_from_ledger(
      context, call, [&call](const auto& ledger) { return disclosure::ledger_item(ledger, call.values[0]); });
}

Step list_deliveries(const Context& context, Call& call) {
  if (auto allowed = check_auditor(call); !allowed) return allowed.error();
  return answer_of(disclosure::delivery_page(context.gate.snapshot(), call.query));
}

Step show_delivery(const Context& context, Call& call) {
  if (auto allowed = check_auditor(call); !allowed) return allowed.error();
  return answer_of(disclosure::delivery_item(context.gate.snapshot(), call.values[0]));
}

}  // namespace handoff::rest
