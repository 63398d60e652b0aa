#include <algorithm>

#include "json/document.h"
#include "targets.h"
#include "terminology/terminology.h"
#include "validation/structure.h"
#include "validation/validator.h"

namespace handoff::fuzz {
namespace {

constexpr std::string_view slices = "https://fuzz.example.org/slices";
constexpr std::string_view given = "https://fuzz.example.org/given";

// What a profile can say, all of it about a Patient. There are slices by value, pattern, type and existence,
// some of them closed, and constraints that walk the whole resource. There are also bindings, bounds,
// extensions with contexts, and a profile that leads back to itself.
constexpr std::string_view definitions_text = R"json([
{"resourceType":"StructureDefinition","url":"https://fuzz.example.org/slices","name":"Slices","kind":"resource","derivation":"constraint",
 "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","differential":{"element":[
 {"id":"Patient","path":"Patient","constraint":[
   {"key":"f-1","severity":"error","human":"all have ids","expression":"descendants().where($this is Extension).all(url.matches('^[a-z:/.]+$') or %resource.descendants().count() < 40)"
},
   {"key":"f-2","severity":"warning","human":"no circle","expression":"link.other.all(resolve().link.other.resolve().exists().not())"},
   {"key":"f-3","severity":"error","human":"names","expression":"name.select(given.first() & ' ' & family).distinct().count() = name.count() or conformsTo('https://fuzz.example.org/slices')"}]
},
 {"id":"Patient.identifier","path":"Patient.identifier","min":1,"slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"closed","ordered":true}},
 {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","min":1,"max":"2"},
 {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","fixedUri":"urn:mrn"},
 {"id":"Patient.identifier:mrn.value","path":"Patient.identifier.value","min":1,"maxLength":5},
 {"id":"Patient.identifier:ssn","path":"Patient.identifier","sliceName":"ssn","max":"1"},
 {"id":"Patient.identifier:ssn.system","path":"Patient.identifier.system","fixedUri":"urn:ssn"},
 {"id":"Patient.name","path":"Patient.name","slicing":{"discriminator":[{"type":"exists","path":"period"},{"type":"pattern","path":"$this"}],"rules":"openAtEnd"}},
 {"id":"Patient.name:old","path":"Patient.name","sliceName":"old","patternHumanName":{"use":"old"}},
 {"id":"Patient.name:old.period","path":"Patient.name.period","min":1},
 {"id":"Patient.contact.relationship","path":"Patient.contact.relationship","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/name-use"}},
 {"id":"Patient.multipleBirth[x]","path":"Patient.multipleBirth[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"open"}},
 {"id":"Patient.multipleBirth[x]:multipleBirthInteger","path":"Patient.multipleBirth[x]","sliceName":"multipleBirthInteger","type":[{"code":"integer"}],"minValueInteger":1,"maxValueInteger":9},
 {"id":"Patient.generalPractitioner","path":"Patient.generalPractitioner","type":[{"code":"Reference","targetProfile":["https://fuzz.example.org/slices","http://hl7.org/fhir/StructureDefinition/Organization"]}]},
 {"id":"Patient.contained","path":"Patient.contained","slicing":{"discriminator":[{"type":"profile","path":"$this"}],"rules":"open"}},
 {"id":"Patient.contained:same","path":"Patient.contained","sliceName":"same","max":"1","type":[{"code":"Patient","profile":["https://fuzz.example.org/slices"]}]}]
}
},
{"resourceType":"StructureDefinition","url":"https://fuzz.example.org/extension","name":"Extended","kind":"complex-type","derivation":"constraint",
 "type":"Extension","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension",
 "context":[{"type":"fhirpath","expression":"descendants().where($this is HumanName)"},{"type":"element","expression":"Patient.contact"},{"type":"extension","expression":"https://fuzz.example.org/extension"}],
 "differential":{"element":[{"id":"Extension.value[x]","path":"Extension.value[x]","min":1,"type":[{"code":"string"},{"code":"Reference","targetProfile":["https://fuzz.example.org/slices"]}]}]}}])json";

struct Fuzzed {
  json::Value definition;  // of the input, if it brings one
  json::Document known = json::parse(definitions_text).value();
  terminology::Terminology terminology;

  json::Value find(std::string_view type, std::string_view canonical) const {
    if (type != "StructureDefinition") return {};
    if (canonical == given) return definition;
    for (const json::Value each : known.root().items())
      if (each["url"].text() == canonical) return each;
    return {};
  }
};

// A write is refused for the errors that are found, in the same order. Some errors refuse no write: undecided
// rules, codes that systems of HL7 may have by now, and unknown modifiers of a Patient. If there are more
// errors than are reported, nothing can be checked.
void check_refusals(const std::vector<Issue>& all, const std::vector<Issue>& refusals) {
  const auto is_error = [](const Issue& issue) { return issue.severity <= Severity::error; };
  const auto is_modifier = [](const Issue& issue) {
    return issue.code == "extension" && issue.expression.find(".modifierExtension[") != std::string::npos;
  };
  if (std::size_t(std::count_if(all.begin(), all.end(), is_error)) >= validation::issues_max) return;
  auto next = refusals.begin();
  for (const Issue& issue : all) {
    if (!is_error(issue)) continue;
    if (next != refusals.end() && issue.diagnostics == next->diagnostics &&
        issue.expression == next->expression)
      ++next;
    else
      require(issue.code == "invariant" || issue.code == "code-invalid" || is_modifier(issue),
              "what is wrong does not refuse a write");
  }
  require(next == refusals.end(), "a write is refused for what is not found to be wrong");
}

void check(const validation::Validator& validator, json::Value resource, const std::string& profile) {
  const std::vector<Issue> all = validator.validate(resource, {&profile, 1}),
                           errors = validator.refusals(resource, {&profile, 1});
  require(all.size() <= 2 * validation::issues_max + 2, "there are more findings than may be");
  for (const Issue& issue : all) {
    require(!issue.diagnostics.empty() && !issue.code.empty(), "a finding says nothing");
    require(json::parse("\"" + std::string(issue.code) + "\"").has_value(), "a finding has no code");
  }
  check_refusals(all, errors);
}

}  // namespace

void try_validator(std::string_view text) {
  const auto document = json::parse(text);
  if (!document) return;
  static Fuzzed fuzzed;
  static const validation::Profiles profiles{
      fhir::Definitions::r4(),
      [](std::string_view type, std::string_view canonical) { return fuzzed.find(type, canonical); }};
  static const validation::Validator validator{profiles, fuzzed.terminology};
  const json::Value root = document->root(), parameters = root["parameter"];
  if (root["resourceType"].text() != "Parameters" || parameters.size() != 2)
    return check(validator, root, std::string(slices));
  // The input brings a definition, too. It gets a validator of its own, because it goes with the input.
  fuzzed.definition = parameters.at(0)["resource"];
  const validation::Profiles own{
      fhir::Definitions::r4(),
      [](std::string_view type, std::string_view canonical) { return fuzzed.find(type, canonical); }};
  check(validation::Validator(own, fuzzed.terminology), parameters.at(1)["resource"], std::string(given));
  fuzzed.definition = {};
}

}  // namespace handoff::fuzz
