#include "tools/ledger_command.h"

#include <fmt/format.h>

#include "json/document.h"
#include "serve/engine.h"
#include "serve/files.h"
#include "store/verification.h"
#include "tools/audit_text.h"
#include "tools/counted.h"
#include "tools/table.h"

namespace handoff::gateway {
namespace {

using json::Value;

std::string patients_text(Value patients) {
  const std::string first(patients.at(0).text());
  return patients.size() < 2 ? first : fmt::format("{} +{}", first, patients.size() - 1);
}

// The recipient; if the entry is no disclosure, the actor.
std::string to_whom(Value entry) {
  constexpr std::string_view organization = "Organization/";
  const std::string_view recipient = entry["recipient"].text();
  if (recipient.empty()) return std::string(entry["actor"].text());
  return std::string(recipient.starts_with(organization) ? recipient.substr(organization.size()) : recipient);
}

std::string list_text(Value root) {
  Table table(
      {"id", "time", "kind", "patient", "to", "purpose", "event", "channel", "resources", "basis", "rules"});
  for (const Value entry : root["entries"].items())
    table.add({std::string(entry["id"].text()), local_time(entry["at"]), std::string(entry["kind"].text()),
               patients_text(entry["patients"]), to_whom(entry), joined(entry["purpose"]),
               std::string(entry["event"].text()), std::string(entry["channel"].text()),
               std::string(entry["resource_count"].text()), joined(entry["basis"]),
               std::string(entry["rule_set"].text())});
  return table.is_empty() ? "no ledger entry matches\n" + more_text(root) : table.text() + more_text(root);
}

std::string show_text(Value entry) {
  std::string out = fmt::format("ledger {}{}\n", entry["id"].text(),
                                entry["number"].is_number() ? "" : " (in the journal, not in the chain yet)");
  out += pair_text("at", local_time(entry["at"]));
  out += pair_text("patients", entry["patients"]);
  for (const json::Member& member : entry["entry"].members())
    if (member.key != "patient") out += pair_text(member.key, member.value);
  return out;
}

Result<int> verify(const AuditOptions& options) {
  if (options.to)
    return problem(Kind::incorrect, "the chain is verified on the store itself: give --data or --config",
                   "--to");
  const auto place = place_of(options.place);
  if (!place) return place.error();
  const auto key = read_secret(place->ledger_key);
  if (!key) return key.error();
  const auto verification = engine().verify(place->store);
  if (!verification) return verification.error();
  const store::LedgerHead head = (*verification)->check_ledger(*key);
  const auto& findings = (*verification)->findings();
  if (options.json) {
    json::Arena arena;
    std::vector<Value> broken;
    for (const store::Finding& finding : findings) {
      const json::Member members[] = {{"place", arena.string(finding.place)},
                                      {"what", arena.string(finding.what)}};
      broken.push_back(arena.object(members));
    }
    const json::Member members[] = {
        {"sound", json::Arena::boolean(findings.empty())},
        {"entries", arena.integer((long long)head.entries)},
        {"waiting", arena.integer((long long)head.waiting)},
        {"head", head.seal.empty() ? json::Arena::null() : arena.string(head.seal)},
        {"findings", arena.array(broken)}};
    fmt::print("{}\n", json::write(arena.object(members)));
    return findings.empty() ? 0 : 1;
  }
  fmt::print("entries  {}{}\nhead     {}\n", head.entries,
             head.waiting > 0 ? fmt::format(", {} more in the journal", head.waiting) : "",
             head.seal.empty() ? "none" : head.seal);
  if (findings.empty()) return fmt::print("the chain is whole\n"), 0;
  const std::string more =
      findings.size() > 1 ? fmt::format(" (the first of {})", counted(findings.size(), "finding")) : "";
  fmt::print(stderr, "handoff ledger verify: {}: {}{}\n", findings.front().place, findings.front().what,
             more);
  return 1;
}

}  // namespace

int run_ledger(const std::string& action, const AuditOptions& options) {
  if (action == "verify") {
    const auto verified = verify(options);
    return verified ? *verified : refuse("ledger verify", verified.error());
  }
  const auto access = AuditAccess::open_ledger(options);
  if (!access) return refuse("ledger " + action, access.error());
  const auto told = action == "list" ? gather(**access, options, "entries") : (*access)->item(options.id);
  if (!told) return refuse("ledger " + action, told.error());
  return tell(*told, options.json, action == "list" ? list_text : show_text);
}

}  // namespace handoff::gateway
