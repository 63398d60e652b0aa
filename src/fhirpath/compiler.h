// Makes the plan from the tree. It binds names to elements, columns, functions and variables, and refuses
// what is impossible, with its position. Each compilation has its own compiler.
#pragma once

#include <string>

#include "fhirpath/ast.h"
#include "fhirpath/functions.h"
#include "fhirpath/plan.h"
#include "fhirpath/static_type.h"

namespace handoff::fhirpath {

struct Compiler {
  const CompileOptions& options;
  const fhir::Definitions& definitions;
  json::Arena& arena;
  std::vector<std::string>& record_members;
  Failure& failure;
  Static root = {};

  // Variables of defineVariable() that are visible now. `any_name`: some name is known only at evaluation.
  std::vector<std::pair<std::string, Static>> defined = {};
  bool any_name = false;

  // `focus` is what $this may be. `out` and `result` are the step and the types made from the node. If it
  // returns false, `failure` says why. Variables that the node defines end with it.
  bool compile(const Node& node, const Static& focus, Step& out, Static& result);
  bool link(const Node& node, const Static& input, const Static& focus, Step& out, Static& result);

  bool fail(std::string message, const Node& node);

 private:
  bool compile_node(const Node& node, const Static& focus, Step& out, Static& result);
  bool define(const Node& node, const Static& value);
  bool literal(const Node& node, Step& out, Static& result);
  bool variable(const Node& node, Step& out, Static& result);
  bool chain(const Node& node, const Static& focus, Step& out, Static& result);
  bool binary(const Node& node, const Static& focus, Step& out, Static& result);
  bool type_test(const Node& node, const Static& focus, Step& out, Static& result);
  bool type_named(const Node& node, std::string_view name, TypeTest& test);

  bool member(const Node& node, const Static& input, Step& out, Static& result);
  bool not_a_member(const Node& node, const Static& input, Step& out, Static& result);
  void bind(const StaticType& type, const Node& node, Step& out, Static& result, bool& found);
  void bind_column(const StaticType& type, const Node& node, Step& out, Static& result, bool& found);
  void bind_element(const StaticType& type, const Node& node, Step& out, Static& result, bool& found);

  bool call(const Node& node, const Static& input, const Static& focus, Step& out, Static& result);
  bool custom_call(const Function& function, const Node& node, const Static& focus, Step& out,
                   Static& result);
  bool builtin_call(const Builtin& builtin, const Node& node, const Static& input, const Static& focus,
                    Step& out, Static& result);
  bool check_input(const Builtin& builtin, const Node& node, const Static& input);
  bool check_arity(const Node& node, std::size_t min, std::size_t max);
  bool type_call(const Builtin& builtin, const Node& node, const Static& input, Step& out, Static& result);
  bool finish_call(const Node& node, Step& out);
};

// What a function gives for this input and these arguments.
Static result_of(const Builtin& builtin, const Static& input, const std::vector<Static>& arguments,
                 const fhir::Definitions& definitions);
Static result_of(const TypeTest& test);
SystemType kind_of(const StaticType& type);

}  // namespace handoff::fhirpath
