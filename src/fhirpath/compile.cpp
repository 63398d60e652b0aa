// Compiles terms, chains and operators.
#include <fmt/format.h>

#include "fhirpath/compiler.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// Variables that FHIR defines. %`vs-…` and %`ext-…` stand for canonicals.
constexpr std::pair<std::string_view, std::string_view> constants[] = {
    {"ucum", "http://unitsofmeasure.org"}, {"sct", "http://snomed.info/sct"}, {"loinc", "http://loinc.org"}};
constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
    {"vs-", "http://hl7.org/fhir/ValueSet/"}, {"ext-", "http://hl7.org/fhir/StructureDefinition/"}};

bool is_link(NodeKind kind) {
  return kind == NodeKind::member || kind == NodeKind::call || kind == NodeKind::subscript;
}

bool is_nothing(const Step& step) { return step.function == run_literal && step.literal.empty(); }

void become_nothing(Step& out, Static& result) {
  out = Step{.function = run_literal, .position = out.position};
  result = Static::nothing();
}

void set_text(Step& out, Static& result, json::Arena& arena, const std::string& text) {
  out.function = run_literal;
  out.literal = {text_item(arena, text)};
  result = Static::of(SystemType::string);
}

StepFunction function_of(Operator op) {
  if (op <= Operator::logical_and) return run_logic;
  if (op <= Operator::greater_or_equal) return run_comparison;
  return op == Operator::unite ? run_union : run_arithmetic;
}

}  // namespace

bool Compiler::fail(std::string message, const Node& node) {
  failure = {"semantic", std::move(message), node.position};
  return false;
}

bool Compiler::compile(const Node& node, const Static& focus, Step& out, Static& result) {
  const std::size_t outer = defined.size();
  const bool done = compile_node(node, focus, out, result);
  defined.resize(outer);
  return done;
}

bool Compiler::compile_node(const Node& node, const Static& focus, Step& out, Static& result) {
  out.position = node.position;
  out.name = node.text;
  switch (node.kind) {
    case NodeKind::empty: become_nothing(out, result); return true;
    case NodeKind::literal: return literal(node, out, result);
    case NodeKind::variable: return variable(node, out, result);
    case NodeKind::self:
      out.function = run_self;
      result = focus;
      return true;
    case NodeKind::index:
      out.function = run_index;
      result = Static::of(SystemType::integer);
      return true;
    case NodeKind::total:
      out.function = run_total;
      result = Static::unknown();
      return true;
    case NodeKind::chain: return chain(node, focus, out, result);
    case NodeKind::sign:
      out.function = run_sign;
      return compile(node.children[0], focus, out.children.emplace_back(), result);
    case NodeKind::binary: return binary(node, focus, out, result);
    case NodeKind::type_test: return type_test(node, focus, out, result);
    default: return link(node, focus, focus, out, result);
  }
}

bool Compiler::literal(const Node& node, Step& out, Static& result) {
  out.function = run_literal;
  result = Static::of(node.literal);
  Item item{.system = node.literal};
  if (node.literal == SystemType::boolean) {
    item.value = json::Arena::boolean(node.text == "true");
  } else if (node.literal == SystemType::quantity) {
    const auto value = Decimal::parse(node.text);
    if (!value) return fail("a number with too many digits", node);
    const bool quoted = node.unit.starts_with('\'');
    item = quantity_item(arena, {*value, std::string_view(node.unit).substr(quoted ? 1 : 0), !quoted});
  } else if (is_temporal(node.literal)) {
    if (!Temporal::parse(node.text, node.literal))
      return fail(fmt::format("no such {}: {}", system_name(node.literal), node.text), node);
    std::string_view text = node.text;
    if (node.literal == SystemType::time) text.remove_prefix(1);
    if (text.ends_with('T')) text.remove_suffix(1);
    item.value = arena.string(text);
  } else if (node.literal == SystemType::string) {
    item.value = arena.string(node.text);
  } else {
    std::string_view digits = node.text;
    const auto value = Decimal::parse(digits);
    if (!value || (node.literal == SystemType::integer && !value->to_integer()))
      return fail("a number with too many digits", node);
    while (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') digits.remove_prefix(1);
    item.value = arena.number(digits);
  }
  out.literal = {item};
  return true;
}

bool Compiler::variable(const Node& node, Step& out, Static& result) {
  for (const auto& [name, value] : constants) {
    if (node.text != name) continue;
    set_text(out, result, arena, std::string(value));
    return true;
  }
  for (const auto& [prefix, base] : prefixes) {
    if (!node.text.starts_with(prefix)) continue;
    set_text(out, result, arena, std::string(base) + node.text.substr(prefix.size()));
    return true;
  }
  out.function = run_variable;
  result = Static::unknown();
  for (const auto& [name, value] : defined) {
    if (name != node.text) continue;
    result = value;
    return true;
  }
  if (node.text == "context") {
    result = root;
    return true;
  }
  const bool known =
      any_name || node.text == "resource" || node.text == "rootResource" ||
      std::find(options.variables.begin(), options.variables.end(), node.text) != options.variables.end();
  return known || !options.check_variables || fail(fmt::format("unknown variable %{}", node.text), node);
}

// The name must be new everywhere where it is visible.
bool Compiler::define(const Node& node, const Static& value) {
  const Node& name = node.children[0];
  if (name.kind != NodeKind::literal || name.literal != SystemType::string) {
    any_name = true;
    return true;
  }
  const auto is_it = [&](const auto& known) { return known.first == name.text; };
  const auto begins = [&](const auto& prefix) { return name.text.starts_with(prefix.first); };
  const bool reserved =
      name.text == "context" || name.text == "resource" || name.text == "rootResource" ||
      std::any_of(std::begin(constants), std::end(constants), is_it) ||
      std::any_of(std::begin(prefixes), std::end(prefixes), begins) ||
      std::find(options.variables.begin(), options.variables.end(), name.text) != options.variables.end();
  if (reserved || std::any_of(defined.begin(), defined.end(), is_it))
    return fail(fmt::format("the variable %{} is already defined", name.text), name);
  defined.emplace_back(name.text, value);
  return true;
}

bool Compiler::chain(const Node& node, const Static& focus, Step& out, Static& result) {
  out.function = run_chain;
  out.children.resize(node.children.size());
  const Node& first = node.children[0];
  if (!compile_node(first, focus, out.children[0], result)) return false;
  if (options.search_parameter && is_nothing(out.children[0])) {
    become_nothing(out, result);
    return true;
  }
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    Static next;
    Step& step = out.children[i];
    const Node& child = node.children[i];
    step.position = child.position;
    step.name = child.text;
    if (!is_link(child.kind)) {
      if (!compile(child, result, step, next)) return false;
    } else if (!link(child, result, focus, step, next)) {
      return false;
    }
    result = std::move(next);
  }
  // "$this.x" and "Patient.x" begin with the focus itself, so the first step is not needed.
  if (out.children[0].function == run_self && out.children.size() > 1)
    out.children.erase(out.children.begin());
  return true;
}

bool Compiler::binary(const Node& node, const Static& focus, Step& out, Static& result) {
  out.function = function_of(node.operators[0]);
  out.operators = node.operators;
  out.children.resize(node.children.size());
  std::vector<Static> operands(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i)
    if (!compile(node.children[i], focus, out.children[i], operands[i])) return false;
  if (out.function == run_logic || out.function == run_comparison) {
    result = Static::of(SystemType::boolean);
  } else if (out.function == run_union) {
    result = operands[0];
    for (const Static& operand : operands) result.add(operand);
    if (!options.search_parameter) return true;
    std::erase_if(out.children, is_nothing);
    if (out.children.empty()) become_nothing(out, result);
    if (out.children.size() != 1) return true;
    Step only = std::move(out.children[0]);
    out = std::move(only);
  } else {
    result =
        node.operators.back() == Operator::concatenate ? Static::of(SystemType::string) : Static::unknown();
  }
  return true;
}

bool Compiler::type_named(const Node& node, std::string_view name, TypeTest& test) {
  const bool system = name.starts_with("System."), model = name.starts_with("FHIR.");
  const std::string_view plain = name.substr(system ? 7 : model ? 5 : 0);
  if (!system) test.type = definitions.find_type(plain);
  if (!model) test.system = system_named(plain);
  // "System.Patient" compiles but never matches, because only FHIR has that name.
  return test.type || test.system != SystemType::none || (system && definitions.find_type(plain)) ||
         fail(fmt::format("unknown type {}", name), node);
}

bool Compiler::type_test(const Node& node, const Static& focus, Step& out, Static& result) {
  out.function = run_type_test;
  out.operators = node.operators;
  Static operand;
  if (!compile(node.children[0], focus, out.children.emplace_back(), operand)) return false;
  if (!type_named(node, node.text, out.type_test)) return false;
  if (options.search_parameter && is_nothing(out.children[0])) {
    become_nothing(out, result);
    return true;
  }
  out.lenient = operand.filters || options.search_parameter;
  result = node.operators[0] == Operator::is ? Static::of(SystemType::boolean) : result_of(out.type_test);
  return true;
}

}  // namespace handoff::fhirpath
