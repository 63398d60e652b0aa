// The world of `map run` without a store.
#include "mapping/world.h"

#include <fmt/format.h>

namespace handoff::mapping {

std::string OfflineWorld::id_of(std::string_view type, std::string_view system, std::string_view value) {
  return key_.id(type, system, value);
}

identity::Recognition OfflineWorld::recognize(const PersonClaim&, std::string_view derived_id) {
  return {std::string(derived_id), {}};
}

std::optional<std::string> OfflineWorld::find(std::string_view type, std::string_view system,
                                              std::string_view value) {
  if (type == "Patient") return fmt::format("Patient?identifier={}|{}", system, value);
  return fmt::format("{}/{}", type, id_of(type, system, value));
}

json::Value OfflineWorld::read(std::string_view) { return {}; }

std::vector<json::Value> OfflineWorld::of_patient(const fhir::Reference&, std::string_view) { return {}; }

}  // namespace handoff::mapping
