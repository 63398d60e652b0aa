#include "routing/routes.h"

#include "../shipped_routes.h"

namespace handoff::routing {
namespace {

const std::string whole = R"({
  // of a plan
  "event": "E5", "code": "notification-tx-change", "title": "Plan",
  "when": {"type": "CarePlan", "condition": "status = 'active'", "on": "create+update"},
  "care_team": "careTeam", "never": ["probation"],
  "recipients": [{"from": "care-team", "role": "pcp", "purpose": "TREAT"}, {"from": "care-team", "role": "plan", "purpose": "HOPERAT"},],
  "channel": "notification", "topic": "https://handoff.example.org/t", "include": ["CarePlan:goal"]})";

const std::string document =
    R"({"event": "E14", "code": "c", "title": "t", "when": {"type": "Composition", "condition": "true", "on": "create"},
  "recipients": [{"from": "care-team", "role": "pcp", "purpose": "TREAT"}], "channel": "document"})";

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

TEST(Routes, ReadsAWholeOne) {
  const auto route = read_route("E5.json", whole);
  ASSERT_TRUE(route) << route.error().summary();
  EXPECT_EQ(route->event, "E5");
  EXPECT_EQ(route->code, "notification-tx-change");
  EXPECT_EQ(route->title, "Plan");
  EXPECT_EQ(route->type, "CarePlan");
  EXPECT_EQ(route->condition.text(), "status = 'active'");
  EXPECT_TRUE(route->on_update);
  ASSERT_EQ(route->recipients.size(), 2u);
  EXPECT_EQ(route->recipients[1].role, "plan");
  EXPECT_EQ(route->recipients[1].purpose, "HOPERAT");
  EXPECT_EQ(route->channel, Channel::notification);
  EXPECT_EQ(route->topic, "https://handoff.example.org/t");
  EXPECT_EQ(route->include, std::vector<std::string>{"CarePlan:goal"});
  EXPECT_EQ(route->recipients[1].source, Source::care_team);
  EXPECT_EQ(route->care_team->text(), "careTeam");
  EXPECT_EQ(route->never, std::vector<std::string>{"probation"});
  EXPECT_FALSE(route->before);
  const auto other = read_route("E14.json", document);
  ASSERT_TRUE(other) << other.error().summary();
  EXPECT_EQ(other->channel, Channel::document);
  EXPECT_FALSE(other->on_update);
  EXPECT_TRUE(other->topic.empty());
}

TEST(Routes, WhatIsWrongIsNamedByFileAndMember) {
  struct Case {
    std::string text;
    std::string expression;
  };
  const Case cases[] = {
      {"{", "r.json"},
      {"[]", "r.json"},
      {changed(whole, "\"title\"", "\"titel\""), "r.json: titel"},
      {changed(whole, R"("title": "Plan",)", ""), "r.json: title"},
      {changed(whole, R"("Plan")", "7"), "r.json: title"},
      {changed(whole, R"("E5")", R"("")"), "r.json: event"},
      {changed(whole, R"("code": "notification-tx-change",)", ""), "r.json: code"},
      {changed(document, R"("when": {"type": "Composition", "condition": "true", "on": "create"},)", ""),
       "r.json: when"},
      {changed(document, R"({"type": "Composition", "condition": "true", "on": "create"})", "\"x\""),
       "r.json: when"},
      {changed(whole, R"("on")", R"("at")"), "r.json: when.at"},
      {changed(whole, "create+update", "update"), "r.json: when.on"},
      {changed(whole, R"("type": "CarePlan")", R"("type": "Careplan")"), "r.json: when.type"},
      {changed(whole, R"("type": "CarePlan", )", ""), "r.json: when.type"},
      {changed(whole, "status = 'active'", "state = 'active'"), "r.json: when.condition"},
      {changed(whole, "status = 'active'", "status ="), "r.json: when.condition"},
      {changed(whole, R"("condition": "status = 'active'", )", ""), "r.json: when.condition"},
      {changed(document, R"([{"from": "care-team", "role": "pcp", "purpose": "TREAT"}])", "[]"),
       "r.json: recipients"},
      {changed(document, R"([{"from": "care-team", "role": "pcp", "purpose": "TREAT"}])",
               R"({"pcp": "TREAT"})"),
       "r.json: recipients"},
      {changed(document, R"({"from": "care-team", "role": "pcp", "purpose": "TREAT"})", "\"pcp\""),
       "r.json: recipients[0]"},
      {changed(whole, R"("role": "plan")", R"("roles": "plan")"), "r.json: recipients[1].roles"},
      {changed(whole, R"("role": "plan")", R"("role": "pcp")"), "r.json: recipients[1].role"},
      {changed(whole, R"("role": "plan")", R"("role": "managed_care_plan")"), "r.json: recipients[1].role"},
      {changed(whole, R"("role": "plan")", R"("role": "mobile-crisis")"), "r.json: recipients[1].role"},
      {changed(whole, R"("from": "care-team", "role": "plan")", R"("from": "coverage", "role": "plan")"),
       "r.json: recipients[1].from"},
      {changed(whole, R"("from": "care-team", "role": "plan")", R"("role": "plan")"),
       "r.json: recipients[1].from"},
      {changed(whole, R"("from": "care-team", "role": "plan")", R"("from": "changed-view", "role": "pcp")"),
       "r.json: recipients[1].role"},
      {changed(whole, R"("care_team": "careTeam", )", ""), "r.json: care_team"},
      {changed(whole, R"("careTeam")", R"("careTeams")"), "r.json: care_team"},
      {changed(document, R"("channel": "document")", R"("channel": "document", "care_team": "author")"),
       "r.json: care_team"},
      {changed(whole, R"(["probation"])", R"(["police"])"), "r.json: never[0]"},
      {changed(whole, R"(["probation"])", R"("probation")"), "r.json: never"},
      {changed(whole, R"("on": "create+update")", R"("before": "state = 1", "on": "create+update")"),
       "r.json: when.before"},
      {changed(document, R"("on": "create")", R"("before": "true", "on": "create")"), "r.json: when.before"},
      {changed(whole, "HOPERAT", "JSUPV"), "r.json: recipients[1].purpose"},
      {changed(whole, R"(, "purpose": "HOPERAT")", ""), "r.json: recipients[1].purpose"},
      {changed(whole, R"("notification")", R"("mail")"), "r.json: channel"},
      {changed(document, R"("channel": "document")", R"("channel": "notification", "topic": "t")"),
       "r.json: care_team"},
      {changed(whole, R"("notification")", R"("document")"), "r.json: channel"},
      {changed(whole, R"("notification")", R"("view-notification")"), "r.json: channel"},
      {changed(document, R"("channel": "document")", R"("channel": "document", "topic": "t")"),
       "r.json: topic"},
      {changed(document, R"("channel": "document")", R"("channel": "document", "include": [])"),
       "r.json: include"},
      {changed(whole, R"("topic": "https://handoff.example.org/t", )", ""), "r.json: topic"},
      {changed(whole, R"(["CarePlan:goal"])", R"("CarePlan:goal")"), "r.json: include"},
      {changed(whole, "CarePlan:goal", "CarePlan:goals"), "r.json: include[0]"},
      {changed(whole, "CarePlan:goal", "CarePlan:status"), "r.json: include[0]"},
      {changed(whole, "CarePlan:goal", "Goal:subject"), "r.json: include[0]"},
      {changed(whole, R"("CarePlan:goal")", "7"), "r.json: include[0]"},
  };
  for (const Case& c : cases) {
    const auto route = read_route("r.json", c.text);
    ASSERT_FALSE(route) << c.text;
    EXPECT_EQ(route.error().kind, Kind::incorrect);
    EXPECT_EQ(route.error().issues.at(0).expression, c.expression) << c.text;
    EXPECT_FALSE(route.error().issues.at(0).diagnostics.empty());
  }
  EXPECT_GT(read_route("r.json", "{}").error().issues.size(), 4u) << "all that is wrong at once";
}

TEST(Routes, EveryEventHasOneFile) {
  const auto both = read_routes({{"a.json", document}, {"b.json", whole}});
  ASSERT_TRUE(both) << both.error().summary();
  EXPECT_EQ(both->all().size(), 2u);
  EXPECT_EQ(both->find("E5")->type, "CarePlan");
  EXPECT_EQ(both->find("E6"), nullptr);
  EXPECT_EQ(read_routes({{"a.json", document}, {"b.json", document}}).error().issues.at(0).expression,
            "b.json: event");
  EXPECT_EQ(read_routes({{"a.json", "{}"}, {"b.json", "["}}).error().issues.back().expression, "b.json");
  EXPECT_FALSE(read_routes({}));
}

TEST(Routes, OneOfChangedViewsNamesKindsOfOrganizationAndIncludesNothing) {
  const std::string consents =
      R"({"event": "E16", "code": "c", "title": "t", "when": {"type": "Consent", "condition": "true", "on": "create+update"},
      "recipients": [{"from": "changed-view", "role": "managed_care_plan", "purpose": "HOPERAT"}],
      "channel": "view-notification", "topic": "https://handoff.example.org/t"})";
  const auto route = read_route("r.json", consents);
  ASSERT_TRUE(route) << route.error().summary();
  EXPECT_TRUE(route->has(Source::changed_view));
  EXPECT_FALSE(read_route("r.json", whole)->has(Source::changed_view));
  const auto including = read_route("r.json", changed(consents, R"("topic")", R"("include": [], "topic")"));
  ASSERT_FALSE(including);
  EXPECT_EQ(including.error().issues.at(0).expression, "r.json: include");
  const auto of_a_team = read_route("r.json", changed(consents, R"("managed_care_plan")", R"("plan")"));
  ASSERT_FALSE(of_a_team);
  EXPECT_NE(of_a_team.error().summary().find("there are bhji_vendor, cspji_provider"), std::string::npos)
      << of_a_team.error().summary();
  const auto elsewhere = read_route("r.json", changed(consents, R"("Consent")", R"("Contract")"));
  EXPECT_EQ(elsewhere.error().issues.at(0).expression, "r.json: channel");
}

TEST(Routes, TheShippedOnes) {
  const auto routes = read_routes(sample::shipped_route_files());
  ASSERT_TRUE(routes) << routes.error().summary();
  ASSERT_EQ(routes->all().size(), 3u);
  EXPECT_TRUE(routes->find("E16")->has(Source::changed_view));
  EXPECT_EQ(routes->find("E5")->include.size(), 4u);
  EXPECT_EQ(routes->find("E14")->recipients.size(), 3u);
}

}  // namespace
}  // namespace handoff::routing
