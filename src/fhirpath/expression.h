// FHIRPath (the R4-era 2.0 specification): compiled once to a plan, evaluated many times, by any thread. Compilation
// checks paths, variables and functions against the R4 types and gives the position of what cannot be; evaluation is
// bounded in steps and depth (core/limits.h). No recursion that input controls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "fhirpath/evaluation.h"
#include "fhirpath/item.h"

namespace handoff::fhirpath {

// Where an error stands. `position` counts bytes from 0 in the expression. Problem of compile(): incorrect; issue code
// "invalid"; diagnostics "…, at position N"; expression = the offending part.
struct Failure {
  std::string kind;  // "syntax", "semantic", "execution"
  std::string message;
  std::size_t position = 0;
};

// A function beside the specification's: mapping's lookup(), ref(), refTo(), coding(), id(). Arguments arrive evaluated
// (one collection each). The result's values live in Evaluation::arena() or longer.
struct Function {
  std::string name;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::function<Result<Collection>(Evaluation&, const Collection& focus, std::span<const Collection> arguments)> call;
};

// What a plain record offers as members of the focus, so that an unknown column is an error at compile time.
struct RecordMember {
  std::string name;  // "DOB"; nested records: "person"
  SystemType type = SystemType::string;
  bool is_list = false;
  std::vector<RecordMember> members = {};  // of a nested record; type is none then
};

struct CompileOptions {
  const fhir::Definitions* definitions = nullptr;  // null: Definitions::r4()
  // Type of the focus: an R4 type, or a record, or neither (no check of paths on the focus). With both, the focus is of the
  // R4 type and %context is the record (set as the variable "context").
  const fhir::Type* focus = nullptr;
  const std::vector<RecordMember>* record = nullptr;
  std::span<const Function> functions = {};
  // Variables that exist beside %resource, %context, %ucum, %sct, %loinc, … ; with `check_variables` any other is an
  // error.
  std::span<const std::string> variables = {};
  bool check_variables = true;
  // For search parameters: a path that begins with another resource type is empty instead of an error, and resolve()
  // looks only at the type that the reference names.
  bool search_parameter = false;
};

class Expression {
 public:
  // Problem: incorrect. Give `failure` to learn kind and position as well.
  static Result<Expression> compile(std::string_view text, const CompileOptions& options = {}, Failure* failure = nullptr);

  // Problem: unprocessable (execution error, or a limit reached). `failure` as for compile().
  Result<Collection> evaluate(Evaluation& evaluation, const Collection& focus, Failure* failure = nullptr) const;

  std::string_view text() const;
  // What the expression can give, as far as the types tell: empty if unknown. Used by mapping to check a slot.
  std::span<const fhir::Type* const> result_types() const;
  // Elements whose values it gives as they stand: their bindings hold for the result. Empty if unknown.
  std::span<const fhir::Element* const> result_elements() const;
  // Names of the record's members (top level, "person.birthDate" for nested ones) that it reads, in order of
  // appearance.
  std::span<const std::string> record_members() const;

 private:
  struct Plan;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace handoff::fhirpath
