// A reader connection with its prepared statements. A state borrows it.
#pragma once

#include <map>
#include <string>

#include "core/deadline.h"
#include "sqlite/connection.h"
#include "store/outbox.h"
#include "store/search.h"
#include "store/version.h"

namespace handoff::sqlite {

// The statements that read grants.
struct GrantStatements {
  explicit GrantStatements(const Connection& connection);
  Statement version, of_scope, changed, of_patient, passed, class_text, shape_text, shape_number, last_class,
      last_shape;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file);
  Reader(const Reader&) = delete;  // visible() knows its address
  Reader& operator=(const Reader&) = delete;

  // A search's statement, prepared once. Valid until forget_many(), which is called between searches.
  Statement& prepared(const std::string& sql);
  void forget_many();

  // Begins a read transaction on a state with at least so many commits. A transaction that was begun for this
  // number goes on.
  void begin_at(std::uint64_t commits);
  void begin_now();  // on the current state, if nobody counts commits
  void finish();

  // True if the folded ledger has a disclosure of "Patient/abc" to "Organization/ORG-PCP1".
  bool has_disclosed(std::string_view patient, std::string_view recipient);

  Connection connection;
  std::optional<std::uint64_t> as_of;      // of the current transaction
  const Visibility* visibility = nullptr;  // of the running search; see search.h
  Deadline deadline;                       // of the running search: its statements end then with TimeOver
  Statement begin, end, read, read_at, find, vread_history, history, history_at, with_token, of_patient, list,
      patient_number, patient_id, of_shape, identified;
  Statement outbox_due, outbox_all, outbox_queued, disclosed_to, event_number, arrived_labels, setting,
      counts, each, ledger;
  GrantStatements grants;
  // For has_other(): one statement for each running walk, because its callback may call has_other() again.
  std::vector<std::unique_ptr<Statement>> walks;
  std::size_t walking = 0;

 private:
  void register_functions();
  void watch_deadline();
  std::map<std::string, Statement> searches_;
};

// A current version, from a statement that begins with `current_columns`, then `resource r`, then
// `its_patient`.
inline constexpr std::string_view current_columns =
    "SELECT r.type, r.id, r.version, r.pk, r.updated_ms, r.deleted, r.disclosers, r.body, r.patient, "
    "r.shape, p.id FROM ";
inline constexpr std::string_view its_patient = " LEFT JOIN patient p ON p.number = r.patient ";
std::string select_current(std::string_view from, std::string_view condition);
Version current_version(const Statement& row);
// From any statement that begins with the first eight of these columns.
Version version_row(const Statement& row);

// A row of the outbox, from a statement that begins with `outbox_columns`.
inline constexpr std::string_view outbox_columns =
    "SELECT id, event, patient, recipient, focus, occurred_ms, due_ms, attempts, status, consent, reason, "
    "purpose, event_number, keyless, "
    "consents_before, part FROM outbox o ";
OutboxRow outbox_row(const Statement& row);

}  // namespace handoff::sqlite
