// How an operation declares itself (R4 "operations"). Its routes, its scopes and its entry in the
// CapabilityStatement are made from this. Each operation has its own file; operations.cpp lists them.
#pragma once

#include <span>
#include <string_view>

#include "rest/http/interaction.h"

namespace handoff::rest {

// The addresses: "/fhir/$name", "/fhir/Type/$name", "/fhir/Type/id/$name".
enum class Level : unsigned { system = 1, type = 2, instance = 4 };
constexpr Level operator|(Level a, Level b) { return Level(unsigned(a) | unsigned(b)); }
constexpr bool includes(Level levels, Level one) { return (unsigned(levels) & unsigned(one)) != 0; }

struct Operation {
  std::string_view name;        // without "$"
  std::string_view definition;  // canonical URL of its OperationDefinition
  std::string_view type;        // "ValueSet"; empty: every type
  Level levels;
  bool gets;                // GET works too: the operation changes nothing, and its parameters fit in a URL
  std::string_view scopes;  // the token must allow one of these for the type: "r" to read, "s" to search, …
  std::span<const std::string_view> parameters;  // input parameters; others are refused
  Interaction run;
};

std::span<const Operation* const> operations();

// Problem: forbidden.
Result<void> check_scopes(const Operation& operation, const auth::Requester& requester,
                          std::string_view type);

}  // namespace handoff::rest
