#include "store/snapshot.h"

#include "store/reader.h"
#include "store/types.h"
#include "store/writer_statements.h"

namespace handoff::store {
namespace {

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

OutboxRow outbox_row(const Statement& row) {
  OutboxRow out;
  out.id = row.integer(0);
  out.event = row.text(1);
  out.patient = row.text(2);
  out.recipient = row.text(3);
  out.focus = row.text(4);
  out.occurred = instant(row.integer(5));
  out.due = instant(row.integer(6));
  out.attempts = int(row.integer(7));
  out.status = delivery_status(row.text(8));
  if (!row.is_null(9)) out.consent = std::string(row.text(9));
  out.reason = row.text(10);
  out.purpose = row.text(11);
  return out;
}

constexpr const char* outbox_columns =
    "SELECT id, event, patient, recipient, focus, occurred_ms, due_ms, attempts, status, consent, reason, purpose FROM outbox o ";

}  // namespace

Reader::Reader(const std::filesystem::path& file)
    : connection(file, true),
      begin(connection, "BEGIN"),
      end(connection, "COMMIT"),
      read(connection,
           "SELECT r.type, r.id, r.version, r.pk, r.updated_ms, r.deleted, r.disclosers, r.body, p.id "
           "FROM resource r LEFT JOIN patient p ON p.number = r.patient WHERE r.type = ?1 AND r.id = ?2"),
      vread_history(connection,
                    "SELECT type, id, version, pk, updated_ms, deleted, disclosers, body "
                    "FROM history WHERE type = ?1 AND id = ?2 AND version = ?3"),
      with_token(connection,
                 "SELECT r.type, r.id, r.version, r.pk, r.updated_ms, r.deleted, r.disclosers, r.body, p.id "
                 "FROM token t CROSS JOIN resource r ON r.pk = -t.npk LEFT JOIN patient p ON p.number = r.patient "
                 "WHERE t.param = ?1 AND t.hash = ?2 ORDER BY t.npk LIMIT ?3"),
      of_patient(connection,
                 "SELECT r.type, r.id, r.version, r.pk, r.updated_ms, r.deleted, r.disclosers, r.body "
                 "FROM compartment c CROSS JOIN resource r ON r.pk = -c.npk "
                 "WHERE c.patient = ?1 AND c.type = ?2 ORDER BY c.npk"),
      patient_number(connection, "SELECT number FROM patient WHERE id = ?1"),
      identified(connection, "SELECT patient FROM identity WHERE system = ?1 AND value = ?2"),
      outbox_due(connection, std::string(outbox_columns) +
                                 "WHERE status = 'queued' AND due_ms <= ?1 AND NOT EXISTS (SELECT 1 FROM outbox e WHERE "
                                 "e.status = 'queued' AND e.patient = o.patient AND e.recipient = o.recipient AND e.id < o.id) "
                                 "ORDER BY id LIMIT ?2"),
      outbox_all(connection, std::string(outbox_columns) + "ORDER BY id"),
      outbox_queued(connection, "SELECT count(*) FROM outbox WHERE status = 'queued'"),
      has_state(connection, "SELECT 1 FROM intake_state WHERE feed = ?1 AND content = ?2 AND stage_ms = ?3"),
      waiting(connection, "SELECT feed, content, stage_ms, type, system, value FROM intake_waiting"),
      setting(connection, "SELECT value FROM setting WHERE name = ?1"),
      counts(connection, "SELECT type, count(*) FROM resource WHERE deleted = 0 GROUP BY type"),
      each(connection,
           "SELECT r.type, r.id, r.version, r.pk, r.updated_ms, r.deleted, r.disclosers, r.body, p.id "
           "FROM resource r LEFT JOIN patient p ON p.number = r.patient ORDER BY r.pk"),
      ledger(connection, "SELECT number, at_ms, entry, seal FROM ledger ORDER BY number") {
  register_visible();
}

Version version_row(const Statement& row, int patient_column) {
  Version version;
  version.type = type_name(row.integer(0));
  version.id = row.text(1);
  version.version = std::uint32_t(row.integer(2));
  version.pk = row.integer(3);
  version.updated = instant(row.integer(4));
  version.deleted = row.integer(5) != 0;
  version.disclosers = row.text(6);
  version.body = row.text(7);
  if (patient_column >= 0 && !row.is_null(patient_column)) version.patient = row.text(patient_column);
  return version;
}

Snapshot::Snapshot(std::unique_ptr<Reader> reader, std::function<void(std::unique_ptr<Reader>)> give_back)
    : reader_(std::move(reader)), give_back_(std::move(give_back)) {
  reader_->begin.run();
}

Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;

Snapshot::~Snapshot() {
  if (!reader_) return;
  reader_->end.run();
  give_back_(std::move(reader_));
}

std::optional<Version> Snapshot::read(std::string_view type, std::string_view id) const {
  Statement& s = reader_->read;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).step()) return std::nullopt;
  return version_row(s, 8);
}

std::optional<Version> Snapshot::vread(std::string_view type, std::string_view id, std::uint32_t version) const {
  auto current = read(type, id);
  if (current && current->version == version) return current;
  Statement& s = reader_->vread_history;
  const Reset reset(s);
  if (!s.bind(1, type_number(type)).bind(2, id).bind(3, std::int64_t{version}).step()) return std::nullopt;
  Version found = version_row(s, -1);
  if (current) found.patient = current->patient;
  return found;
}

std::vector<Version> Snapshot::with_token(search::ParameterKey parameter, std::uint64_t hash, std::size_t count) const {
  Statement& s = reader_->with_token;
  const Reset reset(s);
  s.bind(1, std::int64_t{parameter}).bind(2, hash).bind(3, std::int64_t(count));
  std::vector<Version> found;
  while (s.step()) found.push_back(version_row(s, 8));
  return found;
}

std::vector<Version> Snapshot::of_patient(std::string_view patient_id, std::string_view type) const {
  std::int64_t number = 0;
  {
    Statement& find = reader_->patient_number;
    const Reset reset(find);
    if (!find.bind(1, patient_id).step()) return {};
    number = find.integer(0);
  }
  Statement& s = reader_->of_patient;
  const Reset reset(s);
  s.bind(1, number).bind(2, type_number(type));
  std::vector<Version> found;
  while (s.step()) {
    found.push_back(version_row(s, -1));
    found.back().patient = patient_id;
  }
  return found;
}

std::vector<std::string> Snapshot::identified(std::string_view system, std::string_view value) const {
  Statement& s = reader_->identified;
  const Reset reset(s);
  s.bind(1, system).bind(2, value);
  std::vector<std::string> found;
  while (s.step()) found.emplace_back(s.text(0));
  return found;
}

std::vector<OutboxRow> Snapshot::outbox_due(Instant now, std::size_t count) const {
  Statement& s = reader_->outbox_due;
  const Reset reset(s);
  s.bind(1, std::int64_t(now.time_since_epoch().count())).bind(2, std::int64_t(count));
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

bool Snapshot::has_intake_state(const IntakeState& state) const {
  Statement& s = reader_->has_state;
  const Reset reset(s);
  return s.bind(1, state.feed).bind(2, state.content).bind(3, state.stage_ms).step();
}

std::vector<IntakeWaiting> Snapshot::intake_waiting() const {
  Statement& s = reader_->waiting;
  const Reset reset(s);
  std::vector<IntakeWaiting> found;
  while (s.step())
    found.push_back({{std::string(s.text(0)), std::string(s.text(1)), s.integer(2)},
                     std::string(s.text(3)),
                     std::string(s.text(4)),
                     std::string(s.text(5))});
  return found;
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
    if (!visit(version_row(s, 8))) return;
}

}  // namespace handoff::store
