// A resource seen as a tree of typed elements: a value, its R4 type, the sibling that carries its extensions, and where it is.
// What does not have the form of R4 is passed over: structure.cpp tells of it.
#pragma once

#include <functional>
#include <vector>

#include "fhirpath/expression.h"
#include "validation/findings.h"

namespace handoff::validation {

struct At {
  fhirpath::Item item;
  Path path;  // refers to the path of the element above, which must stay

  const fhir::Type& type() const { return *item.type; }
  bool is_primitive() const { return item.type->kind == fhir::TypeKind::primitive; }
  // Its members: of a primitive those of the sibling.
  json::Value members() const { return is_primitive() ? item.extension_holder : item.value; }
};

using Visit = std::function<void(const At& child, const fhir::Element& element)>;
void for_each_child(const At& at, const fhir::Definitions& definitions, const Visit& visit);
// By FHIRPath name: "value" gives whichever value[x] there is.
std::vector<At> children_of(const At& at, std::string_view name, const fhir::Definitions& definitions);
// A resource as a place of its own; its type is null if R4 has none of that name.
At resource_at(json::Value resource, const Path& path, const fhir::Definitions& definitions);

}  // namespace handoff::validation
