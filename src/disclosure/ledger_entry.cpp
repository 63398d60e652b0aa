#include "disclosure/ledger_entry.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "consent/marks.h"
#include "core/hash.h"
#include "disclosure/texts.h"

namespace handoff::disclosure {
namespace {

using Texts = std::set<std::string>;

std::string list(const auto& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? "," : "") + json_text(text);
  return out + "]";
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : json_text(text); }

struct OfPatient {
  Texts disclosers, basis, resources, scopes;
  bool part2 = false;
};

std::string entry(const Occasion& occasion, const std::string& patient, const OfPatient& what) {
  std::string scopes;
  for (const std::string& scope : what.scopes) scopes += scope + "\n";
  const std::string notice = what.part2 ? sha256_hex(consent::short_redisclosure_notice()) : std::string();
  return fmt::format(
      R"({{"kind":"disclosure","event":{},"client":{},"patient":{},"disclosers":{},"recipient":{},"user":null,"purpose":{},)"
      R"("basis":{},"ruleSet":"{}","resources":{},"channel":"{}","notice":{},"scope":{},"onward":"{}","outcome":"permit"}})",
      or_null(occasion.event), or_null(occasion.client), json_text(patient), list(what.disclosers),
      json_text(occasion.recipient), list(Texts{occasion.purpose}), list(what.basis), rule_set,
      list(what.resources), occasion.channel, or_null(notice),
      or_null(what.part2 ? sha256_hex(scopes) : std::string()), what.part2 ? "part2-tpo" : "hipaa");
}

}  // namespace

std::vector<std::string> disclosure_entries(const Occasion& occasion, const std::vector<Leaving>& leaving) {
  std::map<std::string, OfPatient> patients;
  for (const Leaving& one : leaving) {
    const consent::RowDecision& decision = one.released->decision;
    if (decision.internal) continue;
    OfPatient& of = patients[one.released->patient];
    of.disclosers.insert(decision.disclosers.begin(), decision.disclosers.end());
    of.basis.insert(decision.basis.begin(), decision.basis.end());
    of.resources.insert(one.reference);
    if (!one.released->scope.empty()) of.scopes.insert(one.released->scope);
    of.part2 |= decision.part2;
  }
  std::vector<std::string> entries;
  for (const auto& [patient, what] : patients) entries.push_back(entry(occasion, patient, what));
  return entries;
}

std::string custodian_entry(const std::string& client, std::string_view channel,
                            const std::vector<std::string>& references) {
  return fmt::format(
      R"({{"kind":"access","client":{},"basis":["policy.operator"],"resources":{},"channel":"{}"}})",
      json_text(client), list(references), channel);
}

}  // namespace handoff::disclosure
