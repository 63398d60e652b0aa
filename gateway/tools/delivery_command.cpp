#include "tools/delivery_command.h"

#include <fmt/format.h>

#include "tools/audit_text.h"
#include "tools/table.h"

namespace handoff::gateway {
namespace {

using json::Value;

std::string reason_text(Value delivery) {
  const std::string next = local_time(delivery["next_attempt"]), reason(delivery["reason"].text());
  if (next.empty()) return reason;
  return fmt::format("{}{}next attempt {}", reason, reason.empty() ? "" : "; ", next);
}

std::string list_text(Value root) {
  Table table({"id", "event", "occurred", "patient", "recipient", "purpose", "outcome", "attempts", "consent",
               "reason"});
  for (const Value one : root["deliveries"].items())
    table.add({std::string(one["id"].text()), std::string(one["event"].text()), local_time(one["occurred"]),
               std::string(one["patient"].text()), std::string(one["recipient"].text()),
               std::string(one["purpose"].text()), std::string(one["outcome"].text()),
               std::string(one["attempts"].text()), std::string(one["consent"].text()), reason_text(one)});
  return table.is_empty() ? "no delivery matches\n" + more_text(root) : table.text() + more_text(root);
}

std::string show_text(Value one) {
  std::string out = fmt::format("delivery {}\n", one["id"].text());
  for (const std::string_view name : {"event", "event_number"}) out += pair_text(name, one[name]);
  out += pair_text("occurred", local_time(one["occurred"]));
  for (const std::string_view name :
       {"patient", "recipient", "purpose", "focus", "outcome", "consent", "reason"})
    out += pair_text(name, one[name]);
  out += pair_text("next attempt", local_time(one["next_attempt"]));
  Table attempts({"attempt", "time", "answer", "result"});
  for (const Value attempt : one["tries"].items())
    attempts.add({std::string(attempt["number"].text()), local_time(attempt["at"]),
                  std::string(attempt["http_status"].text()), std::string(attempt["outcome"].text())});
  return attempts.is_empty() ? out + "no attempt yet\n" : out + attempts.text();
}

}  // namespace

int run_delivery(const std::string& action, const AuditOptions& options) {
  const auto access = AuditAccess::open_deliveries(options);
  if (!access) return refuse("delivery " + action, access.error());
  const auto told = action == "list" ? gather(**access, options, "deliveries") : (*access)->item(options.id);
  if (!told) return refuse("delivery " + action, told.error());
  return tell(*told, options.json, action == "list" ? list_text : show_text);
}

}  // namespace handoff::gateway
