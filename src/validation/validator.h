// The whole validation of a resource (R4 "validation"): its form, every invariant of R4, extensions,
// references, and the rules of Bundles and QuestionnaireResponses. It also checks the profiles that the
// resource claims (meta.profile) and those that the caller requests.
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

// Shared by all threads. The profiles and value sets must outlive it.
class Validator {
 public:
  Validator(const Profiles& profiles, const fhir::ValueSets& value_sets);

  // The findings: first those of the form (structure.h), then all others in the order of the resource. Empty
  // if there are none. A requested profile that is not known is an error. A claimed one is a warning.
  std::vector<Issue> validate(json::Value resource, std::span<const std::string> profiles = {}) const;
  // Only the errors that block a write. Rules that only advise are not evaluated. Empty: it may be written.
  std::vector<Issue> refusals(json::Value resource, std::span<const std::string> profiles = {}) const;
  const Profiles& profiles() const { return profiles_; }

  // Decides if an element or a resource conforms to a profile (FHIRPath conformsTo). Nothing if the profile
  // is not known.
  std::optional<bool> conforms(const fhirpath::Item& item, std::string_view canonical) const;

 private:
  std::vector<Issue> run(json::Value resource, std::span<const std::string> profiles,
                         Findings findings) const;

  const Profiles& profiles_;
  const fhir::ValueSets& value_sets_;
  const Plans plans_;
};

bool has_errors(const std::vector<Issue>& issues);

}  // namespace handoff::validation
