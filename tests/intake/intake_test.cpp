// Tiny files of program records go through the shipped mappings into a real store, day by day.
#include "intake/calendar.h"

#include <map>

#include "../sample_gateway.h"
#include "../shipped_tables.h"
#include "store/intake_states.h"
#include "store/outbox.h"
#include "store/resources.h"
#include "validation/structure.h"

namespace handoff::intake {
namespace {

constexpr const char* referral_columns =
    "ReferralID,BookingNo,LastName,FirstName,MI,DOB,Sex,Race,Hispanic,PrefLang,MassHealthID,Facility,"
    "CommitStatus,ProjReleaseDate,"
    "ReferralDate,MH_Flag,SUD_Flag,DxCodes,RiskLevel,Caseworker,CaseworkerPhone,ROI_Signed,ROI_Date,Comments";
constexpr const char* enrollment_columns =
    "enrollment_id,referral_id,vendor,program,masshealth_id,last_name,first_name,dob,enrolled_on,status,"
    "navigator,county,exited_on,"
    "exit_reason,housing_start,housing_end,employment_start,employment_end";

class IntakeTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    write("organizations.csv",
          "org_id,name,kind,counties,npi,part2_program\nORG-ADV,Vendor,bhji_vendor,Essex,,yes\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / "records" / name).parent_path());
    std::ofstream(folder_ / "records" / name, std::ios::binary) << text;
  }
  // number, family, given, birth date, sex, member id, day
  static std::string referral(const std::vector<std::string>& v) {
    return v[0] + ",B-" + v[0] + "," + v[1] + "," + v[2] + ",," + v[3] + "," + v[4] + ",,,," + v[5] +
           ",HOC-ESSE,,," + v[6] + ",,,,,,,,,\n";
  }
  void write_referrals(const std::vector<std::vector<std::string>>& rows) const {
    std::string text = std::string(referral_columns) + "\n";
    for (const auto& row : rows) text += referral(row);
    write("corrections/referrals.csv", text);
  }
  // number, referral, member id, family, given, birth date, enrolled, exited
  static std::string enrollment(const std::vector<std::string>& v) {
    return v[0] + "," + v[1] + ",ORG-ADV,BH-JI," + v[2] + "," + v[3] + "," + v[4] + "," + v[5] + "," + v[6] +
           ",,,," + v[7] + ",,,,,\n";
  }
  void write_enrollments(const std::vector<std::vector<std::string>>& rows) const {
    std::string text = std::string(enrollment_columns) + "\n";
    for (const auto& row : rows) text += enrollment(row);
    write("vendor/enrollments.csv", text);
  }
  static std::string consent(const std::string& id, const std::string& referral_number,
                             const std::string& signed_on, const std::string& revoked_on) {
    return R"({"consentId":")" + id + R"(","referralId":")" + referral_number +
           R"(","discloser":"ORG-ADV","recipient":"ORG-PCP1","decision":"signed","signedOn":")" + signed_on +
           R"(","expiresOn":"2024-12-31","purposes":["treatment"],"share":{"general":true,"attendanceOnly":false,"mentalHealth":true,)"
           R"("substanceUse":true,"hiv":false},"signedBy":"member","part2Notice":true,"revokedOn":)" +
           (revoked_on.empty() ? "null" : "\"" + revoked_on + "\"") + "}\n";
  }
  static std::string plan(const std::string& id, const std::string& enrollment_number,
                          const std::string& day) {
    return R"({"planId":")" + id + R"(","enrollmentId":")" + enrollment_number +
           R"(","status":"active","author":"a","createdOn":")" + day +
           R"(","addresses":[{"icd10":"F33.1","text":"t"}],"goals":[],"medications":[{"rxnorm":"36437","text":"sertraline"}],)"
           R"("team":{"pcp":"ORG-ADV","outpatient":null,"mobileCrisis":null,"plan":null,"family":null}})"
           "\n";
  }
  static std::string discharge(const std::string& id, const std::string& enrollment_number,
                               const std::string& day) {
    return R"({"dischargeId":")" + id + R"(","enrollmentId":")" + enrollment_number +
           R"(","dischargedOn":")" + day +
           R"(","reason":"goals met","memberInvolved":true,"memberDeclinedCoordination":false,)"
           R"("aftercare":{"appointments":[{"with":"ORG-ADV","on":"2024-05-01"}],"medications":[],"supports":["peer group"]}})"
           "\n";
  }

  // "feed mapped/rejected/duplicates/waiting/later" of each feed except organizations, in their order; "
  // review N" if some are held.
  using Counts = std::vector<std::string>;
  // Takes everything in day by day, as the sandbox does. `each_day` looks at the store in between.
  Counts run(const std::string& as_of = "2024-06-30T23:59:59-04:00",
             const std::function<void(std::string)>& each_day = {}) {
    auto feeds = find_feeds(folder_ / "records", std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings");
    EXPECT_TRUE(feeds) << feeds.error().summary();
    Office office(*admission_, *store_, clock_, sample::id_key(), tables_);
    office.set_mappings(std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings");
    Calendar calendar(office);
    for (Feed& feed : *feeds) {
      const auto added = calendar.add(std::move(feed), sample::at(as_of));
      EXPECT_TRUE(added) << added.error().summary();
    }
    for (const CivilDate day : calendar.days()) {
      clock_.set(std::max(clock_.now(), std::min(end_of_day(day), sample::at(as_of))));
      calendar.take(day);
      if (each_day) each_day(format_date(day));
    }
    Counts counts;
    rejected_.clear();
    for (const FeedReport& report : calendar.report()) {
      EXPECT_EQ(report.records, report.mapped + report.rejected.size() + report.duplicates + report.waiting +
                                    report.review + report.later)
          << report.feed;
      for (const auto& rejection : report.rejected)
        rejected_.push_back(report.feed + " " + std::to_string(rejection.record) + " " + rejection.key + " " +
                            rejection.field);
      if (report.feed == "organizations.csv") continue;
      counts.push_back(report.feed + " " + std::to_string(report.mapped) + "/" +
                       std::to_string(report.rejected.size()) + "/" + std::to_string(report.duplicates) +
                       "/" + std::to_string(report.waiting) + "/" + std::to_string(report.later));
      if (report.review > 0) counts.back() += " review " + std::to_string(report.review);
    }
    return counts;
  }
  std::size_t count(const std::string& type) const {
    for (const auto& [name, number] : store_->snapshot().resources().counts_by_type())
      if (name == type) return number;
    return 0;
  }
  // "status version" of the only resource of this type.
  std::string only(const std::string& type) const {
    std::string found;
    store_->snapshot().resources().each_resource([&](const store::Version& version) {
      if (version.type != type) return true;
      const auto parsed = json::parse(version.body);
      found += (found.empty() ? "" : ", ") + std::string(parsed->root()["status"].text()) + " " +
               std::to_string(version.version);
      return true;
    });
    return found;
  }
  // All current versions, ledger entries and deliveries. A run that changes nothing leaves this text the
  // same.
  std::string everything() const {
    std::string all;
    store_->snapshot().resources().each_resource([&](const store::Version& version) {
      all += version.type + "/" + version.id + "/" + std::to_string(version.version) + "\n";
      return true;
    });
    return all + std::to_string(ledger_entries()) + " entries, " +
           std::to_string(store_->snapshot().outbox().all().size()) + " deliveries";
  }

  std::vector<std::string> rejected_;
  const identity::CurrentTables tables_{read_shipped_tables()};

 private:
  static inline const Instant first_day = sample::at("2023-12-01");

 public:
  IntakeTest() { clock_.set(first_day); }
};

const std::vector<std::string> ana = {"R-1", "RIVERA",       "ANA",       "1990-02-03",
                                      "F",   "100000000001", "2024-01-10"};

TEST_F(IntakeTest, ChainsWaitAndAreWoken) {
  write_referrals({{"R-1", "RIVERA", "ANA", "not a date", "F", "", "2024-01-10"}});
  write_enrollments({{"E-1", "R-1", "100000000001", "Rivera", "Ana", "1990-02-03", "2024-03-01", ""}});
  write("vendor/consents.jsonl",
        consent("CN-1", "R-1", "2024-01-15", "") + consent("CN-2", "R-2", "2024-01-15", ""));
  write("vendor/support_plans.jsonl", plan("SP-1", "E-1", "2024-02-01"));
  write("vendor/discharges.jsonl", discharge("D-1", "E-1", "2024-02-20"));
  std::map<std::string, std::size_t> patients, waiting;
  const Counts counts = run("2024-06-30", [&](const std::string& day) {
    patients[day] = count("Patient");
    waiting[day] = store_->snapshot().intake().waiting().size();
  });
  EXPECT_EQ(counts, (Counts{"corrections/referrals.csv 0/1/0/0/0", "vendor/enrollments.csv 1/0/0/0/0",
                            "vendor/consents.jsonl 1/0/0/1/0", "vendor/support_plans.jsonl 1/0/0/0/0",
                            "vendor/discharges.jsonl 1/0/0/0/0"}));
  EXPECT_EQ(rejected_, std::vector<std::string>{"corrections/referrals.csv 2 R-1 DOB"});
  EXPECT_EQ(patients["2024-02-20"], 0u) << "what waits makes no Patient";
  EXPECT_EQ(waiting["2024-02-20"], 4u);
  EXPECT_EQ(waiting["2024-03-01"], 1u) << "the consent of a referral that never came";
  EXPECT_EQ(only("Consent"), "active 1") << "the enrolment lends its referral's number";
  EXPECT_EQ(count("Composition"), 1u);
}

TEST_F(IntakeTest, DuplicatesContradictionsAndWhatIsLater) {
  auto again = ana, first = ana, second = ana, later = ana;
  again[1] = " RIVERA ";
  first[0] = second[0] = "R-2", second[2] = "BEA";
  later[0] = "R-3", later[6] = "2024-07-01";
  write_referrals({ana, again, first, second, later});
  EXPECT_EQ(run("2024-06-30T23:59:59-04:00"), Counts{"corrections/referrals.csv 1/2/1/0/1"});
  EXPECT_EQ(rejected_, (std::vector<std::string>{"corrections/referrals.csv 4 R-2 ReferralID",
                                                 "corrections/referrals.csv 5 R-2 ReferralID"}));
  EXPECT_EQ(count("ServiceRequest"), 1u);
  EXPECT_EQ(run("2024-07-01T23:59:59-04:00"), Counts{"corrections/referrals.csv 2/2/1/0/0"})
      << "its day has come";
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(IntakeTest, StatesBecomeVersionsOnTheirDays) {
  write_referrals({ana});
  write_enrollments({{"E-1", "R-1", "", "Rivera", "Ana", "1990-02-03", "2024-02-01", "2024-04-01"}});
  write("vendor/consents.jsonl", consent("CN-1", "R-1", "2024-02-02", "2024-03-01"));
  write("vendor/support_plans.jsonl", plan("SP-1", "E-1", "2024-02-03"));
  std::map<std::string, std::string> states;
  run("2024-06-30", [&](const std::string& day) {
    states[day] = only("EpisodeOfCare") + "; " + only("Consent") + "; " + only("CarePlan");
  });
  EXPECT_EQ(states["2024-01-10"], "; ; ");
  EXPECT_EQ(states["2024-02-01"], "active 1; ; ");
  EXPECT_EQ(states["2024-02-03"], "active 1; active 1; active 1");
  EXPECT_EQ(states["2024-03-01"], "active 1; inactive 2; active 1");
  EXPECT_EQ(states["2024-04-01"], "finished 2; inactive 2; completed 2");
}

TEST_F(IntakeTest, ASecondRunChangesNothing) {
  write_referrals({ana, {"R-9", "LEE", "BO", "bad", "M", "", "2024-01-10"}});
  write_enrollments(
      {{"E-1", "R-1", "100000000001", "Rivera", "Ana", "1990-02-03", "2024-02-01", "2024-04-01"},
       {"E-9", "R-9", "100000000009", "Lee", "Bo", "1985-01-01", "2024-03-01", ""}});
  // The second waits until after its revocation. The third waits for ever.
  write("vendor/consents.jsonl", consent("CN-1", "R-1", "2024-02-02", "2024-03-01") +
                                     consent("CN-9", "R-9", "2024-01-15", "2024-02-15") +
                                     consent("CN-7", "R-7", "2024-01-15", "2024-02-15"));
  write("vendor/support_plans.jsonl", plan("SP-1", "E-1", "2024-02-03"));
  write("vendor/discharges.jsonl", discharge("D-1", "E-1", "2024-04-01"));
  const Counts first = run();
  EXPECT_EQ(only("Consent"), "inactive 1, inactive 2") << "what waited comes whole, as it is then";
  EXPECT_EQ(store_->snapshot().intake().waiting().size(), 1u) << "the one that still waits";
  const std::string before = everything();
  clock_.set(sample::at("2024-06-30T23:59:59-04:00"));
  EXPECT_EQ(run(), first);
  EXPECT_EQ(everything(), before);
}

TEST_F(IntakeTest, ACorrectedRecordIsTakenAsItIsNow) {
  write_referrals({ana});
  write("vendor/consents.jsonl", consent("CN-1", "R-1", "2024-02-02", "2024-03-01"));
  run();
  ASSERT_EQ(only("Consent"), "inactive 2");
  write("vendor/consents.jsonl",
        sample::changed(consent("CN-1", "R-1", "2024-02-02", "2024-03-01"), "2024-12-31", "2024-11-30"));
  clock_.set(sample::at("2024-06-30T23:59:59-04:00"));
  run("2024-06-30T23:59:59-04:00", [&](const std::string& day) {
    EXPECT_TRUE(only("Consent").starts_with("inactive"))
        << day << ": what was revoked is not revived on the way";
  });
  EXPECT_EQ(only("Consent"), "inactive 3");
}

TEST_F(IntakeTest, APersonInSeveralFeedsIsOnePatient) {
  struct Case {
    const char* why;
    std::vector<std::string> enrollment;
  };
  const Case cases[] = {
      {"by referral number", {"E-1", "R-1", "", "Rivera-Soto", "Ana", "1990-02-03", "2024-02-01", ""}},
      {"by member id", {"E-1", "R-5", "100000000001", "Soto", "Ann", "1990-02-03", "2024-02-01", ""}},
  };
  for (const Case& c : cases) {
    TearDown();
    SetUp();
    clock_.set(sample::at("2023-12-01"));
    write_referrals({ana});
    write_enrollments({c.enrollment});
    run();
    EXPECT_EQ(count("Patient"), 1u) << c.why;
    std::string disclosers;
    store_->snapshot().resources().each_resource([&](const store::Version& version) {
      if (version.type == "Patient") disclosers = version.disclosers;
      return true;
    });
    EXPECT_EQ(disclosers, "ORG-HOC ORG-ADV") << c.why;
  }
}

// Checks what the store holds, merged and labelled, and not only what a mapping made.
TEST_F(IntakeTest, EveryStoredResourceAndDocumentOfTheShippedSampleIsValid) {
  std::filesystem::copy(
      std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/sample", folder_ / "records",
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  run();
  std::size_t resources = 0, documents = 0;
  const auto expect_valid = [](const std::string& what, std::string_view bytes) {
    const auto parsed = json::parse(bytes);
    ASSERT_TRUE(parsed) << what;
    for (const Issue& issue : validation::validate_structure(parsed->root(), fhir::Definitions::r4()))
      EXPECT_TRUE(issue.severity != Severity::error && issue.severity != Severity::fatal)
          << what << ' ' << issue.expression << ": " << issue.diagnostics;
  };
  const store::Snapshot snapshot = store_->snapshot();
  snapshot.resources().each_resource([&](const store::Version& version) {
    expect_valid(version.type + "/" + version.id, version.body);
    ++resources;
    return true;
  });
  for (const store::OutboxRow& row : snapshot.outbox().all()) {
    if (row.status != store::DeliveryStatus::queued) continue;
    clock_.set(row.occurred);
    const auto decided = disclosure::message(*gate_, row, snapshot);
    ASSERT_TRUE(decided) << decided.error().summary();
    const auto* permitted = std::get_if<disclosure::PermittedMessage>(&*decided);
    if (!permitted) continue;  // revoked since: nothing is sent on this day
    expect_valid(row.focus + " for " + row.recipient, permitted->message.bytes());
    ++documents;
  }
  EXPECT_GT(resources, 2000u);
  EXPECT_GT(documents, 15u);
}

TEST_F(IntakeTest, NameBirthDateAndSexTogetherRecognize) {
  auto other_spelling = ana, other_sex = ana;
  other_spelling[0] = "R-2", other_spelling[1] = "Rivera", other_spelling[2] = "Ana", other_spelling[5] = "",
  other_spelling[6] = "2024-01-11";
  other_sex[0] = "R-3", other_sex[4] = "U", other_sex[5] = "", other_sex[6] = "2024-01-12";
  write_referrals({ana, other_spelling, other_sex});
  run();
  EXPECT_EQ(count("Patient"), 2u);
}

TEST_F(IntakeTest, AContradictionMergesNobody) {
  auto other_day = ana, other_member = ana;
  other_day[0] = "R-2", other_day[3] = "1991-02-03";
  other_member[0] = "R-3", other_member[5] = "100000000003";
  write_referrals({ana, other_day, other_member});
  write_enrollments({{"E-1", "R-1", "100000000002", "Rivera", "Ana", "1990-02-03", "2024-02-01", ""}});
  const Counts held = {"corrections/referrals.csv 1/0/0/0/0 review 2",
                       "vendor/enrollments.csv 0/0/0/0/0 review 1"};
  EXPECT_EQ(run(), held) << "a person must decide";
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(count("EpisodeOfCare"), 0u);
}

TEST(Feeds, AreFoundInTheOrderOfADayWithoutTheTruth) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("handoff-feeds-" + std::to_string(::getpid()));
  for (const char* name : {"truth/rejects.csv", "vendor/discharges.jsonl", "vendor/enrollments.csv",
                           "organizations.csv", "other/new.csv", "notes.txt"}) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << "x";
  }
  const auto feeds = find_feeds(folder, std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings");
  ASSERT_TRUE(feeds) << feeds.error().summary();
  std::vector<std::string> names;
  for (const Feed& feed : *feeds) names.push_back(feed.name + (feed.mapping ? "" : " unmapped"));
  EXPECT_EQ(names, (std::vector<std::string>{"organizations.csv", "vendor/enrollments.csv",
                                             "vendor/discharges.jsonl", "other/new.csv unmapped"}));
  EXPECT_EQ(find_feeds(folder / "none", folder).error().kind, Kind::not_found);
  const auto in_order = [&](const std::string& text) {
    if (!text.empty()) std::ofstream(folder / "order.txt") << text;
    std::string all;
    for (const Feed& feed : find_feeds(folder, folder).value()) all += feed.name + " ";
    return all;
  };
  EXPECT_EQ(in_order(""), "organizations.csv other/new.csv vendor/discharges.jsonl vendor/enrollments.csv ")
      << "no order.txt: by name";
  EXPECT_EQ(in_order("# what comes first\n\n other/new \r\nvendor/enrollments\nnobody\n"),
            "other/new.csv vendor/enrollments.csv organizations.csv vendor/discharges.jsonl ");
  const auto refused = [&](const std::string& text) {
    std::ofstream(folder / "order.txt") << text;
    const auto wrong = find_feeds(folder, folder);
    return wrong ? std::string("taken") : wrong.error().summary();
  };
  EXPECT_NE(refused("a\nb\na\n").find("order.txt:3: names a again"), std::string::npos);
  EXPECT_NE(refused("a\n\xFF\xFE"
                    "b\n")
                .find("order.txt:2: is not UTF-8"),
            std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace handoff::intake
