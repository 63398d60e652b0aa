// What a template may put into an element of R4. It checks literals, columns and slots against types,
// cardinality and fixed codes.
#pragma once

#include <string>

#include "mapping/template_compiler.h"

namespace handoff::mapping {

// The resource type that an object literal names, if `type` is abstract (contained, Resource). Otherwise
// null.
const fhir::Type* resource_type(const fhir::Definitions& definitions, json::Value object,
                                const fhir::Type* type);

// What is wrong with a literal at this place. Empty if nothing.
std::string literal_flaw(json::Value literal, const Expected& expected);

// What is wrong with a text that a slot gives at this place. Empty if nothing.
std::string value_flaw(std::string_view value, const Expected& expected);

// True if a text can be a value of the primitive type. "1990-02-30" is no date.
bool has_form(const fhir::Type& primitive, std::string_view text);

// What is wrong with a slot that gives this column, or a value of one of these types. Empty if nothing.
std::string column_flaw(const Column& column, bool is_all, const Expected& expected);
std::string result_flaw(std::span<const fhir::Type* const> types, const Expected& expected);

// The JSON type that a primitive element needs.
Target target_of(const fhir::Type* type);

}  // namespace handoff::mapping
