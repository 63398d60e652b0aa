#include "consent/projection.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "json/document.h"
#include "stuffed.h"
#include "validation/structure.h"

namespace handoff::consent {
namespace {

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

std::string problems(json::Value resource) {
  std::string text;
  for (const Issue& issue : validation::validate_structure(resource, r4()))
    if (issue.severity == Severity::error || issue.severity == Severity::fatal)
      text += issue.expression + ": " + issue.diagnostics + "\n";
  return text;
}

std::string reference_to(const std::vector<std::string_view>& targets) {
  for (const std::string_view wanted : {"Patient", "Organization"})
    if (std::find(targets.begin(), targets.end(), wanted) != targets.end()) return std::string(wanted) + "/x";
  return std::string(targets.empty() || targets[0] == "Resource" ? "Condition" : targets[0]) + "/planted";
}

struct Case {
  const char* type;
  const char* with;  // members that a generator cannot know; they replace its own
  const char* left;  // beside resourceType, id and meta
};

constexpr const char* meta =
    R"({"versionId":"7","lastUpdated":"2026-01-02T10:00:00Z","profile":["urn:planted"],"source":"urn:planted","tag":[{"code":"planted"}],
  "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R","display":"planted"},
   {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPIOIDUD"},
   {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"},
   {"system":"https://handoff.example.org/fhir/CodeSystem/regime","code":"MA-HIV"},{"system":"https://handoff.example.org/fhir/CodeSystem/regime","code":"DMH"},
   {"system":"https://handoff.example.org/fhir/CodeSystem/sensitivity","code":"JI"},{"system":"https://handoff.example.org/fhir/CodeSystem/sensitivity","code":"SAFETYPLAN"}]})";
constexpr const char* meta_left = R"({"versionId":"7","lastUpdated":"2026-01-02T10:00:00Z",
  "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},
   {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"},
   {"system":"https://handoff.example.org/fhir/CodeSystem/sensitivity","code":"SAFETYPLAN"}]})";

#define PERIOD R"({"start":"2026-01-02","end":"2026-01-02"})"
#define PATIENT R"({"reference":"Patient/x"})"
#define ORGANIZATION R"({"reference":"Organization/x"})"

const Case cases[] = {
    {"Patient",
     R"({"name":[{"use":"official","family":"Byrne","given":["Dana"],"_given":[{"id":"planted"}],"period":{"start":"2026"},
       "extension":[{"url":"urn:planted","valueString":"planted"}]},{"extension":[{"url":"urn:planted","valueString":"planted"}]}]})",
     R"({"name":[{"use":"official","family":"Byrne","given":["Dana"]}],"birthDate":"2026-01-02"})"},
    {"EpisodeOfCare", "{}",
     R"({"status":"active","patient":)" PATIENT R"(,"managingOrganization":)" ORGANIZATION
     R"(,"period":)" PERIOD "}"},
    {"Encounter",
     R"({"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB","display":"planted"}})",
     R"({"status":"arrived","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":)" PATIENT
     R"(,"serviceProvider":)" ORGANIZATION R"(,"period":)" PERIOD "}"},
    {"Appointment",
     R"({"status":"booked","participant":[{"actor":{"reference":"Patient/x","display":"planted"},"status":"accepted","type":[{"text":"planted"}]},
        {"actor":{"reference":"Patient/y"},"status":"accepted"},{"actor":{"reference":"HealthcareService/planted"},"status":"accepted"}]})",
     R"({"status":"booked","start":"2026-01-02T10:00:00Z","end":"2026-01-02T10:00:00Z","participant":[{"actor":)" PATIENT
     R"(,"status":"accepted"}]})"},
    {"Task", R"({"for":{"reference":"Patient/x","display":"planted"}})",
     R"({"status":"accepted","intent":"filler-order","for":)" PATIENT R"(,"executionPeriod":)" PERIOD
     R"(,"authoredOn":"2026-01-02","lastModified":"2026-01-02"})"},
    {"ServiceRequest",
     R"({"performer":[{"reference":"HealthcareService/planted"},{"reference":"https://else.org/fhir/Organization/x","display":"planted"}]})",
     R"({"status":"active","intent":"directive","subject":)" PATIENT
     R"(,"authoredOn":"2026-01-02","performer":[{"reference":"https://else.org/fhir/Organization/x"}]})"},
    {"Consent",
     R"({"status":"active","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2CD","display":"planted"},
        {"system":"urn:planted","code":"planted"}],"text":"planted"},{"text":"planted"}],"provision":{"type":"deny"},
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}],"text":"planted"}})",
     R"({"status":"active","patient":)" PATIENT R"(,"dateTime":"2026-01-02","organization":[)" ORGANIZATION
     R"(],"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2CD"}]}],
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTOUT"}]}})"},
};

json::Value with(json::Arena& arena, json::Value object, std::string_view text) {
  const auto parsed = json::parse(text);
  EXPECT_TRUE(parsed) << text;
  for (const json::Member& member : parsed->root().members())
    object = json::with_member(arena, object, arena.copy(member.key), json::copy(arena, member.value));
  return object;
}

json::Value stuffed(json::Arena& arena, const Case& c, unsigned seed) {
  const json::Value whole = Stuffed(arena, reference_to, seed).resource(c.type);
  return with(arena, with(arena, whole, std::string(R"({"meta":)") + meta + "}"), c.with);
}

TEST(Projection, NothingButTheStateOfWhatIsFullOfEverythingElse) {
  for (const Case& c : cases)
    for (unsigned seed = 0; seed < 12; ++seed) {
      json::Arena arena;
      const json::Value whole = stuffed(arena, c, seed);
      ASSERT_EQ(problems(whole), "") << c.type;
      ASSERT_NE(json::write(whole).find(planted), std::string::npos);
      const auto left = status_only(arena, whole);
      ASSERT_TRUE(left) << c.type << json::write(whole);
      EXPECT_EQ(problems(*left), "") << c.type;
      const std::string identity =
          std::string(R"({"resourceType":")") + c.type + R"(","id":"x","meta":)" + meta_left + "}";
      const json::Value expected = with(arena, with(arena, json::Arena::empty_object(), identity), c.left);
      EXPECT_TRUE(json::equal(*left, expected)) << json::write(*left) << "\n" << json::write(expected);
    }
}

TEST(Projection, EveryOtherTypeIsNotGiven) {
  std::set<std::string_view> given;
  for (const Case& c : cases) given.insert(c.type);
  for (const fhir::Type* type : r4().resources()) {
    json::Arena arena;
    EXPECT_EQ(is_projected(type->name), given.contains(type->name)) << type->name;
    if (given.contains(type->name)) continue;
    EXPECT_FALSE(status_only(arena, Stuffed(arena, reference_to).resource(type->name))) << type->name;
    EXPECT_FALSE(is_searchable(type->name, "_id")) << type->name;
  }
  EXPECT_FALSE(is_projected(""));
}

TEST(Projection, NothingWhereTheStateTellsMore) {
  struct Hidden {
    const char* type;
    const char* with;
  };
  const Hidden hidden[] = {
      {"Encounter",
       R"({"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"EMER"}})"},
      {"Encounter", R"({"class":{"system":"urn:own","code":"AMB"}})"},
      {"Encounter", R"({"subject":{"reference":"Group/x"}})"},
      {"Appointment", R"({"participant":[{"actor":{"reference":"Location/x"},"status":"accepted"}]})"},
      {"Appointment",
       R"({"participant":[{"actor":{"reference":"Patient/x"},"status":"accepted","modifierExtension":[{"url":"urn:m","valueBoolean":true}]}]})"},
      {"Consent",
       R"({"category":[{"coding":[{"system":"https://handoff.example.org/fhir/CodeSystem/consent-category","code":"ma-hiv-release"},
                      {"system":"http://loinc.org","code":"59284-0"}]}]})"},
      {"Consent", R"({"provision":{"period":{"start":"2026"}},"policyRule":{"text":"rule"}})"},
      {"Task", R"({"modifierExtension":[{"url":"urn:m","valueBoolean":true}]})"},
      {"Task", R"({"implicitRules":"urn:rules"})"},
  };
  for (const Hidden& h : hidden)
    for (const Case& c : cases)
      if (std::string_view(c.type) == h.type) {
        json::Arena arena;
        const json::Value whole = stuffed(arena, c, 1);
        EXPECT_TRUE(status_only(arena, whole));
        EXPECT_FALSE(status_only(arena, with(arena, whole, h.with))) << h.with;
      }
}

// The type's members that a published expression uses: "Encounter.subject.where(resolve() is Patient) | …".
std::set<std::string> members_in(std::string_view expression, std::string_view type) {
  std::set<std::string> found;
  const std::string before = std::string(type) + ".";
  for (auto at = expression.find(before); at != expression.npos; at = expression.find(before, at + 1)) {
    if (at > 0 && (std::isalnum(expression[at - 1]) || expression[at - 1] == '.')) continue;
    const auto begin = at + before.size();
    std::size_t end = begin;
    while (end < expression.size() && std::isalnum(expression[end])) ++end;
    found.emplace(expression.substr(begin, end - begin));
  }
  return found;
}

TEST(Projection, SearchesLookOnlyAtWhatIsGiven) {
  int searchable = 0;
  for (const Case& c : cases) {
    json::Arena arena;
    const auto left = status_only(arena, stuffed(arena, c, 0));
    ASSERT_TRUE(left);
    for (const fhir::SearchParameter* parameter : r4().search_parameters(c.type)) {
      if (!is_searchable(c.type, parameter->code)) continue;
      ++searchable;
      if (parameter->code.starts_with('_')) {
        EXPECT_TRUE(parameter->code == "_id" || parameter->code == "_lastUpdated") << parameter->code;
        continue;
      }
      const auto members = members_in(parameter->expression, c.type);
      EXPECT_FALSE(members.empty()) << c.type << ' ' << parameter->code << ' ' << parameter->expression;
      for (const std::string& member : members)
        EXPECT_TRUE((*left)[member]) << c.type << ' ' << parameter->code << ' ' << member;
    }
  }
  EXPECT_EQ(searchable, 7 * 2 + 31) << "a parameter that the definitions do not have is searched by nobody";
  for (const char* parameter : {"identifier", "gender", "address", "general-practitioner", "link",
                                "_security", "_profile", "_tag", "phone"})
    EXPECT_FALSE(is_searchable("Patient", parameter)) << parameter;
  for (const char* parameter :
       {"class", "type", "reason-code", "diagnosis", "location", "participant", "identifier"})
    EXPECT_FALSE(is_searchable("Encounter", parameter)) << parameter;
}

TEST(Projection, OfWhom) {
  for (const char* role : {"probation", "parole", "shelter"}) EXPECT_TRUE(projects(role)) << role;
  for (const char* role : {"", "vendor", "payer", "provider", "corrections", "operator", "shelter "})
    EXPECT_FALSE(projects(role)) << role;
}

}  // namespace
}  // namespace handoff::consent
