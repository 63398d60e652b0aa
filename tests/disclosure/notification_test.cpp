#include "disclosure/notification.h"

#include <gtest/gtest.h>

#include <set>

#include "core/civil.h"
#include "json/document.h"
#include "validation/structure.h"

namespace handoff::disclosure {
namespace {

NotificationParts parts() {
  NotificationParts made;
  made.base = "https://127.0.0.1:8443/fhir";
  made.identifier = "urn:uuid:0f7a1c7e-6e3a-8b51-a2c9-1f4d5b6a7c8d";
  made.topic = "https://handoff.example.org/fhir/SubscriptionTopic/support-plan";
  made.recipient = "ORG-PCP1";
  made.focus = "CarePlan/c1";
  made.context = {"Goal/g1", "CareTeam/t1"};
  made.event_number = 42;
  made.timestamp = span_of("2024-05-01T12:00:00-04:00")->first;
  return made;
}

// "entry.request.url=…" for every primitive.
void flatten(json::Value value, const std::string& path, std::vector<std::string>& out) {
  for (const json::Member& member : value.members())
    flatten(member.value, path + "." + std::string(member.key), out);
  for (const json::Value item : value.items()) flatten(item, path, out);
  if (!value.is_object() && !value.is_array())
    out.push_back(path.substr(1) + "=" + std::string(value.text()));
}

TEST(Notification, SaysWhatHappenedAndWhatMayBeAskedFor) {
  json::Arena arena;
  const json::Value bundle = compose_notification(arena, parts());
  std::vector<std::string> status;
  flatten(bundle["entry"].at(0)["resource"]["parameter"], "", status);
  const std::string base = "https://127.0.0.1:8443/fhir/";
  EXPECT_EQ(
      status,
      (std::vector<std::string>{
          "name=subscription", "valueReference.reference=" + base + "Subscription/support-plan-ORG-PCP1",
          "name=topic", "valueCanonical=" + parts().topic, "name=status", "valueCode=active", "name=type",
          "valueCode=event-notification", "name=notification-event", "part.name=event-number",
          "part.valueString=42", "part.name=timestamp",
          "part.valueInstant=" + format_instant(parts().timestamp), "part.name=focus",
          "part.valueReference.reference=" + base + "CarePlan/c1", "part.name=additional-context",
          "part.valueReference.reference=" + base + "Goal/g1", "part.name=additional-context",
          "part.valueReference.reference=" + base + "CareTeam/t1"}));
  EXPECT_EQ(bundle["type"].text(), "history");
  EXPECT_EQ(bundle["identifier"]["value"].text(), parts().identifier);
  EXPECT_EQ(bundle["timestamp"].text(), format_instant(parts().timestamp));
  EXPECT_EQ(
      bundle["entry"].at(0)["resource"]["meta"]["profile"].at(0).text(),
      "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4");
}

TEST(Notification, EachEntryHasRequestAndResponseAndOnlyTheFirstAResource) {
  json::Arena arena;
  const json::Value entries = compose_notification(arena, parts())["entry"];
  struct Case {
    std::string full_url, method, url, status;
  };
  const Case cases[] = {
      {parts().identifier, "GET", "Subscription/support-plan-ORG-PCP1/$status", "200"},
      {"https://127.0.0.1:8443/fhir/CarePlan/c1", "PUT", "CarePlan/c1", "200"},
      {"https://127.0.0.1:8443/fhir/Goal/g1", "GET", "Goal/g1", "200"},
      {"https://127.0.0.1:8443/fhir/CareTeam/t1", "GET", "CareTeam/t1", "200"},
  };
  ASSERT_EQ(entries.size(), std::size(cases));
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const json::Value entry = entries.at(i);
    EXPECT_EQ(entry["fullUrl"].text(), cases[i].full_url);
    EXPECT_EQ(entry["request"]["method"].text(), cases[i].method) << cases[i].full_url;
    EXPECT_EQ(entry["request"]["url"].text(), cases[i].url);
    EXPECT_EQ(entry["response"]["status"].text(), cases[i].status);
    EXPECT_EQ(bool(entry["resource"]), i == 0);
  }
  NotificationParts created = parts();
  created.created = true;
  const json::Value focus = compose_notification(arena, created)["entry"].at(1);
  EXPECT_EQ(focus["request"]["method"].text() == "POST" ? focus["request"]["url"].text() : "", "CarePlan");
  EXPECT_EQ(focus["response"]["status"].text(), "201");
}

TEST(Notification, IsValidR4AndSaysNothingOfThePerson) {
  json::Arena arena;
  for (const bool bare : {false, true}) {
    NotificationParts made = parts();
    if (bare) made.context.clear();
    const json::Value bundle = compose_notification(arena, made);
    for (const Issue& issue : validation::validate_structure(bundle, fhir::Definitions::r4()))
      EXPECT_GT(issue.severity, Severity::error) << issue.expression << ": " << issue.diagnostics;
    const std::string bytes = json::write(bundle);
    for (const char* word : {"Patient", "subject", "\"text\"", "display", "category", "title", "description"})
      EXPECT_EQ(bytes.find(word), bytes.npos) << word;
  }
}

}  // namespace
}  // namespace handoff::disclosure
