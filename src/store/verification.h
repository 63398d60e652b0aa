// Is everything in a store as it should be? Reads one consistent state of a file, also while a gateway writes it, and changes
// nothing. What should be is told by the caller, who can derive it (admission/derivation.h); here it is compared with what is.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "store/batch.h"
#include "store/snapshot.h"

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

// Life: as long as its state is read; one thread. The write-ahead log cannot begin anew while it lives.
class Verification {
 public:
  // Problem: not_found, unavailable (no store, damaged), precondition (another schema: migrate first).
  static Result<std::unique_ptr<Verification>> open(const std::filesystem::path& file);
  ~Verification();

  const Snapshot& snapshot() const;
  std::vector<std::string> patients_with_grants() const;  // ids

  void check_file();      // SQLite's own structure
  void check_versions();  // each resource's versions are there from 1 on, and nothing is without a resource
  void check_outbox();
  LedgerHead check_ledger(std::string_view key);
  // Each current resource that is not deleted, before check_indexes().
  void expect(const Version& version, const Expected& expected);
  // Every index row, both ways: those that are missing and those that should not be. Their number.
  std::size_t check_indexes();
  // False where a row's own boundary has passed since it was written: it is folded anew when it is used, and not compared.
  bool check_grants(const PatientGrants& expected, Instant at);

  void add(std::string kind, std::string place, std::string what);
  const std::vector<Finding>& findings() const;

 private:
  Verification();
  void check_journal(std::string_view key, LedgerHead& head);
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::store
