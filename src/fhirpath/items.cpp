#include "fhirpath/items.h"

#include <array>

namespace handoff::fhirpath {
namespace {

constexpr std::array<std::string_view, 9> system_names = {"",     "Boolean",  "String", "Integer", "Decimal",
                                                          "Date", "DateTime", "Time",   "Quantity"};

SystemType kind_of_json(json::Value value) {
  switch (value.type()) {
    case json::Type::boolean: return SystemType::boolean;
    case json::Type::string: return SystemType::string;
    case json::Type::number:
      return value.text().find_first_of(".eE") == std::string_view::npos ? SystemType::integer
                                                                         : SystemType::decimal;
    default: return SystemType::none;
  }
}

bool is_quantity(const fhir::Type* type) {
  for (; type; type = type->base)
    if (type->name == "Quantity") return true;
  return false;
}

Item item_of(json::Value value, SystemType kind) { return {.value = value, .system = kind}; }

}  // namespace

SystemType kind_of_primitive(std::string_view name) {
  if (name.empty()) return SystemType::none;
  switch (name[0]) {  // hot: every comparison calls this
    case 'b': return name == "boolean" ? SystemType::boolean : SystemType::string;
    case 'd':
      return name == "date"       ? SystemType::date
             : name == "dateTime" ? SystemType::date_time
                                  : SystemType::decimal;
    case 'i':
      return name == "integer"   ? SystemType::integer
             : name == "instant" ? SystemType::date_time
                                 : SystemType::string;
    case 'p': return SystemType::integer;
    case 't': return SystemType::time;
    case 'u': return name == "unsignedInt" ? SystemType::integer : SystemType::string;
    default: return name[0] >= 'A' && name[0] <= 'Z' ? SystemType::none : SystemType::string;
  }
}

SystemType kind_of(const Item& item) {
  if (item.system != SystemType::none) return item.system;
  if (!item.type) return kind_of_json(item.value);
  if (item.type->kind == fhir::TypeKind::primitive) {
    if (item.value.type() <= json::Type::null) return SystemType::none;
    return kind_of_primitive(item.type->name);
  }
  return is_quantity(item.type) ? SystemType::quantity : SystemType::none;
}

bool is_temporal(SystemType kind) {
  return kind == SystemType::date || kind == SystemType::date_time || kind == SystemType::time;
}

bool is_numeric(SystemType kind) { return kind == SystemType::integer || kind == SystemType::decimal; }

std::string_view system_name(SystemType kind) { return system_names[std::size_t(kind)]; }

SystemType system_named(std::string_view name) {
  for (std::size_t i = 1; i < system_names.size(); ++i)
    if (system_names[i] == name) return SystemType(i);
  return SystemType::none;
}

std::optional<std::string_view> characters(const Item& item) {
  if (!item.value.is_string()) return std::nullopt;
  return item.value.text();
}

std::optional<Decimal> number(const Item& item) {
  if (!item.value.is_number()) return std::nullopt;
  return Decimal::parse(item.value.text());
}

std::optional<Temporal> temporal(const Item& item) {
  const SystemType kind = kind_of(item);
  if (!is_temporal(kind) || !item.value.is_string()) return std::nullopt;
  return Temporal::parse(item.value.text(), kind);
}

std::optional<Quantity> quantity(const Item& item) {
  const SystemType kind = kind_of(item);
  if (is_numeric(kind)) {
    const auto value = number(item);
    return value ? std::optional(Quantity{*value, "1", false}) : std::nullopt;
  }
  if (kind != SystemType::quantity) return std::nullopt;
  const auto value = Decimal::parse(item.value["value"].text());
  if (!value) return std::nullopt;
  const std::string_view code = item.value["code"].text(), unit = item.value["unit"].text();
  const bool calendar = item.system == SystemType::quantity && !item.value["system"];
  if (code.empty() && unit.empty()) return Quantity{*value, "1", false};
  return Quantity{*value, code.empty() ? unit : code, calendar};
}

Item boolean_item(bool truth) { return item_of(json::Arena::boolean(truth), SystemType::boolean); }
Item text_item(json::Arena& arena, std::string_view text) {
  return item_of(arena.string(text), SystemType::string);
}
Item integer_item(json::Arena& arena, std::int64_t value) {
  return item_of(arena.integer(value), SystemType::integer);
}
Item decimal_item(json::Arena& arena, Decimal value) {
  return item_of(arena.number(value.to_string()), SystemType::decimal);
}
Item temporal_item(json::Arena& arena, const Temporal& value) {
  return item_of(arena.string(value.to_string()), value.kind);
}

Item quantity_item(json::Arena& arena, const Quantity& quantity) {
  const json::Value unit = arena.string(quantity.unit);
  const json::Value system = json::Arena::borrow("http://unitsofmeasure.org");
  const json::Member members[] = {{"value", arena.number(quantity.value.to_string())},
                                  {"unit", unit},
                                  {"code", unit},
                                  {"system", system}};
  return item_of(arena.object_of(std::span(members).first(quantity.calendar ? 3 : 4)), SystemType::quantity);
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  const auto value = Decimal::parse(text.substr(0, end));
  if (!value) return std::nullopt;
  std::string_view unit = text.substr(end);
  const std::size_t first = unit.find_first_not_of(" \t\r\n");
  if (unit.empty()) return Quantity{*value, "1", false};
  unit = unit.substr(std::min(first, unit.size()));
  if (unit.size() > 2 && unit.front() == '\'' && unit.find('\'', 1) == unit.size() - 1)
    return Quantity{*value, unit.substr(1, unit.size() - 2), false};
  const std::string_view calendar = calendar_unit(unit);
  if (calendar.empty()) return std::nullopt;
  return Quantity{*value, calendar, true};
}

}  // namespace handoff::fhirpath
