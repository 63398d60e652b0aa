#include "demo/notice.h"

#include <gtest/gtest.h>

#include "core/civil.h"
#include "disclosure/notification.h"
#include "json/document.h"

namespace handoff::gateway {
namespace {

using json::Value;

Value notification(json::Arena& arena, const std::string& focus, const std::vector<std::string>& context,
                   const std::string& base = "https://127.0.0.1:1/fhir") {
  disclosure::NotificationParts parts;
  parts.base = base, parts.identifier = "urn:uuid:1", parts.topic = "https://x.example/t",
  parts.recipient = "ORG-PCP1";
  parts.focus = focus, parts.context = context;
  return disclosure::compose_notification(arena, parts);
}

TEST(Notice, ReadsWhatTheGatewayComposes) {
  json::Arena arena;
  const auto notice = read_notice(notification(arena, "CarePlan/c1", {"Goal/g1", "CareTeam/t1"}));
  ASSERT_TRUE(notice) << notice.error().summary();
  EXPECT_EQ(notice->identifier, "urn:uuid:1");
  EXPECT_EQ(notice->base, "https://127.0.0.1:1/fhir");
  EXPECT_EQ(notice->focus, "CarePlan/c1");
  EXPECT_EQ(notice->context, (std::vector<std::string>{"Goal/g1", "CareTeam/t1"}));
}

TEST(Notice, WhatAPlansNoticeNamesIsOneSearch) {
  struct Case {
    std::string focus;
    std::vector<std::string> context;
    std::string search;
  };
  const Case cases[] = {
      {"CarePlan/c1", {}, "CarePlan?_id=c1"},
      {"CarePlan/c1", {"Goal/a", "Goal/b"}, "CarePlan?_id=c1&_include=CarePlan:goal"},
      {"CarePlan/c1",
       {"ServiceRequest/s", "CareTeam/t", "Condition/d", "Goal/a"},
       "CarePlan?_id=c1&_include=CarePlan:goal&_include=CarePlan:condition&_include=CarePlan:care-team&_"
       "include=CarePlan:activity-"
       "reference"},
      {"CarePlan/c1", {"Observation/o"}, "CarePlan?_id=c1"},
  };
  json::Arena arena;
  for (const Case& c : cases)
    EXPECT_EQ(searches_of(read_notice(notification(arena, c.focus, c.context)).value()),
              std::vector<std::string>{c.search});
}

TEST(Notice, WhatOthersNameIsSearchedByType) {
  using Texts = std::vector<std::string>;
  json::Arena arena;
  const auto searches = [&](const std::string& focus, const Texts& context) {
    return searches_of(read_notice(notification(arena, focus, context)).value());
  };
  EXPECT_EQ(searches("Consent/c1", {"Goal/a", "Condition/d", "Goal/b"}),
            (Texts{"Condition?_count=50&_id=d", "Consent?_count=50&_id=c1", "Goal?_count=50&_id=a,b"}));
  EXPECT_EQ(searches("", {"Goal/a"}), Texts{"Goal?_count=50&_id=a"});
  EXPECT_EQ(searches("", {}), Texts{});
  Texts goals;
  for (int i = 0; i < 51; ++i) goals.push_back("Goal/g" + std::to_string(i));
  const Texts two = searches("", goals);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two.back(), "Goal?_count=50&_id=g50");
}

TEST(Notice, WithoutAnEventOrWithTwoBasesItIsNone) {
  json::Arena arena;
  const std::string whole = json::write(notification(arena, "CarePlan/c1", {"Goal/g1"}));
  const auto refused = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    const auto parsed = json::parse(text.replace(at, from.size(), to));
    const auto notice = read_notice(parsed->root());
    return !notice && notice.error().kind == Kind::unprocessable;
  };
  EXPECT_TRUE(refused("notification-event", "other"));
  EXPECT_TRUE(refused("https://127.0.0.1:1/fhir/Goal", "https://127.0.0.1:2/fhir/Goal"));
  EXPECT_TRUE(refused("https://127.0.0.1:1/fhir/CarePlan/c1", "CarePlan/c1"));
  EXPECT_TRUE(refused("https://127.0.0.1:1/fhir/CarePlan/c1", "http://127.0.0.1:1/fhir/CarePlan/c1"));
  EXPECT_TRUE(refused("https://127.0.0.1:1/fhir/CarePlan/c1", "urn:uuid:2"));
  EXPECT_FALSE(refused("history", "history"));
}

}  // namespace
}  // namespace handoff::gateway
