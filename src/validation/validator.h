// The whole validation of a resource (R4 "validation"): its form, every invariant of R4, extensions, references, rules of Bundles
// and QuestionnaireResponses, and the profiles that it claims (meta.profile) or that are asked for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "fhir/membership.h"
#include "fhirpath/item.h"
#include "json/value.h"
#include "validation/findings.h"
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
  // The errors among it, as a write is asked: what only advises is not evaluated. Empty: it may be written.
  std::vector<Issue> refusals(json::Value resource, std::span<const std::string> profiles = {}) const;
  const Profiles& profiles() const { return profiles_; }

  // Does an element or a resource conform to a profile (FHIRPath conformsTo)? Nothing: the profile is not known.
  std::optional<bool> conforms(const fhirpath::Item& item, std::string_view canonical) const;

 private:
  std::vector<Issue> run(json::Value resource, std::span<const std::string> profiles, Findings findings) const;

  const Profiles& profiles_;
  const fhir::ValueSets& value_sets_;
  const Plans plans_;
};

bool has_errors(const std::vector<Issue>& issues);

}  // namespace handoff::validation
