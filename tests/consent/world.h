// Random worlds, for rules that must hold in all of them.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "consent/verdict.h"
#include "core/civil.h"

namespace handoff::consent {

// Random worlds like those that the program records make. One patient has a handful of consents of two
// vendors to a few recipients: in versions, expired, revoked, declined, defective. The resources have every
// label that they can carry.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (int i = 0, count = between(0, 7); i < count; ++i) directives_.push_back(directive(i));
  }

  Row row() {
    Row row;
    row.type = any({"CarePlan", "Condition", "Encounter", "Patient", "Consent"});
    if (row.type == "Consent" && !one_in(3))
      row.named = {any({"Organization/ORG-PCP1", "Organization/ORG-MCP1"})};
    for (const char* sensitivity : {"PSY", "OPIOIDUD", "HIV", "JI", "MH"})
      if (one_in(4)) row.labels.sensitivities.insert(sensitivity);
    if (row.labels.sensitivities.contains("HIV")) row.labels.regimes.insert("MA-HIV");
    if (one_in(3)) row.labels.regimes.insert("42CFRPart2");
    row.labels.confidentiality = row.labels.sensitivities.empty() && row.labels.regimes.empty() ? 'N' : 'R';
    if (one_in(12)) row.labels.confidentiality = 'V';
    if (one_in(20)) row.labels.marks.insert("SEALED");
    row.disclosers = {discloser()};
    if (one_in(3)) row.disclosers.push_back(discloser());
    row.booking = one_in(5);
    row.third_party = one_in(7);
    if (one_in(20)) row.of_patient = false;
    return row;
  }
  Asker asker() {
    return {any({"Organization/ORG-PCP1", "Organization/ORG-MCP1", "Organization/ORG-ADV",
                 "Organization/ORG-PROB"}),
            {},
            any({"TREAT", "HOPERAT", "JSUPV", "COC"}),
            instant()};
  }
  const std::vector<Directive>& directives() const { return directives_; }

 private:
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool one_in(int n) { return between(1, n) == 1; }
  std::string any(std::vector<const char*> all) { return all[std::size_t(between(0, int(all.size()) - 1))]; }
  std::string discloser() { return any({"Organization/ORG-ADV", "Organization/ORG-BHN"}); }
  Instant instant() { return span_of("2024-01-01")->first + std::chrono::hours{24 * between(0, 200)}; }

  Directive directive(int i) {
    Directive d;
    d.reference = "Consent/c" + std::to_string(i);
    d.identifier = "CN-" + std::to_string(between(0, 4));
    d.version = std::uint32_t(i + 1);
    d.status = one_in(6) ? "inactive" : one_in(12) ? "draft" : "active";
    d.organizations = {discloser()};
    if (one_in(10)) d.organizations.clear();
    d.categories = {any({"IDSCL", "42CFRPart2CD", "42CFRPart2CD", "ma-hiv-release", "cj-2.35"})};
    d.signed_at = instant();
    if (one_in(8)) d.defects = {"grantor-unverified"};
    d.root.type = one_in(5) ? ProvisionType::deny : ProvisionType::permit;
    d.root.period_first = d.signed_at;
    if (!one_in(6)) d.root.period_last = *d.signed_at + std::chrono::hours{24 * between(1, 120)};
    d.root.actors = {any({"Organization/ORG-PCP1", "Organization/ORG-MCP1", "Organization/ORG-PROB"})};
    if (one_in(6)) d.root.actors.clear();
    if (d.root.type == ProvisionType::deny && one_in(2)) return d;
    d.root.purposes = {any({"TREAT", "HOPERAT", "COC", "JSUPV"})};
    d.root.confidentiality_most = d.root.confidentiality_least = 4;
    for (const char* sensitivity : {"JI", "PSY", "MH", "SUD", "HIV"})
      if (!one_in(4)) d.root.sensitivities.emplace_back(sensitivity);
    if (one_in(8)) d.root.classes = {"Encounter"};
    return d;
  }

  std::mt19937 random_;
  std::vector<Directive> directives_;
};

}  // namespace handoff::consent
