// The whole validation of a resource (R4 "validation"): its form, every invariant of R4, extensions, references, rules of Bundles
// and QuestionnaireResponses, and the profiles that it claims (meta.profile) or that are asked for. Writes are asked for their
// form alone (structure.h).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "fhir/membership.h"
#include "fhirpath/item.h"
#include "json/value.h"
#include "validation/plans.h"
#include "validation/profiles.h"

namespace handoff::validation {

// Shared by all threads. What it is made of lives longer.
class Validator {
 public:
  Validator(const Profiles& profiles, const fhir::ValueSets& value_sets);

  // What was found, errors first as they stand in the resource; empty: nothing to say. A profile that is asked for and is not
  // known is an error, one that is claimed a warning.
  std::vector<Issue> validate(json::Value resource, std::span<const std::string> profiles = {}) const;

  // Does an element or a resource conform to a profile (FHIRPath conformsTo)? Nothing: the profile is not known.
  std::optional<bool> conforms(const fhirpath::Item& item, std::string_view canonical) const;

 private:
  const Profiles& profiles_;
  const fhir::ValueSets& value_sets_;
  const Plans plans_;
};

bool has_errors(const std::vector<Issue>& issues);

}  // namespace handoff::validation
