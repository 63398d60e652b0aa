#include "store/snapshot.h"

#include "core/limits.h"
#include "json/document.h"
#include "store/parameter_writer.h"
#include "store/reader.h"
#include "store/schema.h"
#include "store/types.h"
#include "store/writer_statements.h"

namespace handoff::store {
namespace {

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

std::string json_array_of(const std::set<std::string>& texts) {
  json::Arena arena;
  std::vector<json::Value> values;
  for (const std::string& text : texts) values.push_back(arena.string(text));
  return json::write(arena.array(values));
}

constexpr std::string_view history_columns = "SELECT type, id, version, pk, updated_ms, deleted, disclosers, body FROM history ";

std::string current(std::string_view from, std::string_view condition) {
  return std::string(current_columns).append(from).append(its_patient).append(condition);
}

Version version_row(const Statement& row) {
  Version version;
  version.type = type_name(row.integer(0));
  version.id = row.text(1);
  version.version = std::uint32_t(row.integer(2));
  version.pk = row.integer(3);
  version.updated = instant(row.integer(4));
  version.deleted = row.integer(5) != 0;
  version.disclosers = row.text(6);
  version.body = row.text(7);
  return version;
}

// An older version belongs to whom the current one does.
Version history_row(const Statement& row, const std::optional<Version>& current) {
  Version version = version_row(row);
  if (!current) return version;
  version.patient = current->patient;
  version.patient_number = current->patient_number;
  version.shape = current->shape;
  version.stands = current->stands;
  return version;
}

// Pages are read where the file is mapped: no copy, and no call of the system for each. What is not mapped is cached here.
Connection tuned(const std::filesystem::path& file) {
  Connection connection(file, true);
  connection.execute("PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -8192");
  return connection;
}

// A statement for one walk through a compartment, and for those within it others.
class Walk {
 public:
  explicit Walk(Reader& reader) : reader_(reader) {
    if (reader.walking == reader.walks.size())
      reader.walks.push_back(std::make_unique<Statement>(
          reader.connection, "SELECT shape, -npk FROM compartment WHERE patient = ?1 AND type <> ?2 ORDER BY type, npk"));
    statement_ = reader.walks[reader.walking++].get();
  }
  ~Walk() {
    statement_->reset();
    --reader_.walking;
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  Statement& statement() { return *statement_; }

 private:
  Reader& reader_;
  Statement* statement_;
};

}  // namespace

Reader::Reader(const std::filesystem::path& file)
    : connection(tuned(file)),
      begin(connection, "BEGIN"),
      end(connection, "COMMIT"),
      read(connection, current("resource r", "WHERE r.type = ?1 AND r.id = ?2")),
      read_at(connection, current("resource r", "WHERE r.pk = ?1")),
      find(connection, "SELECT pk, patient, shape, deleted FROM resource WHERE type = ?1 AND id = ?2"),
      vread_history(connection, std::string(history_columns) + "WHERE type = ?1 AND id = ?2 AND version = ?3"),
      history(connection, std::string(history_columns) + "WHERE type = ?1 AND id = ?2 ORDER BY version DESC"),
      history_at(connection, std::string(history_columns) + "WHERE pk = ?1"),
      with_token(connection,
                 current("token t CROSS JOIN resource r ON r.pk = -t.npk", "WHERE t.param = ?1 AND t.hash = ?2 ORDER BY t.npk LIMIT ?3")),
      of_patient(connection,
                 current("compartment c CROSS JOIN resource r ON r.pk = -c.npk", "WHERE c.patient = ?1 AND c.type = ?2 ORDER BY c.npk")),
      list(connection, "SELECT coalesce(max(-npk), 0), count(*) FROM compartment WHERE patient = ?1 AND type = ?2"),
      patient_number(connection, "SELECT number FROM patient WHERE id = ?1"),
      patient_id(connection, "SELECT id FROM patient WHERE number = ?1"),
      of_shape(connection, "SELECT 1 FROM compartment WHERE patient = ?1 AND type = ?2 AND shape = ?3 LIMIT 1"),
      identified(connection, "SELECT patient FROM identity WHERE system = ?1 AND value = ?2"),
      outbox_due(connection, std::string(outbox_columns) +
                                 "WHERE status = 'queued' AND (due_ms <= ?1 OR due_ms > ?3) AND recipient NOT IN (SELECT value FROM "
                                 "json_each(?4)) AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.status = 'queued' AND e.patient = "
                                 "o.patient AND e.recipient = o.recipient AND e.id < o.id) ORDER BY id LIMIT ?2"),
      outbox_all(connection, std::string(outbox_columns) + "ORDER BY id"),
      outbox_queued(connection, "SELECT count(*) FROM outbox WHERE status = 'queued'"),
      disclosed_to(connection, "SELECT 1 FROM disclosed_to WHERE patient = ?1 AND recipient = ?2"),
      event_number(connection, "SELECT last FROM event_number WHERE topic = ?1 AND recipient = ?2"),
      arrived_labels(connection, "SELECT arrived_labels FROM resource WHERE type = ?1 AND id = ?2"),
      setting(connection, "SELECT value FROM setting WHERE name = ?1"),
      counts(connection, "SELECT type, count(*) FROM resource WHERE deleted = 0 GROUP BY type"),
      each(connection, current("resource r", "ORDER BY r.pk")),
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

// A transaction's state is that of its first read.
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
  version.patient_number = row.integer(8);
  version.shape = std::uint32_t(row.integer(9));
  version.stands = !version.deleted;
  if (!row.is_null(10)) version.patient = row.text(10);
  return version;
}

Snapshot::Snapshot(std::unique_ptr<Reader> reader, std::function<void(std::unique_ptr<Reader>)> give_back)
    : reader_(std::move(reader)), give_back_(std::move(give_back)) {}

Result<Snapshot> Snapshot::open(const std::filesystem::path& file) {
  if (auto fits = check_schema(file); !fits) return fits.error();
  try {
    auto reader = std::make_unique<Reader>(file);
    reader->begin_now();
    return Snapshot(std::move(reader), [](std::unique_ptr<Reader>) {});
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, file.string() + ": " + failure.what());
  }
}

Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;

Snapshot::~Snapshot() {
  if (!reader_) return;
  give_back_(std::move(reader_));
}

std::optional<Version> Snapshot::read(std::string_view type, std::string_view id) const {
  Statement& s = reader_->read;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step()) return std::nullopt;
  return current_version(s);
}

std::optional<Version> Snapshot::vread(std::string_view type, std::string_view id, std::uint32_t version) const {
  auto current = read(type, id);
  if (current && current->version == version) return current;
  Statement& s = reader_->vread_history;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).bind(3, std::int64_t{version}).step()) return std::nullopt;
  return history_row(s, current);
}

std::vector<Version> Snapshot::history(std::string_view type, std::string_view id) const {
  auto current = read(type, id);
  if (!current) return {};
  Statement& s = reader_->history;
  const Reset reset(s);
  s.bind(1, type_number(type)).bind(2, id);
  std::vector<Version> all{*current};
  while (s.step()) all.push_back(history_row(s, current));
  return all;
}

std::optional<Version> Snapshot::at(std::int64_t pk) const {
  {
    Statement& s = reader_->read_at;
    const Reset reset(s);
    if (s.bind(1, pk).step()) return current_version(s);
  }
  Statement& s = reader_->history_at;
  const Reset reset(s);
  if (!s.bind(1, pk).step()) return std::nullopt;
  return history_row(s, read(type_name(s.integer(0)), s.text(1)));
}

std::optional<std::string> Snapshot::arrived_labels(std::string_view type, std::string_view id) const {
  Statement& s = reader_->arrived_labels;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step() || s.is_null(0)) return std::nullopt;
  return std::string(s.text(0));
}

std::optional<Row> Snapshot::find(std::string_view type, std::string_view id) const {
  Statement& s = reader_->find;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step()) return std::nullopt;
  return Row{s.integer(0), s.integer(1), std::uint32_t(s.integer(2)), s.integer(3) != 0};
}

std::vector<Version> Snapshot::with_token(search::ParameterKey parameter, std::uint64_t hash, std::size_t count) const {
  Statement& s = reader_->with_token;
  const Reset reset(s);
  s.bind(1, std::int64_t{parameter}).bind(2, hash).bind(3, std::int64_t(count));
  std::vector<Version> found;
  while (s.step()) found.push_back(current_version(s));
  return found;
}

std::int64_t Snapshot::patient_number(std::string_view id) const {
  Statement& s = reader_->patient_number;
  const Reset reset(s);
  return s.bind(1, id).step() ? s.integer(0) : 0;
}

std::optional<std::string> Snapshot::patient_id(std::int64_t number) const {
  Statement& s = reader_->patient_id;
  const Reset reset(s);
  if (!s.bind(1, number).step()) return std::nullopt;
  return std::string(s.text(0));
}

std::vector<Version> Snapshot::of_patient(std::string_view patient_id, std::string_view type) const {
  const std::int64_t number = patient_number(patient_id);
  if (number == 0) return {};
  Statement& s = reader_->of_patient;
  const Reset reset(s);
  s.bind(1, number).bind(2, type_number(type));
  std::vector<Version> found;
  while (s.step()) found.push_back(current_version(s));
  return found;
}

std::int64_t Snapshot::newest_pk() const {
  Statement& s = reader_->prepared("SELECT coalesce(max(pk), 0) FROM resource");
  const Reset reset(s);
  s.step();
  return s.integer(0);
}

ReadList Snapshot::list_of(std::string_view patient_id, std::string_view type) const {
  ReadList list{std::string(patient_id), std::string(type)};
  Statement& s = reader_->list;
  const Reset reset(s);
  s.bind(1, patient_number(patient_id)).bind(2, type_number(type)).step();
  list.newest_pk = s.integer(0);
  list.count = std::size_t(s.integer(1));
  return list;
}

bool Snapshot::has_other(std::int64_t patient, std::string_view type,
                         const std::function<bool(std::uint32_t shape, std::int64_t pk)>& satisfies) const {
  Walk walk(*reader_);
  Statement& s = walk.statement();
  s.bind(1, patient).bind(2, type_number(type));
  while (s.step())
    if (satisfies(std::uint32_t(s.integer(0)), s.integer(1))) return true;
  return false;
}

bool Snapshot::has_shape(std::int64_t patient, std::string_view type, std::uint32_t shape) const {
  Statement& s = reader_->of_shape;
  const Reset reset(s);
  return s.bind(1, patient).bind(2, type_number(type)).bind(3, std::int64_t{shape}).step();
}

std::vector<std::string> Snapshot::identified(std::string_view system, std::string_view value) const {
  Statement& s = reader_->identified;
  const Reset reset(s);
  s.bind(1, system).bind(2, value);
  std::vector<std::string> found;
  while (s.step()) found.emplace_back(s.text(0));
  return found;
}

std::vector<OutboxRow> Snapshot::outbox_due(Instant now, std::size_t count, const std::set<std::string>& but) const {
  Statement& s = reader_->outbox_due;
  const Reset reset(s);
  const std::string left_out = json_array_of(but);
  const auto ms = [](Instant instant) { return std::int64_t(instant.time_since_epoch().count()); };
  s.bind(1, ms(now)).bind(2, std::int64_t(count)).bind(3, ms(now + limits::delivery_retry_longest)).bind(4, left_out);
  std::vector<OutboxRow> found;
  while (s.step()) found.push_back(outbox_row(s));
  return found;
}

std::vector<OutboxRow> Snapshot::outbox_all() const {
  Statement& s = reader_->outbox_all;
  const Reset reset(s);
  std::vector<OutboxRow> found;
  while (s.step()) found.push_back(outbox_row(s));
  return found;
}

std::size_t Snapshot::outbox_queued() const {
  Statement& s = reader_->outbox_queued;
  const Reset reset(s);
  s.step();
  return std::size_t(s.integer(0));
}

std::int64_t Snapshot::last_event_number(std::string_view topic, std::string_view recipient) const {
  Statement& s = reader_->event_number;
  const Reset reset(s);
  return s.bind(1, topic).bind(2, recipient).step() ? s.integer(0) : 0;
}

bool Snapshot::has_disclosed(std::string_view patient, std::string_view recipient) const {
  Statement& s = reader_->disclosed_to;
  const Reset reset(s);
  return s.bind(1, patient).bind(2, recipient).step();
}

std::optional<std::string> Snapshot::setting(std::string_view name) const {
  Statement& s = reader_->setting;
  const Reset reset(s);
  if (!s.bind(1, name).step()) return std::nullopt;
  return std::string(s.text(0));
}

std::vector<std::pair<std::string, std::size_t>> Snapshot::counts_by_type() const {
  Statement& s = reader_->counts;
  const Reset reset(s);
  std::vector<std::pair<std::string, std::size_t>> found;
  while (s.step()) found.emplace_back(type_name(s.integer(0)), std::size_t(s.integer(1)));
  return found;
}

void Snapshot::each_resource(const std::function<bool(const Version&)>& visit) const {
  Statement& s = reader_->each;
  const Reset reset(s);
  while (s.step())
    if (!visit(current_version(s))) return;
}

void Snapshot::each_resource_after(std::int64_t pk, const std::vector<std::string_view>& types,
                                   const std::function<bool(const Version&)>& visit) const {
  std::string list = "[";
  for (const std::string_view type : types) list += (list.size() > 1 ? "," : "") + std::to_string(type_number(type));
  Statement s(
      reader_->connection,
      current("resource r NOT INDEXED", "WHERE r.pk > ?1 AND r.deleted = 0 AND r.type IN (SELECT value FROM json_each(?2)) ORDER BY r.pk"));
  list += "]";
  s.bind(1, pk).bind(2, list);
  while (s.step())
    if (!visit(current_version(s))) return;
}

std::vector<AddedParameter> Snapshot::added_parameters() const { return store::added_parameters(reader_->connection); }

}  // namespace handoff::store
