// A refusal by admission is reported as a flaw of the record: its column, its value and the mapping's place,
// never a Bundle's entry.
#include "reviews_fixture.h"

namespace handoff::intake {
namespace {

class RejectionTest : public ReviewsTest {
 protected:
  // "field=value: mapping" of each rejection.
  std::vector<std::string> rejected() const {
    std::vector<std::string> all;
    for (const FeedReport& report : calendar_->report())
      for (const auto& r : report.rejected) {
        EXPECT_EQ((r.field + r.reason + r.mapping).find("Bundle"), std::string::npos);
        all.push_back(r.field + "=" + r.value + ": " + r.mapping);
      }
    return all;
  }
  static std::string enrolled(const std::string& vendor, const std::string& from, const std::string& until) {
    return "E-1,R-1," + vendor + ",BH-JI,100000000017,TWINB,ANA,1991-03-04," + from + ",,,," + until +
           ",,,,,\n";
  }
};

TEST_F(RejectionTest, OfAReferenceNamesItsColumn) {
  write("vendor/enrollments.csv", enrollment_columns + enrolled("\"Advocates, Inc.\"", "2024-02-01", ""));
  EXPECT_EQ(run(), std::vector<std::string>{"0/1/0/0/0"});
  ASSERT_EQ(rejected().size(), 1u);
  EXPECT_TRUE(rejected().front().starts_with("vendor=Advocates, Inc.: map.json:")) << rejected().front();
  EXPECT_TRUE(rejected().front().ends_with(" → EpisodeOfCare.managingOrganization.reference"))
      << rejected().front();
}

TEST_F(RejectionTest, OfAPeriodNamesTheLaterColumn) {
  write("vendor/enrollments.csv", enrollment_columns + enrolled("ORG-ADV", "2024-03-01", "2024-02-01"));
  run();
  ASSERT_EQ(rejected().size(), 1u);
  EXPECT_TRUE(rejected().front().starts_with("exited_on=2024-02-01: map.json:")) << rejected().front();
}

TEST_F(RejectionTest, OfACorrectionNamesItsColumnToo) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  Person mistyped = ana;
  mistyped.born = "1919-03-04";
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", mistyped));
  run();
  ASSERT_EQ(open().size(), 1u);
  const auto told =
      reviews_->correct(open().front(), {{"dob", "1991-03-04"}, {"vendor", "Advocates, Inc."}}, ruling);
  EXPECT_EQ(refused(told), "processing vendor: the record is rejected: A reference has no white space.");
}

}  // namespace
}  // namespace handoff::intake
