// What all intake code shares: records of files (intake.h), records that wait for others (waiters.h), and
// records that wait for a person (reviews.h). It has the mappings, the ids and tables, and decides whose turn
// it is.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "admission/admission.h"
#include "core/clock.h"
#include "core/result.h"
#include "identity/tables.h"
#include "intake/world.h"
#include "mapping/mapping.h"
#include "store/store.h"

namespace handoff::intake {

// What the intake of a record needs. All of it must outlive the intake.
struct Means {
  const admission::Admission& admission;
  const store::Store& store;
  const Ids& ids;
  std::shared_ptr<const identity::Tables> tables;
  Instant now;
};

// Any thread. All arguments must outlive it. `clock` is the gateway's.
class Office {
 public:
  Office(const admission::Admission& admission, store::Store& store, const Clock& clock, const IdKey& id_key,
         const identity::CurrentTables& tables)
      : admission_(admission), store_(store), clock_(clock), ids_(ids_of(store, id_key)), tables_(tables) {}

  // Hold this while you recognize people and write the result. Without it, two threads could create one
  // person twice.
  [[nodiscard]] std::unique_lock<std::mutex> turn() const { return std::unique_lock(turn_); }

  // Sets the folder of the mappings. Each mapping is loaded when it is needed, and again after this call.
  void set_mappings(std::filesystem::path folder);
  // The mapping with this name ("corrections/referrals"). Problem: not_found, unavailable (it cannot be
  // loaded).
  Result<std::shared_ptr<const mapping::Mapping>> mapping(const std::string& name) const;

  Means means() const { return {admission_, store_, ids_, tables_.now(), clock_.now()}; }
  const admission::Admission& admission() const { return admission_; }
  store::Store& store() const { return store_; }
  Instant now() const { return clock_.now(); }
  const IdKey& id_key() const { return ids_.key; }

 private:
  const admission::Admission& admission_;
  store::Store& store_;
  const Clock& clock_;
  const Ids ids_;
  const identity::CurrentTables& tables_;
  mutable std::mutex turn_;
  mutable std::mutex mutex_;  // of all below
  std::filesystem::path mappings_folder_;
  mutable std::map<std::string, std::shared_ptr<const mapping::Mapping>, std::less<>> mappings_;
};

}  // namespace handoff::intake
