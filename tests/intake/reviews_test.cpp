// Records with contradicting evidence are held and decided.
#include "../fhir_names.h"
#include "core/limits.h"
#include "reviews_fixture.h"
#include "store/outbox.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

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
  EXPECT_EQ(shown->patients,
            std::vector<fhir::Reference>{fhir::Reference("Patient", patient("referral", "R-1"))});
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
  // Ana's consent does not open anything of Bob's.
  std::map<std::string, bool> permitted;
  const store::Snapshot snapshot = store_->snapshot();
  for (const store::OutboxRow& row : snapshot.outbox().all()) {
    const auto decided = disclosure::message(*gate_, row, snapshot);
    ASSERT_TRUE(decided) << decided.error().summary();
    permitted[row.patient.text()] = std::holds_alternative<disclosure::PermittedMessage>(*decided);
  }
  EXPECT_TRUE(permitted.at("Patient/" + patient("referral", "R-1")));
  EXPECT_FALSE(permitted.at("Patient/" + patient("referral", "R-2")));
  EXPECT_EQ(run(), (std::vector<std::string>{"2/0/0/0/0", "2/0/0/0/0", "1/0/0/0/0", "2/0/0/0/0"}))
      << "remembered";
  EXPECT_EQ(count("Patient"), 2u);
  write("vendor/enrollments.csv",
        enrollment_columns + enrollment("E-1", ana) + enrollment("E-2", bob, "2024-05-01"));
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
  EXPECT_EQ(refused(reviews_->same(open().front(), "Patient/nobody", ruling)),
            "invalid patient: is not a candidate of the review");
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
            "invalid birthday: is not a field of vendor/enrollments that holds a value; the fields are "
            "enrollment_id, referral_id, vendor, program, masshealth_id, last_name, first_name, dob, "
            "enrolled_on, status, navigator, county, exited_on, exit_reason, housing_start, housing_end, "
            "employment_start, employment_end");
  EXPECT_EQ(refused(reviews_->correct(id, {{"dob", "soon"}}, ruling)).substr(0, 15), "processing dob:");
  EXPECT_EQ(refused(reviews_->correct(id, {{"dob", ""}}, ruling)).substr(0, 15), "processing dob:")
      << "it is required";
  const auto again = reviews_->correct(id, {{"dob", "1991-03-04"}}, ruling);
  ASSERT_TRUE(again) << refused(again);
  EXPECT_NE(again->json.find(R"("state":"open")"), std::string::npos)
      << "the member id differs still: " << again->json;
  const auto told = reviews_->correct(id, {{"masshealth_id", "100000000017"}}, ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_NE(told->json.find(R"("state":"corrected")"), std::string::npos) << told->json;
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(patient("enrollment", "E-1"), patient("referral", "R-1"));
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"}))
      << "the record as it came is not taken in again";
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(ReviewsTest, ADecisionIsInTheLedgerWithItsReason) {
  write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob));
  run();
  ASSERT_TRUE(reviews_->different(open().front(), ruling));
  const auto entries = store_->ledger_entries_with(R"("kind":"review")");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(
      entries[0].text,
      R"({"kind":"review","action":"different","actor":"client operator","reason":"asked the vendor","review":1,)"
      R"("patient":"Patient/)" +
          patient("referral", "R-2") + "\"}");
}

TEST_F(ReviewsTest, PlaceholdersAndNamesOfOthersMergeNobody) {
  const Person doe{"R-1", "", "DOE", "JOHN", "1900-01-01", "M"},
      doe2{"R-2", "", "DOE", "JOHN", "1900-01-01", "M"};
  const Person father{"R-3", "", "RIVERA", "LUIS", "1962-01-01", "M"},
      son{"R-4", "", "RIVERA", "LUIS", "1990-02-02", "M"};
  const Person nines{"R-5", "999999999999", "LEE", "BO", "1980-01-01", "M"},
      nines2{"R-6", "999999999999", "CRUZ", "EVA", "1981-01-01", "F"};
  const Person neill{"R-7", "", "O'NEILL", "SEAN", "1985-05-05", "M"},
      neill2{"R-8", "", "O\u2019NEILL", "S\u00C9AN", "1985-05-05", "M"};
  std::string text = referral_columns;
  for (const Person& one : {doe, doe2, father, son, nines, nines2, neill, neill2}) text += referral(one);
  write("corrections/referrals.csv", text);
  // A placeholder as a number, from which a Patient's id would derive.
  const Person no_number{"UNKNOWN", "", "SOK", "", "1970-01-01", "M"},
      no_number2{"UNKNOWN", "", "CHEA", "", "1971-01-01", "F"};
  write("vendor/enrollments.csv",
        enrollment_columns + enrollment("E-1", no_number) + enrollment("E-2", no_number2));
  EXPECT_EQ(run(), (std::vector<std::string>{"8/0/0/0/0", "2/0/0/0/0"}));
  EXPECT_EQ(count("Patient"), 9u);
  EXPECT_EQ(patient("referral", "R-7"), patient("referral", "R-8"));
}

// An earlier program stored them and kept no contributions, so the marks say which discloser gave what. It
// also folded the keys of names in its own way.
TEST_F(ReviewsTest, PeopleOfOldStoresAreRecognizedByName) {
  ASSERT_TRUE(contribute(
      R"("name":[{"family":"Gómez-Cruz","given":["Ana"]}],"birthDate":"1990-02-03","gender":"female")",
      "ORG-ADV", "old"));
  ASSERT_TRUE(
      contribute(R"("name":[{"family":"समन","given":["क"]}],"birthDate":"1990-02-03","gender":"female")",
                 "ORG-ADV", "other"));
  store::Batch batch;
  batch.identities.push_back({"name", "gomez-cruz|ana|1990-02-03|female", "old"_id, false});
  batch.identities.push_back(
      {"name", fold("समन") + "|" + fold("क") + "|1990-02-03|female", "other"_id, false});
  ASSERT_TRUE(store_->commit_and_wait(batch));
  write("corrections/referrals.csv", referral_columns +
                                         referral({"R-1", "", "GOMEZ-CRUZ", "ANA", "1990-02-03", "F"}) +
                                         referral({"R-2", "", "सुमन", "क", "1990-02-03", "F"}));
  EXPECT_EQ(run().front(), "2/0/0/0/0");
  EXPECT_EQ(patient("referral", "R-1"), "old");
  EXPECT_NE(patient("referral", "R-2"), "other") << "its vowel is no accent";
  EXPECT_EQ(count("Patient"), 3u);
}

// Another record names the link of one person. Records that go by the link wait, because nobody knows whose
// they are.
TEST_F(ReviewsTest, DifferentUnderOneLinkGetsAnIdOfItsOwn) {
  const Person other{"R-1", "", "TWINB", "ANA", "1960-01-01", "F"};
  write("corrections/referrals.csv", referral_columns + referral(ana));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", other));
  run();
  ASSERT_EQ(open().size(), 1u);
  const auto told = reviews_->different(open().front(), ruling);
  ASSERT_TRUE(told) << refused(told);
  EXPECT_EQ(count("Patient"), 2u);
  EXPECT_EQ(
      store_->snapshot().resources().identified("https://handoff.example.org/id/referral", "R-1").size(), 2u);
  write("vendor/consents.jsonl", consent("CN-1", "R-1"));
  EXPECT_EQ(run().back(), "0/0/0/1/0") << "its consent opens neither record";
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", other, "2024-05-01"));
  EXPECT_EQ(run()[1], "1/0/0/0/0");
  EXPECT_EQ(count("Patient"), 2u);
}

TEST_F(ReviewsTest, WhatIsDecidedBetweenTwoDaysGoesOn) {
  write("corrections/referrals.csv", referral_columns + referral(ana) + referral(bob));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-2", bob, "2024-05-01"));
  const auto counted = run([this](const std::string& day) {
    if (day != "2024-02-01") return;
    EXPECT_TRUE(reviews_->different(open().front(), ruling));
  });
  EXPECT_EQ(counted[1], "1/0/0/0/0");
  std::string statuses;
  store_->snapshot().resources().each_resource([&](const store::Version& version) {
    if (version.type == "EpisodeOfCare") statuses += json::parse(version.body)->root()["status"].text();
    return true;
  });
  EXPECT_EQ(statuses, "finished") << "its later day came too";
}

TEST_F(ReviewsTest, AListHasPages) {
  store::Batch batch;
  for (std::size_t i = 0; i < limits::reviews_on_page_max + 3; ++i) {
    store::Review review;
    review.feed = "f", review.content = std::to_string(i), review.claim = "{}";
    review.candidates = i % 2 == 0 ? R"([{"patient":"even"}])" : R"([{"patient":"odd"}])";
    batch.people.held.push_back(review);
  }
  ASSERT_TRUE(store_->commit_and_wait(batch));
  const auto first = json::parse(reviews_->list().json).value();
  EXPECT_EQ(first.root()["reviews"].size(), limits::reviews_on_page_max);
  ASSERT_EQ(first.root()["next"].text(), std::to_string(limits::reviews_on_page_max));
  const auto second = json::parse(reviews_->list({}, std::int64_t(limits::reviews_on_page_max)).json).value();
  EXPECT_EQ(second.root()["reviews"].size(), 3u);
  EXPECT_EQ(second.root()["next"].type(), json::Type::null);
  const ReviewAnswer odd = reviews_->list("Patient/odd");
  EXPECT_EQ(json::parse(odd.json).value().root()["reviews"].size(), limits::reviews_on_page_max / 2 + 1);
  EXPECT_EQ(std::set<fhir::Reference>(odd.patients.begin(), odd.patients.end()),
            std::set<fhir::Reference>{"Patient/odd"_ref});
}

}  // namespace
}  // namespace handoff::intake
