#include "narrative/tables.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::narrative {
namespace {

// The first resource is the section's. All of them are in the document.
class TablesTest : public testing::Test {
 protected:
  void put(const std::string& all) {
    auto parsed = json::parse(all);
    ASSERT_TRUE(parsed) << all;
    document_ = std::move(*parsed);
  }
  Resolve resolve() const {
    return [this](std::string_view reference) {
      for (const json::Value each : document_.root().items())
        if (std::string(each["resourceType"].text()) + "/" + std::string(each["id"].text()) == reference)
          return each;
      return json::Value{};
    };
  }
  std::string section(std::size_t count) const {
    const std::string div = section_div(document_.root().items().first(count), resolve());
    const std::string begin(div_begin);
    return div.substr(begin.size(), div.size() - begin.size() - 6);
  }
  json::Document document_;
};

TEST_F(TablesTest, ARowForEachAndTheColumnsThatAnyHas) {
  put(R"([{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Keep <housing>"}},
          {"resourceType":"Goal","lifecycleStatus":"completed","startDate":"2024-05-01","target":[{"dueDate":"2024-06-30"}]}])");
  EXPECT_EQ(
      section(2),
      "<table><thead><tr><th>Goal</th><th>Status</th><th>Since</th><th>Target date</th></tr></thead><tbody>"
      "<tr><td>Keep &lt;housing&gt;</td><td>active</td><td></td><td></td></tr>"
      "<tr><td>Goal</td><td>completed</td><td>May 1, 2024</td><td>June 30, 2024</td></tr></tbody></table>");
}

TEST_F(TablesTest, AColumnThatALaterRowBringsStandsInItsPlace) {
  put(R"([{"resourceType":"Goal","lifecycleStatus":"active","target":[{"dueDate":"2024-06-30"}]},
          {"resourceType":"Goal","lifecycleStatus":"active","startDate":"2024-05-01"}])");
  EXPECT_EQ(
      section(2),
      "<table><thead><tr><th>Goal</th><th>Status</th><th>Since</th><th>Target date</th></tr></thead><tbody>"
      "<tr><td>Goal</td><td>active</td><td></td><td>June 30, 2024</td></tr>"
      "<tr><td>Goal</td><td>active</td><td>May 1, 2024</td><td></td></tr></tbody></table>");
}

TEST_F(TablesTest, AppointmentsSayWithWhomAndHowToCallThem) {
  put(R"([{"resourceType":"Appointment","status":"proposed","requestedPeriod":[{"start":"2024-05-20","end":"2024-05-20"}],
           "participant":[{"actor":{"reference":"Patient/p"}},{"actor":{"reference":"HealthcareService/h"}}]},
          {"resourceType":"Patient","id":"p","name":[{"text":"Ana"}]},
          {"resourceType":"HealthcareService","id":"h","providedBy":{"reference":"Organization/o"}},
          {"resourceType":"Organization","id":"o","name":"Counseling","telecom":[{"system":"phone","value":"617-555-0100"}]}])");
  EXPECT_EQ(section(1),
            "<table><thead><tr><th>Appointment</th><th>Status</th><th>When</th><th>With</th><th>Telephone</"
            "th></tr></thead><tbody>"
            "<tr><td>Appointment</td><td>proposed</td><td>May 20, "
            "2024</td><td>Counseling</td><td>617-555-0100</td></tr></tbody></table>");
  EXPECT_EQ(headline(document_.root().at(0), resolve()), "Counseling, May 20, 2024");
}

TEST_F(TablesTest, ACareTeamHasARowForEachMember) {
  put(R"([{"resourceType":"CareTeam","name":"Team","status":"active","participant":[
            {"role":[{"coding":[{"display":"Primary care provider"}]}],"member":{"reference":"https://h/fhir/Organization/o"}},
            {"role":[{"coding":[{"code":"family"}]}],"member":{"reference":"RelatedPerson/r"}}]},
          {"resourceType":"Organization","id":"o","name":"Practice","telecom":[{"system":"phone","value":"1"},{"system":"fax","value":"2"}]}])");
  EXPECT_EQ(
      section(1),
      "<p>Team; active</p><table><thead><tr><th>Role</th><th>Who</th><th>Telephone</th></tr></thead><tbody>"
      "<tr><td>Primary care provider</td><td>Practice</td><td>1</td></tr>"
      "<tr><td>family</td><td>not named here</td><td></td></tr></tbody></table>");
}

// Two services that name each other as their provider. R4 does not foresee this, but the server must not
// hang.
TEST_F(TablesTest, WhatRefersToItselfNamesNobody) {
  put(R"([{"resourceType":"Appointment","status":"proposed","participant":[{"actor":{"reference":"HealthcareService/h","display":"x"}}]},
          {"resourceType":"HealthcareService","id":"h","providedBy":{"reference":"HealthcareService/h"}}])");
  EXPECT_NE(section(1).find("<td>x</td>"), std::string::npos);
}

TEST_F(TablesTest, ParagraphsAreEscaped) {
  const std::string all[] = {"a & b", "c"};
  EXPECT_EQ(paragraphs_div(all), std::string(div_begin) + "<p>a &amp; b</p><p>c</p></div>");
}

}  // namespace
}  // namespace handoff::narrative
