// Compiles calls of functions: arity, types of input and arguments, and type of the result.
#include <fmt/format.h>
#include <re2/re2.h>

#include "fhirpath/compiler.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// "FHIR.Patient" from an argument that names a type. Empty if the argument is no name.
std::string type_argument(const Node& node) {
  if (node.kind == NodeKind::member) return node.text;
  if (node.kind != NodeKind::chain || node.children.size() != 2) return {};
  if (node.children[0].kind != NodeKind::member || node.children[1].kind != NodeKind::member) return {};
  return node.children[0].text + "." + node.children[1].text;
}

bool takes_type(const Builtin& builtin) {
  return builtin.name == "is" || builtin.gives == Gives::type_argument;
}

bool is_text(SystemType kind) { return kind == SystemType::string || is_temporal(kind); }

// Can a value of this type be what the function needs?
bool may_be(const StaticType& type, bool (*wanted)(SystemType)) {
  const bool plain = !type.type && !type.record && type.system == SystemType::none;
  return plain || wanted(kind_of(type));
}

}  // namespace

SystemType kind_of(const StaticType& type) {
  if (type.system != SystemType::none || !type.type) return type.system;
  return type.type->kind == fhir::TypeKind::primitive ? kind_of_primitive(type.type->name) : SystemType::none;
}

Static result_of(const TypeTest& test) {
  Static result = Static::nothing();
  if (test.type) result.add(StaticType{.type = test.type});
  if (test.system != SystemType::none) result.add(StaticType{.system = test.system});
  return result;
}

Static result_of(const Builtin& builtin, const Static& input, const std::vector<Static>& arguments,
                 const fhir::Definitions& definitions) {
  static constexpr std::pair<Gives, SystemType> systems[] = {
      {Gives::boolean, SystemType::boolean},     {Gives::integer, SystemType::integer},
      {Gives::decimal, SystemType::decimal},     {Gives::string, SystemType::string},
      {Gives::strings, SystemType::string},      {Gives::date, SystemType::date},
      {Gives::date_time, SystemType::date_time}, {Gives::time, SystemType::time},
      {Gives::quantity, SystemType::quantity}};
  for (const auto& [gives, system] : systems)
    if (gives == builtin.gives) return Static::of(system);
  Static result = input;
  switch (builtin.gives) {
    case Gives::input:
      if (builtin.name == "sort") result.ordered = true;
      return result;
    case Gives::input_item: return result;
    case Gives::first_argument: return arguments[0];
    case Gives::input_and_argument: result.add(arguments[0]); return result;
    case Gives::later_arguments:
      result = arguments[1];
      if (arguments.size() > 2) result.add(arguments[2]);
      return result;
    case Gives::extensions: return Static::of(StaticType{.type = definitions.find_type("Extension")});
    case Gives::unordered: {
      Static children = Static::unknown();
      children.ordered = false;
      return children;
    }
    default: return Static::unknown();
  }
}

const Builtin* find_builtin(std::string_view name) {
  for (const auto table :
       {existence_functions(), filter_functions(), subset_functions(), string_functions(),
        pattern_functions(), text_functions(), math_functions(), conversion_functions(), tree_functions(),
        utility_functions(), fhir_functions(), boundary_functions(), temporal_functions()})
    for (const Builtin& builtin : table)
      if (builtin.name == name) return &builtin;
  return nullptr;
}

bool Compiler::link(const Node& node, const Static& input, const Static& focus, Step& out, Static& result) {
  if (node.kind == NodeKind::member) return member(node, input, out, result);
  if (node.kind == NodeKind::call) return call(node, input, focus, out, result);
  if (!input.ordered) return fail("an index is not allowed on items without order", node);
  out.function = run_subscript;
  result = input;
  Static index;
  return compile(node.children[0], focus, out.children.emplace_back(), index);
}

bool Compiler::call(const Node& node, const Static& input, const Static& focus, Step& out, Static& result) {
  for (const Function& function : options.functions)
    if (function.name == node.text) return custom_call(function, node, focus, out, result);
  const Builtin* builtin = find_builtin(node.text);
  if (!builtin) return fail(fmt::format("unknown function {}()", node.text), node);
  if (!check_arity(node, builtin->arguments_min, builtin->arguments_max)) return false;
  if (takes_type(*builtin)) return type_call(*builtin, node, input, out, result);
  return builtin_call(*builtin, node, input, focus, out, result);
}

bool Compiler::check_arity(const Node& node, std::size_t min, std::size_t max) {
  const std::size_t count = node.children.size();
  if (count >= min && count <= max) return true;
  const std::string wanted = min == max ? std::to_string(min) : fmt::format("{} to {}", min, max);
  return fail(fmt::format("{}() takes {} arguments, not {}", node.text, wanted, count), node);
}

bool Compiler::custom_call(const Function& function, const Node& node, const Static& focus, Step& out,
                           Static& result) {
  if (!check_arity(node, function.arguments_min, function.arguments_max)) return false;
  out.function = run_custom;
  out.custom = std::make_shared<const Function>(function);
  out.children.resize(node.children.size());
  result = Static::unknown();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Static argument;
    if (!compile(node.children[i], focus, out.children[i], argument)) return false;
  }
  return true;
}

bool Compiler::type_call(const Builtin& builtin, const Node& node, const Static& input, Step& out,
                         Static& result) {
  const std::string name = type_argument(node.children[0]);
  if (name.empty()) return fail(fmt::format("{}() takes the name of a type", node.text), node.children[0]);
  if (!type_named(node.children[0], name, out.type_test)) return false;
  out.function = builtin.function;
  out.lenient = input.filters || options.search_parameter;
  result = builtin.gives == Gives::boolean ? Static::of(SystemType::boolean) : result_of(out.type_test);
  result.ordered = input.ordered;
  return true;
}

bool Compiler::check_input(const Builtin& builtin, const Node& node, const Static& input) {
  if (builtin.takes == Takes::ordered && !input.ordered)
    return fail(fmt::format("{}() is not allowed on items without order", node.text), node);
  if (builtin.takes == Takes::anything || builtin.takes == Takes::ordered || !input.known ||
      input.types.empty())
    return true;
  const bool text = builtin.takes == Takes::text;
  for (const StaticType& type : input.types)
    if (may_be(type, text ? is_text : is_numeric)) return true;
  return fail(fmt::format("{}() needs a {}", node.text, text ? "string" : "number"), node);
}

bool Compiler::builtin_call(const Builtin& builtin, const Node& node, const Static& input,
                            const Static& focus, Step& out, Static& result) {
  if (!check_input(builtin, node, input)) return false;
  out.function = builtin.function;
  out.children.resize(node.children.size());
  std::vector<Static> arguments(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool per_item = (builtin.per_item >> i & 1) != 0;
    if (!compile(node.children[i], per_item ? input : focus, out.children[i], arguments[i])) return false;
  }
  result = result_of(builtin, input, arguments, definitions);
  if (builtin.name == "defineVariable" && !define(node, arguments.size() > 1 ? arguments[1] : input))
    return false;
  if (builtin.name == "iif" && arguments[0].known && arguments[0].types.size() == 1 &&
      arguments[0].types[0].system != SystemType::none && arguments[0].types[0].system != SystemType::boolean)
    return fail("the criterion of iif() must be a boolean", node.children[0]);
  return finish_call(node, out);
}

// Prepares what can be prepared once: literal patterns, and the way in which resolve() works.
bool Compiler::finish_call(const Node& node, Step& out) {
  out.by_reference = options.search_parameter && node.text == "resolve";
  const bool pattern = node.text == "matches" || node.text == "matchesFull" || node.text == "replaceMatches";
  if (!pattern || out.children[0].function != run_literal || out.children[0].literal.empty()) return true;
  if (out.children[0].literal[0].system != SystemType::string)
    return fail("a pattern must be a string", node.children[0]);
  out.pattern = compile_pattern(out.children[0].literal[0].value.text());
  return out.pattern->ok() || fail("malformed regular expression: " + out.pattern->error(), node.children[0]);
}

}  // namespace handoff::fhirpath
