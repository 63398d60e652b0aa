// Items as System values: FHIR primitives and Quantities convert to them implicitly (R4 "fhirpath").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fhirpath/decimal.h"
#include "fhirpath/expression.h"
#include "fhirpath/temporal.h"
#include "fhirpath/units.h"

namespace handoff::fhirpath {

// The System type that the item's value has or converts to. None for complex items and for primitives without
// a value.
SystemType kind_of(const Item& item);
SystemType kind_of_primitive(std::string_view fhir_name);  // "code" → string; none for a complex type
bool is_temporal(SystemType kind);
bool is_numeric(SystemType kind);
std::string_view system_name(SystemType kind);  // "Boolean"
SystemType system_named(std::string_view name);

// Text of strings and dates. Nothing for other items.
std::optional<std::string_view> characters(const Item& item);
std::optional<Decimal> number(const Item& item);
std::optional<Temporal> temporal(const Item& item);

std::optional<Quantity> quantity(const Item& item);  // also of numbers: unit "1"

Item boolean_item(bool truth);
Item text_item(json::Arena& arena, std::string_view text);
Item integer_item(json::Arena& arena, std::int64_t value);
Item decimal_item(json::Arena& arena, Decimal value);
Item temporal_item(json::Arena& arena, const Temporal& value);
Item quantity_item(json::Arena& arena, const Quantity& value);

// "4.5 'mg'", "1 week", "3", "3 days"; nothing if malformed. The unit is a view into `text`.
std::optional<Quantity> parse_quantity(std::string_view text);

}  // namespace handoff::fhirpath
