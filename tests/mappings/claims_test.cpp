// What the shipped mappings make of sample records claims profiles, ours and those of US Core. It keeps them
// as it is stored, and as it leaves, whatever is hidden from a recipient. US Core's packages are not part of
// the repository; without them its tests are skipped.
#include "consent/claims.h"
#include "../validation/published.h"
#include "admission/contribution.h"
#include "consent/recipients.h"
#include "consent/redaction.h"
#include "fhir/reference.h"
#include "network.h"

namespace handoff::mapping {
namespace {

using validation::Equipment;
using Counts = std::map<std::string, std::size_t>;

// Adds what admission adds: the marks of a Patient.
json::Value as_stored(json::Arena& arena, json::Value resource) {
  return resource["resourceType"].text() == "Patient" ? admission::contribute(arena, {}, resource, "ORG-X")
                                                      : resource;
}

void collect_references(json::Value value, std::set<std::string>& found) {
  if (const auto local = fhir::local_reference(value["reference"].text());
      consent::may_be_hidden(local) && !local.empty())
    found.insert(local);
  for (const json::Member& member : value.members()) collect_references(member.value, found);
  for (const json::Value item : value.items()) collect_references(item, found);
}

class Claims {
 public:
  explicit Claims(const validation::Validator& validator) : validator_(validator) {}

  // `each`: also as it leaves if one of its references is hidden.
  void check(json::Value made, bool each) {
    json::Arena arena;
    const json::Value stored = as_stored(arena, made);
    for (const json::Value claim : stored["meta"]["profile"].items()) ++stored_[shortened(claim.text())];
    expect_kept(stored, "");
    if (each) leave(arena, stored, [](std::string_view) { return false; });
    std::set<std::string> references;
    if (each) collect_references(stored, references);
    for (const std::string& hidden : references)
      leave(arena, stored, [&](std::string_view one) { return one == hidden; });
    leave(arena, stored, consent::may_be_hidden);
  }

  const Counts& stored() const { return stored_; }
  const Counts& left() const { return left_; }

  void expect_no_faults() const {
    for (const auto& [fault, count] : faults_) ADD_FAILURE() << fault << " (" << count << " times)";
  }

 private:
  static std::string shortened(std::string_view claim) {
    return std::string(claim.substr(claim.rfind('/') + 1));
  }

  void leave(json::Arena& arena, json::Value stored, const std::function<bool(std::string_view)>& hides) {
    const consent::Redaction redaction{
        .disclosers = {"Organization/ORG-X"}, .hides = hides, .recipients = consent::recipients_of(stored)};
    const auto left = consent::redact(arena, stored, redaction, fhir::Definitions::r4());
    if (!left) return;
    const json::Value leaving = consent::with_kept_claims(arena, *left);
    for (const json::Value claim : leaving["meta"]["profile"].items()) ++left_[shortened(claim.text())];
    expect_kept(leaving, "leaving: ");
  }

  void expect_kept(json::Value resource, const char* when) {
    for (const Issue& issue : validator_.validate(resource, {}))
      if (issue.severity == Severity::error || issue.severity == Severity::fatal)
        ++faults_[when + std::string(resource["resourceType"].text()) + " " + issue.expression + " " +
                  issue.constraint + ": " + issue.diagnostics];
  }

  const validation::Validator& validator_;
  Counts stored_, left_, faults_;
};

// The US Core profiles that must be claimed: one for each type that the mappings make and that US Core has a
// fitting profile for.
constexpr const char* claimed_of_us_core[] = {"us-core-patient",
                                              "us-core-condition-problems-health-concerns",
                                              "us-core-servicerequest",
                                              "us-core-careteam",
                                              "us-core-simple-observation",
                                              "us-core-careplan",
                                              "us-core-goal",
                                              "us-core-medicationrequest",
                                              "us-core-relatedperson",
                                              "us-core-documentreference",
                                              "us-core-organization",
                                              "us-core-practitioner",
                                              "us-core-provenance"};
constexpr const char* claimed_of_ours[] = {
    "handoff-patient",      "handoff-referral",     "handoff-referral-task",
    "handoff-care-team",    "handoff-enrollment",   "handoff-support-plan",
    "handoff-intervention", "handoff-organization", "handoff-aftercare-composition",
    "handoff-release"};

class ClaimsOf : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto file = validation::shared("packages/hl7.fhir.us.core-") += std::string(GetParam()) + ".tgz";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no package " << file;
    auto package = packages::Package::read(validation::read_file(file));
    ASSERT_TRUE(package) << package.error().summary();
    packages::Library library;
    library.add(*package);
    equipment_ = std::make_unique<Equipment>(std::move(library));
  }
  void expect_kept(const std::filesystem::path& records, bool each) {
    Claims claims(equipment_->validator);
    Network network;
    network.seen = [&](const Entry& entry) { claims.check(entry.resource, each); };
    network.run(records);
    claims.expect_no_faults();
    for (const auto& all :
         {std::span<const char* const>(claimed_of_us_core), std::span<const char* const>(claimed_of_ours)})
      for (const char* profile : all) {
        EXPECT_TRUE(claims.stored().contains(profile)) << profile;
        EXPECT_TRUE(!each || claims.left().contains(profile)) << profile;
      }
    EXPECT_EQ(claims.stored().size(), std::size(claimed_of_us_core) + std::size(claimed_of_ours));
  }

  std::unique_ptr<Equipment> equipment_;
};

TEST_P(ClaimsOf, TheSampleAreKept) {
  expect_kept(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/sample", true);
}

TEST_P(ClaimsOf, GeneratedRecordsAreKept) {
  const auto records = sample_records(11);
  if (records.empty()) GTEST_SKIP() << "no generator of sample records (HANDOFF_SHARED)";
  expect_kept(records, false);
}

INSTANTIATE_TEST_SUITE_P(Versions, ClaimsOf, testing::Values("6.1.0", "7.0.0"),
                         [](const auto& version) { return "v" + std::string(version.param, 1); });

}  // namespace
}  // namespace handoff::mapping
