#include "admission/admission.h"

#include <thread>

#include "../fhir_names.h"
#include "../sample_gateway.h"
#include "store/grants.h"
#include "store/outbox.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

class AdmissionTest : public sample::GatewayTest {
 protected:
  static std::string organization(const std::string& name, const std::string& id = "o1") {
    return R"({"resourceType":"Organization","id":")" + id + R"(","name":")" + name + "\"}";
  }
  std::string disclosers(const std::string& type, const std::string& id) const {
    return store_->snapshot().resources().read(type, id)->disclosers;
  }
};

TEST_F(AdmissionTest, CreatesUpdatesAndLeavesWhatIsTheSame) {
  struct Step {
    std::string resource;
    Effect effect;
    std::uint32_t version;
  };
  const Step steps[] = {
      {organization("A"), Effect::created, 1},
      {organization("A"), Effect::unchanged, 1},
      {R"({"name":"A","id":"o1","meta":{"versionId":"9","lastUpdated":"2020-01-01T00:00:00Z"},"resourceType":"Organization"})",
       Effect::unchanged, 1},
      {organization("B"), Effect::updated, 2},
      {R"({"resourceType":"Organization","id":"o1","meta":{"tag":[{"code":"t"}]},"name":"B"})",
       Effect::updated, 3},
      {organization("B"), Effect::updated, 4},
  };
  for (const Step& step : steps) {
    const std::size_t before = ledger_entries();
    const auto receipt = admit({step.resource});
    ASSERT_TRUE(receipt) << receipt.error().summary();
    EXPECT_EQ(receipt->admitted.at(0).effect, step.effect) << step.resource;
    EXPECT_EQ(receipt->admitted.at(0).version, step.version) << step.resource;
    EXPECT_EQ(ledger_entries() - before, step.effect == Effect::unchanged ? 0u : 1u)
        << "a write and its entry go together";
  }
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(json::parse(snapshot.resources().vread("Organization", "o1", 1)->body)->root()["name"].text(),
            "A");
  EXPECT_EQ(json::parse(snapshot.resources().vread("Organization", "o1", 3)->body)
                ->root()["meta"]["tag"]
                .at(0)["code"]
                .text(),
            "t");
  EXPECT_FALSE(snapshot.resources().vread("Organization", "o1", 5));
}

TEST_F(AdmissionTest, BodyHasTheStoresIdVersionAndTime) {
  const auto receipt = admit(
      {R"({"id":"o1","name":"A","meta":{"versionId":"7","profile":["http://p.example/x"]},"resourceType":"Organization"})"});
  ASSERT_TRUE(receipt);
  const auto version = store_->snapshot().resources().read("Organization", "o1");
  EXPECT_EQ(version->updated, receipt->at);
  EXPECT_EQ(
      version->body,
      R"({"resourceType":"Organization","id":"o1","meta":{"versionId":"1","lastUpdated":")" +
          format_instant(receipt->at) +
          R"(","profile":["http://p.example/x"],)"
          R"("security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},"name":"A"})");
}

TEST_F(AdmissionTest, IfMatchIsAskedOfTheCurrentVersion) {
  const auto matching = [](std::uint32_t version) {
    return [version](Entry& entry) { entry.if_match = version; };
  };
  EXPECT_EQ(admit({organization("A")}, "", matching(1)).error().kind, Kind::precondition) << "there is none";
  ASSERT_TRUE(admit({organization("A")}));
  ASSERT_TRUE(admit({organization("B")}, "ORG-ADV", matching(1)));
  const auto stale = admit({organization("C")}, "ORG-ADV", matching(1));
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, Kind::precondition);
  EXPECT_EQ(admit({organization("B")}, "ORG-ADV", matching(1)).error().kind, Kind::precondition)
      << "nor where nothing changes";
  EXPECT_EQ(store_->snapshot().resources().read("Organization", "o1")->version, 2u);
}

TEST_F(AdmissionTest, CreatingWhatIsThereIsAConflict) {
  const auto create = [](Entry& entry) { entry.method = Method::create; };
  ASSERT_TRUE(admit({organization("A")}, "", create));
  EXPECT_EQ(admit({organization("B")}, "", create).error().kind, Kind::conflict);
}

TEST_F(AdmissionTest, ProblemsNameTheElementAndTheEntry) {
  const std::string bad = R"({"resourceType":"Organization","id":"o2","name":7})";
  struct Case {
    std::vector<std::string> resources;
    std::string expression;
  };
  const Case cases[] = {
      {{bad}, "Organization.name"},
      {{organization("A"), bad}, "Bundle.entry[1].resource.name"},
      {{organization("A"), R"({"resourceType":"Patient","id":"p9","name":[{"family":"a"},{"given":[1]}]})"},
       "Bundle.entry[1].resource.name[1].given[0]"},
  };
  for (const Case& c : cases) {
    const auto refused = admit(c.resources);
    ASSERT_FALSE(refused) << c.expression;
    EXPECT_EQ(refused.error().kind, Kind::unprocessable);
    EXPECT_EQ(refused.error().issues.at(0).expression, c.expression);
  }
  EXPECT_TRUE(store_->snapshot().resources().counts_by_type().empty()) << "all or nothing";
  EXPECT_EQ(ledger_entries(), 0u);
}

TEST_F(AdmissionTest, OneResourceTwiceInASubmissionIsRefused) {
  const auto refused = admit({organization("A"), organization("B", "o2"), organization("B")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::incorrect);
  EXPECT_EQ(refused.error().issues.at(0).code, "duplicate");
  EXPECT_EQ(refused.error().issues.at(0).expression, "Bundle.entry[2].resource");
  EXPECT_TRUE(store_->snapshot().resources().counts_by_type().empty());
}

TEST_F(AdmissionTest, DisclosersUniteOnPatientsAndStayOnAmends) {
  const std::string patient = R"({"resourceType":"Patient","id":"p1","gender":"female"})";
  ASSERT_TRUE(admit({patient}, "ORG-HOC"));
  EXPECT_EQ(admit({patient}, "ORG-ADV")->admitted.at(0).effect, Effect::updated)
      << "a further discloser is a change";
  EXPECT_EQ(disclosers("Patient", "p1"), "ORG-HOC ORG-ADV");
  EXPECT_EQ(admit({patient}, "ORG-HOC")->admitted.at(0).effect, Effect::unchanged);
  const std::string goal = sample::changed(record_of("Goal"), "stable", "good");
  ASSERT_TRUE(admit({record_of("Goal")}, "ORG-HOC"));
  ASSERT_TRUE(admit({goal}, "ORG-ADV", [](Entry& entry) { entry.amends = true; }));
  EXPECT_EQ(disclosers("Goal", "g1"), "ORG-HOC") << "changed by a record of another, and still theirs";
  ASSERT_TRUE(admit({record_of("Goal")}, ""));
  EXPECT_EQ(disclosers("Goal", "g1"), "ORG-HOC") << "the custodian's correction takes nothing over";
  ASSERT_TRUE(admit({goal}, "ORG-ADV"));
  EXPECT_EQ(disclosers("Goal", "g1"), "ORG-ADV");
  EXPECT_EQ(store_->snapshot().resources().vread("Goal", "g1", 1)->disclosers, "ORG-HOC")
      << "kept with each version";
}

TEST_F(AdmissionTest, RacingWritersBothCountAndIfMatchLetsOneThrough) {
  ASSERT_TRUE(admit({organization("start")}));
  constexpr int writers = 4;
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0, matched = 0;
  for (int i = 0; i < writers; ++i)
    threads.emplace_back([&, i] {
      if (admit({organization("writer " + std::to_string(i), "o2")})) return;
      ++failed;
    });
  for (int i = 0; i < writers; ++i)
    threads.emplace_back([&, i] {
      if (admit({organization("matching " + std::to_string(i))}, "",
                [](Entry& entry) { entry.if_match = 1; }))
        ++matched;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(store_->snapshot().resources().read("Organization", "o2")->version, std::uint32_t(writers))
      << "each from the one before";
  EXPECT_EQ(matched, 1);
  EXPECT_EQ(store_->snapshot().resources().read("Organization", "o1")->version, 2u);
}

TEST_F(AdmissionTest, SeveralAtOnceAreAnsweredEachByItself) {
  const std::string texts[] = {organization("first"), R"({"resourceType":"Organization","id":"o2","name":7})",
                               organization("second"), organization("other", "o3"), organization("second")};
  std::vector<json::Document> kept;
  std::vector<Submission> submissions;
  for (const std::string& text : texts) {
    kept.push_back(json::parse(text).value());
    Entry entry;
    entry.type = "Organization", entry.id = kept.back().root()["id"].text(),
    entry.resource = kept.back().root();
    submissions.push_back({"", "test", {entry}, {}, {}});
  }
  const auto receipts = admission_->admit_all(submissions);
  ASSERT_EQ(receipts.size(), 5u);
  EXPECT_EQ(receipts[0]->admitted.at(0).version, 1u);
  EXPECT_EQ(receipts[1].error().kind, Kind::unprocessable);
  EXPECT_EQ(receipts[2]->admitted.at(0).version, 2u) << "derived anew from what came before it";
  EXPECT_EQ(receipts[3]->admitted.at(0).version, 1u);
  EXPECT_EQ(receipts[4]->admitted.at(0).effect, Effect::unchanged);
  EXPECT_TRUE(admission_->admit_all({}).empty());
}

TEST_F(AdmissionTest, ConsentsOfOnePersonAtOnceAreAllGranted) {
  admit_record();
  std::vector<json::Document> kept;
  std::vector<Submission> submissions;
  for (const char* recipient : {"ORG-MC1", "ORG-OBH1"}) {
    std::string text = sample::changed(record_of("Consent"), "ORG-PCP1", recipient);
    text = sample::changed(sample::changed(text, "\"c1\"", "\"c-" + std::string(recipient) + "\""), "CN-1",
                           recipient);
    kept.push_back(json::parse(text).value());
    Entry entry;
    entry.type = "Consent", entry.id = kept.back().root()["id"].text(), entry.resource = kept.back().root();
    submissions.push_back({"ORG-ADV", "test", {entry}, {}, {}});
  }
  for (const auto& receipt : admission_->admit_all(submissions))
    ASSERT_TRUE(receipt) << receipt.error().summary();
  const store::Snapshot snapshot = store_->snapshot();
  for (const char* recipient : {"ORG-PCP1", "ORG-MC1", "ORG-OBH1"})
    EXPECT_EQ(snapshot.grants().of_scope("Organization/" + std::string(recipient), "TREAT").size(), 1u)
        << recipient;
}

TEST_F(AdmissionTest, AnEntryIsWhatItSaysItIs) {
  const auto named = [](const std::string& type, const std::string& id) {
    return [=](Entry& entry) { entry.type = type, entry.id = id; };
  };
  for (const char* id : {"", "a b", "a\"b", "../x", "a/b"})
    EXPECT_FALSE(admit({organization("A")}, "", named("Organization", id))) << id;
  EXPECT_FALSE(admit({organization("A")}, "", named("Organization", std::string(65, 'a'))));
  EXPECT_FALSE(admit({organization("A")}, "", named("Patient", "o1")))
      << "an Organization among the Patients";
  EXPECT_FALSE(admit({organization("A")}, "", named("Nonsense", "o1")));
  EXPECT_FALSE(admit({R"({"resourceType":"Nonsense","id":"o1"})"}));
  EXPECT_TRUE(store_->snapshot().resources().counts_by_type().empty());
}

// The batch claims that its writer saw no match. A match that arrived in the meantime is a conflict. A match
// that existed before is none: the writer saw it, or may not see it.
TEST_F(AdmissionTest, AbsenceIsClaimedForIfNoneExist) {
  const auto prepared = [this](const store::Snapshot& snapshot, const std::string& id) {
    const auto parsed = json::parse(organization("A", id));
    Submission submission{"", "test", {}, {}, {}};
    submission.entries.push_back(
        {Method::create, "Organization", id, parsed->root(), {}, std::pair("urn:s", "1")});
    return std::move(admission_->prepare(submission, snapshot)->batch);
  };
  const std::string with_number =
      R"({"resourceType":"Organization","id":"o1","name":"A","identifier":[{"system":"urn:s","value":"1"}]})";
  store::Batch before = prepared(store_->snapshot(), "o2");
  ASSERT_TRUE(admit({with_number}, ""));
  EXPECT_EQ(store_->commit_and_wait(std::move(before)).error().kind, Kind::conflict);
  EXPECT_FALSE(store_->snapshot().resources().read("Organization", "o2"));
  EXPECT_TRUE(store_->commit_and_wait(prepared(store_->snapshot(), "o3")));
}

TEST_F(AdmissionTest, AnAftercarePlanIsRoutedToEachRecipientOfItsTeam) {
  admit_record();
  issue_aftercare();
  std::vector<std::string> recipients;
  for (const store::OutboxRow& row : store_->snapshot().outbox().all()) {
    if (row.event != "E14") continue;
    recipients.push_back(row.recipient);
    EXPECT_EQ(row.status, store::DeliveryStatus::queued) << "nothing is decided before it is sent";
    EXPECT_EQ(row.patient, "Patient/p1"_ref);
    EXPECT_EQ(row.focus, "Composition/x1/_history/1");
    EXPECT_EQ(row.purpose, "TREAT");
    EXPECT_EQ(row.consent, std::nullopt);
    EXPECT_EQ(row.occurred, clock_.now());
  }
  EXPECT_EQ(recipients, (std::vector<std::string>{"ORG-PCP1", "ORG-MC1"}));
  const std::size_t before = store_->snapshot().outbox().all().size();
  issue_aftercare({{"\"Aftercare plan\"", "\"Aftercare plan, corrected\""}});
  EXPECT_EQ(store_->snapshot().outbox().all().size(), before) << "the event is its creation";
}

TEST_F(AdmissionTest, ASupportPlanIsRoutedAtEachChangeAndToEachForItsPurpose) {
  const std::string pcp =
      R"({"role": [{"coding": [{"system": "https://handoff.example.org/fhir/CodeSystem/care-team-role", "code": "pcp"}]}])";
  const std::string plan = sample::changed(sample::changed(pcp, "\"pcp\"", "\"plan\""), "{", "") +
                           R"(, "member": {"reference": "Organization/ORG-MCP1"}}, )";
  const auto routed = [this] {
    std::vector<std::string> all;
    for (const store::OutboxRow& row : store_->snapshot().outbox().all())
      all.push_back(row.event + " " + row.recipient + " " + row.purpose + " " + row.focus);
    return all;
  };
  admit_record({{pcp, "{" + plan + pcp}});
  std::vector<std::string> expected;
  for (const char* recipient : {"ORG-MCP1 HOPERAT", "ORG-PCP1 TREAT", "ORG-MC1 TREAT"})
    expected.push_back("E5 " + std::string(recipient) + " CarePlan/cp1/_history/1");
  EXPECT_EQ(routed(), expected);
  ASSERT_TRUE(admit({record_of("CarePlan")}));
  EXPECT_EQ(routed(), expected) << "nothing changed";
  const std::string longer =
      sample::changed(record_of("CarePlan"), R"("goal")", R"("title":"Revised","goal")");
  ASSERT_TRUE(admit({longer}));
  for (const char* recipient : {"ORG-MCP1 HOPERAT", "ORG-PCP1 TREAT", "ORG-MC1 TREAT"})
    expected.push_back("E5 " + std::string(recipient) + " CarePlan/cp1/_history/2");
  EXPECT_EQ(routed(), expected);
  ASSERT_TRUE(admit({sample::changed(longer, "\"active\"", "\"completed\"")}));
  EXPECT_EQ(routed(), expected) << "completion is no event";
}

}  // namespace
}  // namespace handoff::admission
