// The code systems that consent decisions use, and two small trees: of purposes and of sensitivities.
#pragma once

#include <string_view>

namespace handoff::consent {

inline constexpr std::string_view act_code = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view act_reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
inline constexpr std::string_view confidentiality =
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
inline constexpr std::string_view consent_scope = "http://terminology.hl7.org/CodeSystem/consentscope";
inline constexpr std::string_view our_systems = "https://handoff.example.org/fhir/CodeSystem/";
inline constexpr std::string_view sensitivity_system =
    "https://handoff.example.org/fhir/CodeSystem/sensitivity";
inline constexpr std::string_view category_system =
    "https://handoff.example.org/fhir/CodeSystem/consent-category";
inline constexpr std::string_view extension_base = "https://handoff.example.org/fhir/StructureDefinition/";

inline constexpr std::string_view part2_category = "42CFRPart2CD";
inline constexpr std::string_view hiv_category = "ma-hiv-release";

// Does a permission for `ancestor` cover the purpose `code`? The tree of purposes has cuts: TREAT does not
// cover break-glass, and HOPERAT does not cover legal proceedings.
bool purpose_covers(std::string_view ancestor, std::string_view code);

// Does a denial for `ancestor` cover the purpose `code`? This is the same tree without cuts.
bool purpose_is_within(std::string_view ancestor, std::string_view code);

// Is the sensitivity `ancestor` itself or below it? MH < SPI, OPIOIDUD < SUD, CORI < JI, …
bool sensitivity_covers(std::string_view ancestor, std::string_view code);

// Is the code in the tree?
bool is_purpose(std::string_view code);
bool is_sensitivity(std::string_view code);
int confidentiality_rank(std::string_view code);  // U 0 … V 5; any other: -1

}  // namespace handoff::consent
