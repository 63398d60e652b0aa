// Records whose evidence contradicts, held, decided and split, over a real store and the shipped mappings.
#include "intake/reviews.h"

#include <fmt/format.h>

#include <future>

#include "../sample_gateway.h"
#include "../shipped_tables.h"
#include "core/text.h"
#include "intake/intake.h"

namespace handoff::intake {
namespace {

const std::string referral_columns =
    "ReferralID,BookingNo,LastName,FirstName,MI,DOB,Sex,Race,Hispanic,PrefLang,MassHealthID,Facility,CommitStatus,ProjReleaseDate,"
    "ReferralDate,MH_Flag,SUD_Flag,DxCodes,RiskLevel,Caseworker,CaseworkerPhone,ROI_Signed,ROI_Date,Comments\n";
const std::string enrollment_columns =
    "enrollment_id,referral_id,vendor,program,masshealth_id,last_name,first_name,dob,enrolled_on,status,navigator,county,exited_on,"
    "exit_reason,housing_start,housing_end,employment_start,employment_end\n";

struct Person {
  std::string referral, member, family, given, born, sex;
};

class ReviewsTest : public sample::GatewayTest {
 protected:
  ReviewsTest() { clock_.set(sample::at("2023-12-01")); }
  void SetUp() override {
    GatewayTest::SetUp();
    write("organizations.csv",
          "org_id,name,kind,counties,npi,part2_program\nORG-ADV,Vendor,bhji_vendor,Essex,,yes\nORG-PCP1,Doctors,pcp,Essex,,no\n");
    reviews_.emplace(*admission_, *store_, clock_, tables_);
    reviews_->set_mappings(std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings");
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / "records" / name).parent_path());
    std::ofstream(folder_ / "records" / name, std::ios::binary) << text;
  }
  static std::string referral(const Person& p, const std::string& day = "2024-01-10") {
    return fmt::format("{},B-{},{},{},,{},{},,,,{},HOC-ESSE,,,{},,,,,,,,,\n", p.referral, p.referral, p.family, p.given, p.born, p.sex,
                       p.member, day);
  }
  static std::string enrollment(const std::string& number, const Person& p, const std::string& exited = "") {
    return fmt::format("{},{},ORG-ADV,BH-JI,{},{},{},{},2024-02-01,,,,{},,,,,\n", number, p.referral, p.member, p.family, p.given, p.born,
                       exited);
  }
  static std::string consent(const std::string& id, const std::string& referral_number) {
    return fmt::format(
        R"({{"consentId":"{}","referralId":"{}","discloser":"ORG-ADV","recipient":"ORG-PCP1","decision":"signed","signedOn":"2024-02-02",)"
        R"("expiresOn":"2024-12-31","purposes":["treatment"],"share":{{"general":true,"attendanceOnly":false,"mentalHealth":true,)"
        R"("substanceUse":true,"hiv":false}},"signedBy":"member","part2Notice":true,"revokedOn":null}})"
        "\n",
        id, referral_number);
  }
  static std::string plan(const std::string& id, const std::string& enrollment_number) {
    return fmt::format(
        R"({{"planId":"{}","enrollmentId":"{}","status":"active","author":"a","createdOn":"2024-02-10","addresses":[{{"icd10":"F33.1",)"
        R"("text":"t"}}],"goals":[],"medications":[],"team":{{"pcp":"ORG-PCP1","outpatient":null,"mobileCrisis":null,"plan":null,)"
        R"("family":null}}}})"
        "\n",
        id, enrollment_number);
  }
  // Takes all files in; the Intake stays, as in a running process. "mapped/rejected/duplicates/waiting/review" of each feed but the first.
  std::vector<std::string> run() {
    reviews_->set_listener({});
    intake_ = std::make_unique<Intake>(*admission_, *store_, clock_, tables_);
    auto feeds = find_feeds(folder_ / "records", std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings");
    EXPECT_TRUE(feeds);
    const Instant as_of = sample::at("2024-06-30T23:59:59-04:00");
    for (Feed& feed : *feeds) EXPECT_TRUE(intake_->add(std::move(feed), as_of));
    for (const CivilDate day : intake_->days()) {
      clock_.set(std::max(clock_.now(), std::min(end_of_day(day), as_of)));
      intake_->take(day);
    }
    reviews_->set_listener([this](const std::vector<Arrival>& arrivals) { intake_->arrived(arrivals); });
    return counts();
  }
  std::vector<std::string> counts() const {
    std::vector<std::string> all;
    for (const FeedReport& r : intake_->report()) {
      EXPECT_EQ(r.records, r.mapped + r.rejected.size() + r.duplicates + r.waiting + r.review + r.later) << r.feed;
      if (r.feed != "organizations.csv")
        all.push_back(fmt::format("{}/{}/{}/{}/{}", r.mapped, r.rejected.size(), r.duplicates, r.waiting, r.review));
    }
    return all;
  }
  // Ids of open reviews.
  std::vector<std::int64_t> open() const {
    std::vector<std::int64_t> ids;
    const store::Snapshot snapshot = store_->snapshot();
    for (const store::Review& review : store::People(snapshot).open_reviews()) ids.push_back(review.id);
    return ids;
  }
  std::size_t count(const std::string& type) const {
    for (const auto& [name, number] : store_->snapshot().counts_by_type())
      if (name == type) return number;
    return 0;
  }
  // The Patient who has this number; empty: nobody, or several.
  std::string patient(const std::string& system, const std::string& value) const {
    const auto ids = store_->snapshot().identified("https://handoff.example.org/id/" + system, value);
    return ids.size() == 1 ? ids.front() : std::string();
  }
  json::Document read(const std::string& type, const std::string& id) const { return json::parse(body(type, id)).value(); }
  // Whose each resource of this type is: "Patient/x", sorted.
  std::vector<std::string> subjects(const std::string& type) const {
    std::vector<std::string> all;
    store_->snapshot().each_resource([&](const store::Version& version) {
      if (version.type == type) all.push_back(version.patient);
      return true;
    });
    std::sort(all.begin(), all.end());
    return all;
  }
  std::string refused(const Result<Told>& told) const {
    if (told) return told->json;
    std::string text(default_issue_code(told.error().kind));
    for (const Issue& issue : told.error().issues) text += " " + issue.expression + ": " + issue.diagnostics;
    return text;
  }

  const identity::CurrentTables tables_{read_shipped_tables()};
  std::optional<Reviews> reviews_;
  std::unique_ptr<Intake> intake_;
};

const Ruling ruling{"client operator", "asked the vendor"};
const Person ana{"R-1", "100000000017", "TWINB", "ANA", "1991-03-04", "F"};
const Person bob{"R-2", "100000000017", "TWINB", "BOB", "1991-03-04", "M"};

class TwinsTest : public ReviewsTest {
 protected:
  // Ana signed for her doctors; Bob signed nothing.
  void write_twins() {
    write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob));
    write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana) + enrollment("E-2", bob));
    write("vendor/consents.jsonl", consent("CN-1", "R-1"));
    write("vendor/support_plans.jsonl", plan("SP-1", "E-1") + plan("SP-2", "E-2"));
  }
};

TEST_F(TwinsTest, AreHeldAndMakeNothing) {
  write_twins();
  const std::vector<std::string> held = {"1/0/0/0/1", "1/0/0/0/1", "1/0/0/0/0", "1/0/0/1/0"};
  EXPECT_EQ(run(), held);
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(count("CarePlan"), 1u);
  const auto before = open();
  ASSERT_EQ(before.size(), 2u);
  const std::size_t entries = ledger_entries();
  EXPECT_EQ(run(), held) << "a restart holds them again";
  EXPECT_EQ(open(), before);
  EXPECT_EQ(ledger_entries(), entries);
  write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob) + referral(bob));
  EXPECT_EQ(run().front(), "1/0/1/0/1") << "an equal record is a duplicate of what is held";
  const auto shown = reviews_->show(before.front());
  ASSERT_TRUE(shown);
  const auto parsed = json::parse(shown->json).value();
  const json::Value candidate = parsed.root()["candidates"].at(0);
  EXPECT_EQ(candidate["against"].at(0)["kind"].text(), "given");
  EXPECT_EQ(candidate["against"].at(0)["says"].text(), "BOB");
  EXPECT_EQ(candidate["against"].at(0)["known"].at(0).text(), "ANA");
  EXPECT_EQ(candidate["for"].at(0)["kind"].text(), "medicaid");
  EXPECT_EQ(parsed.root()["values"]["FirstName"].text(), "BOB");
  EXPECT_EQ(shown->patients, std::vector<std::string>{"Patient/" + patient("referral", "R-1")});
}

TEST_F(TwinsTest, DifferentMakesAnotherPersonAndSettlesWhatFollows) {
  write_twins();
  run();
  const auto told = reviews_->different(open().front(), ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_TRUE(open().empty()) << "the enrolment names Bob too, who is known now";
  EXPECT_EQ(count("Patient"), 2u);
  EXPECT_NE(patient("referral", "R-1"), patient("referral", "R-2"));
  EXPECT_EQ(patient("enrollment", "E-2"), patient("referral", "R-2"));
  EXPECT_EQ(subjects("CarePlan").size(), 2u) << "the plan that waited was woken";
  EXPECT_EQ(subjects("Consent"), std::vector<std::string>{patient("referral", "R-1")});
  // Ana's consent opens nothing of Bob's.
  std::map<std::string, bool> permitted;
  const store::Snapshot snapshot = store_->snapshot();
  for (const store::OutboxRow& row : snapshot.outbox_all()) {
    const auto decided = gate_->message(row, snapshot);
    ASSERT_TRUE(decided) << decided.error().summary();
    permitted[row.patient] = std::holds_alternative<disclosure::PermittedMessage>(*decided);
  }
  EXPECT_TRUE(permitted.at("Patient/" + patient("referral", "R-1")));
  EXPECT_FALSE(permitted.at("Patient/" + patient("referral", "R-2")));
  EXPECT_EQ(run(), (std::vector<std::string>{"2/0/0/0/0", "2/0/0/0/0", "1/0/0/0/0", "2/0/0/0/0"})) << "remembered";
  EXPECT_EQ(count("Patient"), 2u);
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana) + enrollment("E-2", bob, "2024-05-01"));
  EXPECT_EQ(run()[1], "2/0/0/0/0") << "the next state of Bob's record is Bob's";
  EXPECT_EQ(subjects("EpisodeOfCare").size(), 2u);
}

TEST_F(ReviewsTest, ACorrectedBirthDateAndMemberIdAreConfirmed) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  run();
  Person corrected = ana;
  corrected.born = "1990-03-04", corrected.member = "100000000025";
  write("corrections/referrals.csv", referral_columns + referral(corrected));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", corrected));
  EXPECT_EQ(run(), (std::vector<std::string>{"0/0/0/0/1", "0/0/0/0/1"}));
  const std::string id = patient("referral", "R-1");
  EXPECT_EQ(read("Patient", id).root()["birthDate"].text(), "1991-03-04");
  EXPECT_EQ(refused(reviews_->same(open().front(), "Patient/nobody", ruling)), "invalid patient: is none of the review's candidates");
  const auto told = reviews_->same(open().front(), "Patient/" + id, ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_TRUE(open().empty()) << "the enrolment says the same";
  const auto person = read("Patient", id);
  EXPECT_EQ(person.root()["birthDate"].text(), "1990-03-04") << "what was confirmed is shown";
  EXPECT_EQ(patient("medicaid", "100000000025"), id);
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"}));
  EXPECT_EQ(refused(reviews_->same(1, id, ruling)), "conflict id: review 1 was decided before: same");
  EXPECT_EQ(refused(reviews_->same(99, id, ruling)), "not-found id: there is no review 99");
}

TEST_F(ReviewsTest, CorrectChangesFieldsAndTriesAgain) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  Person mistyped = ana;
  mistyped.born = "1919-03-04", mistyped.member = "100000000033";
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", mistyped, "2024-05-01"));
  run();
  ASSERT_EQ(open().size(), 1u);
  const std::int64_t id = open().front();
  EXPECT_EQ(refused(reviews_->correct(id, {{"birthday", "1991-03-04"}}, ruling)),
            "invalid birthday: is no field of vendor/enrollments that holds a value");
  EXPECT_EQ(refused(reviews_->correct(id, {{"dob", "soon"}}, ruling)).substr(0, 15), "processing dob:");
  EXPECT_EQ(refused(reviews_->correct(id, {{"dob", ""}}, ruling)).substr(0, 15), "processing dob:") << "it is required";
  const auto again = reviews_->correct(id, {{"dob", "1991-03-04"}}, ruling);
  ASSERT_TRUE(again) << refused(again);
  EXPECT_NE(again->json.find(R"("state":"open")"), std::string::npos) << "the member id differs still: " << again->json;
  const auto told = reviews_->correct(id, {{"masshealth_id", "100000000017"}}, ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_NE(told->json.find(R"("state":"corrected")"), std::string::npos) << told->json;
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(patient("enrollment", "E-1"), patient("referral", "R-1"));
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"})) << "the record as it came is not taken in again";
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(ReviewsTest, ADecisionIsInTheLedgerWithItsReason) {
  write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob));
  run();
  ASSERT_TRUE(reviews_->different(open().front(), ruling));
  const auto entries = store_->ledger_entries_with(R"("kind":"review")");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].text, R"({"kind":"review","action":"different","actor":"client operator","reason":"asked the vendor","review":1,)"
                             R"("patient":"Patient/)" +
                                 patient("referral", "R-2") + "\"}");
}

TEST_F(ReviewsTest, PlaceholdersAndNamesOfOthersMergeNobody) {
  const Person doe{"R-1", "", "DOE", "JOHN", "1900-01-01", "M"}, doe2{"R-2", "", "DOE", "JOHN", "1900-01-01", "M"};
  const Person father{"R-3", "", "RIVERA", "LUIS", "1962-01-01", "M"}, son{"R-4", "", "RIVERA", "LUIS", "1990-02-02", "M"};
  const Person nines{"R-5", "999999999999", "LEE", "BO", "1980-01-01", "M"},
      nines2{"R-6", "999999999999", "CRUZ", "EVA", "1981-01-01", "F"};
  const Person neill{"R-7", "", "O'NEILL", "SEAN", "1985-05-05", "M"}, neill2{"R-8", "", "O\u2019NEILL", "S\u00C9AN", "1985-05-05", "M"};
  std::string text = referral_columns;
  for (const Person& one : {doe, doe2, father, son, nines, nines2, neill, neill2}) text += referral(one);
  write("corrections/referrals.csv", text);
  EXPECT_EQ(run().front(), "8/0/0/0/0");
  EXPECT_EQ(count("Patient"), 7u);
  EXPECT_EQ(patient("referral", "R-7"), patient("referral", "R-8"));
}

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
  ASSERT_TRUE(
      contribute(R"("identifier":[{"system":"urn:old","value":"1"}],"telecom":[{"system":"phone","value":"555"}])", "ORG-HOC", merged))
      << "as an earlier program took it in: no contribution of it is kept";
  std::promise<void> written;
  store_->record({R"({"kind":"disclosure","patient":"Patient/)" + merged + R"(","recipient":"Organization/ORG-PCP1","purpose":["TREAT"],)" +
                  R"("resources":["Patient/)" + merged + R"(/_history/2"],"channel":"read"})"},
                 [&](Result<void>) { written.set_value(); });
  written.get_future().wait();
  const auto told = reviews_->split("Patient/" + merged, ruling);
  ASSERT_TRUE(told) << refused(told);
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
  store_->snapshot().each_resource([&](const store::Version& version) {
    const auto speaks_of = [&](const std::string& id) { return version.body.find("Patient/" + id) != std::string::npos; };
    EXPECT_FALSE(speaks_of(own) && speaks_of(merged)) << version.type;
    EXPECT_FALSE(version.patient == own && speaks_of(merged)) << version.type;
    EXPECT_FALSE(version.patient == merged && speaks_of(own)) << version.type;
    return true;
  });
  const auto parsed = json::parse(told->json).value();
  EXPECT_EQ(parsed.root()["people"].size(), 2u);
  EXPECT_EQ(parsed.root()["unassigned"].size(), 0u) << told->json;
  ASSERT_EQ(parsed.root()["recipients"].size(), 1u) << told->json;
  EXPECT_EQ(parsed.root()["recipients"].at(0)["recipient"].text(), "Organization/ORG-PCP1");
  EXPECT_EQ(store_->ledger_entries_with(R"("action":"split")").size(), 1u);
  EXPECT_EQ(run(), (std::vector<std::string>{"2/0/0/0/0", "2/0/0/0/0", "2/0/0/0/0", "2/0/0/0/0"})) << "and it stays so";
  EXPECT_EQ(count("Patient"), 2u);
  EXPECT_EQ(refused(reviews_->split(own, ruling)).substr(0, 42), "processing patient: nothing can be told ap");
  EXPECT_EQ(refused(reviews_->split("Patient/none", ruling)), "not-found patient: there is no such Patient");
}

// What was stored by programs that kept no contributions: the marks say which discloser gave what.
TEST_F(ReviewsTest, SplitOfAnOldStoreGoesByTheMarks) {
  const auto gives = [this](const std::string& name, const std::string& number, const std::string& discloser) {
    ASSERT_TRUE(contribute(fmt::format(R"("identifier":[{{"system":"urn:n","value":"{}"}},{{"system":"{}","value":"100000000017"}}],)"
                                       R"("name":[{{"family":"Twinb","given":["{}"]}}],"birthDate":"1991-03-04")",
                                       number, identity::medicaid_system, name),
                           discloser));
  };
  gives("Ana", "1", "ORG-HOC");
  gives("Bob", "2", "ORG-ADV");
  ASSERT_TRUE(contribute(R"("communication":[{"language":{"text":"es"}}])", "ORG-Y")) << "which names nobody";
  const std::string subject = R"("subject":{"reference":"Patient/p1"}})";
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c1","status":"active","intent":"plan",)" + subject}, "ORG-HOC"));
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c2","status":"active","intent":"plan",)" + subject}, "ORG-ADV"));
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Communication","id":"g2","status":"completed","basedOn":[{"reference":"CarePlan/c2"}],)" + subject}, "ORG-X"));
  ASSERT_TRUE(admit({R"({"resourceType":"CarePlan","id":"c3","status":"active","intent":"plan",)" + subject}, "ORG-X"));
  const auto told = reviews_->split("p1", ruling);
  ASSERT_TRUE(told) << refused(told);
  const auto parsed = json::parse(told->json).value();
  ASSERT_EQ(parsed.root()["people"].size(), 2u);
  const std::string own(parsed.root()["people"].at(1).text().substr(8));
  EXPECT_EQ(json::write(parsed.root()["unassigned"]), R"(["CarePlan/c3"])") << "nothing tells whose it is: it stays";
  EXPECT_EQ(store_->snapshot().read("CarePlan", "c1")->patient, "p1");
  EXPECT_EQ(store_->snapshot().read("CarePlan", "c2")->patient, own);
  EXPECT_EQ(store_->snapshot().read("Communication", "g2")->patient, own) << "by what it refers to";
  EXPECT_EQ(store_->snapshot().read("CarePlan", "c3")->patient, "p1");
  EXPECT_EQ(store_->snapshot().read("Patient", "p1")->disclosers, "ORG-HOC ORG-Y");
  EXPECT_EQ(store_->snapshot().read("Patient", own)->disclosers, "ORG-ADV");
  EXPECT_NE(body("Patient", own).find("Bob"), std::string::npos);
  EXPECT_EQ(body("Patient", "p1").find("Bob"), std::string::npos);
}

// Keys of names that an earlier program folded in its own way.
TEST_F(ReviewsTest, PeopleOfOldStoresAreRecognizedByName) {
  ASSERT_TRUE(
      contribute(R"("name":[{"family":"Gómez-Cruz","given":["Ana"]}],"birthDate":"1990-02-03","gender":"female")", "ORG-ADV", "old"));
  ASSERT_TRUE(contribute(R"("name":[{"family":"समन","given":["क"]}],"birthDate":"1990-02-03","gender":"female")", "ORG-ADV", "other"));
  store::Batch batch;
  batch.identities.push_back({"name", "gomez-cruz|ana|1990-02-03|female", "old", false});
  batch.identities.push_back({"name", fold("समन") + "|" + fold("क") + "|1990-02-03|female", "other", false});
  ASSERT_TRUE(store_->commit_and_wait(batch));
  write("corrections/referrals.csv", referral_columns + referral({"R-1", "", "GOMEZ-CRUZ", "ANA", "1990-02-03", "F"}) +
                                         referral({"R-2", "", "सुमन", "क", "1990-02-03", "F"}));
  EXPECT_EQ(run().front(), "2/0/0/0/0");
  EXPECT_EQ(patient("referral", "R-1"), "old");
  EXPECT_NE(patient("referral", "R-2"), "other") << "its vowel is no accent";
  EXPECT_EQ(count("Patient"), 3u);
}

// A link of one person that another record names: what goes by the link waits, for nobody knows whose it is.
TEST_F(ReviewsTest, DifferentUnderOneLinkGetsAnIdOfItsOwn) {
  const Person other{"R-1", "", "TWINB", "ANA", "1960-01-01", "F"};
  write("corrections/referrals.csv", referral_columns + referral(ana));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", other));
  run();
  ASSERT_EQ(open().size(), 1u);
  const auto told = reviews_->different(open().front(), ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_EQ(count("Patient"), 2u);
  EXPECT_EQ(store_->snapshot().identified("https://handoff.example.org/id/referral", "R-1").size(), 2u);
  write("vendor/consents.jsonl", consent("CN-1", "R-1"));
  EXPECT_EQ(run().back(), "0/0/0/1/0") << "its consent opens neither record";
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", other, "2024-05-01"));
  EXPECT_EQ(run()[1], "1/0/0/0/0");
  EXPECT_EQ(count("Patient"), 2u);
}

}  // namespace
}  // namespace handoff::intake
