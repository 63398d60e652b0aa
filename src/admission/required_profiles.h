// The profiles that a write must conform to because the gateway's configuration says so: for each client, or everybody, and for
// each type. Those that a resource claims itself (meta.profile) count beside them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::admission {

struct RequiredProfiles {
  static constexpr std::string_view everybody = "*";  // no client's id: every write, feeds included

  using Canonicals = std::vector<std::string>;
  using ByType = std::map<std::string, Canonicals, std::less<>>;
  std::map<std::string, ByType, std::less<>> by_client;

  // All that a write of this type by this client must conform to; `client` may be empty.
  Canonicals of(std::string_view client, std::string_view type) const;
  bool operator==(const RequiredProfiles&) const = default;
};

}  // namespace handoff::admission
