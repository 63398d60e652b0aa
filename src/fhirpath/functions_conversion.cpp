// Conversions (FHIRPath 2.0 section 5.5). toX() and convertsToX() share one function.
#include "core/text.h"
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

using Converted = std::optional<Item>;
using Conversion = Converted (*)(json::Arena& arena, const Item& item);

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return result;
}

Converted to_boolean(json::Arena&, const Item& item) {
  if (item.value.is_boolean()) return boolean_item(item.value.truth());
  if (const auto value = number(item)) {
    if (Decimal::compare(*value, Decimal(1)) == 0) return boolean_item(true);
    return value->is_zero() ? Converted(boolean_item(false)) : std::nullopt;
  }
  const auto text = characters(item);
  if (!text || kind_of(item) != SystemType::string) return std::nullopt;
  const std::string word = lowered(*text);
  for (const std::string_view yes : {"true", "t", "yes", "y", "1", "1.0"})
    if (word == yes) return boolean_item(true);
  for (const std::string_view no : {"false", "f", "no", "n", "0", "0.0"})
    if (word == no) return boolean_item(false);
  return std::nullopt;
}

Converted to_integer(json::Arena& arena, const Item& item) {
  if (item.value.is_boolean()) return integer_item(arena, item.value.truth() ? 1 : 0);
  const SystemType kind = kind_of(item);
  if (kind != SystemType::integer && kind != SystemType::string) return std::nullopt;
  const std::string_view text = item.value.text();
  if (text.find_first_not_of("+-0123456789") != std::string_view::npos) return std::nullopt;
  const auto value = Decimal::parse(text);
  const auto whole = value ? value->to_integer() : std::nullopt;
  return whole ? Converted(integer_item(arena, *whole)) : std::nullopt;
}

Decimal decimal_of(bool truth) { return *Decimal::parse(truth ? "1.0" : "0.0"); }

Converted to_decimal(json::Arena& arena, const Item& item) {
  if (item.value.is_boolean()) return decimal_item(arena, decimal_of(item.value.truth()));
  const SystemType kind = kind_of(item);
  if (!is_numeric(kind) && kind != SystemType::string) return std::nullopt;
  const std::string_view text = item.value.text();
  if (text.find_first_of("eE") != std::string_view::npos && kind == SystemType::string) return std::nullopt;
  const auto value = Decimal::parse(text);
  return value ? Converted(decimal_item(arena, *value)) : std::nullopt;
}

Converted to_string_item(json::Arena& arena, const Item& item) {
  const SystemType kind = kind_of(item);
  if (kind == SystemType::none) return std::nullopt;
  if (kind != SystemType::quantity) return text_item(arena, to_text(item));
  const auto q = quantity(item);
  if (!q) return std::nullopt;
  const std::string quote = q->calendar ? "" : "'";
  return text_item(arena, q->value.to_string() + " " + quote + std::string(q->unit) + quote);
}

// Text of the item if it is a string or of one of the two kinds.
std::optional<std::string_view> text_for(const Item& item, SystemType a, SystemType b) {
  const SystemType kind = kind_of(item);
  if (kind != SystemType::string && kind != a && kind != b) return std::nullopt;
  return characters(item);
}

Converted to_date(json::Arena& arena, const Item& item) {
  const auto text = text_for(item, SystemType::date, SystemType::date_time);
  auto value = text ? Temporal::parse(*text, SystemType::date_time) : std::nullopt;
  if (!value) return std::nullopt;
  value->kind = SystemType::date;
  value->offset_minutes.reset();
  if (value->precision > Precision::day) value->precision = Precision::day;
  return temporal_item(arena, *value);
}

Converted to_date_time(json::Arena& arena, const Item& item) {
  const auto text = text_for(item, SystemType::date, SystemType::date_time);
  const auto value = text ? Temporal::parse(*text, SystemType::date_time) : std::nullopt;
  return value ? Converted(temporal_item(arena, *value)) : std::nullopt;
}

Converted to_time(json::Arena& arena, const Item& item) {
  const auto text = text_for(item, SystemType::time, SystemType::time);
  const auto value = text ? Temporal::parse(*text, SystemType::time) : std::nullopt;
  return value ? Converted(temporal_item(arena, *value)) : std::nullopt;
}

Converted to_quantity(json::Arena& arena, const Item& item) {
  if (item.value.is_boolean()) return quantity_item(arena, {decimal_of(item.value.truth()), "1"});
  if (kind_of(item) == SystemType::string) {
    const auto value = parse_quantity(item.value.text());
    return value ? Converted(quantity_item(arena, *value)) : std::nullopt;
  }
  const auto value = quantity(item);
  return value ? Converted(quantity_item(arena, *value)) : std::nullopt;
}

// With a unit as argument, converts to that unit, or gives nothing. A calendar unit in words means the
// calendar unit.
bool in_unit(const Call& call, Converted& result) {
  std::string_view unit;
  if (!argument_text(call, 0, unit)) {
    result.reset();
    return nothing(call);
  }
  const std::string_view calendar = calendar_unit(unit);
  const auto value = converted(*quantity(*result), calendar.empty() ? unit : calendar, !calendar.empty());
  result = value ? Converted(quantity_item(call.arena(),
                                           {*value, calendar.empty() ? unit : calendar, !calendar.empty()}))
                 : std::nullopt;
  return true;
}

bool convert_single(const Call& call, Conversion conversion, Converted& result) {
  if (call.input.size() > 1) return call.fail(call.step.name + "() takes one item");
  result = conversion(call.arena(), call.input[0]);
  return !result || call.step.children.empty() || in_unit(call, result);
}

template <Conversion Function>
bool convert(const Call& call) {
  if (call.input.empty()) return true;
  Converted result;
  if (!convert_single(call, Function, result)) return false;
  return !result || call.give(*result);
}

template <Conversion Function>
bool converts(const Call& call) {
  if (call.input.empty()) return true;
  Converted result;
  return convert_single(call, Function, result) && call.give(result.has_value());
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"toBoolean", 0, 0, 0, any, Gives::boolean, convert<to_boolean>},
    {"convertsToBoolean", 0, 0, 0, any, Gives::boolean, converts<to_boolean>},
    {"toInteger", 0, 0, 0, any, Gives::integer, convert<to_integer>},
    {"convertsToInteger", 0, 0, 0, any, Gives::boolean, converts<to_integer>},
    {"toDecimal", 0, 0, 0, any, Gives::decimal, convert<to_decimal>},
    {"convertsToDecimal", 0, 0, 0, any, Gives::boolean, converts<to_decimal>},
    {"toString", 0, 0, 0, any, Gives::string, convert<to_string_item>},
    {"convertsToString", 0, 0, 0, any, Gives::boolean, converts<to_string_item>},
    {"toDate", 0, 0, 0, any, Gives::date, convert<to_date>},
    {"convertsToDate", 0, 0, 0, any, Gives::boolean, converts<to_date>},
    {"toDateTime", 0, 0, 0, any, Gives::date_time, convert<to_date_time>},
    {"convertsToDateTime", 0, 0, 0, any, Gives::boolean, converts<to_date_time>},
    {"toTime", 0, 0, 0, any, Gives::time, convert<to_time>},
    {"convertsToTime", 0, 0, 0, any, Gives::boolean, converts<to_time>},
    {"toQuantity", 0, 1, 0, any, Gives::quantity, convert<to_quantity>},
    {"convertsToQuantity", 0, 1, 0, any, Gives::boolean, converts<to_quantity>},
};

}  // namespace

std::span<const Builtin> conversion_functions() { return table; }

}  // namespace handoff::fhirpath
