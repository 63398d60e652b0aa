// FHIRPath (the R4-era 2.0 specification). An expression is compiled once to a plan and evaluated many times,
// by any thread. Compilation checks paths, variables and functions against the R4 types, and gives the
// position of an error. Evaluation is bounded in steps and depth (core/limits.h), so input cannot cause deep
// recursion.
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

// An error and its place. `position` counts bytes from 0 in the expression. Problem of compile(): incorrect;
// issue code "invalid"; diagnostics "…, at position N"; expression = the offending part.
struct Failure {
  std::string kind;  // "syntax", "semantic", "execution"
  std::string message;
  std::size_t position = 0;
};

// A function beyond the specification's: mapping's lookup(), ref(), refTo(), coding(), id(). Arguments are
// already evaluated (one collection each). Values of the result live in Evaluation::arena() or longer.
struct Function {
  std::string name;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::function<Result<Collection>(Evaluation&, const Collection& focus,
                                   std::span<const Collection> arguments)>
      call;
};

// A member that a plain record has. With these, an unknown column is an error at compile time.
struct RecordMember {
  std::string name;  // "DOB"; of a nested record: "person"
  SystemType type = SystemType::string;
  bool is_list = false;
  std::vector<RecordMember> members = {};  // of a nested record; `type` is then none
};

struct CompileOptions {
  const fhir::Definitions* definitions = nullptr;  // null: Definitions::r4()
  // Type of the focus: an R4 type, or a record, or neither (then paths on the focus are not checked). With
  // both, the focus is of the R4 type and %context is the record (set as the variable "context").
  const fhir::Type* focus = nullptr;
  const std::vector<RecordMember>* record = nullptr;
  std::span<const Function> functions = {};
  // Variables that exist beside %resource, %context, %ucum, %sct, %loinc, … With `check_variables`, any other
  // variable is an error.
  std::span<const std::string> variables = {};
  bool check_variables = true;
  // For search parameters: a path that begins with another resource type gives an empty result instead of an
  // error. resolve() looks only at the type that the reference names.
  bool search_parameter = false;
};

class Expression {
 public:
  // Problem: incorrect. If `failure` is given, it gets kind and position.
  static Result<Expression> compile(std::string_view text, const CompileOptions& options = {},
                                    Failure* failure = nullptr);

  // Problem: unprocessable (execution error, or a limit reached). `failure` as for compile().
  Result<Collection> evaluate(Evaluation& evaluation, const Collection& focus,
                              Failure* failure = nullptr) const;

  std::string_view text() const;
  // The types that the result can have, as far as the compiler knows. Empty if unknown. Mapping uses this to
  // check a slot.
  std::span<const fhir::Type* const> result_types() const;
  // Elements whose values the expression gives unchanged, so that their bindings hold for the result. Empty
  // if unknown.
  std::span<const fhir::Element* const> result_elements() const;
  // Names of the record's members that the expression reads, in order of appearance ("person.birthDate" for a
  // nested member).
  std::span<const std::string> record_members() const;

 private:
  struct Plan;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace handoff::fhirpath
