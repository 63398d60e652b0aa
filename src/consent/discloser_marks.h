// The marks on the elements of a Patient that say which Organization gave each (contracts: "people"). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

// On every element of a Patient: the Organization that gave it.
inline constexpr std::string_view discloser_extension = "https://handoff.example.org/fhir/StructureDefinition/discloser";

// `element`: an item of a list, a complex single element, or the sibling ("_birthDate") of a primitive one, absent or not. An Extension
// with a value carries its marks at the value, since R4 allows it no extensions (R4 Extension, ext-1).
bool is_marked(json::Value element);
// By any of `disclosers` ("Organization/ORG-ADV").
bool is_marked_by(json::Value element, std::span<const std::string> disclosers);
// With the mark of `discloser` ("Organization/ORG-ADV"), once.
json::Value marked(json::Arena& arena, json::Value element, const std::string& discloser);
// Without any mark.
json::Value unmarked(json::Arena& arena, json::Value element);

}  // namespace handoff::consent
