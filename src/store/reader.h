// A reader connection with its prepared statements: what a Snapshot borrows.
#pragma once

#include "store/sqlite.h"

namespace handoff::store {

struct Reader {
  explicit Reader(const std::filesystem::path& file);

  Connection connection;
  Statement begin, end, read, vread_history, with_token, of_patient, patient_number, identified;
  Statement outbox_due, outbox_all, outbox_queued, has_state, waiting, setting, counts, each, ledger;
};

}  // namespace handoff::store
