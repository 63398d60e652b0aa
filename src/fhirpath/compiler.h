// From the tree to the plan: names are bound to elements, columns, functions and variables; what cannot be is refused
// with its position. One compiler a compilation.
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

  // Variables that defineVariable() made, as far as they reach; `any_name` where a name is known only when it is evaluated.
  std::vector<std::pair<std::string, Static>> defined = {};
  bool any_name = false;

  // `focus` is what $this may be; `out` and `result` are what comes of the node. False: `failure` says why. What the node
  // defines ends with it.
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
  bool custom_call(const Function& function, const Node& node, const Static& focus, Step& out, Static& result);
  bool builtin_call(const Builtin& builtin, const Node& node, const Static& input, const Static& focus, Step& out, Static& result);
  bool check_input(const Builtin& builtin, const Node& node, const Static& input);
  bool check_arity(const Node& node, std::size_t min, std::size_t max);
  bool type_call(const Builtin& builtin, const Node& node, const Static& input, Step& out, Static& result);
  bool finish_call(const Node& node, Step& out);
};

// What a function gives for this input and these arguments.
Static result_of(const Builtin& builtin, const Static& input, const std::vector<Static>& arguments, const fhir::Definitions& definitions);
Static result_of(const TypeTest& test);
SystemType kind_of(const StaticType& type);

}  // namespace handoff::fhirpath
