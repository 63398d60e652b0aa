#include "core/limits.h"
#include "core/text.h"
#include "fhirpath/state.h"
#include "json/document.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

// Far above what the corpus needs; the fuzzer's time limit finds what ignores it.
constexpr std::size_t steps_max = 200'000;

// A step may make a few items and sixteen bytes of text. One text may be as long as the limit, and several
// copies of it may exist.
constexpr std::size_t bytes_max = steps_max * 256 + 16 * limits::fhirpath_text_bytes_max;

constexpr std::string_view sample = R"({
  "resourceType": "Patient", "id": "p1", "active": true, "birthDate": "1984-02-29",
  "_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1984-02-29T23:59:59.5-05:00"}]},
  "identifier": [{"system": "urn:x", "value": "1"}, {"system": "urn:y", "value": "2", "period": {"start": "2020"}}],
  "name": [{"use": "official", "family": "Doe", "given": ["Jane", "Ann"]}, {"use": "usual", "given": ["Jo"]}],
  "telecom": [{"system": "phone", "value": "+1 212 555 0100", "rank": 1}],
  "gender": "female", "multipleBirthInteger": 2, "managingOrganization": {"reference": "Organization/o1"},
  "contained": [{"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "weight"},
    "valueQuantity": {"value": 71.50, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}}]
})";

// Knows a few sets. It reads the coding of the question, so that a dangling one is found.
struct SomeSets : fhir::ValueSets {
  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override {
    if (value_set.size() % 3 == 0) return fhir::Membership::unknown;
    return coding.code.find('a') != coding.code.npos ? fhir::Membership::in : fhir::Membership::out;
  }
};

// What others answer, and where trace() writes. Both are a part of the outcome, so that they must be the same
// twice, too.
void give_hooks(fhirpath::Evaluation& evaluation, std::string& traced) {
  static const SomeSets sets;
  evaluation.value_sets = &sets;
  evaluation.conforms_to = [](const fhirpath::Item& item, std::string_view canonical) -> std::optional<bool> {
    if (canonical.size() % 2 == 0) return std::nullopt;
    return item.value.is_object();
  };
  evaluation.trace = [&traced](std::string_view name, const fhirpath::Collection& items) {
    traced += std::string(name) + ":";
    for (const auto& item : items) traced += fhirpath::to_text(item) + ",";
    traced.resize(std::min<std::size_t>(traced.size(), 4096));
  };
}

std::string outcome(const fhirpath::Expression& expression, const fhirpath::Collection& focus) {
  fhirpath::Evaluation evaluation;
  evaluation.set_now(Instant{std::chrono::seconds{1'719'763'200}});
  evaluation.resolver = [&focus](std::string_view) { return focus.front().value; };
  evaluation.state().steps_left = steps_max;
  std::string text;
  give_hooks(evaluation, text);
  fhirpath::Failure failure;
  const auto result = expression.evaluate(evaluation, focus, &failure);
  require(evaluation.state().defined.empty(), "a variable outlived its expression");
  require(evaluation.arena().bytes() <= bytes_max, "more memory than the steps allow");
  if (!result) {
    require(failure.kind == "execution" && failure.position <= expression.text().size(),
            "failed at no place");
    require(result.error().kind == Kind::unprocessable && !result.error().issues.empty(),
            "failed without a reason");
    return "!" + result.error().summary();
  }
  for (const auto& item : *result) require(is_utf8(fhirpath::to_text(item)), "text that is no UTF-8");
  for (const auto& item : *result)
    text += json::write(item.value) + " " + fhirpath::to_text(item) + " " +
            std::string(fhirpath::type_name(item)) + "\n";
  return text;
}

}  // namespace

void try_fhirpath(std::string_view text) {
  static const json::Document document = json::parse(sample).value();
  static const fhirpath::Collection focus{fhirpath::resource_item(document.root())};
  for (const bool typed : {true, false}) {
    fhirpath::CompileOptions options;
    if (typed) options.focus = focus.front().type;
    fhirpath::Failure failure;
    const auto expression = fhirpath::Expression::compile(text, options, &failure);
    if (!expression) {
      require(!failure.kind.empty() && failure.position <= text.size(), "refused at no place");
      continue;
    }
    require(expression->text() == text, "another text was compiled");
    require(outcome(*expression, focus) == outcome(*expression, focus), "one expression, two results");
  }
}

}  // namespace handoff::fuzz
