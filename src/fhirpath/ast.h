// The syntax tree of an expression, before types are known (FHIRPath 2.0's grammar). Chains of links
// ("a.b.c") and of operators of one precedence are flat, so that only brackets nest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "fhirpath/expression.h"

namespace handoff::fhirpath {

enum class Operator : std::uint8_t {
  implies,
  logical_or,
  logical_xor,
  logical_and,
  in,
  contains,
  equal,
  equivalent,
  not_equal,
  not_equivalent,
  less,
  greater,
  less_or_equal,
  greater_or_equal,
  unite,
  is,
  as,
  plus,
  minus,
  concatenate,
  times,
  divide,
  div,
  mod,
};

enum class NodeKind : std::uint8_t {
  empty,
  literal,
  variable,
  self,
  index,
  total,  // up to here: terms
  member,
  call,
  subscript,  // member to subscript: links, of the term before or of the focus
  chain,
  sign,
  binary,
  type_test,
};

struct Node {
  NodeKind kind = NodeKind::empty;
  std::size_t position = 0;
  std::size_t end = 0;
  std::string text = {};  // name, literal, "FHIR.Patient" of a type test, "-" of a sign
  std::string unit = {};  // of a quantity; a quoted unit begins with an apostrophe
  SystemType literal = SystemType::none;
  bool quoted = false;  // an identifier in backticks
  std::vector<Node> children = {};
  std::vector<Operator> operators = {};  // `binary`: one fewer than its children; `type_test`: one
};

// If parsing fails, it returns false and sets `failure` (kind "syntax": position, and what was expected).
bool parse(std::string_view text, Node& root, Failure& failure);

}  // namespace handoff::fhirpath
