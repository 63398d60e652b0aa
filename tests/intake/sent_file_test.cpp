// A sent file, and a single record. Neither of them needs days.
#include "intake/sent_file.h"

#include "reviews_fixture.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

const Person bo{"R-2", "", "LEE", "BO", "1985-01-01", "M"};
const Person eva{"R-3", "", "CRUZ", "EVA", "1981-01-01", "F"};

class SentFileTest : public ReviewsTest {
 protected:
  void SetUp() override {
    ReviewsTest::SetUp();
    clock_.set(sample::at("2024-06-30T23:59:59-04:00"));
  }
  std::unique_ptr<SentFile> file(const std::string& mapping, std::string bytes, Mode mode = Mode::take) {
    auto read = SentFile::read(*office_, mode, office_->mapping(mapping).value(), std::move(bytes));
    EXPECT_TRUE(read) << read.error().summary();
    return read ? std::move(*read) : nullptr;
  }
  std::unique_ptr<RecordFile> records(const std::string& mapping, std::string bytes) const {
    Feed feed{mapping, {}, office_->mapping(mapping).value()};
    auto read = RecordFile::read(std::move(feed), std::move(bytes), clock_.now());
    EXPECT_TRUE(read) << read.error().summary();
    return read ? std::move(*read) : nullptr;
  }
};

TEST_F(SentFileTest, IsTakenAFewRecordsAtATimeAsItStandsAtTheEnd) {
  const auto sent = file("vendor/enrollments",
                         enrollment_columns + enrollment("E-1", ana, "2024-05-01") + enrollment("E-2", bo));
  EXPECT_EQ(sent->records(), 2u);
  EXPECT_EQ(sent->left(), 2u);
  EXPECT_TRUE(sent->take_some(1).value()) << "one is left";
  EXPECT_EQ(sent->left(), 1u);
  EXPECT_EQ(count("EpisodeOfCare"), 1u);
  EXPECT_FALSE(sent->take_some(1).value());
  EXPECT_EQ(sent->left(), 0u);
  EXPECT_EQ(sent->report().feed, "vendor/enrollments.csv");
  EXPECT_EQ(sent->report().mapped, 2u);
  std::vector<std::string> states;
  store_->snapshot().resources().each_resource([&](const store::Version& version) {
    if (version.type != "EpisodeOfCare") return true;
    const auto episode = json::parse(version.body).value();
    states.push_back(fmt::format("{} {}", episode.root()["status"].text(), version.version));
    return true;
  });
  std::sort(states.begin(), states.end());
  EXPECT_EQ(states, (std::vector<std::string>{"active 1", "finished 1"})) << "each has one version, its last";
}

TEST_F(SentFileTest, TakesTheOldestFirstAndLeavesWhatIsLater) {
  const auto sent =
      file("corrections/referrals", referral_columns + referral(ana, "2024-03-01") +
                                        referral(bo, "2024-01-01") + referral(eva, "2024-08-01"));
  EXPECT_EQ(sent->left(), 2u);
  EXPECT_TRUE(sent->take_some(1).value());
  EXPECT_EQ(patient("referral", "R-1"), "");
  EXPECT_NE(patient("referral", "R-2"), "");
  EXPECT_FALSE(sent->take_some(1).value());
  EXPECT_NE(patient("referral", "R-1"), "");
  EXPECT_EQ(sent->report().later, 1u);
}

TEST_F(SentFileTest, ADryRunStoresNothing) {
  const auto sent = file("corrections/referrals", referral_columns + referral(ana), Mode::try_out);
  EXPECT_FALSE(sent->take_some(8).value());
  EXPECT_EQ(sent->report().mapped, 1u);
  EXPECT_EQ(count("Patient"), 0u);
}

TEST_F(SentFileTest, OneRecordGivesItsFate) {
  const auto referrals = records("corrections/referrals", referral_columns + referral(ana) + referral(bob));
  const auto consents = records("vendor/consents", consent("CN-1", "R-1"));
  Intake intake(*office_);
  Record& waits = consents->records().front();
  const Fate waiting = intake.take(waits, 0).value();
  ASSERT_TRUE(std::holds_alternative<mapping::Waiting>(waiting));
  EXPECT_EQ(std::get<mapping::Waiting>(waiting).identifier.value, "R-1");
  EXPECT_TRUE(std::holds_alternative<mapping::Waiting>(intake.take(waits, 0).value())) << "it is left alone";
  EXPECT_TRUE(std::holds_alternative<Taken>(intake.take(referrals->records()[0], 0).value()));
  EXPECT_TRUE(waits.is<Taken>()) << "what it waited for has come";
  EXPECT_TRUE(std::holds_alternative<InReview>(intake.take(referrals->records()[1], 0).value())) << "a twin";
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(count("Consent"), 1u);
}

TEST_F(SentFileTest, RecordsThatFollowEachOtherAreWrittenTogether) {
  const auto referrals = records("corrections/referrals", referral_columns + referral(ana) + referral(bo));
  Intake intake(*office_);
  for (Record& record : referrals->records()) intake.begin(record, 0);
  EXPECT_EQ(count("Patient"), 0u);
  ASSERT_TRUE(intake.finish());
  EXPECT_EQ(count("Patient"), 2u);
  for (const Record& record : referrals->records()) EXPECT_TRUE(record.is<Taken>());
}

}  // namespace
}  // namespace handoff::intake
