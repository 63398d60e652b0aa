// Every search parameter expression of R4 compiles for each of its base types.
#include <gtest/gtest.h>

#include "fhirpath/expression.h"

namespace handoff::fhirpath {
namespace {

TEST(SearchExpressions, AllCompile) {
  const auto& definitions = fhir::Definitions::r4();
  std::size_t compiled = 0;
  for (const fhir::Type* type : definitions.resources()) {
    for (const fhir::SearchParameter* parameter : definitions.search_parameters(type->name)) {
      if (parameter->expression.empty()) continue;
      CompileOptions options;
      options.focus = type;
      options.search_parameter = true;
      const auto expression = Expression::compile(parameter->expression, options);
      EXPECT_TRUE(expression) << type->name << " " << parameter->code << ": " << expression.error().summary();
      ++compiled;
    }
  }
  EXPECT_GT(compiled, 1400u);
}

TEST(SearchExpressions, OnlyThePartsOfTheTypeAreUsed) {
  const auto& definitions = fhir::Definitions::r4();
  CompileOptions options;
  options.focus = definitions.find_type("Practitioner");
  options.search_parameter = true;
  const auto expression =
      Expression::compile("Patient.name | (Observation.value as Quantity) | Practitioner.telecom", options);
  ASSERT_TRUE(expression) << expression.error().summary();
  ASSERT_EQ(expression->result_types().size(), 1u);
  EXPECT_EQ(expression->result_types()[0]->name, "ContactPoint");
  ASSERT_EQ(expression->result_elements().size(), 1u);
  EXPECT_EQ(expression->result_elements()[0]->name, "telecom");
}

}  // namespace
}  // namespace handoff::fhirpath
