// A compiled expression: a tree of steps, each with the function that runs it. Immutable, shared by all
// threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhirpath/ast.h"
#include "fhirpath/expression.h"

namespace re2 {
class RE2;
}

namespace handoff::fhirpath {

struct Step;
struct Call;

// Appends its result to call.out. If it returns false, the state holds the error.
using StepFunction = bool (*)(const Call& call);

// How to find a member in the JSON of one type; computed at compile time.
struct JsonName {
  std::string member;      // "valueQuantity"
  std::string underscore;  // "_valueQuantity"; empty unless the type is primitive
  const fhir::Type* type = nullptr;
};
struct Access {
  const fhir::Type* owner = nullptr;
  bool is_choice = false;
  std::vector<JsonName> names = {};
};

struct TypeTest {
  const fhir::Type* type = nullptr;
  SystemType system = SystemType::none;  // both are set if the name may mean either ("Quantity")
};

struct Step {
  StepFunction function = nullptr;
  std::size_t position = 0;
  std::string name = {};
  std::vector<Step> children = {};  // operands, arguments, links of a chain
  std::vector<Operator> operators = {};
  Collection literal = {};
  std::vector<Access> accesses = {};
  SystemType member_system = SystemType::none;  // of a record's column
  TypeTest type_test = {};
  bool lenient = false;       // `as` filters a collection instead of demanding one item
  bool by_reference = false;  // resolve() looks only at the type in the reference
  std::shared_ptr<const Function> custom = {};
  std::shared_ptr<const re2::RE2> pattern = {};  // of matches() with a literal
};

struct Expression::Plan {
  std::string text;
  Step root;
  json::Arena arena;  // literals live here
  std::vector<const fhir::Type*> result_types;
  std::vector<const fhir::Element*> result_elements;
  std::vector<std::string> record_members;
};

}  // namespace handoff::fhirpath
