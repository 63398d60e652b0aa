#include "consent/fold.h"

#include <gtest/gtest.h>

#include "world.h"

namespace handoff::consent {
namespace {

// The class that decides a search: the recipient's own grant, else the grant to everybody.
Class granted(const std::vector<Grant>& grants, const Asker& asker) {
  for (const std::string_view recipient : {std::string_view(asker.recipient), anyone})
    for (const Grant& grant : grants)
      if (grant.recipient == recipient && grant.purpose == asker.purpose) return grant.class_;
  return {};
}

TEST(Fold, GrantsOfAllRecipientsDecideAsTheConsentsThemselves) {
  int permitted = 0, denied_inside = 0;
  for (unsigned seed = 10000; seed < 13000; ++seed) {
    World world(seed);
    const Asker asker = world.asker();
    const std::vector<Grant> grants = fold_all(world.directives(), asker.at);
    for (int i = 0; i < 5; ++i) {
      const Row row = world.row();
      const RowDecision decision = decide_row(asker, row, world.directives());
      ASSERT_EQ(decide_folded(asker.recipient, asker.purpose, granted(grants, asker).text, shape_of(row)),
                decision.permit)
          << seed << ' ' << shape_of(row);
      permitted += decision.permit;
      denied_inside += row.of_patient && decision.rule == "consent" && !decision.permit &&
                       row.disclosers[0] == asker.recipient;
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
    const Instant end =
        folded.until ? *folded.until - std::chrono::milliseconds{1} : asker.at + std::chrono::hours{24 * 400};
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
  const std::string shape =
      R"({"type":"Patient","labels":{"level":"R","sensitivities":[],"marks":[],"regimes":["42CFRPart2"]},)"
      R"("disclosers":["Organization/A","Organization/B"],"own":{"Organization/B":{"level":"N","sensitivities":[],)"
      R"("marks":[],"regimes":[]}},"patient":true,"booking":false,"third_party":false,"asks":true})";
  EXPECT_FALSE(decide_folded("Organization/A", "TREAT", "[", shape));
  EXPECT_FALSE(row_of("{}"));
  EXPECT_EQ(shape_of(*row_of(shape)), shape);
}

}  // namespace
}  // namespace handoff::consent
