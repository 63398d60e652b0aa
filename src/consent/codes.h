// The code systems of consent decisions, and the two small trees that they are read with.
#pragma once

#include <string_view>

namespace handoff::consent {

inline constexpr std::string_view act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view act_reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
inline constexpr std::string_view confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
inline constexpr std::string_view consent_scope = "http://terminology.hl7.org/CodeSystem/consentscope";
inline constexpr std::string_view our_systems = "https://handoff.example.org/fhir/CodeSystem/";
inline constexpr std::string_view sensitivity_system = "https://handoff.example.org/fhir/CodeSystem/sensitivity";
inline constexpr std::string_view category_system = "https://handoff.example.org/fhir/CodeSystem/consent-category";
inline constexpr std::string_view extension_base = "https://handoff.example.org/fhir/StructureDefinition/";

inline constexpr std::string_view part2_category = "42CFRPart2CD";
inline constexpr std::string_view hiv_category = "ma-hiv-release";

// Is `code` covered by `ancestor` in the tree of purposes, for a permission: the tree with its cuts (break-glass is not
// covered by treatment, legal proceedings not by operations).
bool purpose_covers(std::string_view ancestor, std::string_view code);

// The same for a denial: the tree without its cuts.
bool purpose_is_within(std::string_view ancestor, std::string_view code);

// Is a sensitivity the ancestor or below it: MH < SPI, OPIOIDUD < SUD, CORI < JI, …
bool sensitivity_covers(std::string_view ancestor, std::string_view code);

// Known parents; false for codes that the two trees do not name.
bool is_purpose(std::string_view code);
bool is_sensitivity(std::string_view code);
int confidentiality_rank(std::string_view code);  // U 0 … V 5; -1 for any other

}  // namespace handoff::consent
