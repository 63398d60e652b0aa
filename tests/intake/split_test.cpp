// Undoes wrong merges: what each record gave goes back to its person.
#include "../fhir_names.h"
#include "reviews_fixture.h"
#include "store/outbox.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

TEST_F(TwinsTest, SplitGivesBackWhatAWrongMergeTook) {
  write_twins();
  write("vendor/consents.jsonl", consent("CN-1", "R-1") + consent("CN-2", "R-2"));
  run();
  const std::string merged = patient("referral", "R-1");
  for (const std::int64_t id : open()) {
    const auto told = reviews_->same(id, merged, ruling);
    EXPECT_TRUE(told || told.error().kind == Kind::conflict) << "settled with the one before";
  }
  ASSERT_EQ(count("Patient"), 1u);
  ASSERT_EQ(subjects("CarePlan"), (std::vector<std::string>{merged, merged}));
  ASSERT_EQ(subjects("Consent"), (std::vector<std::string>{merged, merged}));
  ASSERT_TRUE(contribute(
      R"("identifier":[{"system":"urn:old","value":"1"}],"telecom":[{"system":"phone","value":"555"}])",
      "ORG-HOC", merged))
      << "as an earlier program took it in: no contribution of it is kept";
  std::promise<void> written;
  store_->record({R"({"kind":"disclosure","patient":"Patient/)" + merged +
                  R"(","recipient":"Organization/ORG-PCP1","purpose":["TREAT"],)" +
                  R"("resources":["Patient/)" + merged + R"(/_history/2"],"channel":"read"})"},
                 [&](Result<void>) { written.set_value(); });
  written.get_future().wait();
  const std::size_t queued = store_->snapshot().outbox().all().size();
  const auto told = reviews_->split("Patient/" + merged, ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_EQ(store_->snapshot().outbox().all().size(), queued) << "whose a plan is changes silently";
  const std::string own = patient("referral", "R-2");
  EXPECT_EQ(patient("referral", "R-1"), merged) << "the oldest keeps the id";
  ASSERT_NE(own, "");
  ASSERT_NE(own, merged);
  EXPECT_EQ(patient("enrollment", "E-2"), own);
  std::vector<std::string> both = {merged, own};
  std::sort(both.begin(), both.end());
  for (const char* type : {"CarePlan", "Consent", "EpisodeOfCare", "ServiceRequest", "Task", "CareTeam"})
    EXPECT_EQ(std::vector<std::string>(subjects(type)).size() % 2, 0u) << type;
  EXPECT_EQ(subjects("CarePlan"), both);
  EXPECT_EQ(subjects("Consent"), both);
  EXPECT_EQ(subjects("EpisodeOfCare"), both);
  EXPECT_EQ(body("Patient", merged).find("BOB"), std::string::npos);
  EXPECT_EQ(body("Patient", merged).find("R-2"), std::string::npos);
  EXPECT_EQ(body("Patient", own).find("ANA"), std::string::npos);
  EXPECT_NE(body("Patient", merged).find("urn:old"), std::string::npos) << "nothing is lost";
  EXPECT_NE(body("Patient", merged).find("555"), std::string::npos);
  EXPECT_EQ(body("Patient", own).find("urn:old"), std::string::npos);
  store_->snapshot().resources().each_resource([&](const store::Version& version) {
    const auto speaks_of = [&](const std::string& id) {
      return version.body.find("Patient/" + id) != std::string::npos;
    };
    EXPECT_FALSE(speaks_of(own) && speaks_of(merged)) << version.type;
    EXPECT_FALSE(version.patient.text() == own && speaks_of(merged)) << version.type;
    EXPECT_FALSE(version.patient.text() == merged && speaks_of(own)) << version.type;
    return true;
  });
  const auto parsed = json::parse(told->json).value();
  EXPECT_EQ(parsed.root()["people"].size(), 2u);
  EXPECT_EQ(parsed.root()["unassigned"].size(), 0u) << told->json;
  ASSERT_EQ(parsed.root()["recipients"].size(), 1u) << told->json;
  EXPECT_EQ(parsed.root()["recipients"].at(0)["recipient"].text(), "Organization/ORG-PCP1");
  EXPECT_EQ(store_->ledger_entries_with(R"("action":"split")").size(), 1u);
  EXPECT_EQ(run(), (std::vector<std::string>{"2/0/0/0/0", "2/0/0/0/0", "2/0/0/0/0", "2/0/0/0/0"}))
      << "and it stays so";
  EXPECT_EQ(count("Patient"), 2u);
  Person again = bob;
  again.referral = "R-9";
  write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob) + referral(again));
  EXPECT_EQ(run().front(), "3/0/0/0/0") << "the evidence went with its person";
  EXPECT_EQ(patient("referral", "R-9"), own);
  EXPECT_EQ(refused(reviews_->split(merged, ruling)).substr(0, 37), "processing patient: nothing to split:");
  EXPECT_EQ(refused(reviews_->split("Patient/none", ruling)), "not-found patient: there is no such Patient");
}

TEST_F(ReviewsTest, SplitOfAnOldStoreGoesByTheMarks) {
  const auto gives = [this](const std::string& name, const std::string& number,
                            const std::string& discloser) {
    ASSERT_TRUE(contribute(
        fmt::format(
            R"("identifier":[{{"system":"urn:n","value":"{}"}},{{"system":"{}","value":"100000000017"}}],)"
            R"("name":[{{"family":"Twinb","given":["{}"]}}],"birthDate":"1991-03-04")",
            number, identity::medicaid_system, name),
        discloser));
  };
  gives("Ana", "1", "ORG-HOC");
  gives("Bob", "2", "ORG-ADV");
  ASSERT_TRUE(contribute(R"("communication":[{"language":{"text":"es"}}])", "ORG-Y")) << "which names nobody";
  const std::string subject = R"("subject":{"reference":"Patient/p1"}})";
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c1","status":"active","intent":"plan",)" + subject},
                    "ORG-HOC"));
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c2","status":"active","intent":"plan",)" + subject},
                    "ORG-ADV"));
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Communication","id":"g2","status":"completed","basedOn":[{"reference":"CarePlan/c2"}],)" +
       subject},
      "ORG-ADV"));
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Communication","id":"g3","status":"completed","basedOn":[{"reference":"CarePlan/c2"}],)" +
       subject},
      "ORG-X"));
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c3","status":"active","intent":"plan",)" + subject},
                    "ORG-X"));
  const auto told = reviews_->split("p1", ruling);
  ASSERT_TRUE(told) << refused(told);
  const auto parsed = json::parse(told->json).value();
  ASSERT_EQ(parsed.root()["people"].size(), 2u);
  const std::string own(parsed.root()["people"].at(1).text().substr(8));
  EXPECT_EQ(json::write(parsed.root()["unassigned"]), R"(["CarePlan/c3","Communication/g3"])")
      << "nothing tells whose it is: it stays";
  EXPECT_EQ(store_->snapshot().resources().read("CarePlan", "c1")->patient, "p1"_id);
  EXPECT_EQ(store_->snapshot().resources().read("CarePlan", "c2")->patient.text(), own);
  EXPECT_EQ(store_->snapshot().resources().read("Communication", "g2")->patient.text(), own)
      << "by what it refers to";
  EXPECT_EQ(store_->snapshot().resources().read("CarePlan", "c3")->patient, "p1"_id);
  EXPECT_EQ(store_->snapshot().resources().read("Communication", "g3")->patient, "p1"_id)
      << "it would tell its writer that a hidden plan moved";
  EXPECT_EQ(store_->snapshot().resources().read("Patient", "p1")->disclosers, "ORG-HOC ORG-Y");
  EXPECT_EQ(store_->snapshot().resources().read("Patient", own)->disclosers, "ORG-ADV");
  EXPECT_NE(body("Patient", own).find("Bob"), std::string::npos);
  EXPECT_EQ(body("Patient", "p1").find("Bob"), std::string::npos);
}

}  // namespace
}  // namespace handoff::intake
