// The filters of a value set (R4 "valueset-filter-operator"), each a row of a table.
#include <re2/re2.h>

#include <algorithm>

#include "core/text.h"
#include "terminology/terminology.h"

namespace handoff::terminology {
namespace {

using Answer = std::optional<bool>;

Answer is_a(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const Concept* const above = system.find(filter.value);
  return above && system.subsumes(*above, item);
}

Answer descends(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const Concept* const above = system.find(filter.value);
  return above && above != &item && system.subsumes(*above, item);
}

Answer is_not_a(const CodeSystem& system, const Concept& item, const Filter& filter) { return !*is_a(system, item, filter); }

Answer generalizes(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const Concept* const below = system.find(filter.value);
  return below && system.subsumes(item, *below);
}

Answer equals(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const auto values = system.property(item, filter.property);
  return std::find(values.begin(), values.end(), filter.value) != values.end();
}

bool is_one_of(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const auto values = system.property(item, filter.property);
  const auto wanted = split(filter.value, ',');
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](std::string_view one) { return std::find(values.begin(), values.end(), trim(one)) != values.end(); });
}

Answer in(const CodeSystem& system, const Concept& item, const Filter& filter) { return is_one_of(system, item, filter); }
Answer not_in(const CodeSystem& system, const Concept& item, const Filter& filter) { return !is_one_of(system, item, filter); }

Answer exists(const CodeSystem& system, const Concept& item, const Filter& filter) {
  return system.property(item, filter.property).empty() == (filter.value == "false");
}

Answer fits(const CodeSystem& system, const Concept& item, const Filter& filter) {
  const RE2 pattern(filter.value, RE2::Quiet);
  if (!pattern.ok()) return std::nullopt;
  const auto values = system.property(item, filter.property);
  return std::any_of(values.begin(), values.end(), [&](std::string_view value) { return RE2::FullMatch(value, pattern); });
}

struct Operator {
  std::string_view name;
  Answer (*holds)(const CodeSystem&, const Concept&, const Filter&);
};
constexpr Operator operators[] = {
    {"is-a", is_a},     {"descendent-of", descends}, {"is-not-a", is_not_a}, {"generalizes", generalizes}, {"=", equals}, {"in", in},
    {"not-in", not_in}, {"exists", exists},          {"regex", fits}};

}  // namespace

Answer satisfies(const CodeSystem& system, const Concept& item, const Filter& filter) {
  for (const Operator& one : operators)
    if (one.name == filter.op) return one.holds(system, item, filter);
  return std::nullopt;
}

}  // namespace handoff::terminology
