#include "routing/event.h"

#include <gtest/gtest.h>

#include <map>

#include "../fhir_names.h"
#include "../shipped_routes.h"
#include "fhir/reference.h"
#include "json/document.h"

namespace handoff::routing {
namespace {

// Resources that are given as texts, newest first.
class Record final : public fhir::RecordReader {
 public:
  explicit Record(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) kept_.push_back(json::parse(text).value());
  }
  json::Value read(std::string_view reference) override {
    for (const json::Document& document : kept_)
      if (std::string(document.root()["resourceType"].text()) + "/" +
              std::string(document.root()["id"].text()) ==
          reference)
        return document.root();
    return {};
  }
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override {
    std::vector<json::Value> found;
    for (const json::Document& document : kept_)
      if (document.root()["resourceType"].text() == type && fhir::patient_of(document.root()) == patient)
        found.push_back(document.root());
    return found;
  }
  // A resource of another organization names it as custodian.
  bool is_disclosed_by(std::string_view reference, std::string_view organization) override {
    const json::Value stored = read(reference);
    const auto from = stored["custodian"]["reference"].text();
    return stored && (from.empty() || from == organization);
  }

 private:
  std::vector<json::Document> kept_;
};

json::Document parsed(const std::string& text) { return json::parse(text).value(); }

std::string composition(const std::string& category, const std::string& more = "") {
  return R"({"resourceType":"Composition","id":"x1","subject":{"reference":"Patient/p1"},"category":[{"coding":[{"code":"other"}]},{"coding":[{"system":"https://handoff.example.org/fhir/CodeSystem/careplan-category","code":")" +
         category + "\"}]}]" + more + "}";
}

// "E14 Patient/p1 Composition/x1" of each event.
std::vector<std::string> events(json::Value previous, json::Value current) {
  const auto found = events_of(*sample::shipped_routes().now(), previous, current);
  EXPECT_TRUE(found) << found.error().summary();
  std::vector<std::string> all;
  for (const Event& event : *found)
    all.push_back(event.route->event + " " + event.patient.text() + " " + event.focus);
  return all;
}

TEST(Event, AnAftercarePlanIsIssuedOnceByItsCreation) {
  const auto issued = parsed(composition("aftercare-plan")), other = parsed(composition("discharge-summary"));
  const auto plan =
      parsed(R"({"resourceType":"CarePlan","id":"c","category":[{"coding":[{"code":"aftercare-plan"}]}]})");
  EXPECT_EQ(events({}, issued.root()), std::vector<std::string>{"E14 Patient/p1 Composition/x1"});
  EXPECT_TRUE(events(other.root(), issued.root()).empty());
  EXPECT_TRUE(events({}, other.root()).empty());
  EXPECT_TRUE(events({}, plan.root()).empty());
  EXPECT_TRUE(events({}, {}).empty());
}

std::string care_plan(const std::string& status, const std::string& category,
                      const std::string& system = "careplan-category") {
  return R"({"resourceType":"CarePlan","id":"c1","subject":{"reference":"Patient/p1"},"status":")" + status +
         R"(","category":[{"coding":[{"system":"https://handoff.example.org/fhir/CodeSystem/)" + system +
         R"(","code":")" + category + "\"}]}]}";
}

TEST(Event, ASupportPlanIsOneAtEachVersionWhileItIsActive) {
  const auto active = parsed(care_plan("active", "support-plan")),
             completed = parsed(care_plan("completed", "support-plan")),
             draft = parsed(care_plan("draft", "support-plan")),
             crisis = parsed(care_plan("active", "crisis-plan")),
             foreign = parsed(care_plan("active", "support-plan", "other"));
  const std::vector<std::string> one = {"E5 Patient/p1 CarePlan/c1"};
  EXPECT_EQ(events({}, active.root()), one);
  EXPECT_EQ(events(active.root(), active.root()), one) << "a version is a change, whatever changed";
  EXPECT_EQ(events(draft.root(), active.root()), one);
  EXPECT_TRUE(events(active.root(), completed.root()).empty()) << "completion on exit";
  for (const auto* other : {&completed, &draft, &crisis, &foreign})
    EXPECT_TRUE(events({}, other->root()).empty());
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
      {member("pcp", "Organization/A") + "," + member("mobileCrisis", "Organization/B"),
       {"A:pcp", "B:mobileCrisis"}},
      {member("mobileCrisis", "Organization/B") + "," + member("pcp", "Organization/A"),
       {"B:mobileCrisis", "A:pcp"}},
      {member("vendor", "Organization/C") + "," + member("pcp", "Organization/A"), {"A:pcp"}},
      {member("outpatient", "Organization/C"), {"C:outpatient"}},
      {member("pcp", "Organization/A") + "," + member("mobileCrisis", "Organization/A"), {"A:pcp"}},
      {member("mobileCrisis", "Organization/A") + "," + member("pcp", "Organization/A"), {"A:pcp"}},
      {member("pcp", "Practitioner/A") + "," + member("pcp", "#x") + "," + member("pcp", ""), {}},
      {member("plan", "Organization/A") + "," + member("family", "RelatedPerson/f") + "," +
           member("vendor", "Organization/V"),
       {}},
      {member("pcp", "https://other.example/fhir/Organization/A"), {"A:pcp"}},
      {"{}", {}},
  };
  for (const Case& c : cases) {
    const auto team = parsed(R"({"resourceType":"CareTeam","participant":[)" + c.participants + "]}");
    std::vector<std::string> found;
    for (const Recipient& recipient :
         recipients_of(*sample::shipped_routes().now()->find("E14"), team.root())) {
      found.push_back(recipient.organization + ":" + recipient.role);
      EXPECT_EQ(recipient.purpose, "TREAT");
    }
    EXPECT_EQ(found, c.recipients) << c.participants;
  }
  EXPECT_TRUE(recipients_of(*sample::shipped_routes().now()->find("E14"), {}).empty());
}

TEST(Event, EachRecipientHasThePurposeOfItsRole) {
  const auto team =
      parsed(R"({"resourceType":"CareTeam","participant":[)" + member("plan", "Organization/M") + "," +
             member("plan", "Organization/A") + "," + member("pcp", "Organization/A") + "," +
             member("family", "RelatedPerson/f") + "]}");
  std::vector<std::string> found;
  for (const Recipient& recipient : recipients_of(*sample::shipped_routes().now()->find("E5"), team.root()))
    found.push_back(recipient.organization + " " + recipient.role + " " + recipient.purpose);
  EXPECT_EQ(found, (std::vector<std::string>{"M plan HOPERAT", "A pcp TREAT"}))
      << "the first rule wins, not the first row of the team";
}

std::string of_patient(const std::string& type, const std::string& id, const std::string& patient,
                       const std::string& more = "") {
  return R"({"resourceType":")" + type + R"(","id":")" + id + R"(","subject":{"reference":")" + patient +
         "\"}" + more + "}";
}

std::string plan(const std::string& id, const std::string& episode,
                 const std::string& category = "support-plan") {
  return of_patient("CarePlan", id, "Patient/p1",
                    R"(,"category":[{"coding":[{"code":")" + category +
                        R"("}]}],"supportingInfo":[{"reference":")" + episode + R"("}],
                    "goal":[{"reference":"Goal/mine"},{"reference":"Goal/theirs"},{"reference":"Goal/gone"}],
                    "addresses":[{"reference":"Condition/theirs"},{"reference":"Condition/mine"}],"careTeam":[{"reference":"CareTeam/t"}])");
}

const std::string issued = composition(
    "aftercare-plan",
    R"(,"author":[{"reference":"Organization/V"}],"event":[{"detail":[{"reference":"EpisodeOfCare/e1"}]}],
    "section":[{"entry":[{"reference":"Appointment/mine"},{"reference":"Appointment/theirs"},{"reference":"Goal/mine"}]}])");

std::vector<std::string> ids(const std::vector<json::Value>& resources) {
  std::vector<std::string> out;
  for (const json::Value resource : resources) out.emplace_back(resource["id"].text());
  return out;
}

TEST(Aftercare, TakesThePlanOfTheEnrolmentAndNothingOfAnotherPerson) {
  Record record(
      {plan("newer", "EpisodeOfCare/e2"), plan("crisis", "EpisodeOfCare/e1", "crisis-plan"),
       plan("right", "EpisodeOfCare/e1"), plan("older", "EpisodeOfCare/e1"),
       of_patient("EpisodeOfCare", "e1", "Patient/p1"), of_patient("Goal", "mine", "Patient/p1"),
       of_patient("Goal", "theirs", "Patient/p2"), of_patient("Condition", "mine", "Patient/p1"),
       of_patient("Condition", "theirs", "Patient/p2"), of_patient("CareTeam", "t", "Patient/p1"),
       of_patient("MedicationRequest", "of-plan", "Patient/p1",
                  R"(,"basedOn":[{"reference":"CarePlan/right"}])"),
       of_patient("MedicationRequest", "of-older", "Patient/p1",
                  R"(,"basedOn":[{"reference":"CarePlan/older"}])"),
       of_patient("MedicationRequest", "loose", "Patient/p1"),
       R"({"resourceType":"Appointment","id":"mine","participant":[{"actor":{"reference":"HealthcareService/h"}},{"actor":{"reference":"Patient/p1"}}]})",
       R"({"resourceType":"Appointment","id":"theirs","participant":[{"actor":{"reference":"Patient/p2"}}]})"});
  const auto document = parsed(issued);
  const Aftercare aftercare = gather_aftercare(document.root(), record);
  EXPECT_EQ(aftercare.patient, "Patient/p1"_ref);
  EXPECT_EQ(aftercare.discloser, "Organization/V");
  EXPECT_EQ(aftercare.care_plan["id"].text(), "right");
  EXPECT_EQ(aftercare.care_team["id"].text(), "t");
  EXPECT_EQ(ids(aftercare.goals), std::vector<std::string>{"mine"});
  EXPECT_EQ(ids(aftercare.conditions), std::vector<std::string>{"mine"});
  EXPECT_EQ(ids(aftercare.medications), std::vector<std::string>{"of-plan"});
  EXPECT_EQ(ids(aftercare.appointments), std::vector<std::string>{"mine"});
  EXPECT_FALSE(aftercare.member_declined);
  EXPECT_EQ(ids(aftercare.parts()),
            (std::vector<std::string>{"x1", "e1", "right", "t", "mine", "mine", "of-plan", "mine"}));
}

// A route may ask about the version before. "Became active" is one event; later changes of an active plan are
// none.
TEST(Event, AChangeIsSeenFromBothSides) {
  const auto routes =
      read_routes({{"r.json", R"({"event": "E0", "code": "c", "title": "t", "care_team": "careTeam",
    "when": {"type": "CarePlan", "condition": "status = 'active'", "before": "status != 'active'", "on": "create+update"},
    "recipients": [{"from": "care-team", "role": "pcp", "purpose": "TREAT"}], "channel": "notification", "topic": "https://t"})"}});
  ASSERT_TRUE(routes) << routes.error().summary();
  const auto plan = [](const char* status) {
    return parsed(R"({"resourceType":"CarePlan","id":"c","subject":{"reference":"Patient/p"},"status":")" +
                  std::string(status) + "\"}");
  };
  const auto draft = plan("draft"), active = plan("active");
  EXPECT_EQ(events_of(*routes, draft.root(), active.root())->size(), 1u);
  EXPECT_EQ(events_of(*routes, active.root(), active.root())->size(), 0u);
  EXPECT_EQ(events_of(*routes, active.root(), draft.root())->size(), 0u);
  EXPECT_EQ(events_of(*routes, {}, active.root())->size(), 0u) << "there was none before";
}

TEST(Event, TheCareTeamIsThePlansOwnOrTheOneOfTheEnrolmentsPlan) {
  Record record({plan("right", "EpisodeOfCare/e1"), of_patient("EpisodeOfCare", "e1", "Patient/p1"),
                 of_patient("CareTeam", "t", "Patient/p1"), of_patient("CareTeam", "theirs", "Patient/p2")});
  const auto own = parsed(
                 of_patient("CarePlan", "c", "Patient/p1", R"(,"careTeam":[{"reference":"CareTeam/t"}])")),
             theirs = parsed(of_patient("CarePlan", "c", "Patient/p1",
                                        R"(,"careTeam":[{"reference":"CareTeam/theirs"}])")),
             none = parsed(of_patient("CarePlan", "c", "Patient/p1")), document = parsed(issued);
  const auto routes = sample::shipped_routes().now();
  const Route &of_plans = *routes->find("E5"), &of_documents = *routes->find("E14");
  EXPECT_EQ(care_team_of(of_plans, own.root(), record)["id"].text(), "t");
  EXPECT_EQ(care_team_of(of_documents, document.root(), record)["id"].text(), "t");
  EXPECT_FALSE(care_team_of(of_plans, theirs.root(), record)) << "another person's";
  EXPECT_FALSE(care_team_of(of_plans, none.root(), record));
}

TEST(Aftercare, OfSeveralPlansTheLatestStandsWhateverWasWrittenLast) {
  const auto made_on = [](const std::string& id, const std::string& created) {
    return R"({"resourceType":"CarePlan","id":")" + id +
           R"(","subject":{"reference":"Patient/p1"},"created":")" + created +
           R"(","category":[{"coding":[{"code":"support-plan"}]}],"supportingInfo":[{"reference":"EpisodeOfCare/e1"}],)"
           R"("author":{"reference":"Organization/ORG-ADV"}})";
  };
  const std::string episode =
      R"({"resourceType":"EpisodeOfCare","id":"e1","patient":{"reference":"Patient/p1"}})";
  const auto document = parsed(composition(
      "aftercare-plan",
      R"(,"author":[{"reference":"Organization/ORG-ADV"}],"event":[{"detail":[{"reference":"EpisodeOfCare/e1"}]}])"));
  for (const auto& order : {std::vector{made_on("old", "2024-01-05"), made_on("new", "2024-02-05")},
                            std::vector{made_on("new", "2024-02-05"), made_on("old", "2024-01-05")}}) {
    std::vector<std::string> texts = order;
    texts.push_back(episode);
    Record record(texts);
    EXPECT_EQ(gather_aftercare(document.root(), record).care_plan["id"].text(), "new");
  }
}

// An attack found this: somebody else's plan about the same stay kept the document from everybody.
TEST(Aftercare, APlanOfAnotherOrganizationDoesNotStandInTheWay) {
  const std::string plan =
      R"("subject":{"reference":"Patient/p1"},"category":[{"coding":[{"system":"https://handoff.example.org/fhir/CodeSystem/careplan-category","code":"support-plan"}]}],"supportingInfo":[{"reference":"EpisodeOfCare/e1"}])";
  Record record(
      {R"({"resourceType":"EpisodeOfCare","id":"e1","patient":{"reference":"Patient/p1"}})",
       R"({"resourceType":"CarePlan","id":"own","created":"2024-01-01",)" + plan + "}",
       R"({"resourceType":"CarePlan","id":"planted","created":"2024-02-01","custodian":{"reference":"Organization/OTHER"},)" +
           plan + "}"});
  const auto document = parsed(composition(
      "aftercare-plan",
      R"(,"author":[{"reference":"Organization/V"}],"event":[{"detail":[{"reference":"EpisodeOfCare/e1"}]}])"));
  EXPECT_EQ(gather_aftercare(document.root(), record).care_plan["id"].text(), "own");
}

TEST(Aftercare, WithoutTheEnrolmentThereIsNoPlan) {
  Record without({plan("right", "EpisodeOfCare/e1")}),
      another({plan("right", "EpisodeOfCare/e1"), of_patient("EpisodeOfCare", "e1", "Patient/p2")});
  const auto document = parsed(issued),
             bare =
                 parsed(R"({"resourceType":"Composition","id":"x1","subject":{"reference":"Patient/p1"}})");
  EXPECT_FALSE(gather_aftercare(document.root(), without).care_plan);
  EXPECT_FALSE(gather_aftercare(document.root(), another).care_plan);
  EXPECT_FALSE(gather_aftercare(bare.root(), without).care_plan);
}

TEST(Aftercare, DeclinedCoordinationIsReadFromTheComposition) {
  const std::string url = "https://handoff.example.org/fhir/StructureDefinition/coordination-declined";
  for (const auto& [extension_url, value, declined] :
       {std::tuple(url, "true", true), {url, "false", false}, {url + "x", "true", false}}) {
    const auto document = parsed(composition("aftercare-plan", R"(,"extension":[{"url":")" + extension_url +
                                                                   R"(","valueBoolean":)" + value + "}]"));
    Record record({});
    EXPECT_EQ(gather_aftercare(document.root(), record).member_declined, declined) << extension_url << value;
  }
}

}  // namespace
}  // namespace handoff::routing
