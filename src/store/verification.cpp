#include "store/verification.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>
#include <variant>

#include "core/hash.h"
#include "fhir/reference.h"
#include "store/ledger_recipient.h"
#include "store/ledger_recovery.h"
#include "store/migrations.h"
#include "store/reader.h"
#include "store/schema.h"
#include "store/types.h"
#include "store/verification_sql.h"
#include "store/writer.h"
#include "store/writer_statements.h"

namespace handoff::store {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t unknown_shape = -1;  // of no row
constexpr std::string_view any_text = "string";

// A row of an index table, compared in the order of its key.
using Row = std::vector<std::variant<std::int64_t, double, std::string>>;

class Rows {
 public:
  Rows(const Connection& connection, const IndexTable& table)
      : table_(table), statement_(connection, fmt::format("SELECT {0} FROM {1} ORDER BY {0}", table.columns, table.name)) {
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
  const Row& row() const { return row_; }
  std::int64_t pk() const { return -std::get<std::int64_t>(row_[std::size_t(table_.npk)]); }

 private:
  void take(std::string_view column, int i) {
    if (column != "value") row_.emplace_back(statement_.integer(i));
    else if (table_.name == any_text) row_.emplace_back(std::string(statement_.text(i)));
    else row_.emplace_back(statement_.real(i));
  }

  const IndexTable& table_;
  Statement statement_;
  Row row_;
  bool more_ = false;
};

struct Difference {
  std::size_t missing = 0, superfluous = 0;
};

}  // namespace

struct Verification::Content {
  Content(const std::filesystem::path& of, Snapshot state)
      : file(of),
        snapshot(std::move(state)),
        scratch(std::filesystem::path()),
        made(make_schema(scratch)),
        writer(scratch) {}

  // The expected rows stand in a store of their own (a temporary file that SQLite removes), written by the same statements.
  static bool make_schema(Connection& scratch) {
    scratch.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;");
    for (const Migration& migration : migrations()) scratch.execute(migration.sql);
    scratch.execute("BEGIN");
    return true;
  }

  const Connection& connection() const { return snapshot_reader->connection; }

  const std::filesystem::path file;
  Snapshot snapshot;
  Reader* snapshot_reader = nullptr;
  Connection scratch;
  bool made;
  WriterStatements writer;
  std::vector<Finding> findings;
};

Verification::Verification() = default;
Verification::~Verification() = default;

Result<std::unique_ptr<Verification>> Verification::open(const std::filesystem::path& file) {
  auto snapshot = Snapshot::open(file);
  if (!snapshot) return snapshot.error();
  try {
    std::unique_ptr<Verification> opened(new Verification);
    opened->content_ = std::make_unique<Content>(file, std::move(*snapshot));
    opened->content_->snapshot_reader = opened->content_->snapshot.reader_.get();
    return opened;
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

const Snapshot& Verification::snapshot() const { return content_->snapshot; }
const std::vector<Finding>& Verification::findings() const { return content_->findings; }

void Verification::add(std::string kind, std::string place, std::string what) {
  content_->findings.push_back({std::move(kind), std::move(place), std::move(what)});
}

std::vector<std::string> Verification::patients_with_grants() const {
  Statement s(content_->connection(), "SELECT DISTINCT p.id FROM patient_grant g JOIN patient p ON p.number = g.patient ORDER BY p.id");
  std::vector<std::string> found;
  while (s.step()) found.emplace_back(s.text(0));
  return found;
}

void Verification::check_file() {
  Statement s(content_->connection(), "PRAGMA integrity_check(100)");
  while (s.step())
    if (s.text(0) != "ok") add("file", "handoff.db", std::string(s.text(0)));
}

namespace {

void run_checks(Verification& verification, const Connection& connection, std::span<const ConsistencyCheck> checks) {
  for (const ConsistencyCheck& check : checks) {
    Statement s(connection, check.sql);
    while (s.step()) {
      const std::string name(s.text(1));
      verification.add(std::string(check.kind), s.integer(0) < 0 ? name : fmt::format("{}/{}", type_name(s.integer(0)), name),
                       std::string(check.what));
    }
  }
}

}  // namespace

void Verification::check_versions() { run_checks(*this, content_->connection(), version_checks); }

void Verification::check_outbox() {
  run_checks(*this, content_->connection(), outbox_checks);
  Statement exists(content_->connection(),
                   "SELECT 1 FROM resource WHERE type = ?1 AND id = ?2 AND version = ?3 UNION ALL "
                   "SELECT 1 FROM history WHERE type = ?1 AND id = ?2 AND version = ?3");
  for (const OutboxRow& row : content_->snapshot.outbox_all()) {
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

LedgerHead Verification::check_ledger(std::string_view key) {
  LedgerHead head;
  Statement s(content_->connection(), "SELECT number, at_ms, entry, seal FROM ledger ORDER BY number");
  std::string before;
  std::vector<std::int64_t> broken;
  std::set<std::pair<std::string, std::string>> disclosed;
  while (s.step()) {
    if (seal_of(key, before, s.integer(1), s.text(2)) != s.text(3)) broken.push_back(s.integer(0));
    else if (const auto told = recipient_of(s.text(2))) disclosed.emplace(told->patient, told->recipient);
    before = s.text(3);  // what follows is held against what is there, so that each broken place is told once
    ++head.entries;
  }
  head.seal = to_hex(before);
  if (broken.size() > 1 && broken.size() == head.entries) {  // told once; the journal's entries would say the same
    add("ledger", "the ledger", fmt::format("was sealed with another key: none of its {} entries fits its seal", head.entries));
    return head;
  }
  for (const std::int64_t number : broken) add("ledger", fmt::format("ledger {}", number), "does not fit its seal");
  for (const auto& [patient, recipient] : disclosed)
    if (!content_->snapshot.has_disclosed(patient, recipient))
      add("ledger", patient, "the ledger tells of a disclosure to " + recipient + ", the list of recipients does not");
  check_journal(key, head);
  return head;
}

// Where a gateway writes it, a group may be half there: it is looked at again.
void Verification::check_journal(std::string_view key, LedgerHead& head) {
  const std::uint64_t folded = folded_segment(content_->connection());
  for (const SegmentContent& segment : segments_after(folded, content_->file, key)) head.waiting += segment.entries.size();
  const auto is_damaged = [&](const std::filesystem::path& file) {
    const SegmentContent content = read_segment(file, key);
    return content.is_damaged && (content.number == 0 || content.number > folded);
  };
  for (const auto& file : journal_files(content_->file)) {
    if (is_damaged(file)) std::this_thread::sleep_for(std::chrono::milliseconds{100});
    if (is_damaged(file)) add("ledger", file.filename().string(), "not all of its entries fit their seals");
  }
  for (const auto& file : unread_files(content_->file))
    add("ledger", file.filename().string(), "was put aside: not all of its entries could be read into the ledger");
}

void Verification::expect(const Version& version, const Expected& expected) {
  const std::string place = version.type + "/" + version.id;
  if (version.patient != expected.patient)
    add("version", place,
        fmt::format("is kept as of {}, and belongs to {}", version.patient.empty() ? "nobody" : "Patient/" + version.patient,
                    expected.patient.empty() ? "nobody" : "Patient/" + expected.patient));
  Statement shape(content_->connection(), "SELECT id FROM shape WHERE labels = ?1 AND kind = 0");
  const bool full = std::int64_t(version.shape) == 0;  // shapes ran out once it was written: as GrantWriter numbers them
  std::vector<std::int64_t> numbers;
  for (const std::string& text : expected.shapes) {
    const Reset reset(shape);
    const bool known = shape.bind(1, text).step();
    numbers.push_back(known ? shape.integer(0) : !numbers.empty() ? closed_shape : full ? 0 : unknown_shape);
  }
  if (numbers.empty()) numbers.push_back(0);
  if (numbers.front() != std::int64_t(version.shape)) add("index", place, "its shape is not the one that its labels make");
  content_->writer.add_rows({version.pk, content_->snapshot.patient_number(expected.patient), type_number(version.type), numbers},
                            expected.rows);
  content_->writer.write_rows();
}

std::size_t Verification::check_indexes() {
  std::size_t count = 0;
  for (const IndexTable& table : index_tables) {
    Rows wanted(content_->scratch, table), stored(content_->connection(), table);
    std::map<std::int64_t, Difference> differences;
    while (wanted.more() || stored.more()) {
      const bool missing = wanted.more() && (!stored.more() || wanted.row() < stored.row());
      const bool superfluous = !missing && (!wanted.more() || stored.row() < wanted.row());
      if (missing) ++differences[wanted.pk()].missing;
      if (superfluous) ++differences[stored.pk()].superfluous;
      if (!missing) stored.next(), ++count;
      if (!superfluous) wanted.next();
    }
    for (const auto& [pk, difference] : differences) {
      const auto version = content_->snapshot.at(pk);
      add("index",
          version ? fmt::format("{}/{}/_history/{}", version->type, version->id, version->version) : fmt::format("version number {}", pk),
          fmt::format("{}: {} rows are missing, {} should not be there", table.name, difference.missing, difference.superfluous));
    }
  }
  return count;
}

bool Verification::check_grants(const PatientGrants& expected, Instant at) {
  struct Stored {
    std::string provisions;
    std::int64_t until_ms;
  };
  Statement s(content_->connection(),
              "SELECT s.recipient, s.purpose, c.provisions, g.until_ms FROM patient_grant g JOIN scope s ON s.id = g.scope "
              "JOIN decision_class c ON c.id = g.class WHERE g.patient = (SELECT number FROM patient WHERE id = ?1)");
  s.bind(1, expected.patient);
  std::map<std::pair<std::string, std::string>, Stored> stored;
  while (s.step()) stored[{std::string(s.text(0)), std::string(s.text(1))}] = {std::string(s.text(2)), s.integer(3)};
  const std::int64_t now = at.time_since_epoch().count();
  bool all = true;
  const auto fault = [&](const auto& scope, std::string_view what) {
    add("grant", "Patient/" + expected.patient, fmt::format("towards {} for {}: {}", scope.first, scope.second, what));
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
      fault(scope, "the folded consents are not those of the stored ones");
  }
  for (const auto& [scope, row] : stored) {
    if (row.provisions.empty() && row.until_ms == never) continue;  // it stands for the instants of gains alone
    all &= row.until_ms > now;
    if (row.until_ms > now) fault(scope, "consents are folded that are not there");
  }
  return all;
}

}  // namespace handoff::store
