// What a mapping must know of what is already there: who a person is, which resource has a business identifier.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id_key.h"
#include "core/result.h"
#include "identity/recognition.h"
#include "json/value.h"

namespace handoff::mapping {

using identity::Identifier;
using identity::PersonClaim;

// What is already there. `map run` without a store uses an OfflineWorld, in which everything that is referred to
// exists.
class World {
 public:
  virtual ~World() = default;
  // The id of the resource with this business key: what it has, or what it will get.
  virtual std::string id_of(std::string_view type, std::string_view system, std::string_view value) = 0;
  // The id of the claim's Patient: that of a known person, or one for a new person, made from `derived_id`. Candidates instead of
  // an id: a person must decide, and the record is held.
  virtual identity::Recognition recognize(const PersonClaim& claim, std::string_view derived_id) = 0;
  // Reference ("Patient/abc") of the resource with this business identifier; nothing if there is none (the record
  // waits).
  virtual std::optional<std::string> find(std::string_view type, std::string_view system, std::string_view value) = 0;
  // Current version of "Type/id"; absent if there is none. Lives as long as the World.
  virtual json::Value read(std::string_view reference) = 0;
  // Current resources of a type whose patient is `patient` ("Patient/abc"), for `amends`.
  virtual std::vector<json::Value> of_patient(std::string_view patient, std::string_view type) = 0;
  // Whether a resource that is not found is not there.
  virtual bool knows_people() const { return true; }
};

// A world without a store: every reference resolves to the id that its identifier derives (Patients to a conditional
// reference, "Patient?identifier=system|value"), nobody is known, nothing can be read.
class OfflineWorld final : public World {
 public:
  explicit OfflineWorld(IdKey key = IdKey::of_no_installation()) : key_(std::move(key)) {}
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override;
  identity::Recognition recognize(const PersonClaim& claim, std::string_view derived_id) override;
  std::optional<std::string> find(std::string_view type, std::string_view system, std::string_view value) override;
  json::Value read(std::string_view reference) override;
  std::vector<json::Value> of_patient(std::string_view patient, std::string_view type) override;
  bool knows_people() const override { return false; }

 private:
  IdKey key_;
};

}  // namespace handoff::mapping
