// What a resource says of its content, in codes and in words, as far as today's decisions ask: does it speak of HIV?
#pragma once

#include <span>

#include "json/value.h"

namespace handoff::consent {

// At any depth of any of the resources, `meta` and who it is about apart: ICD-10-CM B20, Z21, R75, O98.7, B97.35 (by prefix,
// dots and case ignored), the SNOMED CT and LOINC codes of the infection and its tests, or the words "HIV" and
// "antiretroviral" in what people read (text, title, description, note, display), in any case.
bool holds_hiv(std::span<const json::Value> resources);

}  // namespace handoff::consent
