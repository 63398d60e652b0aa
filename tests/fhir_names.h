// Ids and references as tests write them: "p1"_id, "Patient/p1"_ref.
#pragma once

#include <cstddef>
#include <string_view>

#include "fhir/resource_id.h"

namespace handoff {

inline fhir::ResourceId operator""_id(const char* text, std::size_t size) {
  return fhir::ResourceId(std::string_view(text, size));
}
inline fhir::Reference operator""_ref(const char* text, std::size_t size) {
  return fhir::Reference(std::string_view(text, size));
}

}  // namespace handoff
