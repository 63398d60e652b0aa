#include "disclosure/ledger_entry.h"

#include <map>
#include <set>

#include "consent/marks.h"
#include "core/hash.h"
#include "json/writer.h"

namespace handoff::disclosure {
namespace {

using Texts = std::set<std::string>;

void write_or_null(json::Writer& writer, std::string_view name, const std::string& text) {
  writer.key(name);
  if (text.empty()) writer.null();
  else writer.text(text);
}

struct OfPatient {
  Texts disclosers, basis, resources, scopes;
  bool part2 = false;
};

std::string entry(const Occasion& occasion, const fhir::Reference& patient, const OfPatient& what) {
  std::string scopes;
  for (const std::string& scope : what.scopes) scopes += scope + "\n";
  const std::string notice = what.part2 ? sha256_hex(consent::short_redisclosure_notice()) : std::string();
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("kind").text("disclosure");
  write_or_null(writer, "event", occasion.event);
  write_or_null(writer, "client", occasion.client);
  writer.key("patient").text(patient).key("disclosers").texts(what.disclosers);
  writer.key("recipient").text(occasion.recipient).key("user").null();
  writer.key("purpose").begin_array().text(occasion.purpose).end_array().key("basis").texts(what.basis);
  writer.key("ruleSet").text(rule_set).key("resources").texts(what.resources);
  writer.key("channel").text(occasion.channel);
  write_or_null(writer, "notice", notice);
  write_or_null(writer, "scope", what.part2 ? sha256_hex(scopes) : std::string());
  writer.key("onward").text(what.part2 ? "part2-tpo" : "hipaa").key("outcome").text("permit").end_object();
  return out;
}

std::string access_entry(const std::string& client, std::string_view channel, const auto& references) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("kind").text("access").key("client").text(client);
  writer.key("basis").begin_array().text("policy.operator").end_array();
  writer.key("resources").texts(references).key("channel").text(channel).end_object();
  return out;
}

}  // namespace

std::vector<std::string> disclosure_entries(const Occasion& occasion, const std::vector<Leaving>& leaving) {
  std::map<fhir::Reference, OfPatient> patients;
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
  return access_entry(client, channel, references);
}

std::string custodian_entry(const std::string& client, std::string_view channel,
                            const std::vector<fhir::Reference>& patients) {
  return access_entry(client, channel, patients);
}

}  // namespace handoff::disclosure
