// The search parameters of a package (R4 "searchparameter") that searches can use in addition to R4's own.
#pragma once

#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "packages/package.h"

namespace handoff::packages {

struct PackagedParameter {
  // without number; its texts live as long as the package and the definitions
  fhir::SearchParameter parameter;
  std::string_view file;  // within the package
};

// Parameters with an expression, for the resource types that have no parameter of this code in the
// definitions. So a parameter that restates one of R4's leaves R4's in force. Composite and special
// parameters are left out, because searches do not serve them. Expressions are not checked here. Problem:
// incorrect, with the file within the package as expression.
Result<std::vector<PackagedParameter>> search_parameters(const Package& package,
                                                         const fhir::Definitions& definitions);

}  // namespace handoff::packages
