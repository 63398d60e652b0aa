#include "search/parameter_type.h"

#include <algorithm>

namespace handoff::search {
namespace {

// In the order of fhir::SearchType.
constexpr const ParameterType* types[] = {&number_type,   &date_type,      &string_type,
                                          &token_type,    &reference_type, nullptr,
                                          &quantity_type, &uri_type,       nullptr};

std::uint64_t hash_of(const KeyRange& range) { return std::get<HashKey>(range).hash; }

}  // namespace

const ParameterType* parameter_type(fhir::SearchType type) { return types[std::size_t(type)]; }

const Modifier* ParameterType::find(std::string_view modifier, const fhir::Definitions& definitions) const {
  for (const Modifier& known : modifiers)
    if (known.name == modifier ||
        (known.name == Modifier::resource_type && definitions.find_resource(modifier)))
      return &known;
  return nullptr;
}

Result<Condition> test_of(const ParameterContext& context, Values values, ReadValue read) {
  ParameterTest test{parameter_type(context.parameter.type)->index,
                     parameter_key(context.definitions, context.type, context.parameter),
                     std::string(context.name)};
  for (const std::string_view value : values)
    if (auto added = read(context, value, test.ranges); !added) return added.error();
  if (std::all_of(test.ranges.begin(), test.ranges.end(),
                  [](const KeyRange& one) { return std::holds_alternative<HashKey>(one); })) {
    std::sort(test.ranges.begin(), test.ranges.end(),
              [](const KeyRange& a, const KeyRange& b) { return hash_of(a) < hash_of(b); });
    const auto same = [](const KeyRange& a, const KeyRange& b) { return hash_of(a) == hash_of(b); };
    test.ranges.erase(std::unique(test.ranges.begin(), test.ranges.end(), same), test.ranges.end());
  }
  return Condition{std::move(test)};
}

}  // namespace handoff::search
