// Primitive values (R4 "datatypes"): the JSON type of each, its format, and a check that dates are real days.
#pragma once

#include <string_view>

#include "json/value.h"

namespace handoff::validation {

using PrimitiveCheck = bool (*)(std::string_view text);

struct Primitive {
  json::Type json_type = json::Type::string;
  std::string_view expected;          // "a date as YYYY, YYYY-MM or YYYY-MM-DD": the end of a sentence
  PrimitiveCheck is_valid = nullptr;  // of the text of a number or string; null: any
  bool may_be_urn = false;            // also check has_urn_form(), which no R4 pattern covers
};

// False for an OID or UUID that is not written as a URN, and for a malformed OID or UUID in a URN.
bool has_urn_form(std::string_view uri);

// Null if there is no primitive of this name.
const Primitive* find_primitive(std::string_view type);

}  // namespace handoff::validation
