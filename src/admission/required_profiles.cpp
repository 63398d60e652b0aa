#include "admission/required_profiles.h"

namespace handoff::admission {

RequiredProfiles::Canonicals RequiredProfiles::of(std::string_view client, std::string_view type) const {
  Canonicals all;
  for (const std::string_view who : {everybody, client}) {
    const auto theirs = by_client.find(who);
    if (theirs == by_client.end()) continue;
    const auto found = theirs->second.find(type);
    if (found != theirs->second.end()) all.insert(all.end(), found->second.begin(), found->second.end());
  }
  return all;
}

}  // namespace handoff::admission
