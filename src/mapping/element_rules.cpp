#include "mapping/element_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace handoff::mapping {
namespace {

bool is_primitive(const fhir::Type* type) { return type && type->kind == fhir::TypeKind::primitive; }

// Which primitives a column of a type becomes without loss. `string` stands for every text-like primitive.
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

}  // namespace

Target target_of(const fhir::Type* type) {
  if (!is_primitive(type)) return Target::any;
  if (type->name == "boolean") return Target::boolean;
  static constexpr std::string_view numbers[] = {"integer", "positiveInt", "unsignedInt", "decimal"};
  const bool is_number = std::find(std::begin(numbers), std::end(numbers), type->name) != std::end(numbers);
  return is_number ? Target::number : Target::text;
}

const fhir::Type* resource_type(const fhir::Definitions& definitions, json::Value object, const fhir::Type* type) {
  if (!type || !type->is_abstract) return nullptr;
  return definitions.find_resource(object["resourceType"].text());
}

std::string literal_flaw(json::Value literal, const Expected& expected) {
  if (!expected.type) return {};
  if (expected.position == Position::list) return fmt::format("{} is a list: it needs an array", expected.path);
  if (!is_primitive(expected.type))
    return fmt::format("{} is a {}, no {}", expected.path, expected.type->name,
                       literal.is_string() ? "string" : "primitive");
  const Target target = target_of(expected.type);
  const json::Type wanted = target == Target::number    ? json::Type::number
                            : target == Target::boolean ? json::Type::boolean
                                                        : json::Type::string;
  if (literal.type() != wanted) return fmt::format("{} is a {}", expected.path, expected.type->name);
  const bool has_codes = expected.element && expected.element->required_codes && expected.type->name == "code";
  if (has_codes && !expected.element->required_codes->contains(literal.text()))
    return fmt::format("\"{}\" is no code of {}", literal.text(), expected.path);
  return {};
}

std::string column_flaw(const Column& column, bool is_all, const Expected& expected) {
  if (!expected.type) return {};
  if (column.type == ColumnType::list && !is_all && expected.position == Position::single)
    return fmt::format("the column {} is a list, {} is none", column.path, expected.path);
  const Column& value = column.item.empty() ? column : column.item.front();
  for (const Conversion& conversion : conversions()) {
    if (conversion.from != value.type) continue;
    const std::string_view to =
        is_primitive(expected.type) && is_text_like(expected.type->name) ? "string" : expected.type->name;
    if (is_primitive(expected.type) && std::find(conversion.to.begin(), conversion.to.end(), to) != conversion.to.end())
      return {};
    return fmt::format("the column {} is a {}, {} is a {}", column.path, conversion.name, expected.path,
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
  return fmt::format("the expression gives {}, {} is a {}", types.front()->name, expected.path, expected.type->name);
}

}  // namespace handoff::mapping
