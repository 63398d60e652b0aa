#include "sqlite/verification.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>
#include <thread>
#include <variant>

#include "core/hash.h"
#include "fhir/reference.h"
#include "ledger/chain.h"
#include "ledger/recipient.h"
#include "sqlite/ledger_reading.h"
#include "sqlite/migrations.h"
#include "sqlite/types.h"
#include "sqlite/verification_sql.h"
#include "sqlite/writer_statements.h"

namespace handoff::sqlite {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t unknown_shape = -1;  // no row has it
constexpr std::string_view any_text = "string";

// A row of an index table. Rows are compared in the order of the table's key.
using IndexRow = std::vector<std::variant<std::int64_t, double, std::string>>;

class Rows {
 public:
  Rows(const Connection& connection, const IndexTable& table)
      : table_(table),
        statement_(connection, fmt::format("SELECT {0} FROM {1} ORDER BY {0}", table.columns, table.name)) {
    next();
  }
  void next() {
    more_ = statement_.step();
    if (!more_) return;
    row_.clear();
    std::string_view columns = table_.columns;
    for (int i = 0; !columns.empty(); ++i) {
      const auto comma = columns.find(", ");
      take(columns.substr(0, comma), i);
      columns.remove_prefix(comma == columns.npos ? columns.size() : comma + 2);
    }
  }
  bool more() const { return more_; }
  const IndexRow& row() const { return row_; }
  Pk pk() const { return pk_of(std::get<std::int64_t>(row_[std::size_t(table_.npk)])); }

 private:
  void take(std::string_view column, int i) {
    if (column != "value") row_.emplace_back(statement_.integer(i));
    else if (table_.name == any_text) row_.emplace_back(std::string(statement_.text(i)));
    else row_.emplace_back(statement_.real(i));
  }

  const IndexTable& table_;
  Statement statement_;
  IndexRow row_;
  bool more_ = false;
};

struct Difference {
  std::size_t missing = 0, superfluous = 0;
};

class SqliteVerification final : public store::Verification {
 public:
  // Throws StoreFailure.
  SqliteVerification(std::filesystem::path file, std::unique_ptr<SqliteState> state)
      : file_(std::move(file)),
        reader_(state->reader()),
        snapshot_(std::move(state)),
        scratch_(std::filesystem::path()),
        made_(make_schema(scratch_)),
        writer_(scratch_) {}

  const Snapshot& snapshot() const override { return snapshot_; }
  std::vector<fhir::ResourceId> patients_with_grants() const override;
  void check_file() override;
  void check_versions() override { run_checks(version_checks); }
  void check_outbox() override;
  LedgerHead check_ledger(std::string_view key) override;
  void expect(const Version& version, const Expected& expected) override;
  std::size_t check_indexes() override;
  bool check_grants(const PatientGrants& expected, Instant at) override;

 private:
  // The expected rows go into a separate store (a temporary file that SQLite removes). The same statements
  // write them.
  static bool make_schema(Connection& scratch) {
    scratch.execute(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
        "-65536;");
    for (const Migration& migration : migrations()) scratch.execute(migration.sql);
    scratch.execute("BEGIN");
    return true;
  }
  const Connection& connection() const { return reader_.connection; }
  void run_checks(std::span<const ConsistencyCheck> checks);
  void check_journal(std::string_view key, LedgerHead& head);

  const std::filesystem::path file_;
  Reader& reader_;
  const Snapshot snapshot_;
  Connection scratch_;
  bool made_;
  WriterStatements writer_;
};

std::vector<fhir::ResourceId> SqliteVerification::patients_with_grants() const {
  Statement s(
      connection(),
      "SELECT DISTINCT p.id FROM patient_grant g JOIN patient p ON p.number = g.patient ORDER BY p.id");
  std::vector<fhir::ResourceId> found;
  while (s.step()) found.emplace_back(s.text(0));
  return found;
}

void SqliteVerification::check_file() {
  Statement s(connection(), "PRAGMA integrity_check(100)");
  while (s.step())
    if (s.text(0) != "ok") add("file", "handoff.db", std::string(s.text(0)));
}

void SqliteVerification::run_checks(std::span<const ConsistencyCheck> checks) {
  for (const ConsistencyCheck& check : checks) {
    Statement s(connection(), check.sql);
    while (s.step()) {
      const std::string name(s.text(1));
      add(std::string(check.kind),
          s.integer(0) < 0 ? name : fmt::format("{}/{}", type_name(s.integer(0)), name),
          std::string(check.what));
    }
  }
}

void SqliteVerification::check_outbox() {
  run_checks(outbox_checks);
  Statement exists(connection(),
                   "SELECT 1 FROM resource WHERE type = ?1 AND id = ?2 AND version = ?3 UNION ALL "
                   "SELECT 1 FROM history WHERE type = ?1 AND id = ?2 AND version = ?3");
  for (const OutboxRow& row : snapshot_.outbox().all()) {
    const std::string_view focus = row.focus;
    const auto slash = focus.find('/'), history = focus.find("/_history/");
    const bool whole = slash < history && history != focus.npos;
    const std::string version(whole ? focus.substr(history + 10) : "");
    const Reset reset(exists);
    const bool there = whole && exists.bind(1, type_number(focus.substr(0, slash)))
                                    .bind(2, focus.substr(slash + 1, history - slash - 1))
                                    .bind(3, std::int64_t(std::atoll(version.c_str())))
                                    .step();
    if (!there) add("outbox", fmt::format("delivery {}", row.id), "its " + row.focus + " is not there");
  }
}

LedgerHead SqliteVerification::check_ledger(std::string_view key) {
  LedgerHead head;
  Statement s(connection(), "SELECT number, at_ms, entry, seal FROM ledger ORDER BY number");
  std::string before;
  std::vector<std::int64_t> broken;
  std::set<std::pair<std::string, std::string>> disclosed;
  while (s.step()) {
    if (ledger::seal_of(key, before, s.integer(1), s.text(2)) != s.text(3)) broken.push_back(s.integer(0));
    else if (const auto recipient = ledger::recipient_of(s.text(2)))
      disclosed.emplace(recipient->patient, recipient->recipient);
    // the next seal is checked against the stored one, so that each broken place is reported once
    before = s.text(3);
    ++head.entries;
  }
  head.seal = to_hex(before);
  // reported once; the journal's entries would give the same
  if (broken.size() > 1 && broken.size() == head.entries) {
    add("ledger", "the ledger",
        fmt::format("was sealed with another key: none of its {} entries fits its seal", head.entries));
    return head;
  }
  for (const std::int64_t number : broken)
    add("ledger", fmt::format("ledger {}", number), "does not fit its seal");
  for (const auto& [patient, recipient] : disclosed)
    if (!reader_.has_disclosed(patient, recipient))
      add("ledger", patient,
          "the ledger has a disclosure to " + recipient + ", but the list of recipients does not");
  check_journal(key, head);
  return head;
}

// A running gateway may have written only half of a group. So a damaged file is checked twice.
void SqliteVerification::check_journal(std::string_view key, LedgerHead& head) {
  const std::uint64_t folded = folded_segment(connection());
  for (const ledger::SegmentContent& segment : ledger::segments_after(folded, file_, key))
    head.waiting += segment.entries.size();
  const auto is_damaged = [&](const std::filesystem::path& file) {
    const ledger::SegmentContent content = ledger::read_segment(file, key);
    return content.is_damaged && (content.number == 0 || content.number > folded);
  };
  for (const auto& file : ledger::journal_files(file_)) {
    if (is_damaged(file)) std::this_thread::sleep_for(std::chrono::milliseconds{100});
    if (is_damaged(file)) add("ledger", file.filename().string(), "not all of its entries fit their seals");
  }
  for (const auto& file : ledger::unread_files(file_))
    add("ledger", file.filename().string(),
        "was put aside: not all of its entries could be read into the ledger");
}

void SqliteVerification::expect(const Version& version, const Expected& expected) {
  const std::string place = version.type + "/" + version.id;
  if (version.patient != expected.patient)
    add("version", place,
        fmt::format("is stored for {}, but belongs to {}",
                    version.patient.empty() ? "nobody" : "Patient/" + version.patient.text(),
                    expected.patient.empty() ? "nobody" : "Patient/" + expected.patient.text()));
  Statement shape(connection(), "SELECT id FROM shape WHERE labels = ?1 AND kind = 0");
  // no numbers for shapes were left when it was written (see GrantWriter)
  const bool full = std::int64_t(version.shape) == 0;
  std::vector<std::int64_t> numbers;
  for (const std::string& text : expected.shapes) {
    const Reset reset(shape);
    const bool known = shape.bind(1, text).step();
    numbers.push_back(known ? shape.integer(0) : !numbers.empty() ? closed_shape : full ? 0 : unknown_shape);
  }
  if (numbers.empty()) numbers.push_back(0);
  if (numbers.front() != std::int64_t(version.shape))
    add("index", place, "its shape does not match its labels");
  writer_.add_rows({version.pk, snapshot_.resources().patient_number(expected.patient),
                    type_number(version.type), numbers},
                   expected.rows);
  writer_.write_rows();
}

std::size_t SqliteVerification::check_indexes() {
  std::size_t count = 0;
  for (const IndexTable& table : index_tables) {
    Rows wanted(scratch_, table), stored(connection(), table);
    std::map<Pk, Difference> differences;
    while (wanted.more() || stored.more()) {
      const bool missing = wanted.more() && (!stored.more() || wanted.row() < stored.row());
      const bool superfluous = !missing && (!wanted.more() || stored.row() < wanted.row());
      if (missing) ++differences[wanted.pk()].missing;
      if (superfluous) ++differences[stored.pk()].superfluous;
      if (!missing) stored.next(), ++count;
      if (!superfluous) wanted.next();
    }
    for (const auto& [pk, difference] : differences) {
      const auto version = snapshot_.resources().at(pk);
      add("index",
          version ? fmt::format("{}/{}/_history/{}", version->type, version->id, version->version)
                  : fmt::format("version number {}", std::int64_t(pk)),
          fmt::format("{}: {} rows are missing, {} should not be there", table.name, difference.missing,
                      difference.superfluous));
    }
  }
  return count;
}

bool SqliteVerification::check_grants(const PatientGrants& expected, Instant at) {
  struct Stored {
    std::string provisions;
    std::int64_t until_ms;
  };
  Statement s(
      connection(),
      "SELECT s.recipient, s.purpose, c.provisions, g.until_ms FROM patient_grant g JOIN scope s ON s.id = "
      "g.scope "
      "JOIN decision_class c ON c.id = g.class WHERE g.patient = (SELECT number FROM patient WHERE id = ?1)");
  s.bind(1, expected.patient);
  std::map<std::pair<std::string, std::string>, Stored> stored;
  while (s.step())
    stored[{std::string(s.text(0)), std::string(s.text(1))}] = {std::string(s.text(2)), s.integer(3)};
  const std::int64_t now = at.time_since_epoch().count();
  bool all = true;
  const auto fault = [&](const auto& scope, std::string_view what) {
    add("grant", "Patient/" + expected.patient.text(),
        fmt::format("towards {} for {}: {}", scope.first, scope.second, what));
  };
  for (const Grant& grant : expected.grants) {
    const std::pair scope(grant.recipient, grant.purpose);
    const auto found = stored.extract(scope);
    if (found.empty()) {
      fault(scope, "the folded consents are missing");
      continue;
    }
    const std::int64_t until = grant.until ? std::int64_t(grant.until->time_since_epoch().count()) : never;
    const bool passed = found.mapped().until_ms <= now;
    all &= !passed;
    if (!passed && (found.mapped().provisions != grant.provisions || found.mapped().until_ms != until))
      fault(scope, "the folded consents differ from the stored consents");
  }
  for (const auto& [scope, row] : stored) {
    if (row.provisions.empty() && row.until_ms == never) continue;  // it only keeps the times of gains
    all &= row.until_ms > now;
    if (row.until_ms > now) fault(scope, "there are folded consents without stored consents");
  }
  return all;
}

}  // namespace

Result<std::unique_ptr<store::Verification>> verify(const std::filesystem::path& file) {
  auto state = look(file);
  if (!state) return state.error();
  try {
    return std::unique_ptr<store::Verification>(
        std::make_unique<SqliteVerification>(file, std::move(*state)));
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

}  // namespace handoff::sqlite
