// The profiles that the gateway's configuration demands of a write: for each client, or for everybody, and
// for each type. Profiles that a resource claims itself (meta.profile) count in addition.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::admission {

struct RequiredProfiles {
  static constexpr std::string_view everybody = "*";  // not a client's id: every write, feeds included

  using Canonicals = std::vector<std::string>;
  using ByType = std::map<std::string, Canonicals, std::less<>>;
  std::map<std::string, ByType, std::less<>> by_client;

  // All profiles that a write of this type by this client must conform to. `client` may be empty.
  Canonicals of(std::string_view client, std::string_view type) const;
  bool operator==(const RequiredProfiles&) const = default;
};

}  // namespace handoff::admission
