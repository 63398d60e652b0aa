// What a class opens in addition to the one before, and since when dates alone have opened it.
#include "consent/opening.h"

#include <gtest/gtest.h>

#include "world.h"

namespace handoff::consent {
namespace {

const std::string adv = "Organization/ORG-ADV", bhn = "Organization/ORG-BHN", pcp = "Organization/ORG-PCP1";

// ORG-ADV permits ORG-PCP1 substance use and mental health.
Directive permit() {
  Directive d;
  d.reference = "Consent/c1";
  d.status = "active";
  d.organizations = {adv};
  d.categories = {"42CFRPart2CD"};
  d.root.type = ProvisionType::permit;
  d.root.actors = {pcp};
  d.root.purposes = {"TREAT"};
  d.root.confidentiality_most = 4;
  d.root.sensitivities = {"MH", "SUD"};
  return d;
}
Directive denial(const std::string& discloser, std::vector<std::string> actors) {
  Directive d;
  d.reference = "Consent/c2";
  d.status = "active";
  if (!discloser.empty()) d.organizations = {discloser};
  d.root.type = ProvisionType::deny;
  d.root.actors = std::move(actors);
  return d;
}

const Instant today{std::chrono::hours{24 * 20'000}};

std::string class_of(const std::string& recipient, const std::vector<Directive>& directives) {
  return fold({recipient, {}, "TREAT", today}, directives).text;
}

// Resources of every kind from both vendors, and the Patient.
std::vector<Row> record() {
  std::vector<Row> rows;
  for (const std::string& discloser : {adv, bhn})
    for (const char* sensitivity : {"", "MH", "SUD", "HIV", "STD"})
      for (const char* type : {"CarePlan", "Goal"}) {
        Row row;
        row.type = type;
        row.disclosers = {discloser};
        row.labels.confidentiality = *sensitivity ? 'R' : 'N';
        if (*sensitivity) row.labels.sensitivities = {sensitivity};
        if (std::string_view(sensitivity) == "SUD") row.labels.regimes = {"42CFRPart2"};
        if (std::string_view(sensitivity) == "HIV") row.labels.regimes = {"MA-HIV"};
        rows.push_back(row);
      }
  Row restricted = rows[2];
  restricted.labels.confidentiality = 'V';
  rows.push_back(restricted);
  Row patient;
  patient.type = "Patient";
  patient.disclosers = {adv};
  patient.labels.confidentiality = 'N';
  rows.push_back(patient);
  return rows;
}

// "more", "own", "more own" or nothing.
std::string opened(const std::vector<Directive>& before, const std::vector<Directive>& after,
                   const std::string& recipient = pcp, const std::vector<Row>& rows = record()) {
  const Opens found =
      opens(recipient, "TREAT", class_of(recipient, before), class_of(recipient, after), rows);
  return std::string(found.more ? "more" : "") + (found.more && found.own ? " " : "") +
         (found.own ? "own" : "");
}

TEST(Opening, APermitThatSaysMore) {
  EXPECT_EQ(opened({}, {permit()}), "more");
  EXPECT_EQ(opened({permit()}, {permit()}), "");
  EXPECT_EQ(opened({permit()}, {}), "");
  const auto changed = [](auto change) {
    Directive d = permit();
    d.reference = "Consent/c3";
    change(d);
    return d;
  };
  const auto check = [&](auto change, const char* wider, const char* narrower) {
    const Directive other = changed(change);
    EXPECT_EQ(opened({permit()}, {other}), wider);
    EXPECT_EQ(opened({other}, {permit()}), narrower);
    EXPECT_EQ(opened({permit()}, {permit(), other}), wider) << "beside the other";
  };
  check([](Directive& d) { d.root.sensitivities = {"MH"}; }, "", "more");
  // HIV also needs a release of its own.
  check([](Directive& d) { d.root.sensitivities = {"HIV", "MH"}; }, "", "more");
  check([](Directive& d) { d.root.sensitivities.clear(); }, "more", "");
  check([](Directive& d) { d.root.confidentiality_most = 2; }, "", "more");
  check([](Directive& d) { d.root.confidentiality_most = -1; }, "more", "");
  check([](Directive& d) { d.root.classes = {"CarePlan"}; }, "", "more");
  check([](Directive& d) { d.organizations = {adv, bhn}; }, "more", "");
  check([](Directive& d) { d.organizations.clear(); }, "more", "");
  check([](Directive& d) { d.categories = {"ma-hiv-release"}; }, "", "more");
  check([](Directive& d) { d.root.purposes.clear(); }, "", "more");
  check([](Directive& d) { d.defects = {"no-source"}; }, "", "more");
}

TEST(Opening, ADenialThatEnds) {
  EXPECT_EQ(opened({permit(), denial(adv, {pcp})}, {permit()}), "more");
  EXPECT_EQ(opened({permit()}, {permit(), denial(adv, {pcp})}), "");
  EXPECT_EQ(opened({denial(adv, {pcp})}, {}), "") << "nothing is permitted beside it";
  EXPECT_EQ(opened({permit(), denial(bhn, {})}, {permit()}), "") << "another's, whom no permit speaks of";
  EXPECT_EQ(opened({permit(), denial("", {})}, {permit()}), "more");
  EXPECT_EQ(opened({denial(adv, {})}, {}, adv), "own") << "the discloser's own";
  Directive narrow = denial(adv, {pcp});
  narrow.root.sensitivities = {"SUD"};
  EXPECT_EQ(opened({permit(), denial(adv, {pcp})}, {permit(), narrow}), "more");
  EXPECT_EQ(opened({permit(), narrow}, {permit(), denial(adv, {pcp})}), "");
}

// A discloser's consent to anyone opens nothing to a recipient that no Consent of this discloser names. The
// recipient cannot know of it.
TEST(Opening, WhatIsSaidToNobodyInParticular) {
  Directive general = permit();
  general.root.actors.clear();
  EXPECT_EQ(opened({}, {general}), "");
  EXPECT_EQ(opened({permit()}, {permit(), general}), "") << "what is permitted by name is permitted";
  general.root.sensitivities = {"STD"};
  EXPECT_EQ(opened({permit()}, {permit(), general}), "")
      << "it names nobody, and so opens nothing to a stranger";
  general.organizations = {bhn};
  EXPECT_EQ(opened({permit()}, {permit(), general}), "");
}

TEST(Opening, DatesOneAfterTheOther) {
  const auto day = [](int number) { return today + std::chrono::hours{24 * number}; };
  Directive first = permit(), second = permit(), refusal = denial(adv, {pcp});
  first.root.period_first = day(2), first.root.period_last = day(4);
  second.reference = "Consent/c3", second.root.period_first = day(3), second.root.sensitivities = {"MH"};
  refusal.root.period_first = day(5), refusal.root.period_last = day(7) - std::chrono::milliseconds{1};
  const std::vector<Directive> all = {first, second, refusal};
  const Class stood = fold({pcp, {}, "TREAT", day(0)}, all);
  ASSERT_EQ(stood.text, "");
  const auto passed = [&](int number) {
    return pass({pcp, {}, "TREAT", day(number)}, stood, all, pcp, record());
  };
  EXPECT_EQ(passed(1).gained.more, Instant{});
  EXPECT_EQ(passed(2).gained.more, day(2));
  EXPECT_EQ(passed(3).gained.more, day(2)) << "the second says less";
  EXPECT_EQ(passed(6).gained.more, day(2));
  EXPECT_EQ(passed(7).gained.more, day(7)) << "the refusal is over";
  EXPECT_EQ(passed(9).gained.more, day(7));
  for (int number = 0; number < 10; ++number)
    EXPECT_EQ(passed(number).now.text, fold({pcp, {}, "TREAT", day(number)}, all).text) << number;
}

// A change that concerns no existing resource opens nothing.
TEST(Opening, OfWhatIsNotThereNothing) {
  const std::vector<Row> all = record();
  const std::vector<Row> plain(all.begin(), all.begin() + 2), patient{all.back()};
  Directive narrow = permit();
  narrow.root.sensitivities = {"MH"};
  EXPECT_EQ(opened({narrow}, {permit()}, pcp, plain), "");
  EXPECT_EQ(opened({}, {permit()}, pcp, plain), "more");
  EXPECT_EQ(opened({}, {permit()}, pcp, patient), "") << "a Patient is seen where something else is";
  EXPECT_EQ(opened({}, {permit()}, pcp, {}), "");
  Row own;
  own.type = "Consent", own.disclosers = {pcp};
  EXPECT_EQ(opened({}, {permit()}, pcp, {own, all.back()}), "more")
      << "with a Consent of its own it was nobody else's Patient yet";
  own.disclosers = {adv}, own.named = {pcp};
  EXPECT_EQ(opened({}, {permit()}, pcp, {own, all.back()}), "");
}

// opens() reports everything that a class permits and the one before did not.
TEST(Opening, NothingIsOpenedUnsaid) {
  int opened_something = 0, said = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    World one(seed), other(seed + 100'000);
    const Asker asker = one.asker();
    std::vector<Directive> both(one.directives().begin(), one.directives().end());
    const std::string before = fold(asker, both).text;
    for (const Directive& more : other.directives()) both.push_back(more);
    if (seed % 2 == 0 && !both.empty()) both.erase(both.begin());
    const std::string after = fold(asker, both).text;
    std::vector<Row> rows;
    for (int i = 0; i < 10; ++i) rows.push_back(one.row());
    const Opens found = opens(asker.recipient, asker.purpose, before, after, rows);
    said += found.any();
    const bool sees_other = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return row.type != "Patient" && row.type != "Consent" &&
             decide_class(asker.recipient, asker.purpose, after, shape_of(row)).permit;
    });
    for (const Row& row : rows) {
      if (row.type == "Consent" || (row.type == "Patient" && !sees_other)) continue;
      const std::string shape = shape_of(row);
      const RowDecision then = decide_class(asker.recipient, asker.purpose, before, shape),
                        now = decide_class(asker.recipient, asker.purpose, after, shape);
      if (!now.permit ||
          (then.permit && (row.type != "Patient" || then.disclosers.size() >= now.disclosers.size())))
        continue;
      ++opened_something;
      const bool is_own =
          std::find(now.disclosers.begin(), now.disclosers.end(), asker.recipient) != now.disclosers.end();
      ASSERT_TRUE((!now.internal && found.more) || (is_own && found.own)) << seed << "\n"
                                                                          << before << "\n"
                                                                          << after << "\n"
                                                                          << shape;
    }
  }
  EXPECT_GT(opened_something, 50);
  EXPECT_LT(said, 4000);
}

}  // namespace
}  // namespace handoff::consent
