#include "serve/required_profiles.h"

#include <fmt/format.h>

namespace handoff::gateway {
namespace {

std::string loaded(const packages::Library& library) {
  std::string names;
  for (const auto& package : library.packages())
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", package->name(), package->version());
  return names.empty() ? "no packages are loaded" : "loaded packages: " + names;
}

// The fault of the profile; empty: none.
std::string wrong_profile(std::string_view type, const std::string& canonical, const Knowledge& knowledge) {
  const fhir::Definitions& definitions = fhir::Definitions::r4();
  const fhir::Type* written = definitions.find_resource(type);
  if (!written) return fmt::format("{} is no resource type of R4", type);
  std::string failure;
  const validation::Profile* profile = knowledge.validator().profiles().find(canonical, &failure);
  if (!profile && !failure.empty())
    return fmt::format("the profile {} cannot be read: {}", canonical, failure);
  if (!profile) return fmt::format("the profile {} is not known; {}", canonical, loaded(knowledge.library()));
  const fhir::Type* of = definitions.find_type(profile->type);
  return of && written->is_a(*of)
             ? ""
             : fmt::format("{} is a profile for {}, not for this type", canonical, profile->type);
}

}  // namespace

Result<void> check_profiles(const admission::RequiredProfiles& required, const Knowledge& knowledge) {
  Problem found{Kind::incorrect, {}};
  for (const auto& [client, types] : required.by_client)
    for (const auto& [type, canonicals] : types)
      for (const std::string& canonical : canonicals)
        if (std::string wrong = wrong_profile(type, canonical, knowledge); !wrong.empty())
          found.issues.push_back(
              problem(Kind::incorrect, std::move(wrong), client + "." + type).issues.front());
  if (!found.issues.empty()) return found;
  return {};
}

}  // namespace handoff::gateway
