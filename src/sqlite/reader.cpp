#include "sqlite/reader.h"

#include <sqlite3.h>

#include <cstdlib>

#include "core/hash.h"
#include "sqlite/types.h"
#include "store/search.h"

namespace handoff::sqlite {
namespace {

// Number of prepared searches that are kept. Clients of one kind need fewer, and so many fit into memory.
constexpr std::size_t searches_max = 128;

// visible(vis, pk): the answer of the search's Visibility for a row. Without a Visibility it is false, so
// that a clause that is left in by mistake shows nothing. Index tables have -pk and pass it unchanged, which
// saves an operation for each row.
void answer_visible(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* reader = static_cast<const Reader*>(sqlite3_user_data(context));
  const std::int64_t vis = sqlite3_value_int64(values[0]);
  const PatientNumber patient{vis >> 16};
  const Pk pk{std::abs(sqlite3_value_int64(values[1]))};
  try {
    const bool seen =
        reader->visibility && is_visible(*reader->visibility, patient, std::uint32_t(vis & 0xFFFF), pk);
    sqlite3_result_int(context, seen ? 1 : 0);
  } catch (const TimeOver&) {
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  } catch (...) {  // C code cannot handle it; the statement and the search fail
    sqlite3_result_error(context, "visibility could not be decided", -1);
  }
}

// shown_ms(type, patient, pk, version, updated_ms, at_least): see Visibility.
void answer_shown_ms(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* reader = static_cast<const Reader*>(sqlite3_user_data(context));
  const auto number = [&](int place) { return sqlite3_value_int64(values[place]); };
  const RowTime row{type_name(number(0)), PatientNumber{number(1)}, Pk{number(2)}, std::uint32_t(number(3)),
                    number(4)};
  try {
    if (!reader->visibility) return sqlite3_result_error(context, "nobody asks", -1);
    sqlite3_result_int64(context, reader->visibility->shown_ms(row, number(5)));
  } catch (const TimeOver&) {
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  } catch (...) {
    sqlite3_result_error(context, "the time could not be told", -1);
  }
}

// reference_hash(type, id): the hash that rows of references to this resource have.
void answer_reference_hash(sqlite3_context* context, int, sqlite3_value** values) {
  const std::string_view type = type_name(sqlite3_value_int64(values[0]));
  const auto* id = reinterpret_cast<const char*>(sqlite3_value_text(values[1]));
  if (!id) return sqlite3_result_null(context);
  std::string reference;
  reference.append(type).append("/").append(id, std::size_t(sqlite3_value_bytes(values[1])));
  sqlite3_result_int64(context, std::int64_t(hash64(reference)));
}

constexpr std::string_view history_columns =
    "SELECT type, id, version, pk, updated_ms, deleted, disclosers, body FROM history ";

// Pages are read from the mapped file, without a copy and without a system call for each. The cache holds
// pages that are not mapped.
Connection tuned(const std::filesystem::path& file) {
  Connection connection(file, true);
  connection.execute("PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -8192");
  return connection;
}

}  // namespace

std::string select_current(std::string_view from, std::string_view condition) {
  return std::string(current_columns).append(from).append(its_patient).append(condition);
}

Version version_row(const Statement& row) {
  Version version;
  version.type = type_name(row.integer(0));
  version.id = row.text(1);
  version.version = std::uint32_t(row.integer(2));
  version.pk = row.pk(3);
  version.updated = Instant{std::chrono::milliseconds{row.integer(4)}};
  version.deleted = row.integer(5) != 0;
  version.disclosers = row.text(6);
  version.body = row.text(7);
  return version;
}

Reader::Reader(const std::filesystem::path& file)
    : connection(tuned(file)),
      begin(connection, "BEGIN"),
      end(connection, "COMMIT"),
      read(connection, select_current("resource r", "WHERE r.type = ?1 AND r.id = ?2")),
      read_at(connection, select_current("resource r", "WHERE r.pk = ?1")),
      find(connection, "SELECT pk, patient, shape, deleted FROM resource WHERE type = ?1 AND id = ?2"),
      vread_history(connection,
                    std::string(history_columns) + "WHERE type = ?1 AND id = ?2 AND version = ?3"),
      history(connection,
              "SELECT type, id, version, pk, updated_ms, deleted, disclosers, '' FROM history "
              "WHERE type = ?1 AND id = ?2 ORDER BY version DESC"),
      history_at(connection, std::string(history_columns) + "WHERE pk = ?1"),
      with_token(connection, select_current("token t CROSS JOIN resource r ON r.pk = -t.npk",
                                            "WHERE t.param = ?1 AND t.hash = ?2 ORDER BY t.npk LIMIT ?3")),
      of_patient(connection, select_current("compartment c CROSS JOIN resource r ON r.pk = -c.npk",
                                            "WHERE c.patient = ?1 AND c.type = ?2 ORDER BY c.npk")),
      list(connection,
           "SELECT coalesce(max(-npk), 0), count(*) FROM compartment WHERE patient = ?1 AND type = ?2"),
      patient_number(connection, "SELECT number FROM patient WHERE id = ?1"),
      patient_id(connection, "SELECT id FROM patient WHERE number = ?1"),
      of_shape(connection,
               "SELECT 1 FROM compartment WHERE patient = ?1 AND type = ?2 AND shape = ?3 LIMIT 1"),
      identified(connection, "SELECT patient FROM identity WHERE system = ?1 AND value = ?2"),
      outbox_due(connection,
                 std::string(outbox_columns) +
                     "WHERE status = 'queued' AND (due_ms <= ?1 OR due_ms > ?3) AND recipient NOT IN (SELECT "
                     "value FROM "
                     "json_each(?4)) AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.status = 'queued' AND "
                     "e.patient = "
                     "o.patient AND e.recipient = o.recipient AND e.id < o.id) ORDER BY id LIMIT ?2"),
      outbox_all(connection, std::string(outbox_columns) + "ORDER BY id"),
      outbox_queued(connection, "SELECT count(*) FROM outbox WHERE status = 'queued'"),
      disclosed_to(connection, "SELECT 1 FROM disclosed_to WHERE patient = ?1 AND recipient = ?2"),
      event_number(connection, "SELECT last FROM event_number WHERE topic = ?1 AND recipient = ?2"),
      arrived_labels(connection, "SELECT arrived_labels FROM resource WHERE type = ?1 AND id = ?2"),
      setting(connection, "SELECT value FROM setting WHERE name = ?1"),
      counts(connection, "SELECT type, count(*) FROM resource WHERE deleted = 0 GROUP BY type"),
      each(connection, select_current("resource r", "ORDER BY r.pk")),
      ledger(connection, "SELECT number, at_ms, entry, seal FROM ledger ORDER BY number"),
      grants(connection) {
  register_functions();
  watch_deadline();
}

void Reader::begin_at(std::uint64_t commits) {
  if (as_of == commits) return;
  finish();
  begin.run();
  as_of = commits;
}

// The first read of a transaction decides its state.
void Reader::begin_now() {
  finish();
  begin_at(0);
  Statement(connection, "SELECT count(*) FROM sqlite_schema").step();
}

void Reader::finish() {
  if (as_of) end.run();
  as_of.reset();
}

Version current_version(const Statement& row) {
  Version version = version_row(row);
  version.patient_number = row.patient(8);
  version.shape = std::uint32_t(row.integer(9));
  version.stands = !version.deleted;
  if (!row.is_null(10)) version.patient = fhir::ResourceId(row.text(10));
  return version;
}

bool Reader::has_disclosed(std::string_view patient, std::string_view recipient) {
  const Reset reset(disclosed_to);
  return disclosed_to.bind(1, patient).bind(2, recipient).step();
}

void Reader::register_functions() {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const auto add = [&](const char* name, int values, void (*answer)(sqlite3_context*, int, sqlite3_value**)) {
    if (sqlite3_create_function_v2(connection.handle(), name, values, flags, this, answer, nullptr, nullptr,
                                   nullptr) != SQLITE_OK)
      throw StoreFailure(std::string("store: a function cannot be registered: ") + name);
  };
  add("visible", 2, answer_visible);
  add("shown_ms", 6, answer_shown_ms);
  add("reference_hash", 2, answer_reference_hash);
}

void Reader::watch_deadline() {
  constexpr int operations = 1'000;  // of SQLite's machine, between two checks: about 20 us
  const auto is_over = [](void* reader) {
    return static_cast<const Reader*>(reader)->deadline.passed() ? 1 : 0;
  };
  sqlite3_progress_handler(connection.handle(), operations, is_over, this);
}

Statement& Reader::prepared(const std::string& sql) {
  const auto known = searches_.find(sql);
  if (known != searches_.end()) return known->second;
  return searches_.emplace(sql, Statement(connection, sql)).first->second;
}

void Reader::forget_many() {
  if (searches_.size() > searches_max) searches_.clear();
}

}  // namespace handoff::sqlite
