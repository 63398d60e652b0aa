// If a validation refuses a resource, the record is rejected: with column, value, and place in the mapping.
#include "scratch.h"

namespace handoff::mapping {
namespace {

constexpr std::string_view columns = R"(
    "id": {"required": true}, "vendor": {"sensitive": false}, "from": {"type": "date"}, "until": {"type": "date"},
    "secret": {"sensitive": true}, "codes": {"type": "list"}, "note": {})";

const std::string produce = R"(
  "patient": {"key": ["urn:x", "{{ id }}"], "resource": {"resourceType": "Patient",
    "name": [{"family": "{{ secret }}"}],
    "managingOrganization": {"reference": "Organization/{{ vendor }}"},
    "communication": [{"language": {"text": "{{ note }}"}}],
    "contact": [{"period": {"start": "{{ from }}", "end": "{{ until }}"}, "gender": "male"}],
    "{% merge %}": [{"{% for c in codes %}": {"telecom": [{"value": "{{ %c }}"}]}}]
  }},
  "conditions": {"each": "codes", "key": ["urn:c", "{{ id }}-{{ %item }}"], "resource": {"resourceType": "Condition",
    "{% assign %}": [{"of": "{{ vendor.upper() }}"}],
    "code": {"coding": ["{{ coding('urn:codes', %item, 'x') }}"]},
    "note": [{"text": "{{ %of }}"}],
    "subject": "@patient"}},
  "observation": {"key": ["urn:o", "{{ id }}"], "resource": {"resourceType": "Observation", "status": "{{ note }}",
    "{% use %}": "parts/p", "with": {"what": "{{ vendor }}", "on": "{{ from }}"}}})";

class Refusal : public testing::Test {
 protected:
  Refusal() {
    scratch_.write("parts/p.json",
                   "{\"code\": {\"text\": \"x\"},\n  \"valueQuantity\": {\"unit\": \"{{ %what }}\"},\n "
                   "\"effectiveDateTime\": \"{{ %on }}\"}");
  }

  // The rejection of the one record if the resource of this type has this issue.
  Rejection refused(const std::string& type, const std::string& expression,
                    const std::string& diagnostics = "no good", std::string code = "value") {
    const auto mapping = scratch_.mapping();
    const auto source = mapping->read(csv_, "f.csv", noon());
    EXPECT_TRUE(source) << source.error().summary();
    OfflineWorld world;
    RunContext context{&world, noon(), source->file, source->file_hash, nullptr};
    context.refusals = [&](json::Value resource) {
      std::vector<Issue> issues;
      if (resource["resourceType"].text() == type)
        issues.push_back({Severity::error, code, diagnostics, expression});
      return issues;
    };
    const Outcome outcome = mapping->run(source->records.at(0), {}, context);
    const auto* rejection = std::get_if<Rejection>(&outcome);
    EXPECT_TRUE(rejection) << expression;
    return rejection ? *rejection : Rejection{};
  }
  static std::string line(const Rejection& r) {
    return r.field + "=" + r.value + ": " + r.reason + " @ " + r.mapping;
  }

  Scratch scratch_{csv_map(columns, produce)};
  std::string csv_ =
      "id,vendor,from,until,secret,codes,note\n1,\"Advocates, Inc.\",2024-03-01,2024-02-01,Lee,A1;B2,hello\n";
};

TEST_F(Refusal, NamesTheColumn) {
  EXPECT_EQ(
      line(refused("Patient", "Patient.managingOrganization.reference", "A reference has no white space.")),
      "vendor=Advocates, Inc.: A reference has no white space. @ map.json:6:60 → "
      "Patient.managingOrganization.reference");
  EXPECT_EQ(line(refused("Patient", "Patient.communication[0].language.text")),
            "note=hello: no good @ map.json:7:49 → Patient.communication[0].language.text");
}

TEST_F(Refusal, NamesTheLaterOfTwoColumnsAndBothValues) {
  EXPECT_EQ(line(refused("Patient", "Patient.contact[0].period", "start before end")),
            "until=2024-02-01: start before end (from \"2024-03-01\", until \"2024-02-01\") @ map.json:8:63 "
            "→ Patient.contact[0].period");
}

TEST_F(Refusal, MasksWhatIsSensitive) {
  EXPECT_EQ(line(refused("Patient", "Patient.name[0].family", "'Lee' is not among the codes")),
            "secret=***: '***' is not among the codes @ map.json:5:29 → Patient.name[0].family");
  csv_ = "id,vendor,from,until,secret,codes,note\n1,V,,,a,,x\n";
  EXPECT_EQ(refused("Patient", "Patient.name[0].family", "what an 'a' makes").reason, "what an '***' makes")
      << "words stay";
}

TEST_F(Refusal, FollowsVariablesAndItems) {
  EXPECT_EQ(refused("Patient", "Patient.telecom[1].value").field, "codes");
  EXPECT_EQ(line(refused("Condition", "Condition.code.coding[0].code")),
            "codes=A1: no good @ map.json:13:29 → Condition.code.coding[0].code");
  EXPECT_EQ(refused("Condition", "Condition.note[0].text").field, "vendor");
  EXPECT_EQ(line(refused("Observation", "Observation.value.ofType(Quantity).unit")),
            "vendor=Advocates, Inc.: no good @ parts/p.json:2:33 → Observation.value.ofType(Quantity).unit");
  EXPECT_EQ(refused("Observation", "Observation.effective.ofType(dateTime)").field, "from");
}

TEST_F(Refusal, NamesTheKey) {
  EXPECT_EQ(refused("Patient", "Patient.identifier[0].value").field, "id");
  EXPECT_EQ(refused("Patient", "Patient.identifier[0].value").value, "1");
  EXPECT_EQ(refused("Patient", "Patient.id").field, "id");
}

TEST_F(Refusal, NamesTheColumnOfWhatIsMissing) {
  csv_ = "id,vendor,from,until,secret,codes,note\n1,V,,,Lee,,\n";
  EXPECT_EQ(line(refused("Observation", "Observation", "Observation must have status.", "required")),
            "note=: Observation must have status. @ map.json:16:107 → Observation.status");
}

TEST_F(Refusal, NamesTheElementWhereNoColumnIs) {
  EXPECT_EQ(line(refused("Patient", "Patient.contact[0].gender")),
            "Patient.contact[0].gender=male: no good @ map.json:8:75 → Patient.contact[0].gender");
  EXPECT_EQ(line(refused("Patient", "Patient.photo[0]")),
            "Patient.photo[0]=: no good @ map.json:4:3 → Patient.photo[0]");
  EXPECT_EQ(refused("Patient", "Patient").field, "Patient");
}

TEST_F(Refusal, IsTheFirstErrorAndNoAdvice) {
  const auto mapping = scratch_.mapping();
  const auto source = mapping->read(csv_, "f.csv", noon());
  OfflineWorld world;
  RunContext context{&world, noon(), source->file, source->file_hash, nullptr};
  context.refusals = [](json::Value) {
    return std::vector<Issue>{{Severity::warning, "value", "advice", "Patient"}};
  };
  EXPECT_TRUE(std::holds_alternative<Mapped>(mapping->run(source->records.at(0), {}, context)));
}

// As admission reports it: for the record's entries as a Bundle, or for the one resource.
TEST_F(Refusal, OfABundleIsOfItsEntry) {
  const auto mapping = scratch_.mapping();
  const auto source = mapping->read(csv_, "f.csv", noon());
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  const auto& mapped = std::get<Mapped>(outcome);
  const auto told = [&](const std::string& expression) {
    return mapping->refused(source->records.at(0), mapped,
                            problem(Kind::unprocessable, "no good", expression));
  };
  EXPECT_EQ(line(told("Bundle.entry[0].resource.managingOrganization.reference")),
            "vendor=Advocates, Inc.: no good @ map.json:6:60 → Patient.managingOrganization.reference");
  EXPECT_EQ(line(told("Bundle.entry[2].resource.code.coding[0].code")),
            "codes=B2: no good @ map.json:13:29 → Condition.code.coding[0].code");
  EXPECT_EQ(told("Bundle.entry[4].resource.agent[0].who.reference").field,
            "Provenance.agent[0].who.reference");
  EXPECT_EQ(told("Bundle.entry[0].resource").field, "Patient");
  EXPECT_EQ(told("Bundle.entry[99].resource.x").reason, "no good");
  EXPECT_EQ(told("Observation.status").field, "note");
  EXPECT_EQ(told("").reason, "no good");
  EXPECT_EQ(told("").record, 2u);
  EXPECT_EQ(told("").key, "1");
  EXPECT_EQ(told("").mapping, "map.json");
}

TEST(RefusalOfMore, NamesTheDiscloser) {
  const Scratch scratch(csv_map(R"("id": {}, "vendor": {})", patient(R"("active": true)"),
                                "\n\"discloser\": \"{{ vendor }}\",\n"));
  const auto mapping = scratch.mapping();
  const auto source = mapping->read("id,vendor\n1,\"A, B\"\n", "f.csv", noon());
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  const Rejection r = mapping->refused(
      source->records.at(0), std::get<Mapped>(outcome),
      problem(Kind::unprocessable, "no good", "Bundle.entry[1].resource.agent[0].who.reference"));
  EXPECT_EQ(r.field + "=" + r.value + " @ " + r.mapping,
            "vendor=A, B @ map.json:2:18 → Provenance.agent[0].who.reference");
}

TEST(RefusalOfMore, KnowsPathsOfJson) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}, "person.name.family": {},
    "phones": {"type": "list", "fields": {"number": {}}}}},
    "produce": {)" +
      patient(
          R"("name": [{"family": "{{ person.name.family }}"}], "telecom": [{"{% for p in phones %}": {"value": "{{ %p.number }}"}}])") +
      "}}");
  const auto mapping = scratch.mapping();
  const auto source = mapping->read(
      R"({"id": "1", "person": {"name": {"family": "Lee"}}, "phones": [{"number": "5"}, {"number": "6"}]})",
      "f.jsonl", noon());
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  const auto told = [&](const std::string& expression) {
    return mapping->refused(source->records.at(0), std::get<Mapped>(outcome),
                            problem(Kind::unprocessable, "no good", expression));
  };
  EXPECT_EQ(told("Patient.name[0].family").field, "person.name.family");
  EXPECT_EQ(told("Patient.name[0].family").value, "Lee");
  EXPECT_EQ(told("Patient.telecom[1].value").field, "phones");
  EXPECT_EQ(told("Patient.telecom[1].value").value, "6");
}

TEST(RefusalOfMore, OfWhatIsAmendedIsOnlyWhatIsNew) {
  class Known final : public World {
   public:
    std::string id_of(std::string_view type, std::string_view system, std::string_view value) override {
      return offline.id_of(type, system, value);
    }
    identity::Recognition recognize(const PersonClaim&, std::string_view id) override {
      return {std::string(id), {}};
    }
    std::optional<std::string> find(std::string_view, std::string_view, std::string_view) override {
      return "Patient/p";
    }
    json::Value read(std::string_view) override { return {}; }
    std::vector<json::Value> of_patient(const fhir::Reference&, std::string_view) override {
      return {task.root()};
    }
    OfflineWorld offline;
    json::Document task = *json::parse(
        R"({"resourceType": "Task", "id": "t", "status": "requested", "for": {"reference": "Patient/p"}})");
  } world;
  const Scratch scratch(csv_map(
      R"("id": {}, "to": {})",
      patient("") +
          R"(, "t": {"amends": {"type": "Task", "where": "true"}, "resource": {"status": "{{ to }}"}})"));
  const auto mapping = scratch.mapping();
  const auto run = [&](const std::string& to) {
    const auto source = mapping->read("id,to\n1," + to + "\n", "f.csv", noon());
    RunContext context{&world, noon(), source->file, source->file_hash, nullptr};
    context.refusals = [](json::Value resource) {
      std::vector<Issue> issues;
      if (resource["resourceType"].text() != "Task") return issues;
      issues.push_back({Severity::error, "required", "Task must have intent.", "Task"});
      if (resource["status"].text() == "bad")
        issues.push_back({Severity::error, "code-invalid", "'bad' is no code", "Task.status"});
      return issues;
    };
    return mapping->run(source->records.at(0), {}, context);
  };
  EXPECT_TRUE(std::holds_alternative<Mapped>(run("completed"))) << "what was so before is not this record's";
  const Outcome bad = run("bad");
  ASSERT_TRUE(std::holds_alternative<Rejection>(bad));
  EXPECT_EQ(std::get<Rejection>(bad).field, "to");
  EXPECT_EQ(std::get<Rejection>(bad).reason, "'bad' is no code");
}

TEST(RefusalOfMore, ALookupNamesTheColumnOfItsKey) {
  const Scratch scratch(csv_map(
      R"("id": {}, "a": {}, "b": {})",
      patient(
          R"("name": [{"text": "{{ iif(a = 'x', lookup('l', b)) }}"}], "{% use %}": "parts/p", "with": {"of": "{{ b }}"})"),
      R"("lookups": {"l": {"file": "lookups/l.csv", "unmapped": "error"}},)"));
  scratch.write("lookups/l.csv", "a,b\nx,1\n");
  scratch.write("parts/p.json", R"({"contact": [{"name": {"text": "{{ lookup('l', %of) }}"}}]})");
  const auto mapping = scratch.mapping();
  const auto field = [&](const std::string& row) {
    const auto source = mapping->read("id,a,b\n" + row + "\n", "f.csv", noon());
    OfflineWorld world;
    const Outcome outcome = run_one(*mapping, *source, 0, world);
    const auto* rejection = std::get_if<Rejection>(&outcome);
    return rejection ? rejection->field + "=" + rejection->value : "none";
  };
  EXPECT_EQ(field("1,x,y"), "b=y");
  EXPECT_EQ(field("1,z,y"), "b=y") << "through the part's argument";
}

}  // namespace
}  // namespace handoff::mapping
