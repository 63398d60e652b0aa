// A resource as a tree of typed elements. Each has its value, its R4 type, the sibling with its extensions,
// and its path. Parts without R4's form are skipped, because structure.cpp reports them.
#pragma once

#include <functional>
#include <vector>

#include "fhirpath/expression.h"
#include "validation/findings.h"

namespace handoff::validation {

struct At {
  fhirpath::Item item;
  Path path;  // points to the path of the element above, which must stay alive

  const fhir::Type& type() const { return *item.type; }
  bool is_primitive() const { return item.type->kind == fhir::TypeKind::primitive; }
  // Its members. For a primitive: those of the sibling.
  json::Value members() const { return is_primitive() ? item.extension_holder : item.value; }
};

using Visit = std::function<void(const At& child, const fhir::Element& element)>;
void for_each_child(const At& at, const fhir::Definitions& definitions, const Visit& visit);
// By FHIRPath name: "value" gives the value[x] that is present.
std::vector<At> children_of(const At& at, std::string_view name, const fhir::Definitions& definitions);
// A resource as a place of its own. The type is null if R4 has no type of that name.
At resource_at(json::Value resource, const Path& path, const fhir::Definitions& definitions);

}  // namespace handoff::validation
