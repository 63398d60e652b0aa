// Consents and diagnoses of one person, p1, in the terms that a test is about.
#pragma once

#include <fmt/format.h>

#include <string>

#include "core/text.h"

namespace handoff::disclosure {

inline const std::string adv = "ORG-ADV", bhn = "ORG-BHN";

// The terms of a consent of Patient/p1.
struct Terms {
  std::string id = "c1";
  std::string discloser = adv;
  std::string recipient = "ORG-PCP1";  // empty: nobody in particular
  std::string labels = "PSY MH SUD JI";
  std::string status = "active";
  std::string type = "permit";
  std::string purpose = "TREAT";
  std::string first = "2024-01-01", last = "2024-12-31";
  std::string patient = "p1";
  std::string classes = {};  // "Goal Patient"; empty: any
  std::string denied = {};   // the label that a denial covers; empty: everything
};

inline std::string consent_of(const Terms& terms) {
  const std::string statement =
      R"({"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":")";
  std::string labels = R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"})";
  for (const std::string_view label : split(terms.labels, ' '))
    labels += fmt::format(R"(,{{"system":"urn:s","code":"{}"}})", label);
  std::string text =
      R"({"resourceType":"Consent","id":")" + terms.id + R"(","extension":[)" + statement + "revocation\"}," +
      statement + R"(tpo-warning"}],"status":")" + terms.status +
      R"(","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},)"
      R"("category":[{"coding":[{"code":"42CFRPart2CD"}]}],"patient":{"reference":"Patient/)" +
      terms.patient + R"("},"performer":[{"reference":"Patient/)" + terms.patient +
      R"("}],"dateTime":"2024-01-01","organization":[{"reference":"Organization/)" + terms.discloser +
      R"("}],"sourceReference":{"reference":"DocumentReference/f1"},"policyRule":{"coding":[{"code":"OPTIN"}]},)" +
      R"("provision":{"type":")" + terms.type + R"(","period":{"start":")" + terms.first + R"(","end":")" +
      terms.last + "\"}";
  if (!terms.recipient.empty())
    text += R"(,"actor":[{"role":{"text":"recipient"},"reference":{"reference":"Organization/)" +
            terms.recipient + "\"}}]";
  std::string classes;
  for (const std::string_view one : split(terms.classes, ' '))
    if (!one.empty()) classes += fmt::format(R"({}{{"code":"{}"}})", classes.empty() ? "" : ",", one);
  if (!classes.empty()) text += R"(,"class":[)" + classes + "]";
  if (!terms.denied.empty())
    text += fmt::format(R"(,"securityLabel":[{{"system":"urn:s","code":"{}"}}])", terms.denied);
  if (terms.type == "permit")
    text += R"(,"securityLabel":[)" + labels + R"(],"purpose":[{"code":")" + terms.purpose + "\"}]";
  return text + "}}";
}

inline std::string condition(const std::string& id, const std::string& code) {
  return R"({"resourceType":"Condition","id":")" + id +
         R"(","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":")" +
         code + "\"}]}}";
}

// An Immunization that a recipient without STD may not have, and an evaluation of it. The evaluation is
// permitted, but redaction would leave nothing of it.
inline std::string immunization(const std::string& id) {
  return R"({"resourceType":"Immunization","id":")" + id +
         R"(","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"STD"}]},"status":"completed",)"
         R"("vaccineCode":{"text":"x"},"patient":{"reference":"Patient/p1"},"occurrenceDateTime":"2024-01-01"})";
}
inline std::string evaluation(const std::string& id, const std::string& of) {
  return R"({"resourceType":"ImmunizationEvaluation","id":")" + id +
         R"(","status":"completed","patient":{"reference":"Patient/p1"},"targetDisease":{"text":"flu"},)"
         R"("immunizationEvent":{"reference":"Immunization/)" +
         of + R"("},"doseStatus":{"text":"valid"}})";
}

}  // namespace handoff::disclosure
