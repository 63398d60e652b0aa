// What a mapping may know of the store: who is known, what exists, through one snapshot. What was read outlives the snapshot,
// so that it can be given back before what was made of it is written.
#pragma once

#include "mapping/mapping.h"
#include "search/index_rows.h"
#include "store/record.h"

namespace handoff::intake {

// Which ids the resources of a store have.
struct Ids {
  IdKey key;
  bool has_keyless = false;  // the store has resources from before the key, which keep their ids
};

class StoredWorld final : public mapping::World {
 public:
  // `ids` outlives it.
  StoredWorld(store::Snapshot snapshot, const Ids& ids) : ids_(ids), snapshot_(std::move(snapshot)), record_(*snapshot_) {}
  const store::Snapshot& snapshot() const { return *snapshot_; }
  void give_back() { snapshot_.reset(); }  // nothing new can be asked after this
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override;
  Result<std::string> recognize(const identity::PersonClaim& claim, std::string_view derived_id) override;
  std::optional<std::string> find(std::string_view type, std::string_view system, std::string_view value) override;
  json::Value read(std::string_view reference) override { return record_.read(reference); }
  std::vector<json::Value> of_patient(std::string_view patient, std::string_view type) override {
    return record_.of_patient(patient, type);
  }

 private:
  identity::KnownPerson known(const std::string& id);

  const Ids& ids_;
  std::optional<store::Snapshot> snapshot_;
  store::StoredRecord record_;
};

}  // namespace handoff::intake
