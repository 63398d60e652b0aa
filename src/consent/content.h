// What a resource's codes say of its content, as far as today's decisions ask: is there a diagnosis of HIV?
#pragma once

#include <span>

#include "json/value.h"

namespace handoff::consent {

// ICD-10-CM B20, Z21, R75, O98.7, B97.35 (by prefix, dots and case ignored) at any depth of any of the resources.
bool holds_hiv(std::span<const json::Value> resources);

}  // namespace handoff::consent
