#include "consent/fold.h"

#include <gtest/gtest.h>

#include <random>

#include "core/civil.h"

namespace handoff::consent {
namespace {

// Random worlds of the kind that the program records make: one patient, a handful of consents of two vendors to a few
// recipients, in versions, expired, revoked, declined, defective; resources of every label that they can carry.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (int i = 0, count = between(0, 7); i < count; ++i) directives_.push_back(directive(i));
  }

  Row row() {
    Row row;
    row.type = any({"CarePlan", "Condition", "Encounter", "Patient"});
    for (const char* sensitivity : {"PSY", "OPIOIDUD", "HIV", "JI", "MH"})
      if (one_in(4)) row.labels.sensitivities.insert(sensitivity);
    if (row.labels.sensitivities.contains("HIV")) row.labels.regimes.insert("MA-HIV");
    if (one_in(3)) row.labels.regimes.insert("42CFRPart2");
    row.labels.confidentiality = row.labels.sensitivities.empty() && row.labels.regimes.empty() ? 'N' : 'R';
    if (one_in(12)) row.labels.confidentiality = 'V';
    if (one_in(20)) row.labels.marks.insert("SEALED");
    row.disclosers = {discloser()};
    if (one_in(3)) row.disclosers.push_back(discloser());
    row.booking = one_in(5);
    if (one_in(20)) row.of_patient = false;
    return row;
  }
  Asker asker() {
    return {any({"Organization/ORG-PCP1", "Organization/ORG-MCP1", "Organization/ORG-ADV", "Organization/ORG-PROB"}),
            {},
            any({"TREAT", "HOPERAT", "JSUPV", "COC"}),
            instant()};
  }
  const std::vector<Directive>& directives() const { return directives_; }

 private:
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool one_in(int n) { return between(1, n) == 1; }
  std::string any(std::vector<const char*> all) { return all[std::size_t(between(0, int(all.size()) - 1))]; }
  std::string discloser() { return any({"Organization/ORG-ADV", "Organization/ORG-BHN"}); }
  Instant instant() { return span_of("2024-01-01")->first + std::chrono::hours{24 * between(0, 200)}; }

  Directive directive(int i) {
    Directive d;
    d.reference = "Consent/c" + std::to_string(i);
    d.identifier = "CN-" + std::to_string(between(0, 4));
    d.version = std::uint32_t(i + 1);
    d.status = one_in(6) ? "inactive" : one_in(12) ? "draft" : "active";
    d.organizations = {discloser()};
    if (one_in(10)) d.organizations.clear();
    d.categories = {any({"IDSCL", "42CFRPart2CD", "42CFRPart2CD", "ma-hiv-release", "cj-2.35"})};
    d.signed_at = instant();
    if (one_in(8)) d.defects = {"grantor-unverified"};
    d.root.type = one_in(5) ? ProvisionType::deny : ProvisionType::permit;
    d.root.period_first = d.signed_at;
    if (!one_in(6)) d.root.period_last = *d.signed_at + std::chrono::hours{24 * between(1, 120)};
    d.root.actors = {any({"Organization/ORG-PCP1", "Organization/ORG-MCP1", "Organization/ORG-PROB"})};
    if (one_in(6)) d.root.actors.clear();
    if (d.root.type == ProvisionType::deny && one_in(2)) return d;
    d.root.purposes = {any({"TREAT", "HOPERAT", "COC", "JSUPV"})};
    d.root.confidentiality_most = d.root.confidentiality_least = 4;
    for (const char* sensitivity : {"JI", "PSY", "MH", "SUD", "HIV"})
      if (!one_in(4)) d.root.sensitivities.emplace_back(sensitivity);
    if (one_in(8)) d.root.classes = {"Encounter"};
    return d;
  }

  std::mt19937 random_;
  std::vector<Directive> directives_;
};

// The class by which a search would decide: of the grants, the recipient's own, else what is said to everybody.
Class granted(const std::vector<Grant>& grants, const Asker& asker) {
  for (const std::string_view recipient : {std::string_view(asker.recipient), anyone})
    for (const Grant& grant : grants)
      if (grant.recipient == recipient && grant.purpose == asker.purpose) return grant.class_;
  return {};
}

TEST(Fold, GrantsOfAllRecipientsDecideAsTheConsentsThemselves) {
  int permitted = 0, denied_inside = 0;
  for (unsigned seed = 10000; seed < 12000; ++seed) {
    World world(seed);
    const Asker asker = world.asker();
    const std::vector<Grant> grants = fold_all(world.directives(), asker.at);
    for (int i = 0; i < 5; ++i) {
      const Row row = world.row();
      const RowDecision decision = decide_row(asker, row, world.directives());
      ASSERT_EQ(decide_folded(asker.recipient, asker.purpose, granted(grants, asker).text, shape_of(row)), decision.permit)
          << seed << ' ' << shape_of(row);
      permitted += decision.permit;
      denied_inside += row.of_patient && decision.rule == "consent" && !decision.permit && row.disclosers[0] == asker.recipient;
    }
  }
  EXPECT_GT(permitted, 300);
  EXPECT_GT(denied_inside, 5) << "a denial binds the discloser itself too";
}

TEST(Fold, ClassAndShapeDecideAsTheConsentsThemselves) {
  int permitted = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    World world(seed);
    const Asker asker = world.asker();
    const Class folded = fold(asker, world.directives());
    for (int i = 0; i < 5; ++i) {
      const Row row = world.row();
      const bool decided = decide_row(asker, row, world.directives()).permit;
      ASSERT_EQ(decide_folded(asker.recipient, asker.purpose, folded.text, shape_of(row)), decided)
          << seed << ' ' << folded.text << ' ' << shape_of(row);
      permitted += decided;
    }
  }
  EXPECT_GT(permitted, 500) << "worlds in which nothing is permitted prove nothing";
}

TEST(Fold, AClassHoldsUntilItsBoundary) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    World world(seed);
    Asker asker = world.asker();
    const Class folded = fold(asker, world.directives());
    const Instant end = folded.until ? *folded.until - std::chrono::milliseconds{1} : asker.at + std::chrono::hours{24 * 400};
    asker.at = end;
    EXPECT_EQ(fold(asker, world.directives()).text, folded.text) << seed;
  }
}

TEST(Fold, TheOrderOfConsentsDoesNotMatter) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    World world(seed);
    const Asker asker = world.asker();
    std::vector<Directive> turned(world.directives().rbegin(), world.directives().rend());
    EXPECT_EQ(fold(asker, world.directives()).text, fold(asker, turned).text) << seed;
  }
}

TEST(Fold, WhatIsNoClassOrShapePermitsNothing) {
  EXPECT_FALSE(decide_folded("Organization/ORG-ADV", "TREAT", "", "{"));
  EXPECT_FALSE(
      decide_folded("Organization/ORG-ADV", "TREAT", "[", R"({"type":"CarePlan","level":"N","disclosers":["Organization/ORG-ADV"]})"));
  EXPECT_FALSE(row_of("{}"));
  const std::string shape = R"({"type":"CarePlan","level":"N","sensitivities":[],"marks":[],"regimes":[],)"
                            R"("disclosers":["Organization/ORG-ADV"],"patient":true,"booking":false,"asks":true})";
  EXPECT_EQ(shape_of(*row_of(shape)), shape);
}

}  // namespace
}  // namespace handoff::consent
