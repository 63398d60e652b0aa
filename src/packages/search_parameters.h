// The search parameters of a package (R4 "searchparameter") that can be searched by beside R4's own.
#pragma once

#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "packages/package.h"

namespace handoff::packages {

struct PackagedParameter {
  fhir::SearchParameter parameter;  // without number; its texts live as long as the package and the definitions
  std::string_view file;            // within the package
};

// Those with an expression, for the resource types that have no parameter of this code in the definitions: what restates one of
// R4's leaves R4's in force. Not composite and special ones, which nobody searches by. Expressions are not looked at.
// Problem: incorrect, with the file within the package as expression.
Result<std::vector<PackagedParameter>> search_parameters(const Package& package, const fhir::Definitions& definitions);

}  // namespace handoff::packages
