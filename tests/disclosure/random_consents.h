// Random choices, and random consents of persons of a small network: of three vendors to a few recipients.
// They come in versions, signed, declined, revoked, expired, defective, with and without actors, periods,
// labels and limits.
#pragma once

#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

namespace handoff::sample {

class RandomConsents {
 public:
  explicit RandomConsents(unsigned seed) : random_(seed) {}

  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool one_in(int n) { return between(1, n) == 1; }
  template <class T = std::string>
  T any(const std::vector<T>& all) {
    return all[std::size_t(between(0, int(all.size()) - 1))];
  }
  std::string vendor() { return any({"ORG-ADV", "ORG-BHN", "ORG-HOC"}); }
  // Consents name only the first four.
  std::string recipient() {
    return any({"ORG-PCP1", "ORG-MCP1", "ORG-PROB", "ORG-ADV", "ORG-BHN", "ORG-HOC", "ORG-NONE"});
  }
  std::string purpose() { return any({"TREAT", "TREAT", "COC", "HOPERAT", "HPAYMT", "JSUPV"}); }
  std::string day(int first, int last) {
    const int number = between(first, last);
    return fmt::format("2024-{:02}-{:02}", number / 28 + 1, number % 28 + 1);
  }

  std::string consent(const std::string& id, const std::string& discloser) {
    const std::string patient = id.substr(0, id.find('-'));
    const bool part2 = one_in(2), deny = one_in(7);
    std::string text = fmt::format(R"({{"resourceType":"Consent","id":"{}")", id);
    if (!one_in(8))
      text += fmt::format(R"(,"identifier":[{{"system":"urn:cn","value":"{}-{}"}}])", patient, between(0, 3));
    text += R"(,"extension":[)" + statement("revocation") + "," + statement("tpo-warning") + "]";
    text +=
        fmt::format(R"(,"status":"{}")",
                    any({"active", "active", "active", "active", "active", "inactive", "rejected", "draft"}));
    text +=
        R"(,"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]})";
    text += fmt::format(R"(,"category":[{{"coding":[{{"code":"{}"}}]}}])",
                        part2 ? "42CFRPart2CD" : any({"IDSCL", "IDSCL", "ma-hiv-release", "cj-2.35"}));
    text += fmt::format(
        R"(,"patient":{{"reference":"Patient/{0}"}},"performer":[{{"reference":"Patient/{0}"}}])", patient);
    if (!one_in(10)) text += fmt::format(R"(,"dateTime":"{}")", day(0, 100));
    if (!one_in(8)) {
      const std::string other =
          one_in(4) ? fmt::format(R"(,{{"reference":"Organization/{}"}})", vendor()) : "";
      text += fmt::format(R"(,"organization":[{{"reference":"{}Organization/{}"}}{}])",
                          one_in(9) ? "https://h/fhir/" : "", discloser, other);
    }
    if (!one_in(12)) text += R"(,"sourceReference":{"reference":"DocumentReference/f1"})";
    return text + R"(,"policyRule":{"coding":[{"code":"OPTIN"}]},"provision":)" + provision(deny) + "}";
  }

 private:
  static std::string statement(const char* code) {
    return fmt::format(
        R"({{"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":"{}"}})",
        code);
  }

  std::string provision(bool deny) {
    const std::string start = day(0, 100);
    std::string text =
        fmt::format(R"({{"type":"{}","period":{{"start":"{}")", deny ? "deny" : "permit", start);
    text += one_in(6) ? "}" : fmt::format(R"(,"end":"{}"}})", std::max(start, day(60, 250)));
    if (!one_in(8))
      text += fmt::format(
          R"(,"actor":[{{"role":{{"text":"recipient"}},"reference":{{"reference":"Organization/{}"}}}}])",
          any({"ORG-PCP1", "ORG-PCP1", "ORG-MCP1", "ORG-PROB", "ORG-ADV"}));
    std::string labels =
        one_in(9) ? ""
                  : R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"})";
    const bool wide = one_in(2);
    for (const char* code : {"JI", "PSY", "MH", "SUD", "HIV", "STD"})
      if (deny ? one_in(4) : wide || !one_in(4))
        labels +=
            fmt::format(R"({}{{"system":"urn:sensitivity","code":"{}"}})", labels.empty() ? "" : ",", code);
    if (!labels.empty() && !one_in(6)) text += R"(,"securityLabel":[)" + labels + "]";
    if (!one_in(8)) text += fmt::format(R"(,"purpose":[{{"code":"{}"}}])", purpose());
    if (one_in(7))
      text += fmt::format(R"(,"class":[{{"code":"{}"}}])",
                          any({"Encounter", "CarePlan", "Condition", "Patient"}));
    return text + "}";
  }

  std::mt19937 random_;
};

}  // namespace handoff::sample
