// A reader connection with its prepared statements: what a Snapshot borrows.
#pragma once

#include <map>
#include <string>

#include "store/snapshot.h"
#include "store/sqlite.h"

namespace handoff::store {

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file);
  Reader(const Reader&) = delete;  // visible() knows its address
  Reader& operator=(const Reader&) = delete;

  // A search's statement, prepared once; valid until forget_many(), which is called between searches.
  Statement& prepared(const std::string& sql);
  void forget_many();

  Connection connection;
  const Visibility* visibility = nullptr;  // of the search that runs; see search.h
  Statement begin, end, read, vread_history, with_token, of_patient, patient_number, identified;
  Statement outbox_due, outbox_all, outbox_queued, has_state, waiting, setting, counts, each, ledger;

 private:
  void register_visible();
  std::map<std::string, Statement> searches_;
};

// A row of type, id, version, pk, updated, deleted, disclosers, body; `patient_column` -1 where the statement has none.
Version version_row(const Statement& row, int patient_column);

}  // namespace handoff::store
