// What one record becomes: identity, references, stages, waiting, amending, provenance, and the transaction
// Bundle.
#include <map>

#include "../fhir_names.h"
#include "mapping/bundle.h"
#include "scratch.h"

namespace handoff::mapping {
namespace {

// A world of given resources. It recognizes people by their Medicaid number.
class SmallWorld final : public World {
 public:
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override {
    return IdKey::of_no_installation().id(type, system, value);
  }
  explicit SmallWorld(std::string_view resources) : document_(*json::parse(resources)) {}
  identity::Recognition recognize(const PersonClaim& claim, std::string_view derived) override {
    claims.push_back(claim);
    if (claim.medicaid == "conflict")
      return {{}, {{"somebody", {}, {{"birthDate", claim.birth_date, {"1990-01-01"}}}}}};
    return {claim.medicaid == "known" ? std::string("somebody") : std::string(derived), {}};
  }
  std::optional<std::string> find(std::string_view type, std::string_view, std::string_view value) override {
    for (const json::Value each : document_.root().items())
      if (each["resourceType"].text() == type && each["identifier"].at(0)["value"].text() == value)
        return std::string(type) + "/" + std::string(each["id"].text());
    return std::nullopt;
  }
  json::Value read(std::string_view reference) override {
    for (const json::Value each : document_.root().items())
      if (std::string(each["resourceType"].text()) + "/" + std::string(each["id"].text()) == reference)
        return each;
    return {};
  }
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override {
    std::vector<json::Value> all;
    for (const json::Value each : document_.root().items())
      if (each["resourceType"].text() == type && each["subject"]["reference"].text() == patient.text())
        all.push_back(each);
    return all;
  }
  std::vector<PersonClaim> claims;

 private:
  json::Document document_;
};

const char* const map = R"map({"map": "t", "version": "1.2", "title": "Stays",
  "source": {"format": "csv", "columns": {"id": {"required": true}, "mid": {}, "plan": {}, "team": {}, "began": {"type": "date"},
    "ended": {"type": "date"}, "codes": {"type": "list"}}},
  "taken": {"on": "began", "again": ["ended"]},
  "person": {"link": [{"system": "urn:link", "value": "{{ id }}"}], "medicaid": "{{ mid }}", "name": {"family": "Lee", "given": "Ann"},
    "birthDate": "{{ began }}", "sex": "female"},
  "discloser": "{{ refTo('Organization', 'urn:org', team, 'optional').reference }}",
  "produce": {
    "stay": {"key": ["urn:stay", "{{ id }}"], "resource": {"resourceType": "EpisodeOfCare", "status": "{{ iif(ended.exists(), 'finished', 'active') }}",
      "patient": "@patient", "period": {"start": "{{ began }}", "end": "{{ ended }}"}, "diagnosis": [{"{% for c in ref('conditions') %}": {"condition": "{{ %c }}"}}],
      "referralRequest": ["{{ refTo('ServiceRequest', 'urn:plan', plan) }}"],
      "careManager": {"display": "{{ refTo('ServiceRequest', 'urn:plan', plan).resolve().code.text }}"}}},
    "patient": {"key": ["urn:stay", "{{ id }}"], "resource": {"resourceType": "Patient", "identifier": ["{{ id('urn:mid', mid) }}"]}},
    "conditions": {"each": "codes", "when": "%item != 'none'", "key": ["urn:code", "{{ id }}-{{ %item }}"], "resource": {"resourceType": "Condition",
      "subject": "@patient", "code": {"text": "{{ %item }} {{ %index }}"}}},
    "place": {"key": ["urn:place", "{{ id }}"], "id": "PLACE-{{ id }}", "resource": {"resourceType": "Location", "name": "x"}},
    "tasks": {"when": "ended.exists()", "amends": {"type": "Task", "where": "status = 'requested' and code.text = %context.id"},
      "resource": {"status": "completed", "description": "{{ %item.description }} until {{ ended }}"}}}})map";

const char* const world_text = R"([
  {"resourceType": "Organization", "id": "ORG-A", "identifier": [{"value": "a"}]},
  {"resourceType": "ServiceRequest", "id": "sr", "identifier": [{"value": "p1"}], "code": {"text": "Plan One"}},
  {"resourceType": "Task", "id": "t1", "meta": {"versionId": "3", "profile": ["urn:p"], "security": [{"code": "R"}]}, "identifier": [{"system": "urn:t", "value": "1"}], "status": "requested",
    "code": {"text": "1"}, "description": "open", "subject": {"reference": "Patient/somebody"}},
  {"resourceType": "Task", "id": "t2", "status": "rejected", "code": {"text": "1"}, "subject": {"reference": "Patient/somebody"}}])";

class Record : public testing::Test {
 protected:
  Outcome run(const std::string& row, std::optional<std::string> day = {}) {
    source_ = *mapping_->read("id,mid,plan,team,began,ended,codes\n" + row + "\n", "stays.csv", noon());
    std::optional<Instant> stage;
    if (day) stage = span_of(*day)->first;
    return run_one(*mapping_, source_, 0, world_, stage);
  }
  static const Entry& entry(const Mapped& mapped, std::string_view name) {
    for (const Entry& each : mapped.entries)
      if (each.name == name) return each;
    throw std::out_of_range("no such entry");
  }
  Scratch scratch_{map};
  std::shared_ptr<const Mapping> mapping_ = scratch_.mapping();
  SmallWorld world_{world_text};
  Source source_;
};

TEST_F(Record, TellsWhatItIs) {
  EXPECT_EQ(mapping_->name(), "t");
  EXPECT_EQ(mapping_->version(), "1.2");
  EXPECT_EQ(mapping_->title(), "Stays");
  EXPECT_EQ(mapping_->format().name, "csv");
}

TEST_F(Record, GivesIdsFromKeysAndPatientsFromTheWorld) {
  const Outcome outcome = run("1,known,p1,a,2024-01-02,,x;none;y;x");
  const auto& mapped = std::get<Mapped>(outcome);
  EXPECT_EQ(mapped.patient, "Patient/somebody"_ref);
  EXPECT_EQ(mapped.discloser, "ORG-A");
  EXPECT_EQ(mapped.entries.size(), 6u);
  const Entry& stay = entry(mapped, "stay");
  EXPECT_EQ(stay.id, IdKey::of_no_installation().id("EpisodeOfCare", "urn:stay", "1"));
  EXPECT_EQ(json::write(stay.resource["identifier"]), R"([{"system":"urn:stay","value":"1"}])");
  EXPECT_EQ(stay.resource["patient"]["reference"].text(), "Patient/somebody");
  EXPECT_EQ(stay.resource["diagnosis"].size(), 2u);
  EXPECT_EQ(stay.resource["referralRequest"].at(0)["reference"].text(), "ServiceRequest/sr");
  EXPECT_EQ(stay.resource["careManager"]["display"].text(), "Plan One");
  EXPECT_EQ(json::write(entry(mapped, "patient").resource["identifier"]),
            R"([{"system":"urn:stay","value":"1"},{"system":"urn:mid","value":"known"}])");
  EXPECT_EQ(entry(mapped, "place").id, "PLACE-1");
  const PersonClaim& claim = world_.claims.at(0);
  EXPECT_EQ(claim.links.at(0).value, "1");
  EXPECT_EQ(claim.family + claim.given + claim.birth_date + claim.sex, "LeeAnn2024-01-02female");
}

TEST_F(Record, IsTheSameEveryTime) {
  const Outcome first = run("1,known,p1,a,2024-01-02,,x;y");
  const std::string text = [&] {
    std::string all;
    for (const Entry& each : std::get<Mapped>(first).entries) all += json::write(each.resource) + "\n";
    return all;
  }();
  const Outcome again = run("1,known,p1,a,2024-01-02,,x;y");
  std::string other;
  for (const Entry& each : std::get<Mapped>(again).entries) other += json::write(each.resource) + "\n";
  EXPECT_EQ(text, other);
}

TEST_F(Record, WaitsForWhatHasNotCome) {
  const Outcome outcome = run("1,known,p9,a,2024-01-02,,");
  const auto& waiting = std::get<Waiting>(outcome);
  EXPECT_EQ(waiting.type, "ServiceRequest");
  EXPECT_EQ(waiting.identifier.system + waiting.identifier.value, "urn:planp9");
}

TEST_F(Record, DoesNotWaitForWhatIsOptionalOrNotNamed) {
  const Outcome outcome = run("1,known,,nobody,2024-01-02,,");
  const auto& mapped = std::get<Mapped>(outcome);
  EXPECT_EQ(mapped.discloser, "");
  EXPECT_FALSE(entry(mapped, "stay").resource["referralRequest"]);
  EXPECT_NE(json::write(mapped.entries.back().resource["agent"]).find("mapping t 1.2"), std::string::npos);
}

TEST_F(Record, IsHeldWhereItContradicts) {
  const Outcome outcome = run("1,conflict,p1,a,2024-01-02,,");
  const auto& held = std::get<Held>(outcome);
  EXPECT_EQ(held.person.birth_date, "2024-01-02");
  ASSERT_EQ(held.candidates.size(), 1u);
  EXPECT_EQ(held.candidates[0].id, "somebody");
  EXPECT_EQ(held.candidates[0].speaks_against.at(0).kind, "birthDate");
}

TEST_F(Record, IsTakenInAsItWasOnEachDay) {
  run("1,known,p1,a,2024-01-02,2024-03-04,");
  const auto stages = mapping_->stages(source_.records[0]);
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(format_local(stages[0]), "2024-01-02T00:00:00.000-05:00");
  EXPECT_EQ(format_local(stages[1]), "2024-03-04T00:00:00.000-05:00");
  const Outcome first = run("1,known,p1,a,2024-01-02,2024-03-04,", "2024-01-02");
  const json::Value early = entry(std::get<Mapped>(first), "stay").resource;
  EXPECT_EQ(early["status"].text(), "active");
  EXPECT_FALSE(early["period"]["end"]);
  const Outcome second = run("1,known,p1,a,2024-01-02,2024-03-04,", "2024-03-04");
  EXPECT_EQ(entry(std::get<Mapped>(second), "stay").resource["status"].text(), "finished");
  EXPECT_NE(std::get<Mapped>(first).entries.back().id, std::get<Mapped>(second).entries.back().id);
  const Outcome whole = run("1,known,p1,a,2024-01-02,2024-03-04,");
  EXPECT_EQ(entry(std::get<Mapped>(whole), "stay").resource["status"].text(), "finished");
}

TEST_F(Record, HasNoStageWithoutDates) {
  run("1,known,p1,a,,,");
  EXPECT_TRUE(mapping_->stages(source_.records[0]).empty());
}

TEST_F(Record, AmendsWhatIsThere) {
  const Outcome outcome = run("1,known,p1,a,2024-01-02,2024-03-04,");
  const Entry& task = entry(std::get<Mapped>(outcome), "tasks");
  EXPECT_TRUE(task.amends);
  EXPECT_EQ(task.id, "t1");
  EXPECT_EQ(task.key.value, "1");
  EXPECT_EQ(task.resource["status"].text(), "completed");
  EXPECT_EQ(task.resource["description"].text(), "open until 2024-03-04");
  EXPECT_EQ(task.resource["code"]["text"].text(), "1");
  EXPECT_EQ(json::write(task.resource["meta"]), R"({"profile":["urn:p"]})")
      << "all else is the store's to set";
  const Outcome running = run("1,known,p1,a,2024-01-02,,");
  EXPECT_THROW(entry(std::get<Mapped>(running), "tasks"), std::out_of_range);
}

TEST_F(Record, EndsWithItsProvenance) {
  const Outcome outcome = run("1,known,p1,a,2024-01-02,,");
  const json::Value provenance = std::get<Mapped>(outcome).entries.back().resource;
  EXPECT_EQ(provenance["resourceType"].text(), "Provenance");
  EXPECT_EQ(provenance["target"].size(), 3u);
  EXPECT_EQ(provenance["recorded"].text(), "2024-06-30T12:00:00.000-04:00");
  EXPECT_EQ(provenance["agent"].at(0)["who"]["reference"].text(), "Organization/ORG-A");
  EXPECT_EQ(provenance["entity"].at(0)["what"]["identifier"]["value"].text(), source_.file_hash + "#2");
  EXPECT_EQ(provenance["entity"].at(0)["what"]["display"].text(), "stays.csv");
  EXPECT_EQ(provenance["extension"].at(0)["valueString"].text(), "t 1.2");
}

TEST_F(Record, BecomesATransaction) {
  const Outcome outcome = run("1,known,p1,a,2024-01-02,2024-03-04,x");
  const auto& mapped = std::get<Mapped>(outcome);
  json::Arena arena;
  const json::Value bundle = to_transaction(arena, mapped);
  ASSERT_EQ(bundle["entry"].size(), mapped.entries.size());
  const json::Value stay = bundle["entry"].at(0), person = bundle["entry"].at(1);
  EXPECT_EQ(stay["request"]["method"].text(), "PUT");
  EXPECT_EQ(stay["request"]["url"].text(), "EpisodeOfCare/" + mapped.entries[0].id);
  EXPECT_EQ(person["request"]["method"].text(), "POST");
  EXPECT_EQ(person["request"]["ifNoneExist"].text(), "identifier=urn:stay|1");
  EXPECT_TRUE(person["fullUrl"].text().starts_with("urn:uuid:"));
  EXPECT_FALSE(person["resource"]["id"]);
  EXPECT_EQ(stay["resource"]["patient"]["reference"].text(), person["fullUrl"].text());
}

TEST(Offline, FindsEverythingAndReadsNothing) {
  OfflineWorld world;
  EXPECT_EQ(world.find("Patient", "urn:a", "1"), "Patient?identifier=urn:a|1");
  EXPECT_EQ(world.find("Task", "urn:a", "1"), "Task/" + world.id_of("Task", "urn:a", "1"));
  EXPECT_FALSE(world.read("Task/1"));
  EXPECT_TRUE(world.of_patient("Patient/1"_ref, "Task").empty());
  EXPECT_EQ(world.recognize({}, "abc").id, "abc");
  EXPECT_EQ(world.id_of("Task", "urn:a", "1").size(), 32u);
  EXPECT_NE(world.id_of("Task", "urn:a", "1"), OfflineWorld(IdKey("another")).id_of("Task", "urn:a", "1"));
}

}  // namespace
}  // namespace handoff::mapping
