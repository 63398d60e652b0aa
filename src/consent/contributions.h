// A Patient has every discloser that contributed to it; each element is marked with those that gave it. Who may hear from
// some of them sees only what these gave. Pure.
#pragma once

#include <span>
#include <string>

#include "json/value.h"

namespace handoff::consent {

// On every element of a Patient: the Organization that gave it.
inline constexpr std::string_view discloser_extension = "https://handoff.example.org/fhir/StructureDefinition/discloser";

// What any of `disclosers` ("Organization/ORG-ADV") gave, without the marks, and without meta and text. Closed by default:
// what carries nobody's mark was given by nobody that may release it.
json::Value given_by(json::Arena& arena, json::Value patient, std::span<const std::string> disclosers);

}  // namespace handoff::consent
