#include "expressions.h"

#include <chrono>
#include <stdexcept>

#include "fhirpath/expression.h"
#include "figures.h"
#include "json/document.h"

namespace handoff::bench {
namespace {

constexpr std::string_view patient = R"({"resourceType": "Patient", "id": "p", "active": true,
  "name": [{"use": "official", "family": "Doe", "given": ["Jane", "Ann"]}, {"use": "usual", "given": ["Jo"]}],
  "telecom": [{"system": "phone", "value": "+1 212 555 0100"}], "gender": "female", "birthDate": "1984-02-29"})";
constexpr std::size_t evaluations = 100'000;

}  // namespace

double evaluation_us(std::size_t rounds) {
  const json::Document document = json::parse(patient).value();
  const fhirpath::Collection focus{fhirpath::resource_item(document.root())};
  fhirpath::CompileOptions options;
  options.focus = focus.front().type;
  const auto expression = fhirpath::Expression::compile("name.where(use='official').given", options).value();
  fhirpath::Evaluation evaluation;
  std::vector<double> took;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::size_t found = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < evaluations; ++i) {
      evaluation.reset_steps();
      found += expression.evaluate(evaluation, focus).value().size();
    }
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    if (found != 2 * evaluations) throw std::runtime_error("the expression gave something else");
    took.push_back(time.count() / evaluations);
  }
  return median(took);
}

}  // namespace handoff::bench
