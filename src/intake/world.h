// What a mapping may know of the store: who is known, what exists, through one snapshot. What was read outlives the snapshot,
// so that it can be given back before what was made of it is written.
#pragma once

#include "identity/recognition.h"
#include "mapping/mapping.h"
#include "search/index_rows.h"
#include "store/record.h"
#include "store/store.h"

namespace handoff::intake {

// Which ids the resources of a store have.
struct Ids {
  IdKey key;
  bool has_keyless = false;  // the store has resources from before the key, which keep their ids
};
Ids ids_of(const store::Store& store, const IdKey& key);

// What a person said of a record: whose it is.
struct Decision {
  std::string patient;  // id; empty: somebody who is not known yet
};

class StoredWorld final : public mapping::World {
 public:
  // `ids` outlives it.
  StoredWorld(store::Snapshot snapshot, const Ids& ids, std::shared_ptr<const identity::Tables> tables,
              std::optional<Decision> decision = {})
      : ids_(ids), snapshot_(std::move(snapshot)), record_(*snapshot_), tables_(std::move(tables)), decision_(std::move(decision)) {}
  const store::Snapshot& snapshot() const { return *snapshot_; }
  void give_back() { snapshot_.reset(); }  // nothing new can be asked after this
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override;
  identity::Recognition recognize(const identity::PersonClaim& claim, std::string_view derived_id) override;
  std::optional<std::string> find(std::string_view type, std::string_view system, std::string_view value) override;
  json::Value read(std::string_view reference) override {
    was_read_ = true;
    return record_.read(reference);
  }
  bool was_read() const { return was_read_; }  // what was made may depend on what others' records say just now
  std::vector<json::Value> of_patient(std::string_view patient, std::string_view type) override;
  identity::PersonClaim evidence_of(const identity::PersonClaim& claim) const {
    return identity::evidence_of(claim, tables_->placeholders);
  }
  // The numbers by which people were found: whose the record is, where it names nobody itself.
  const std::vector<identity::Identifier>& named_people() const { return named_people_; }

 private:
  const identity::KnownPerson& known(const std::string& id);
  std::vector<identity::KnownPerson> known_by(const identity::PersonClaim& evidence, std::string_view system, std::string_view value);
  std::string free_id(std::string_view derived_id);
  // A feed made it: its id derives from an identifier of its own, by a secret. Or an operator wrote it. What a client wrote under the
  // business key of a feed is not the feed's: nothing is added to it, for its writer would read that.
  bool is_of_feeds(std::string_view type, json::Value resource);

  const Ids& ids_;
  std::optional<store::Snapshot> snapshot_;
  store::StoredRecord record_;
  std::shared_ptr<const identity::Tables> tables_;
  std::optional<Decision> decision_;
  std::map<std::string, identity::KnownPerson> known_;
  std::vector<identity::Identifier> named_people_;
  bool was_read_ = false;
};

}  // namespace handoff::intake
