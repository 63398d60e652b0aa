// The marks on the elements of a Patient. Each mark names the Organization that gave the element (contracts:
// "people"). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

// The extension on every element of a Patient that names the Organization that gave it.
inline constexpr std::string_view discloser_extension =
    "https://handoff.example.org/fhir/StructureDefinition/discloser";

// `element`: an item of a list, a complex single element, or the sibling ("_birthDate") of a primitive one,
// which may be absent. An Extension with a value carries its marks at the value, because R4 allows it no
// extensions (R4 Extension, ext-1).
bool is_marked(json::Value element);
// Is it marked by any of `disclosers` ("Organization/ORG-ADV")?
bool is_marked_by(json::Value element, std::span<const std::string> disclosers);
// The element with the mark of `discloser` ("Organization/ORG-ADV"), once.
json::Value marked(json::Arena& arena, json::Value element, const std::string& discloser);
// The element without any mark.
json::Value unmarked(json::Arena& arena, json::Value element);

}  // namespace handoff::consent
