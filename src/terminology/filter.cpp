// The filters of a value set (R4 "valueset-filter-operator"), each a row of a table.
#include <re2/re2.h>

#include <algorithm>

#include "core/text.h"
#include "terminology/terminology.h"

namespace handoff::terminology {
namespace {

using Made = std::optional<Condition>;

constexpr std::size_t pattern_bytes_max = 1u << 20;  // of a regular expression's program

bool nobody(const Concept&) { return false; }

Made is_a(const CodeSystem& system, const Filter& filter) {
  const Concept* const above = system.find(filter.value);
  if (!above) return nobody;
  return [&system, above](const Concept& item) { return system.subsumes(*above, item); };
}

Made descends(const CodeSystem& system, const Filter& filter) {
  const Concept* const above = system.find(filter.value);
  if (!above) return nobody;
  return [&system, above](const Concept& item) { return above != &item && system.subsumes(*above, item); };
}

Made is_not_a(const CodeSystem& system, const Filter& filter) {
  return [below = *is_a(system, filter)](const Concept& item) { return !below(item); };
}

Made generalizes(const CodeSystem& system, const Filter& filter) {
  const Concept* const below = system.find(filter.value);
  if (!below) return nobody;
  return [&system, below](const Concept& item) { return system.subsumes(item, *below); };
}

Made equals(const CodeSystem& system, const Filter& filter) {
  return [&](const Concept& item) {
    const auto values = system.property(item, filter.property);
    return std::find(values.begin(), values.end(), filter.value) != values.end();
  };
}

Made in(const CodeSystem& system, const Filter& filter) {
  std::vector<std::string_view> wanted = split(filter.value, ',');
  for (std::string_view& one : wanted) one = trim(one);
  return [&system, &filter, wanted](const Concept& item) {
    const auto values = system.property(item, filter.property);
    return std::find_first_of(values.begin(), values.end(), wanted.begin(), wanted.end()) != values.end();
  };
}

Made not_in(const CodeSystem& system, const Filter& filter) {
  return [inside = *in(system, filter)](const Concept& item) { return !inside(item); };
}

Made exists(const CodeSystem& system, const Filter& filter) {
  return [&](const Concept& item) {
    return system.property(item, filter.property).empty() == (filter.value == "false");
  };
}

Made fits(const CodeSystem& system, const Filter& filter) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(pattern_bytes_max);
  const auto pattern = std::make_shared<const RE2>(filter.value, options);
  if (!pattern->ok()) return std::nullopt;
  return [&system, &filter, pattern](const Concept& item) {
    const auto values = system.property(item, filter.property);
    return std::any_of(values.begin(), values.end(),
                       [&](std::string_view value) { return RE2::FullMatch(value, *pattern); });
  };
}

struct Operator {
  std::string_view name;
  Made (*make)(const CodeSystem&, const Filter&);
};
constexpr Operator operators[] = {{"is-a", is_a},         {"descendent-of", descends},
                                  {"is-not-a", is_not_a}, {"generalizes", generalizes},
                                  {"=", equals},          {"in", in},
                                  {"not-in", not_in},     {"exists", exists},
                                  {"regex", fits}};

}  // namespace

std::optional<Condition> condition_of(const CodeSystem& system, const Filter& filter) {
  // An empty set would be a wrong answer.
  if (!system.knows_property(filter.property)) return std::nullopt;
  for (const Operator& one : operators)
    if (one.name == filter.op) return one.make(system, filter);
  return std::nullopt;
}

}  // namespace handoff::terminology
