// Random small networks, as resources: persons of one or two disclosers, what these wrote about them with
// references to each other, and the persons' consents. For rules that must hold in all of them.
#pragma once

#include <map>
#include <utility>

#include "random_consents.h"

namespace handoff::sample {

class RandomWorld : public RandomConsents {
 public:
  using RandomConsents::RandomConsents;

  // Resources of no patient: organizations and medications.
  std::vector<std::string> directory() {
    std::vector<std::string> all;
    const std::pair<const char*, const char*> vendors[] = {
        {"ORG-ADV", "all"}, {"ORG-BHN", "sud-content"}, {"ORG-HOC", "none"}};
    for (const auto& [id, posture] : vendors)
      all.push_back(fmt::format(
          R"({{"resourceType":"Organization","id":"{}","name":"Vendor","extension":[{{"url":)"
          R"("https://handoff.example.org/fhir/StructureDefinition/part2-program","valueCode":"{}"}}]}})",
          id, posture));
    for (const char* id : {"ORG-PCP1", "ORG-MCP1", "ORG-PROB"})
      all.push_back(fmt::format(R"({{"resourceType":"Organization","id":"{}","name":"Recipient"}})", id));
    all.emplace_back(
        R"({"resourceType":"Organization","id":"ORG-NONE","name":"Unit","partOf":{"reference":"Organization/ORG-PCP1"}})");
    all.emplace_back(R"({"resourceType":"Medication","id":"med1","code":{"coding":[{"system":")"
                     R"(http://www.nlm.nih.gov/research/umls/rxnorm","code":"6813"}]}})");
    all.emplace_back(R"({"resourceType":"Medication","id":"med2","code":{"text":"sertraline"}})");
    return all;
  }

  // By discloser: what each brings about this person, the person included.
  std::map<std::string, std::vector<std::string>> person(int number) {
    patient_ = fmt::format("p{}", number);
    known_.clear();
    std::map<std::string, std::vector<std::string>> all;
    const std::string first = vendor(), second = one_in(2) ? vendor() : first;
    for (const std::string& discloser : {first, second}) {
      if (discloser == second && !all.empty() && second == first) break;
      all[discloser].push_back(contribution());
    }
    for (int i = 0, count = between(0, 9); i < count; ++i)
      all[one_in(2) ? first : second].push_back(resource());
    for (int i = 0, count = between(0, 4); i < count; ++i) {
      const std::string discloser = one_in(2) ? first : second;
      all[discloser].push_back(consent(fmt::format("{}-c{}", patient_, i), discloser));
    }
    return all;
  }

 private:
  std::string contribution() {
    std::string text =
        fmt::format(R"({{"resourceType":"Patient","id":"{}","name":[{{"family":"{}","given":["{}"]}}])",
                    patient_, any({"Rivera", "Stone", "Okafor"}), any({"Ana", "Ben", "Cleo"}));
    if (!one_in(3)) text += fmt::format(R"(,"birthDate":"19{}-02-03")", between(60, 63));
    text += R"(,"identifier":[{"system":"urn:member","value":")" + std::to_string(between(1, 5)) + "\"}";
    if (one_in(2)) text += "," + booking();
    return text + "]}";
  }
  std::string booking() {
    return fmt::format(R"({{"system":"https://handoff.example.org/id/booking","value":"B-{}"}})",
                       between(1, 4));
  }

  // "Goal/p1-3" of this person, if there is one, or sometimes of the person before.
  std::string reference_to(const std::string& type) {
    const auto& all = one_in(8) ? before_[type] : known_[type];
    return all.empty() ? std::string() : fmt::format(R"({{"reference":"{}"}})", any(all));
  }
  std::string references(const std::string& member, const std::string& type) {
    const std::string one = reference_to(type);
    return one.empty() || one_in(3) ? "" : fmt::format(R"(,"{}":[{}])", member, one);
  }

  std::string resource();

  std::string patient_;
  int resources_ = 0;
  std::map<std::string, std::vector<std::string>> known_, before_;  // by type: "Goal/p1-3"
};

inline std::string RandomWorld::resource() {
  std::string type = any({"CarePlan", "Condition", "Condition", "Goal", "Encounter", "MedicationRequest",
                          "EpisodeOfCare", "AdverseEvent", "Provenance", "ImmunizationEvaluation"});
  if (type == "Provenance" && known_["CarePlan"].empty()) type = "CarePlan";
  if (type == "ImmunizationEvaluation" && known_["Immunization"].empty()) type = "Immunization";
  const std::string id = fmt::format("r{}", ++resources_);
  const std::string subject = fmt::format(R"({{"reference":"Patient/{}"}})", patient_);
  const std::string icd = fmt::format(
      R"({{"coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{}"}}]}})",
      any({"I10", "I10", "F33.1", "F11.20", "F10.1", "B20", "A53.9", "Z65.1", "T74.1", "F17.210"}));
  std::string text = fmt::format(R"({{"resourceType":"{}","id":"{}")", type, id);
  if (one_in(5) && type != "Goal" && type != "AdverseEvent" && type != "Provenance")
    text += R"(,"identifier":[)" + booking() + "]";
  if (one_in(9))
    text +=
        R"(,"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]})";
  if (type == "Condition") {
    text += R"(,"subject":)" + subject + R"(,"code":)" + icd;
    if (one_in(2)) text += fmt::format(R"(,"recordedDate":"{}")", day(0, 60));
  } else if (type == "Goal") {
    text += R"(,"lifecycleStatus":"active","description":{"text":"Keep stable housing"},"subject":)" +
            subject + references("addresses", "Condition");
  } else if (type == "CarePlan") {
    text += R"(,"status":"active","intent":"plan","subject":)" + subject + references("goal", "Goal") +
            references("addresses", "Condition");
  } else if (type == "Encounter") {
    text += fmt::format(R"(,"status":"finished","class":{{"code":"{}"}},"subject":{},"reasonCode":[{}])",
                        any({"AMB", "EMER"}), subject, icd);
  } else if (type == "MedicationRequest") {
    text += R"(,"status":"active","intent":"order","subject":)" + subject +
            references("reasonReference", "Condition");
    text += fmt::format(R"(,"medicationReference":{{"reference":"Medication/med{}"}})", between(1, 2));
  } else if (type == "EpisodeOfCare") {
    text += fmt::format(R"(,"status":"{}","patient":{})", any({"active", "finished"}), subject);
  } else if (type == "AdverseEvent") {
    text += R"(,"actuality":"actual","subject":)" + subject +
            R"(,"contributor":[{"reference":"Practitioner/x"}],"recorder":)";
    text += R"({"reference":"RelatedPerson/y"})" + references("resultingCondition", "Condition");
  } else if (type == "Provenance") {
    text +=
        fmt::format(R"(,"target":[{{"reference":"{}"}}],"recorded":"2024-02-01T00:00:00Z","agent":[{{"who":)"
                    R"({{"reference":"Organization/ORG-ADV"}}}}])",
                    any(known_["CarePlan"]));
  } else if (type == "Immunization") {
    text += R"(,"status":"completed","vaccineCode":{"text":"x"},"occurrenceString":"x","patient":)" + subject;
  } else {
    text += R"(,"status":"completed","targetDisease":{"text":"x"},"doseStatus":{"text":"x"},"patient":)" +
            subject;
    text += fmt::format(R"(,"immunizationEvent":{{"reference":"{}"}})", any(known_["Immunization"]));
  }
  known_[type].push_back(type + "/" + id);
  if (one_in(4)) before_[type] = known_[type];
  return text + "}";
}

}  // namespace handoff::sample
