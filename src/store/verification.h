// Is everything in a store as it should be? It reads one consistent state, even while a gateway writes the
// store, and changes nothing. The caller derives what should be there (admission/derivation.h); this class
// compares it with what is.
#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "fhir/resource_id.h"
#include "store/batch.h"
#include "store/snapshot.h"
#include "store/version.h"

namespace handoff::store {

// For one current resource that is not deleted.
struct Expected {
  fhir::ResourceId patient;         // empty if none
  std::vector<std::string> shapes;  // as in Write
  search::IndexRows rows;
};

struct Finding {
  std::string kind;   // "file", "ledger", "version", "index", "grant", "outbox", "identity"
  std::string place;  // "Patient/abc", "ledger 17": never anything personal
  std::string what;
};

struct LedgerHead {
  std::size_t entries = 0;
  std::size_t waiting = 0;  // sealed entries in the journal beside the store that the chain does not have yet
  std::string seal;         // hexadecimal, of the last entry; empty if there is none
};

// Life: as long as its state is read; one thread.
class Verification {
 public:
  virtual ~Verification() = default;

  virtual const Snapshot& snapshot() const = 0;
  virtual std::vector<fhir::ResourceId> patients_with_grants() const = 0;

  virtual void check_file() = 0;  // the engine's own structure
  // each resource has its versions from 1 on, and no version lacks a resource
  virtual void check_versions() = 0;
  virtual void check_outbox() = 0;
  virtual LedgerHead check_ledger(std::string_view key) = 0;
  // Call it for each current resource that is not deleted, before check_indexes().
  virtual void expect(const Version& version, const Expected& expected) = 0;
  // Finds missing index rows and rows that should not be there. Gives the number of stored rows.
  virtual std::size_t check_indexes() = 0;
  // False if the row's own boundary has passed since it was written. The row is then not compared, because it
  // is folded anew when it is used.
  virtual bool check_grants(const PatientGrants& expected, Instant at) = 0;

  void add(std::string kind, std::string place, std::string what) {
    findings_.push_back({std::move(kind), std::move(place), std::move(what)});
  }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  std::vector<Finding> findings_;
};

}  // namespace handoff::store
