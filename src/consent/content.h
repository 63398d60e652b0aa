// What a resource says in its codes and words, as far as decisions need it today: does it speak of HIV?
#pragma once

#include <span>

#include "json/value.h"

namespace handoff::consent {

// Looks at every depth of all the resources, except in `meta` and `subject`. It finds ICD-10-CM B20, Z21,
// R75, O98.7 and B97.35 (by prefix; dots and case do not matter), and the SNOMED CT and LOINC codes of the
// infection and its tests. It also finds the words "HIV" and "antiretroviral", in any case, in what people
// read (text, title, description, note, display).
bool holds_hiv(std::span<const json::Value> resources);

}  // namespace handoff::consent
