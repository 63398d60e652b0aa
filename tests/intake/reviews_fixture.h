// People whose records contradict each other, over a real store and the shipped mappings. The Calendar stays,
// as in a running process.
#pragma once

#include "intake/reviews.h"

#include <fmt/format.h>

#include <future>
#include <map>

#include "../sample_gateway.h"
#include "../shipped_tables.h"
#include "core/text.h"
#include "intake/calendar.h"
#include "store/people.h"
#include "store/resources.h"

namespace handoff::intake {
inline const std::string referral_columns =
    "ReferralID,BookingNo,LastName,FirstName,MI,DOB,Sex,Race,Hispanic,PrefLang,MassHealthID,Facility,"
    "CommitStatus,ProjReleaseDate,"
    "ReferralDate,MH_Flag,SUD_Flag,DxCodes,RiskLevel,Caseworker,CaseworkerPhone,ROI_Signed,ROI_Date,"
    "Comments\n";
inline const std::string enrollment_columns =
    "enrollment_id,referral_id,vendor,program,masshealth_id,last_name,first_name,dob,enrolled_on,status,"
    "navigator,county,exited_on,"
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
          "org_id,name,kind,counties,npi,part2_program\nORG-ADV,Vendor,bhji_vendor,Essex,,yes\nORG-PCP1,"
          "Doctors,pcp,Essex,,no\n");
    office_.emplace(*admission_, *store_, clock_, sample::id_key(), tables_);
    office_->set_mappings(mappings_);
    reviews_.emplace(*office_);
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / "records" / name).parent_path());
    std::ofstream(folder_ / "records" / name, std::ios::binary) << text;
  }
  static std::string referral(const Person& p, const std::string& day = "2024-01-10") {
    return fmt::format("{},B-{},{},{},,{},{},,,,{},HOC-ESSE,,,{},,,,,,,,,\n", p.referral, p.referral,
                       p.family, p.given, p.born, p.sex, p.member, day);
  }
  static std::string enrollment(const std::string& number, const Person& p, const std::string& exited = "") {
    return fmt::format("{},{},ORG-ADV,BH-JI,{},{},{},{},2024-02-01,,,,{},,,,,\n", number, p.referral,
                       p.member, p.family, p.given, p.born, exited);
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
  // Takes all files in. The Calendar stays, as in a running process. Returns
  // "mapped/rejected/duplicates/waiting/review" of each feed but the first.
  std::vector<std::string> run(const std::function<void(const std::string& day)>& each_day = {}) {
    reviews_->set_listener({});
    calendar_ = std::make_unique<Calendar>(*office_);
    auto feeds = find_feeds(folder_ / "records", mappings_);
    EXPECT_TRUE(feeds);
    const Instant as_of = sample::at("2024-06-30T23:59:59-04:00");
    for (Feed& feed : *feeds) EXPECT_TRUE(calendar_->add(std::move(feed), as_of));
    reviews_->set_listener([this](const std::vector<Arrival>& arrivals) { calendar_->arrived(arrivals); });
    for (const CivilDate day : calendar_->days()) {
      clock_.set(std::max(clock_.now(), std::min(end_of_day(day), as_of)));
      calendar_->take(day);
      if (each_day) each_day(format_date(day));
    }
    return counts();
  }
  std::vector<std::string> counts() const {
    std::vector<std::string> all;
    for (const FeedReport& r : calendar_->report()) {
      EXPECT_EQ(r.records,
                r.mapped + r.rejected.size() + r.duplicates + r.waiting + r.review + r.later + r.empty)
          << r.feed;
      if (r.feed != "organizations.csv")
        all.push_back(
            fmt::format("{}/{}/{}/{}/{}", r.mapped, r.rejected.size(), r.duplicates, r.waiting, r.review));
    }
    return all;
  }
  // Ids of open reviews.
  std::vector<std::int64_t> open() const {
    std::vector<std::int64_t> ids;
    const store::Snapshot snapshot = store_->snapshot();
    for (const store::Review& review : snapshot.people().open_reviews()) ids.push_back(review.id);
    return ids;
  }
  std::size_t count(const std::string& type) const {
    for (const auto& [name, number] : store_->snapshot().resources().counts_by_type())
      if (name == type) return number;
    return 0;
  }
  // The Patient with this number; empty: nobody has it, or several have it.
  std::string patient(const std::string& system, const std::string& value) const {
    const auto ids =
        store_->snapshot().resources().identified("https://handoff.example.org/id/" + system, value);
    return ids.size() == 1 ? ids.front().text() : std::string();
  }
  json::Document read(const std::string& type, const std::string& id) const {
    return json::parse(body(type, id)).value();
  }
  // The patient of each resource of this type: "Patient/x", sorted.
  std::vector<std::string> subjects(const std::string& type) const {
    std::vector<std::string> all;
    store_->snapshot().resources().each_resource([&](const store::Version& version) {
      if (version.type == type) all.push_back(version.patient.text());
      return true;
    });
    std::sort(all.begin(), all.end());
    return all;
  }
  std::string refused(const Result<ReviewAnswer>& told) const {
    if (told) return told->json;
    std::string text(default_issue_code(told.error().kind));
    for (const Issue& issue : told.error().issues) text += " " + issue.expression + ": " + issue.diagnostics;
    return text;
  }

  const identity::CurrentTables tables_{read_shipped_tables()};
  std::filesystem::path mappings_ = std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings";
  std::optional<Office> office_;
  std::optional<Reviews> reviews_;
  std::unique_ptr<Calendar> calendar_;
};

inline const Ruling ruling{"client operator", "asked the vendor"};
inline const Person ana{"R-1", "100000000017", "TWINB", "ANA", "1991-03-04", "F"};
inline const Person bob{"R-2", "100000000017", "TWINB", "BOB", "1991-03-04", "M"};

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

}  // namespace handoff::intake
