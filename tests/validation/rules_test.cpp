// Rules of R4 that are in its text and in no invariant: forms of URNs, and what Bundles, references, answers,
// codes and profiles' types must be. Each case stands beside a similar one that is right.
#include "published.h"

namespace handoff::validation {
namespace {

constexpr const char* definitions[] = {
    R"({"resourceType":"CodeSystem","url":"http://x.org/cs","version":"1","status":"active","content":"complete","caseSensitive":true,"concept":[{"code":"a"},{"code":"b"}]})",
    R"({"resourceType":"CodeSystem","url":"http://x.org/part","status":"active","content":"fragment","concept":[{"code":"a"}]})",
    R"({"resourceType":"ValueSet","url":"http://x.org/vs","status":"active","compose":{"include":[{"system":"http://x.org/cs"}]}})",
    R"({"resourceType":"StructureDefinition","url":"http://x.org/bound","kind":"resource","type":"Observation","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","differential":{"element":[{"id":"Observation.code","path":"Observation.code","binding":{"strength":"required","valueSet":"http://x.org/vs"}}]}})",
    R"({"resourceType":"StructureDefinition","url":"http://x.org/text","kind":"complex-type","type":"Extension","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","context":[{"type":"element","expression":"Element"}],"differential":{"element":[{"id":"Extension.value[x]","path":"Extension.value[x]","min":1,"type":[{"code":"string"}]}]}})",
    R"({"resourceType":"StructureDefinition","url":"http://x.org/born","kind":"resource","type":"Patient","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","differential":{"element":[{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}})",
    R"({"resourceType":"StructureDefinition","url":"http://x.org/of-born","kind":"resource","type":"Observation","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","differential":{"element":[{"id":"Observation.subject","path":"Observation.subject","type":[{"code":"Reference","targetProfile":["http://x.org/born"]}]}]}})",
    R"({"resourceType":"Questionnaire","url":"http://x.org/q","status":"active","item":[{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"s","type":"string"}]},{"linkId":"h","type":"group","item":[{"linkId":"t","type":"string"}]}]})"};

const Equipment& equipment() {
  static const Equipment all = [] {
    packages::Library library;
    for (const char* text : definitions) library.add(packages::Package::of(json::parse(text).value()));
    return Equipment(std::move(library));
  }();
  return all;
}

struct Case {
  std::string text;
  const char* error;  // the place of the error; empty: there is none
};

void expect(const Case& each) {
  const auto document = json::parse(each.text);
  ASSERT_TRUE(document) << each.text;
  const auto issues = equipment().validator.validate(document->root());
  std::string found;
  for (const Issue& issue : issues)
    if (issue.severity == Severity::error) found += (found.empty() ? "" : " ") + issue.expression;
  EXPECT_EQ(found, each.error) << each.text << "\n" << describe(issues);
}

std::string patient(const std::string& members) { return R"({"resourceType":"Patient",)" + members + "}"; }
std::string observation(const std::string& members) {
  return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},)" + members + "}";
}

TEST(Rules, UrnsAreWrittenAsSuch) {
  const auto system = [](const std::string& uri) {
    return patient(R"("identifier":[{"system":")" + uri + R"(","value":"1"}])");
  };
  const Case cases[] = {
      {system("urn:oid:2.16.840.1.113883.4.1"), ""},
      {system("urn:uuid:0C3E5CBE-3f3e-4c5e-9ad5-5d8bd1b5ab4d"), ""},
      {system("urn:iso:std:iso:3166"), ""},
      {system("oid:1.2.3"), "Patient.identifier[0].system"},
      {system("uuid:0c3e5cbe-3f3e-4c5e-9ad5-5d8bd1b5ab4d"), "Patient.identifier[0].system"},
      {system("urn:oid:1.2.x"), "Patient.identifier[0].system"},
      {system("urn:oid:"), "Patient.identifier[0].system"},
      {system("urn:oid:1..2"), "Patient.identifier[0].system"},
      {system("urn:uuid:123"), "Patient.identifier[0].system"},
      {system("urn:uuid:0c3e5cbe-3f3e-4c5e-9ad5-5d8bd1b5ab4g"), "Patient.identifier[0].system"},
      {patient(R"("meta":{"profile":["urn:uuid:0c3e5cbe-3f3e-4c5e-9ad5-5d8bd1b5ab4d|1"]})"), ""},
      {patient(R"("identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2"}])"), ""},
      {patient(R"("identifier":[{"system":"urn:ietf:rfc:3986","value":"1.2"}])"),
       "Patient.identifier[0].value"},
  };
  for (const Case& each : cases) expect(each);
}

TEST(Rules, AttachmentsAreAsLongAsTheySay) {
  const auto photo = [](const std::string& members) {
    return patient(R"("photo":[{"contentType":"image/png",)" + members + "}]");
  };
  const Case cases[] = {
      {photo(R"("data":"AAAA","size":3)"), ""},
      {photo(R"("data":"AA==","size":1)"), ""},
      {photo(R"("url":"http://x.org/p","size":7)"), ""},
      {photo(R"("data":"AAAA","size":4)"), "Patient.photo[0].size"},
      {photo(R"("data":"A===")"), "Patient.photo[0].data"},
      {photo(R"("data":"=AAA")"), "Patient.photo[0].data"},
      {photo(R"("data":"AA=A")"), "Patient.photo[0].data"},
  };
  for (const Case& each : cases) expect(each);
}

TEST(Rules, EntriesHaveAnIdentity) {
  const auto bundle = [](const std::string& type, const std::string& entry) {
    return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[{)" + entry + "}]}";
  };
  const std::string found = R"("resource":{"resourceType":"Patient","id":"1"})";
  const Case cases[] = {
      {bundle("collection", R"("fullUrl":"http://x.org/Patient/1",)" + found), ""},
      {bundle("collection", found), "Bundle.entry[0]"},
      {bundle("searchset", found), "Bundle.entry[0]"},
      {bundle(
           "searchset",
           R"("search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"value"}]})"),
       ""},
      {bundle("batch", found + R"(,"request":{"method":"POST","url":"Patient"})"), ""},
  };
  for (const Case& each : cases) expect(each);
}

// A relative reference leads to the entry with its own base. The same reference under another base is another
// resource.
TEST(Rules, RelativeReferencesKeepTheirBase) {
  const auto bundle = [](const std::string& base, const std::string& members) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://x.org/a/Observation/o","resource":)" +
           observation(
               R"("id":"o","meta":{"profile":["http://x.org/of-born"]},"subject":{"reference":"Patient/p"})") +
           R"(},{"fullUrl":"http://x.org/)" + base + R"(/Patient/p","resource":)" +
           patient(R"("id":"p")" + members) + "}]}";
  };
  expect({bundle("a", R"(,"birthDate":"2000")"), ""});
  expect({bundle("a", ""), "Bundle.entry[0].resource.subject"});
  expect({bundle("b", ""), ""});
}

TEST(Rules, ItemsRepeatWhereTheFormSaysSo) {
  const auto response = [](const std::string& items) {
    return R"({"resourceType":"QuestionnaireResponse","questionnaire":"http://x.org/q","status":"completed","item":[)" +
           items + "]}";
  };
  const std::string g = R"({"linkId":"g","item":[{"linkId":"s","answer":[{"valueString":"x"}]}]})",
                    h = R"({"linkId":"h","item":[{"linkId":"t","answer":[{"valueString":"x"}]}]})";
  expect({response(g + "," + g + "," + h), ""});
  expect({response(g + "," + h + "," + h), "QuestionnaireResponse.item[2]"});
}

TEST(Rules, CodesAreOfTheirSystem) {
  const auto method = [](const std::string& coding) {
    return observation(R"("method":{"coding":[{)" + coding + "}]}");
  };
  const auto bound = [](const std::string& coding) {
    return R"({"resourceType":"Observation","meta":{"profile":["http://x.org/bound"]},"status":"final","code":{"coding":[{)" +
           coding + "}]}}";
  };
  const Case cases[] = {
      {method(R"("system":"http://x.org/cs","code":"a")"), ""},
      {method(R"("system":"http://x.org/cs","code":"c")"), "Observation.method.coding[0].code"},
      {method(R"("system":"http://x.org/cs","version":"2","code":"c")"), ""},  // this version is not here
      {method(R"("system":"http://x.org/part","code":"c")"), ""},
      {method(R"("system":"http://x.org/other","code":"c")"), ""},
      {method(R"("code":"c")"), ""},
      {method(R"("system":"http://hl7.org/fhir/administrative-gender","code":"m")"),
       "Observation.method.coding[0].code"},
      {method(R"("system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"later")"),
       "Observation.method.coding[0].code"},
      {bound(R"("system":"http://x.org/cs","code":"a")"), ""},
      {bound(R"("code":"a")"), "Observation.code"},
      {R"({"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"code":"active"}]}})",
       "Condition.clinicalStatus"},
  };
  for (const Case& each : cases) expect(each);
}

TEST(Rules, AChoiceIsOfTheTypeThatAProfileNames) {
  const auto extended = [](const std::string& value) {
    return patient(R"("extension":[{"url":"http://x.org/text",)" + value + "}]");
  };
  expect({extended(R"("valueString":"x")"), ""});
  expect({extended(R"("valueCode":"x")"), "Patient.extension[0].value.ofType(code)"});
  expect({extended(R"("valueMarkdown":"x")"), "Patient.extension[0].value.ofType(markdown)"});
}

TEST(Rules, AnExpectationMayStandAnywhere) {
  const auto extended = [](const std::string& name) {
    return patient(R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)" + name +
                   R"(","valueCode":"SHALL"}])");
  };
  expect({extended("capabilitystatement-expectation"), ""});
  expect({extended("questionnaire-displayCategory"),
          "Patient.extension[0] Patient.extension[0].value.ofType(code)"});
}

TEST(Rules, ASimpleQuantityHasNoComparator) {
  const auto low = [](const std::string& members) {
    return observation(R"("valueRange":{"low":{"value":1)" + members + "}}");
  };
  expect({low(""), ""});
  expect({low(R"(,"comparator":"<")"), "Observation.value.ofType(Range).low"});
  expect({observation(R"("valueQuantity":{"value":1,"comparator":"<"})"), ""});
}

TEST(Rules, AProfileKeepsWithinItsType) {
  const auto profile = [](const std::string& path, const std::string& says) {
    return R"({"resourceType":"StructureDefinition","url":"http://x.org/s","name":"S","status":"draft","kind":"resource","abstract":false,"type":"Observation","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","derivation":"constraint","differential":{"element":[{"id":")" +
           path + R"(","path":")" + path + "\"," + says + "}]}}";
  };
  const std::string at = "StructureDefinition.differential.element[0].";
  const auto where = [&](const char* member) { return at + member; };
  const std::string binding = R"("binding":{"strength":"required","valueSet":"http://x.org/vs"})";
  const auto constraint = [](const std::string& expression) {
    return R"("constraint":[{"key":"x-1","severity":"error","human":"x","expression":")" + expression +
           "\"}]";
  };
  struct ProfileCase {
    std::string text, error;
  };
  const ProfileCase cases[] = {
      {profile("Observation.code", R"("min":1,"max":"1")"), ""},
      {profile("Observation.code", R"("min":0)"), where("min")},
      {profile("Observation.subject", R"("max":"2")"), where("max")},
      {profile("Observation.subject", R"("max":"*")"), where("max")},
      {profile("Observation.category", R"("max":"3")"), ""},
      {profile("Observation.value[x]", R"("type":[{"code":"Quantity"}])"), ""},
      {profile("Observation.value[x]", R"("type":[{"code":"decimal"}])"), where("type")},
      {profile("Observation.contained", R"("type":[{"code":"Patient"}])"), ""},
      {profile("Observation.status", R"("fixedCode":"final")"), ""},
      {profile("Observation.status", R"("fixedString":"final")"), where("fixed")},
      {profile("Observation.valueQuantity", R"("patternQuantity":{"unit":"mg"})"), ""},
      {profile("Observation.code", binding), ""},
      {profile("Observation.issued", binding), where("binding")},
      {profile("Observation", constraint("code.exists()")), ""},
      {profile("Observation", constraint("code.exists((")), where("constraint[0].expression")},
      {profile("Observation", constraint("code.ofAnotherEngine()")), ""},
  };
  for (const ProfileCase& each : cases) expect({each.text, each.error.c_str()});
}

}  // namespace
}  // namespace handoff::validation
