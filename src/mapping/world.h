// What a mapping must know about existing data: who a person is, and which resource has a business
// identifier.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id_key.h"
#include "core/result.h"
#include "fhir/resource_id.h"
#include "identity/recognition.h"
#include "json/value.h"

namespace handoff::mapping {

using identity::Identifier;
using identity::PersonClaim;

// The existing data. `map run` has no store and uses an OfflineWorld, in which every referenced resource
// exists.
class World {
 public:
  virtual ~World() = default;
  // The id of the resource with this business key: the existing id, or the id that it will get.
  virtual std::string id_of(std::string_view type, std::string_view system, std::string_view value) = 0;
  // The id of the claim's Patient: that of a known person, or one that is made from `derived_id` for a new
  // person. If it returns candidates instead, a person must decide, and the record is held.
  virtual identity::Recognition recognize(const PersonClaim& claim, std::string_view derived_id) = 0;
  // Reference ("Patient/abc") of the resource with this business identifier. Nothing if there is none, and
  // then the record waits.
  virtual std::optional<std::string> find(std::string_view type, std::string_view system,
                                          std::string_view value) = 0;
  // Current version of "Type/id". Absent if there is none. It lives as long as the World.
  virtual json::Value read(std::string_view reference) = 0;
  // Current resources of a type whose patient is `patient`, for `amends`.
  virtual std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) = 0;
  // True if a resource that this world does not find does not exist.
  virtual bool knows_people() const { return true; }
};

// A world without a store. A reference resolves to the id that its identifier derives; for a Patient it is a
// conditional reference ("Patient?identifier=system|value"). Nobody is known, and no resource can be read.
class OfflineWorld final : public World {
 public:
  explicit OfflineWorld(IdKey key = IdKey::of_no_installation()) : key_(std::move(key)) {}
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override;
  identity::Recognition recognize(const PersonClaim& claim, std::string_view derived_id) override;
  std::optional<std::string> find(std::string_view type, std::string_view system,
                                  std::string_view value) override;
  json::Value read(std::string_view reference) override;
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override;
  bool knows_people() const override { return false; }

 private:
  IdKey key_;
};

}  // namespace handoff::mapping
