#include "consent/explanation.h"

#include <gtest/gtest.h>

#include "world.h"

namespace handoff::consent {
namespace {

Instant on(const char* day) { return span_of(day)->first; }

// A complete release of ORG-ADV to ORG-PCP1.
Directive release(const std::string& number = "CN-1") {
  Directive d;
  d.reference = "Consent/" + number;
  d.identifier = number;
  d.version = 2;
  d.status = "active";
  d.organizations = {"Organization/ORG-ADV"};
  d.categories = {"42CFRPart2CD"};
  d.signed_at = on("2024-01-10");
  d.expires_on = "2024-06-30";
  d.root.type = ProvisionType::permit;
  d.root.period_first = on("2024-01-10");
  d.root.period_last = span_of("2024-06-30")->last;
  d.root.actors = {"Organization/ORG-PCP1"};
  d.root.purposes = {"TREAT"};
  d.root.confidentiality_most = d.root.confidentiality_least = 4;
  d.root.sensitivities = {"JI", "PSY", "MH", "SUD"};
  return d;
}

Directive hiv_release() {
  Directive d = release("CN-1-HIV");
  d.categories = {"ma-hiv-release"};
  d.root.confidentiality_most = d.root.confidentiality_least = -1;
  d.root.sensitivities = {};
  return d;
}

// A plan with all kinds of content except HIV.
Row plan() {
  Row row;
  row.type = "CarePlan";
  row.labels = {'R', {"JI", "MH", "OPIOIDUD", "PSY"}, {}, {"42CFRPart2"}};
  row.disclosers = {"Organization/ORG-ADV"};
  return row;
}

const Asker asker{"Organization/ORG-PCP1", {}, "TREAT", on("2024-03-01")};

TEST(Explanation, EveryShortcomingHasItsWords) {
  struct Case {
    void (*change)(Directive&, Row&);
    const char* reason;
  };
  const Case cases[] = {
      {[](Directive& d, Row&) { d.status = "inactive"; }, "consent revoked"},
      {[](Directive& d, Row&) {
         d.expires_on = "2024-02-28";
         d.root.period_last = on("2024-02-28");
       },
       "consent expired on 2024-02-28"},
      {[](Directive& d, Row&) { d.root.period_first = on("2024-05-01"); }, "consent not yet in force"},
      {[](Directive& d, Row&) { d.root.type = ProvisionType::deny; }, "declined by the member"},
      {[](Directive& d, Row&) {
         d.root.type = ProvisionType::deny;
         d.expires_on = "2024-02-28";
         d.root.period_last = on("2024-02-28");
       },
       "no consent given; a refusal expired on 2024-02-28"},
      {[](Directive& d, Row&) {
         d.root.type = ProvisionType::deny;
         d.root.sensitivities = {"HIV"};
         d.root.confidentiality_least = -1;
       },
       "no consent given"},
      {[](Directive& d, Row&) {
         d.defects = {"grantor-unverified", "source-missing"};
       },
       "signed by a representative without a document of authority: quarantined"},
      {[](Directive& d, Row&) {
         d.defects = {"signature-missing", "source-missing"};
       },
       "quarantined: signature-missing, source-missing"},
      {[](Directive& d, Row&) { d.root.purposes = {"HPAYMT"}; }, "consent does not name the purpose TREAT"},
      {[](Directive& d, Row&) { d.categories = {"cj-2.35"}; }, "consent does not name the purpose TREAT"},
      {[](Directive& d, Row&) { d.root.classes = {"Encounter"}; }, "consent covers only Encounter"},
      {[](Directive& d, Row&) { d.root.confidentiality_most = 0; },
       "consent does not cover general information"},
      {[](Directive& d, Row&) {
         d.root.sensitivities = {"PSY", "MH", "SUD"};
       },
       "consent does not cover general information"},
      {[](Directive&, Row& row) { row.labels.confidentiality = 'V'; },
       "consent does not cover very restricted information"},
      {[](Directive& d, Row&) {
         d.root.sensitivities = {"JI", "PSY", "SUD"};
       },
       "consent does not cover mental health"},
      {[](Directive& d, Row&) {
         d.root.sensitivities = {"JI", "PSY", "MH"};
       },
       "consent does not cover substance use"},
      {[](Directive&, Row& row) { row.labels.sensitivities = {"HIV"}; }, "consent does not cover HIV"},
      {[](Directive& d, Row& row) {
         d.root.sensitivities.emplace_back("HIV");
         row.labels.sensitivities = {"HIV"};
         row.labels.regimes.insert("MA-HIV");
       },
       "no separate release of HIV information"},
      {[](Directive& d, Row&) { d.categories = {"INFA"}; },
       "consent does not cover substance use (no 42 CFR Part 2 consent)"},
      {[](Directive& d, Row& row) {
         d.root.sensitivities.clear();
         row.labels.regimes.insert("MA-111E");
       },
       "consent does not say which drug treatment information (M.G.L. c.111E)"},
      {[](Directive& d, Row& row) {
         d.root.actors.clear();
         row.labels.regimes = {"DMH"};
       },
       "consent does not name the recipient, which state mental-health records require"},
      {[](Directive& d, Row& row) {
         d.root.actors.clear();
         row.labels.regimes.clear();
       },
       "consent does not name the recipient"},
  };
  for (const Case& c : cases) {
    Directive d = release();
    Row row = plan();
    c.change(d, row);
    const Explanation explanation = explain(asker, row, {&d, 1});
    EXPECT_FALSE(explanation.permit) << c.reason;
    EXPECT_EQ(explanation.reason, c.reason);
    EXPECT_EQ(explanation.consent, "CN-1") << c.reason;
    EXPECT_TRUE(explanation.basis.empty()) << c.reason;
  }
}

TEST(Explanation, WhereNoConsentSpeaks) {
  struct Case {
    void (*change)(Asker&, Row&);
    bool permit;
    const char* reason;
  };
  const Case cases[] = {
      {[](Asker&, Row&) {}, false, "no consent on file for this recipient"},
      {[](Asker&, Row& row) { row.disclosers.clear(); }, false, "no consent on file for this recipient"},
      {[](Asker& a, Row&) { a.recipient = "Organization/ORG-ADV"; }, true, "the recipient's own record"},
      {[](Asker& a, Row&) { a.purpose = "HLEGAL"; }, false, "proceedings need a consent of their own"},
      {[](Asker&, Row& row) { row.labels.sensitivities.insert("SUDNOTE"); }, false,
       "counseling notes need a consent of their own"},
      {[](Asker&, Row& row) { row.labels.marks.insert("SEALED"); }, false, "the record is sealed"},
      {[](Asker&, Row& row) { row.of_patient = false; }, false,
       "not about a known person, and not a directory entry"},
      {[](Asker&, Row& row) {
         row.of_patient = false;
         row.type = "Organization";
         row.labels = {};
       },
       true, "open to everybody: a directory entry"},
  };
  for (const Case& c : cases) {
    Asker changed = asker;
    Row row = plan();
    c.change(changed, row);
    const Explanation explanation = explain(changed, row, {});
    EXPECT_EQ(explanation.permit, c.permit) << c.reason;
    EXPECT_EQ(explanation.reason, c.reason);
    EXPECT_EQ(explanation.consent, "") << c.reason;
  }
  Directive d = release();
  d.root.sensitivities.clear();
  Row number = plan();
  number.booking = true;
  EXPECT_EQ(explain(asker, number, {&d, 1}).reason, "no consent shows booking numbers");
}

TEST(Explanation, PermissionsAreKnownByTheirGeneralConsent) {
  Directive general = release();
  general.root.sensitivities.emplace_back("HIV");
  Row row = plan();
  row.labels.sensitivities.insert("HIV");
  row.labels.regimes.insert("MA-HIV");
  for (const auto& directives : {std::vector{hiv_release(), general}, std::vector{general, hiv_release()}}) {
    const Explanation explanation = explain(asker, row, directives);
    EXPECT_TRUE(explanation.permit);
    EXPECT_EQ(explanation.consent, "CN-1");
    EXPECT_EQ(explanation.reason, "covered by consent CN-1");
    EXPECT_EQ(explanation.basis,
              (std::vector<std::string>{"Consent/CN-1/_history/2", "Consent/CN-1-HIV/_history/2"}));
  }
  const Directive alone = hiv_release();
  EXPECT_EQ(explain(asker, plan(), {&alone, 1}).reason, "no consent on file for this recipient");
}

TEST(Explanation, OfSeveralDisclosersTheFirstThatAConsentSpeaksFor) {
  Directive other = release("CN-9");
  other.organizations = {"Organization/ORG-BHN"};
  other.status = "inactive";
  Row row = plan();
  row.disclosers = {"Organization/ORG-ADV", "Organization/ORG-BHN"};
  const Explanation explanation = explain(asker, row, {&other, 1});
  EXPECT_EQ(explanation.reason, "consent revoked");
  EXPECT_EQ(explanation.consent, "CN-9");
}

TEST(Explanation, SaysWhatIsDecided) {
  int permitted = 0, named = 0;
  for (unsigned seed = 20000; seed < 23000; ++seed) {
    World world(seed);
    const Asker random = world.asker();
    for (int i = 0; i < 5; ++i) {
      const Row row = world.row();
      const RowDecision decision = decide_row(random, row, world.directives());
      const Explanation explanation = explain(random, row, world.directives());
      ASSERT_EQ(explanation.permit, decision.permit) << seed;
      ASSERT_EQ(explanation.basis, decision.basis) << seed;
      ASSERT_FALSE(explanation.reason.empty()) << seed;
      const bool covered = explanation.reason.starts_with("covered by consent");
      ASSERT_EQ(covered, decision.permit && !decision.basis.empty() && row.type != "Consent")
          << seed << explanation.reason;
      permitted += decision.permit;
      named += !decision.permit && !explanation.consent.empty();
      std::vector<Directive> turned(world.directives().rbegin(), world.directives().rend());
      const Explanation again = explain(random, row, turned);
      ASSERT_EQ(again.reason, explanation.reason) << seed << ": the order of consents does not matter";
      ASSERT_EQ(again.consent, explanation.consent) << seed;
    }
  }
  EXPECT_GT(permitted, 500);
  EXPECT_GT(named, 500);
}

}  // namespace
}  // namespace handoff::consent
