#include "consent/verdict.h"

#include <gtest/gtest.h>

#include "core/civil.h"

namespace handoff::consent {
namespace {

const Instant day = span_of("2024-03-01T12:00:00-05:00")->first;

// A release of ORG-ADV to ORG-PCP1 for treatment, of everything except HIV, under Part 2.
Directive release() {
  Directive d;
  d.reference = "Consent/c1";
  d.identifier = "CN-1";
  d.status = "active";
  d.organizations = {"Organization/ORG-ADV"};
  d.categories = {"42CFRPart2CD"};
  d.signed_at = span_of("2024-01-10")->first;
  d.version = 1;
  d.root.type = ProvisionType::permit;
  d.root.period_first = span_of("2024-01-10")->first;
  d.root.period_last = span_of("2024-06-30")->last;
  d.root.actors = {"Organization/ORG-PCP1"};
  d.root.purposes = {"TREAT"};
  d.root.confidentiality_most = d.root.confidentiality_least = 4;  // R
  d.root.sensitivities = {"JI", "PSY", "MH", "SUD"};
  return d;
}

Row row(std::string type, char level = 'N', std::set<std::string> sensitivities = {},
        std::set<std::string> regimes = {}) {
  return {
      std::move(type), {level, std::move(sensitivities), {}, std::move(regimes)}, {"Organization/ORG-ADV"}};
}

const Asker pcp{"Organization/ORG-PCP1", "", "TREAT", day};

bool permits(const std::vector<Directive>& directives, const Row& of, const Asker& asker = pcp) {
  return decide_row(asker, of, directives).permit;
}

TEST(Verdict, APermissionsLabelsAreACeiling) {
  const std::vector<Directive> all = {release()};
  EXPECT_TRUE(permits(all, row("CarePlan")));
  EXPECT_TRUE(permits(all, row("Condition", 'R', {"OPIOIDUD"}, {"42CFRPart2"})));
  EXPECT_TRUE(permits(all, row("EpisodeOfCare", 'R', {"JI"})));
  EXPECT_FALSE(permits(all, row("Condition", 'R', {"HIV"}, {"MA-HIV"})));
  EXPECT_FALSE(permits(all, row("Condition", 'R', {"OPIOIDUD", "HIV"})));
  EXPECT_FALSE(permits(all, row("DocumentReference", 'V', {"MH"})));
}

TEST(Verdict, WhatRedactionTakesIsFoundByNobodyElse) {
  const std::vector<Directive> all = {release()};
  Row third_party = row("AdverseEvent");
  third_party.third_party = true;
  Asker discloser = pcp;
  discloser.recipient = "Organization/ORG-ADV";
  EXPECT_TRUE(permits(all, row("AdverseEvent")));
  EXPECT_FALSE(permits(all, third_party)) << "third parties of an incident stay with who discloses it";
  EXPECT_EQ(decide_row(pcp, third_party, all).rule, "policy.redaction");
  EXPECT_TRUE(permits(all, third_party, discloser));
  Row nobodys = row("Organization");
  nobodys.of_patient = false;
  EXPECT_TRUE(permits({}, nobodys));
  nobodys.booking = true;
  EXPECT_FALSE(permits({}, nobodys)) << "the directory shows no booking numbers";
}

TEST(Verdict, EveryRegimeMustBeSatisfiedOnItsOwn) {
  Directive general = release();
  general.categories = {"IDSCL"};
  general.root.sensitivities = {"JI", "PSY", "MH"};
  EXPECT_TRUE(permits({general}, row("Condition", 'R', {"PSY"})));
  EXPECT_FALSE(permits({general}, row("MedicationRequest", 'R', {}, {"42CFRPart2"})));
  EXPECT_EQ(decide_row(pcp, row("MedicationRequest", 'R', {}, {"42CFRPart2"}), std::vector{general}).rule,
            "law.part2.default");
  Directive hiv = release();
  hiv.reference = "Consent/c2";
  hiv.identifier = "CN-1-HIV";
  hiv.categories = {"ma-hiv-release"};
  hiv.root.sensitivities.push_back("HIV");
  Directive with_hiv = release();
  with_hiv.root.sensitivities.push_back("HIV");
  const Row condition = row("Condition", 'R', {"HIV"}, {"MA-HIV"});
  EXPECT_FALSE(permits({with_hiv}, condition));
  EXPECT_FALSE(permits({hiv}, condition)) << "a gate opens nothing by itself";
  EXPECT_FALSE(permits({hiv}, row("CarePlan")));
  EXPECT_TRUE(permits({hiv, with_hiv}, condition));
  EXPECT_EQ(decide_row(pcp, condition, std::vector{hiv, with_hiv}).basis.size(), 2u);
}

TEST(Verdict, NothingLeavesByDefaultAndTheDiscloserSeesItsOwn) {
  EXPECT_FALSE(permits({}, row("CarePlan")));
  EXPECT_TRUE(permits({}, row("Condition", 'R', {"OPIOIDUD"}, {"42CFRPart2"}),
                      {"Organization/ORG-ADV", "", "TREAT", day}));
  EXPECT_FALSE(permits({}, row("CarePlan"), {"Organization/ORG-ADV", "", "JSUPV", day}));
  Row two = row("Patient");
  two.disclosers = {"Organization/ORG-HOC", "Organization/ORG-ADV"};
  EXPECT_TRUE(permits({release()}, two)) << "what any discloser may release is released";
}

TEST(Verdict, EachConditionOfAPermissionCounts) {
  const auto changed = [](auto change) {
    Directive d = release();
    change(d);
    return std::vector{d};
  };
  const Row plan = row("CarePlan");
  EXPECT_FALSE(permits(changed([](Directive& d) { d.status = "inactive"; }), plan));
  EXPECT_FALSE(
      permits(changed([](Directive& d) { d.root.period_last = span_of("2024-02-29")->last; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.root.actors = {"Organization/ORG-PCP2"}; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.root.purposes = {"HPAYMT", "HOPERAT"}; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.root.classes = {"Encounter"}; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.defects = {"source-missing"}; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.organizations = {"Organization/ORG-X"}; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.signed_at = span_of("2024-04-01")->first; }), plan));
  EXPECT_FALSE(permits(changed([](Directive& d) { d.categories = {"cj-2.35"}; }), plan))
      << "for supervision only";
  EXPECT_TRUE(permits(changed([](Directive& d) { d.organizations.clear(); }), plan))
      << "binds every discloser";
}

TEST(Verdict, DenialsWinAlsoWhenDefective) {
  Directive denial = release();
  denial.identifier = "CN-2";
  denial.root.type = ProvisionType::deny;
  denial.root.purposes.clear();
  denial.root.sensitivities.clear();
  denial.root.confidentiality_least = denial.root.confidentiality_most = -1;
  EXPECT_FALSE(permits({release(), denial}, row("CarePlan")));
  denial.defects = {"source-missing"};
  EXPECT_FALSE(permits({release(), denial}, row("CarePlan")));
  denial.root.sensitivities = {"MH"};
  EXPECT_TRUE(permits({release(), denial}, row("CarePlan"))) << "it speaks of mental health only";
  EXPECT_FALSE(permits({release(), denial}, row("Observation", 'R', {"MH"})));
  denial.root.period_last = span_of("2024-02-01")->last;
  EXPECT_TRUE(permits({release(), denial}, row("Observation", 'R', {"MH"})));
}

TEST(Verdict, NotesAndSealedRecordsStayClosed) {
  EXPECT_FALSE(permits({release()}, row("DocumentReference", 'R', {"SUDNOTE", "SUD"})));
  Row sealed = row("CarePlan");
  sealed.labels.marks.insert("SEALED");
  EXPECT_FALSE(permits({release()}, sealed, {"Organization/ORG-ADV", "", "TREAT", day}));
}

}  // namespace
}  // namespace handoff::consent
