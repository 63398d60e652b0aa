#include "routing/event.h"

#include <gtest/gtest.h>

#include <map>

#include "fhir/reference.h"
#include "json/document.h"

namespace handoff::routing {
namespace {

// Resources given as texts, newest first.
class Record final : public fhir::RecordReader {
 public:
  explicit Record(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) kept_.push_back(std::move(json::parse(text).value()));
  }
  json::Value read(std::string_view reference) override {
    for (const json::Document& document : kept_)
      if (std::string(document.root()["resourceType"].text()) + "/" + std::string(document.root()["id"].text()) == reference)
        return document.root();
    return {};
  }
  std::vector<json::Value> of_patient(std::string_view patient, std::string_view type) override {
    std::vector<json::Value> found;
    for (const json::Document& document : kept_)
      if (document.root()["resourceType"].text() == type && fhir::patient_of(document.root()) == patient) found.push_back(document.root());
    return found;
  }

 private:
  std::vector<json::Document> kept_;
};

json::Document parsed(const std::string& text) { return std::move(json::parse(text).value()); }

std::string composition(const std::string& category, const std::string& more = "") {
  return R"({"resourceType":"Composition","id":"x1","subject":{"reference":"Patient/p1"},"category":[{"coding":[{"code":"other"}]},{"coding":[{"code":")" +
         category + "\"}]}]" + more + "}";
}

TEST(Event, AnAftercarePlanIsIssuedOnceByItsCreation) {
  const auto issued = parsed(composition("aftercare-plan")), other = parsed(composition("discharge-summary"));
  const auto plan = parsed(R"({"resourceType":"CarePlan","id":"c","category":[{"coding":[{"code":"aftercare-plan"}]}]})");
  const auto events = events_of({}, issued.root());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].code, "E14");
  EXPECT_EQ(events[0].patient, "Patient/p1");
  EXPECT_EQ(events[0].focus, "Composition/x1");
  EXPECT_TRUE(events_of(other.root(), issued.root()).empty());
  EXPECT_TRUE(events_of({}, other.root()).empty());
  EXPECT_TRUE(events_of({}, plan.root()).empty());
  EXPECT_TRUE(events_of({}, {}).empty());
}

std::string member(const std::string& role, const std::string& reference) {
  return R"({"role":[{"coding":[{"code":")" + role + R"("}]}],"member":{"reference":")" + reference + "\"}}";
}

TEST(Event, RecipientsAreTheTeamsOrganizationsInTheRolesOfTheEvent) {
  struct Case {
    std::string participants;
    std::vector<std::string> recipients;
  };
  const Case cases[] = {
      {member("pcp", "Organization/A") + "," + member("mobileCrisis", "Organization/B"), {"A:pcp", "B:mobileCrisis"}},
      {member("mobileCrisis", "Organization/B") + "," + member("pcp", "Organization/A"), {"B:mobileCrisis", "A:pcp"}},
      {member("outpatient", "Organization/C") + "," + member("pcp", "Organization/A"), {"A:pcp"}},
      {member("pcp", "Organization/A") + "," + member("mobileCrisis", "Organization/A"), {"A:pcp"}},
      {member("pcp", "Practitioner/A") + "," + member("pcp", "#x") + "," + member("pcp", ""), {}},
      {member("plan", "Organization/A") + "," + member("family", "RelatedPerson/f") + "," + member("vendor", "Organization/V"), {}},
      {member("pcp", "https://other.example/fhir/Organization/A"), {"A:pcp"}},
      {"{}", {}},
  };
  for (const Case& c : cases) {
    const auto team = parsed(R"({"resourceType":"CareTeam","participant":[)" + c.participants + "]}");
    std::vector<std::string> found;
    for (const Recipient& recipient : recipients_of("E14", team.root())) found.push_back(recipient.organization + ":" + recipient.role);
    EXPECT_EQ(found, c.recipients) << c.participants;
    EXPECT_TRUE(recipients_of("E15", team.root()).empty());
  }
  EXPECT_TRUE(recipients_of("E14", {}).empty());
}

std::string of_patient(const std::string& type, const std::string& id, const std::string& patient, const std::string& more = "") {
  return R"({"resourceType":")" + type + R"(","id":")" + id + R"(","subject":{"reference":")" + patient + "\"}" + more + "}";
}

std::string plan(const std::string& id, const std::string& episode, const std::string& category = "support-plan") {
  return of_patient("CarePlan", id, "Patient/p1",
                    R"(,"category":[{"coding":[{"code":")" + category + R"("}]}],"supportingInfo":[{"reference":")" + episode + R"("}],
                    "goal":[{"reference":"Goal/mine"},{"reference":"Goal/theirs"},{"reference":"Goal/gone"}],
                    "addresses":[{"reference":"Condition/theirs"},{"reference":"Condition/mine"}],"careTeam":[{"reference":"CareTeam/t"}])");
}

const std::string issued =
    composition("aftercare-plan", R"(,"author":[{"reference":"Organization/V"}],"event":[{"detail":[{"reference":"EpisodeOfCare/e1"}]}],
    "section":[{"entry":[{"reference":"Appointment/mine"},{"reference":"Appointment/theirs"},{"reference":"Goal/mine"}]}])");

std::vector<std::string> ids(const std::vector<json::Value>& resources) {
  std::vector<std::string> out;
  for (const json::Value resource : resources) out.emplace_back(resource["id"].text());
  return out;
}

TEST(Aftercare, TakesThePlanOfTheEnrolmentAndNothingOfAnotherPerson) {
  Record record(
      {plan("newer", "EpisodeOfCare/e2"), plan("crisis", "EpisodeOfCare/e1", "crisis-plan"), plan("right", "EpisodeOfCare/e1"),
       plan("older", "EpisodeOfCare/e1"), of_patient("EpisodeOfCare", "e1", "Patient/p1"), of_patient("Goal", "mine", "Patient/p1"),
       of_patient("Goal", "theirs", "Patient/p2"), of_patient("Condition", "mine", "Patient/p1"),
       of_patient("Condition", "theirs", "Patient/p2"), of_patient("CareTeam", "t", "Patient/p1"),
       of_patient("MedicationRequest", "of-plan", "Patient/p1", R"(,"basedOn":[{"reference":"CarePlan/right"}])"),
       of_patient("MedicationRequest", "of-older", "Patient/p1", R"(,"basedOn":[{"reference":"CarePlan/older"}])"),
       of_patient("MedicationRequest", "loose", "Patient/p1"),
       R"({"resourceType":"Appointment","id":"mine","participant":[{"actor":{"reference":"HealthcareService/h"}},{"actor":{"reference":"Patient/p1"}}]})",
       R"({"resourceType":"Appointment","id":"theirs","participant":[{"actor":{"reference":"Patient/p2"}}]})"});
  const auto document = parsed(issued);
  const Aftercare aftercare = gather_aftercare(document.root(), record);
  EXPECT_EQ(aftercare.patient, "Patient/p1");
  EXPECT_EQ(aftercare.discloser, "Organization/V");
  EXPECT_EQ(aftercare.care_plan["id"].text(), "right");
  EXPECT_EQ(aftercare.care_team["id"].text(), "t");
  EXPECT_EQ(ids(aftercare.goals), std::vector<std::string>{"mine"});
  EXPECT_EQ(ids(aftercare.conditions), std::vector<std::string>{"mine"});
  EXPECT_EQ(ids(aftercare.medications), std::vector<std::string>{"of-plan"});
  EXPECT_EQ(ids(aftercare.appointments), std::vector<std::string>{"mine"});
  EXPECT_FALSE(aftercare.member_declined);
  EXPECT_EQ(ids(aftercare.parts()), (std::vector<std::string>{"x1", "e1", "right", "t", "mine", "mine", "of-plan", "mine"}));
}

TEST(Aftercare, WithoutTheEnrolmentThereIsNoPlan) {
  Record without({plan("right", "EpisodeOfCare/e1")}),
      another({plan("right", "EpisodeOfCare/e1"), of_patient("EpisodeOfCare", "e1", "Patient/p2")});
  const auto document = parsed(issued), bare = parsed(R"({"resourceType":"Composition","id":"x1","subject":{"reference":"Patient/p1"}})");
  EXPECT_FALSE(gather_aftercare(document.root(), without).care_plan);
  EXPECT_FALSE(gather_aftercare(document.root(), another).care_plan);
  EXPECT_FALSE(gather_aftercare(bare.root(), without).care_plan);
}

TEST(Aftercare, DeclinedCoordinationIsReadFromTheComposition) {
  const std::string url = "https://handoff.example.org/fhir/StructureDefinition/coordination-declined";
  for (const auto& [extension_url, value, declined] : {std::tuple(url, "true", true), {url, "false", false}, {url + "x", "true", false}}) {
    const auto document =
        parsed(composition("aftercare-plan", R"(,"extension":[{"url":")" + extension_url + R"(","valueBoolean":)" + value + "}]"));
    Record record({});
    EXPECT_EQ(gather_aftercare(document.root(), record).member_declined, declined) << extension_url << value;
  }
}

}  // namespace
}  // namespace handoff::routing
