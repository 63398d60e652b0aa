// What a mapping may know of the store: known people and existing resources, through one snapshot. Values
// that were read outlive the snapshot. So the snapshot can be released before the mapping's results are
// written.
#pragma once

#include "fhir/resource_id.h"
#include "identity/recognition.h"
#include "mapping/mapping.h"
#include "search/index_rows.h"
#include "store/record.h"
#include "store/store.h"

namespace handoff::intake {

// How the ids of a store's resources are made.
struct Ids {
  IdKey key;
  bool has_keyless = false;  // the store has resources from before the key, which keep their ids
};
Ids ids_of(const store::Store& store, const IdKey& key);

// A person's decision about whose a record is.
struct Decision {
  fhir::ResourceId patient;  // empty: somebody who is not known yet
};

class StoredWorld final : public mapping::World {
 public:
  // `ids` must outlive it.
  StoredWorld(store::Snapshot snapshot, const Ids& ids, std::shared_ptr<const identity::Tables> tables,
              std::optional<Decision> decision = {})
      : ids_(ids),
        snapshot_(std::move(snapshot)),
        record_(*snapshot_),
        tables_(std::move(tables)),
        decision_(std::move(decision)) {}
  const store::Snapshot& snapshot() const { return *snapshot_; }
  void give_back() { snapshot_.reset(); }  // no questions after this
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override;
  identity::Recognition recognize(const identity::PersonClaim& claim, std::string_view derived_id) override;
  std::optional<std::string> find(std::string_view type, std::string_view system,
                                  std::string_view value) override;
  json::Value read(std::string_view reference) override {
    was_read_ = true;
    return record_.read(reference);
  }
  // the result may depend on the current content of other records
  bool was_read() const { return was_read_; }
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override;
  identity::PersonClaim evidence_of(const identity::PersonClaim& claim) const {
    return identity::evidence_of(claim, tables_->placeholders);
  }
  // The numbers by which people were found. They say whose the record is, if the record itself names nobody.
  const std::vector<identity::Identifier>& named_people() const { return named_people_; }

 private:
  const identity::KnownPerson& known(const fhir::ResourceId& id);
  std::vector<identity::KnownPerson> known_by(const identity::PersonClaim& evidence, std::string_view system,
                                              std::string_view value);
  std::string free_id(std::string_view derived_id);
  // True if a feed made it (its id derives from one of its identifiers with a secret), or if an operator
  // wrote it. A client may write a resource under a feed's business key. That resource is not the feed's.
  // Nothing is added to it, because the client could read the additions.
  bool is_of_feeds(std::string_view type, json::Value resource);

  const Ids& ids_;
  std::optional<store::Snapshot> snapshot_;
  store::StoredRecord record_;
  std::shared_ptr<const identity::Tables> tables_;
  std::optional<Decision> decision_;
  std::map<fhir::ResourceId, identity::KnownPerson> known_;
  std::vector<identity::Identifier> named_people_;
  bool was_read_ = false;
};

}  // namespace handoff::intake
