// What a FHIRPath expression works on: items, each a JSON value with its type, and collections of items.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::fhirpath {

// The System types. An Item has an R4 `type`, or null for a System value and for plain JSON (records of a
// mapping). Its `system` says which System type a literal or a computed value has.
enum class SystemType : std::uint8_t {
  none,
  boolean,
  string,
  integer,
  decimal,
  date,
  date_time,
  time,
  quantity
};

struct Item {
  json::Value value = {};
  const fhir::Type* type = nullptr;
  SystemType system = SystemType::none;
  json::Value extension_holder = {};  // a primitive's "_name" sibling, absent if there is none
};

using Collection = std::vector<Item>;

// Items from JSON: a resource (typed by its resourceType), a value of a given R4 type, a System value of
// plain JSON.
Item resource_item(json::Value resource, const fhir::Definitions& definitions = fhir::Definitions::r4());
Item typed_item(json::Value value, const fhir::Type* type);
Item system_item(json::Value value, SystemType type);

// Does a criterion hold? True for a non-empty collection that is not a single false (FHIRPath 2.0 section
// 5.1.1 of singleton evaluation).
bool is_true(const Collection& collection);
// A primitive's text ("1.50", "2024-06", "true"). Empty for complex items.
std::string to_text(const Item& item);
// The name as type().name gives it: "Patient", "boolean", "Boolean".
std::string_view type_name(const Item& item);

}  // namespace handoff::fhirpath
