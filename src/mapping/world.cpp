// The world of `map run` without a store, and the ids that derive from business keys.
#include "mapping/world.h"

#include <fmt/format.h>

#include "core/hash.h"

namespace handoff::mapping {

std::string derived_id(std::string_view type, std::string_view system, std::string_view value) {
  return sha256_hex(fmt::format("{}|{}|{}", type, system, value)).substr(0, 32);
}

identity::Recognition OfflineWorld::recognize(const PersonClaim&, std::string_view derived_id) {
  return {std::string(derived_id), {}};
}

std::optional<std::string> OfflineWorld::find(std::string_view type, std::string_view system, std::string_view value) {
  if (type == "Patient") return fmt::format("Patient?identifier={}|{}", system, value);
  return fmt::format("{}/{}", type, derived_id(type, system, value));
}

json::Value OfflineWorld::read(std::string_view) { return {}; }

std::vector<json::Value> OfflineWorld::of_patient(std::string_view, std::string_view) { return {}; }

}  // namespace handoff::mapping
