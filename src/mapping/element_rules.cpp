#include "mapping/element_rules.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "core/civil.h"
#include "core/number.h"
#include "mapping/patterns.h"

namespace handoff::mapping {
namespace {

bool is_primitive(const fhir::Type* type) { return type && type->kind == fhir::TypeKind::primitive; }

// The primitives that a column of a type converts to without loss. `string` stands for every text-like
// primitive.
struct Conversion {
  ColumnType from;
  std::string_view name;
  std::vector<std::string_view> to;
};

const std::vector<Conversion>& conversions() {
  static const std::vector<Conversion> all = {
      {ColumnType::string, "string", {"string"}},
      {ColumnType::code, "code", {"string"}},
      {ColumnType::date, "date", {"string", "date", "dateTime"}},
      {ColumnType::date_time, "dateTime", {"string", "dateTime", "instant"}},
      {ColumnType::time, "time", {"string", "time"}},
      {ColumnType::integer, "integer", {"string", "integer", "positiveInt", "unsignedInt", "decimal"}},
      {ColumnType::decimal, "decimal", {"string", "decimal"}},
      {ColumnType::boolean, "boolean", {"string", "boolean"}},
  };
  return all;
}

bool is_text_like(std::string_view primitive) {
  static constexpr std::string_view other[] = {"date",    "dateTime",    "instant",     "time",   "boolean",
                                               "integer", "positiveInt", "unsignedInt", "decimal"};
  return std::find(std::begin(other), std::end(other), primitive) == std::end(other);
}

// R4's own pattern of a primitive, compiled once for each. Null if it has none or RE2 does not support it.
const RE2* pattern_of(const fhir::Type& primitive) {
  static std::mutex mutex;
  static std::map<std::string_view, std::unique_ptr<RE2>> all;
  const std::lock_guard hold(mutex);
  auto [found, is_new] = all.try_emplace(primitive.name);
  if (is_new && !primitive.pattern.empty())
    found->second = std::make_unique<RE2>(primitive.pattern, RE2::Quiet);
  return found->second && found->second->ok() ? found->second.get() : nullptr;
}

bool is_whole_number(std::string_view name) {
  return name == "integer" || name == "positiveInt" || name == "unsignedInt";
}

bool is_in_range(std::string_view name, std::string_view text) {
  const auto number = parse_number<std::int32_t>(text);
  const std::int32_t least = name == "integer" ? INT32_MIN : name == "positiveInt" ? 1 : 0;
  return number && *number >= least;
}

bool is_moment(std::string_view name) { return name == "date" || name == "dateTime" || name == "instant"; }

bool is_reference(const Expected& expected) {
  return expected.element && expected.element->name == "reference" && expected.path.ends_with(".reference");
}

std::string form_flaw(std::string_view value, const Expected& expected) {
  if (!is_primitive(expected.type) || has_form(*expected.type, value)) return {};
  return fmt::format("\"{}\" is not a valid {}, the type of {}", value, expected.type->name, expected.path);
}

// A day without a time is not an instant.
std::string day_flaw(const Column& column, const Expected& expected) {
  for (const std::string& pattern : column.patterns)
    if (!has_time(pattern))
      return fmt::format("the pattern \"{}\" of the column {} has no time, but {} is an instant", pattern,
                         column.path, expected.path);
  return {};
}

}  // namespace

bool has_form(const fhir::Type& primitive, std::string_view text) {
  if (is_whole_number(primitive.name)) return is_in_range(primitive.name, text);
  if (const RE2* pattern = pattern_of(primitive); pattern && !RE2::FullMatch(text, *pattern)) return false;
  return !is_moment(primitive.name) || span_of(text).has_value();
}

std::string value_flaw(std::string_view value, const Expected& expected) {
  const bool is_code = expected.type && expected.type->name == "code" && expected.element;
  const fhir::ValueSet* codes = !is_code         ? nullptr
                                : expected.bound ? expected.bound
                                                 : expected.element->required_codes;
  if (codes && !codes->contains(value)) return fmt::format("\"{}\" is no code of {}", value, expected.path);
  if (is_reference(expected) && value.find_first_of(" \t\r\n") != value.npos)
    return fmt::format("\"{}\" has white space, which {} may not have", value, expected.path);
  return form_flaw(value, expected);
}

Target target_of(const fhir::Type* type) {
  if (!is_primitive(type)) return Target::any;
  if (type->name == "boolean") return Target::boolean;
  static constexpr std::string_view numbers[] = {"integer", "positiveInt", "unsignedInt", "decimal"};
  const bool is_number = std::find(std::begin(numbers), std::end(numbers), type->name) != std::end(numbers);
  return is_number ? Target::number : Target::text;
}

const fhir::Type* resource_type(const fhir::Definitions& definitions, json::Value object,
                                const fhir::Type* type) {
  if (!type || !type->is_abstract) return nullptr;
  return definitions.find_resource(object["resourceType"].text());
}

std::string literal_flaw(json::Value literal, const Expected& expected) {
  if (!expected.type) return {};
  if (expected.position == Position::list)
    return fmt::format("{} is a list: it needs an array", expected.path);
  if (!is_primitive(expected.type))
    return fmt::format("{} is a {}, not a {}", expected.path, expected.type->name,
                       literal.is_string() ? "string" : "primitive");
  const Target target = target_of(expected.type);
  const json::Type wanted = target == Target::number    ? json::Type::number
                            : target == Target::boolean ? json::Type::boolean
                                                        : json::Type::string;
  if (literal.type() != wanted) return fmt::format("{} is a {}", expected.path, expected.type->name);
  return target == Target::boolean || literal.size() == 0 ? std::string()
                                                          : value_flaw(literal.text(), expected);
}

std::string column_flaw(const Column& column, bool is_all, const Expected& expected) {
  if (!expected.type) return {};
  if (column.type == ColumnType::list && !is_all && expected.position == Position::single)
    return fmt::format("the column {} is a list, but {} is not", column.path, expected.path);
  const Column& value = column.item.empty() ? column : column.item.front();
  for (const Conversion& conversion : conversions()) {
    if (conversion.from != value.type) continue;
    const std::string_view to =
        is_primitive(expected.type) && is_text_like(expected.type->name) ? "string" : expected.type->name;
    if (is_primitive(expected.type) &&
        std::find(conversion.to.begin(), conversion.to.end(), to) != conversion.to.end())
      return expected.type->name == "instant" ? day_flaw(value, expected) : std::string();
    return fmt::format("the column {} is a {}, but {} is a {}", column.path, conversion.name, expected.path,
                       expected.type->name);
  }
  return {};
}

std::string result_flaw(std::span<const fhir::Type* const> types, const Expected& expected) {
  if (!expected.type || types.empty() || expected.type->is_abstract) return {};
  const bool any_fits = std::any_of(types.begin(), types.end(), [&](const fhir::Type* type) {
    return is_primitive(expected.type) ? is_primitive(type) : type->is_a(*expected.type);
  });
  if (any_fits) return {};
  return fmt::format("the expression gives {}, but {} is a {}", types.front()->name, expected.path,
                     expected.type->name);
}

}  // namespace handoff::mapping
