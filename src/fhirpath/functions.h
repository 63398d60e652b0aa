// The functions of FHIRPath 2.0 and of FHIR's additions, as one table per group. Each group has its file
// functions_<group>.cpp.
#pragma once

#include <span>

#include "fhirpath/state.h"

namespace handoff::fhirpath {

// What a function needs as input. The compiler checks it if types are known.
enum class Takes : std::uint8_t { anything, text, number, ordered };

// What a function gives, so that the compiler knows the types of what follows.
enum class Gives : std::uint8_t {
  input,
  input_item,
  boolean,
  integer,
  decimal,
  number,
  string,
  strings,
  date,
  date_time,
  time,
  quantity,
  first_argument,
  later_arguments,
  input_and_argument,
  type_argument,
  extensions,
  unordered,
  unknown,
};

struct Builtin {
  std::string_view name;
  std::uint8_t arguments_min;
  std::uint8_t arguments_max;
  std::uint8_t per_item;  // bit i: argument i is an expression over each item of the input
  Takes takes;
  Gives gives;
  StepFunction function;
};

std::span<const Builtin> existence_functions();
std::span<const Builtin> filter_functions();
std::span<const Builtin> subset_functions();
std::span<const Builtin> string_functions();
std::span<const Builtin> pattern_functions();
std::span<const Builtin> temporal_functions();
std::span<const Builtin> text_functions();  // encodings and escapes
std::span<const Builtin> math_functions();
std::span<const Builtin> conversion_functions();
std::span<const Builtin> tree_functions();
std::span<const Builtin> utility_functions();
std::span<const Builtin> fhir_functions();
std::span<const Builtin> boundary_functions();

const Builtin* find_builtin(std::string_view name);

// A pattern of matches(); not ok() if it is malformed.
std::shared_ptr<const re2::RE2> compile_pattern(std::string_view source);

// Steps that are no functions (steps.cpp, operators.cpp).
bool run_literal(const Call&);
bool run_variable(const Call&);
bool run_self(const Call&);
bool run_index(const Call&);
bool run_total(const Call&);
bool run_member(const Call&);
bool run_type_root(const Call&);
bool run_subscript(const Call&);
bool run_chain(const Call&);
bool run_custom(const Call&);
bool run_sign(const Call&);
bool run_type_test(const Call&);
bool run_arithmetic(const Call&);
bool run_logic(const Call&);
bool run_comparison(const Call&);
bool run_union(const Call&);

// The JSON members that hold an element of this type.
JsonName json_name(const fhir::Element& element, const fhir::Type& type);
// Appends all members of an item, as items.
void append_children(const Call& call, const Item& item);
bool is_of(const Item& item, const TypeTest& test, bool exactly);

}  // namespace handoff::fhirpath
