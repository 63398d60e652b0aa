// Is everything in a store as it should be? Reads one consistent state, also while a gateway writes it, and changes nothing.
// What should be is told by the caller, who can derive it (admission/derivation.h); here it is compared with what is.
#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "store/batch.h"
#include "store/snapshot.h"
#include "store/version.h"

namespace handoff::store {

// Of one current resource that is not deleted.
struct Expected {
  std::string patient;              // id, empty if none
  std::vector<std::string> shapes;  // as of Write
  search::IndexRows rows;
};

struct Finding {
  std::string kind;   // "file", "ledger", "version", "index", "grant", "outbox", "identity"
  std::string place;  // "Patient/abc", "ledger 17": never anything personal
  std::string what;
};

struct LedgerHead {
  std::size_t entries = 0;
  std::size_t waiting = 0;  // in the journal beside the store, sealed there, and not in the chain yet
  std::string seal;         // hexadecimal, of the last one; empty if there is none
};

// Life: as long as its state is read; one thread.
class Verification {
 public:
  virtual ~Verification() = default;

  virtual const Snapshot& snapshot() const = 0;
  virtual std::vector<std::string> patients_with_grants() const = 0;  // ids

  virtual void check_file() = 0;      // the engine's own structure
  virtual void check_versions() = 0;  // each resource's versions are there from 1 on, and nothing is without a resource
  virtual void check_outbox() = 0;
  virtual LedgerHead check_ledger(std::string_view key) = 0;
  // Each current resource that is not deleted, before check_indexes().
  virtual void expect(const Version& version, const Expected& expected) = 0;
  // Every index row, both ways: those that are missing and those that should not be. Their number.
  virtual std::size_t check_indexes() = 0;
  // False where a row's own boundary has passed since it was written: it is folded anew when it is used, and not compared.
  virtual bool check_grants(const PatientGrants& expected, Instant at) = 0;

  void add(std::string kind, std::string place, std::string what) {
    findings_.push_back({std::move(kind), std::move(place), std::move(what)});
  }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  std::vector<Finding> findings_;
};

}  // namespace handoff::store
