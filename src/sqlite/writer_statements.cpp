#include "sqlite/writer_statements.h"

#include "ledger/recipient.h"
#include "sqlite/types.h"

namespace handoff::sqlite {
namespace {

std::int64_t ms(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace

WriterStatements::WriterStatements(const Connection& c)
    : savepoint(c, "SAVEPOINT request"),
      rollback(c, "ROLLBACK TO request"),
      release(c, "RELEASE request"),
      current_(c, "SELECT version, pk FROM resource WHERE type = ?1 AND id = ?2"),
      patient_find_(c, "SELECT number FROM patient WHERE id = ?1"),
      patient_insert_(c, "INSERT INTO patient (id) VALUES (?1) RETURNING number"),
      has_token_(c, "SELECT 1 FROM token WHERE param = ?1 AND hash = ?2 AND npk < ?3 LIMIT 1"),
      list_(c, "SELECT coalesce(max(-npk), 0), count(*) FROM compartment WHERE patient = ?1 AND type = ?2"),
      identity_other_(c, "SELECT 1 FROM identity WHERE system = ?1 AND value = ?2 AND patient <> ?3 LIMIT 1"),
      uses_expire_(c, "DELETE FROM used_assertion WHERE until_ms < ?1"),
      use_find_(c, "SELECT 1 FROM used_assertion WHERE digest = ?1"),
      use_insert_(c, "INSERT INTO used_assertion VALUES (?1, ?2)"),
      history_insert_(
          c,
          "INSERT INTO history (pk, type, id, version, updated_ms, deleted, disclosers, body) "
          "SELECT pk, type, id, version, updated_ms, deleted, disclosers, body FROM resource WHERE pk = ?1"),
      resource_delete_(c, "DELETE FROM resource WHERE pk = ?1"),
      resource_insert_(c,
                       "INSERT INTO resource (pk, type, id, version, updated_ms, deleted, patient, shape, "
                       "disclosers, definitions, body, "
                       "arrived_labels) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11)"),
      token_insert_(c, "INSERT OR IGNORE INTO token VALUES (?1, ?2, ?3, ?4)"),
      reference_insert_(c, "INSERT OR IGNORE INTO reference VALUES (?1, ?2, ?3, ?4)"),
      uri_insert_(c, "INSERT OR IGNORE INTO uri VALUES (?1, ?2, ?3, ?4)"),
      string_insert_(c, "INSERT OR IGNORE INTO string VALUES (?1, ?2, ?3, ?4)"),
      date_insert_(c, "INSERT OR IGNORE INTO date VALUES (?1, ?2, ?3, ?4, ?5)"),
      number_insert_(c, "INSERT OR IGNORE INTO number VALUES (?1, ?2, ?3, ?4, ?5)"),
      patient_token_insert_(c, "INSERT OR IGNORE INTO token_by_patient VALUES (?1, ?2, ?3, ?4, ?5)"),
      compartment_insert_(c, "INSERT OR IGNORE INTO compartment VALUES (?1, ?2, ?3, ?4)"),
      token_delete_(c, "DELETE FROM token WHERE param = ?1 AND hash = ?2 AND npk = ?3"),
      reference_delete_(c, "DELETE FROM reference WHERE param = ?1 AND hash = ?2 AND npk = ?3"),
      uri_delete_(c, "DELETE FROM uri WHERE param = ?1 AND hash = ?2 AND npk = ?3"),
      string_delete_(c, "DELETE FROM string WHERE param = ?1 AND value = ?2 AND npk = ?3"),
      date_delete_(c, "DELETE FROM date WHERE param = ?1 AND first_ms = ?2 AND npk = ?3"),
      number_delete_(c, "DELETE FROM number WHERE param = ?1 AND unit = ?2 AND value = ?3 AND npk = ?4"),
      patient_token_delete_(
          c, "DELETE FROM token_by_patient WHERE patient = ?1 AND param = ?2 AND hash = ?3 AND npk = ?4"),
      compartment_delete_(c, "DELETE FROM compartment WHERE patient = ?1 AND type = ?2 AND npk = ?3"),
      identity_insert_(c, "INSERT OR IGNORE INTO identity VALUES (?1, ?2, ?3)"),
      outbox_insert_(
          c,
          "INSERT OR IGNORE INTO outbox (event, patient, recipient, focus, occurred_ms, due_ms, attempts, "
          "status, consent, reason, "
          "purpose, consents_before, part) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9, ?10, ?11, ?12)"),
      outbox_update_(c,
                     "UPDATE outbox SET due_ms = ?2, attempts = ?3, status = ?4, consent = ?5, reason = ?6 "
                     "WHERE id = ?1"),
      attempt_insert_(c, "INSERT OR REPLACE INTO delivery_attempt VALUES (?1, ?2, ?3, ?4, ?5)"),
      number_take_(c,
                   "INSERT INTO event_number SELECT ?1, ?2, ?3 WHERE ?3 = 1 OR EXISTS (SELECT 1 FROM "
                   "event_number WHERE topic = ?1 AND "
                   "recipient = ?2) ON CONFLICT (topic, recipient) DO UPDATE SET last = ?3 WHERE last = ?3 - "
                   "1 RETURNING last"),
      number_keep_(c, "UPDATE outbox SET event_number = ?2 WHERE id = ?1"),
      ledger_insert_(c, "INSERT INTO ledger (at_ms, entry, seal) VALUES (?1, ?2, ?3)"),
      disclosed_insert_(c, "INSERT OR IGNORE INTO disclosed_to VALUES (?1, ?2)"),
      state_insert_(c, "INSERT OR IGNORE INTO intake_state VALUES (?1, ?2, ?3, nullif(?4, ''))"),
      waiting_insert_(c,
                      "INSERT INTO intake_waiting (feed, content, stage_ms, type, system, value, mapping, "
                      "record, key, file, file_hash, source, "
                      "since_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT "
                      "(feed, content) DO UPDATE SET "
                      "stage_ms = ?3, type = ?4, system = ?5, value = ?6"),
      waiting_delete_(c, "DELETE FROM intake_waiting WHERE feed = ?1 AND content = ?2"),
      waiting_replace_(c, "DELETE FROM intake_waiting WHERE feed = ?1 AND key = ?2 AND content <> ?3"),
      setting_set_(c, "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"),
      last_pk_(c,
               "SELECT max((SELECT coalesce(max(pk), 0) FROM resource), (SELECT coalesce(max(pk), 0) FROM "
               "history))"),
      last_seal_(c, "SELECT seal FROM ledger ORDER BY number DESC LIMIT 1"),
      last_update_(c, "SELECT updated_ms FROM resource ORDER BY pk DESC LIMIT 1") {}

WriterStatements::Current WriterStatements::current(std::int64_t type, std::string_view id) {
  const Reset reset(current_);
  if (!current_.bind(1, type).bind(2, id).step()) return {};
  return {std::uint32_t(current_.integer(0)), current_.pk(1)};
}

PatientNumber WriterStatements::patient_number(const fhir::ResourceId& id) {
  if (id.empty()) return PatientNumber::nobody;
  {
    const Reset reset(patient_find_);
    if (patient_find_.bind(1, id).step()) return patient_find_.patient(0);
  }
  const Reset reset(patient_insert_);
  patient_insert_.bind(1, id).step();
  return patient_insert_.patient(0);
}

bool WriterStatements::has_token(const AbsentToken& token) {
  const Reset reset(has_token_);
  return has_token_.bind(1, std::int64_t{token.parameter})
      .bind(2, token.hash)
      .bind(3, npk_of(token.known_pk))
      .step();
}

bool WriterStatements::is_as_read(const ReadList& list) {
  const PatientNumber patient = patient_number(list.patient);
  const Reset reset(list_);
  list_.bind(1, patient).bind(2, type_number(list.type)).step();
  return list_.pk(0) == list.newest_pk && std::size_t(list_.integer(1)) == list.count;
}

bool WriterStatements::is_used(const SingleUse& use, Instant forget_before) {
  uses_expire_.bind(1, std::int64_t(forget_before.time_since_epoch().count())).run();
  const Reset reset(use_find_);
  return use_find_.bind(1, use.digest).step();
}

void WriterStatements::insert_use(const SingleUse& use) {
  use_insert_.bind(1, use.digest).bind(2, std::int64_t(use.until.time_since_epoch().count())).run();
}

bool WriterStatements::identifies_another(const IdentityClaim& claim) {
  const Reset reset(identity_other_);
  return identity_other_.bind(1, claim.system).bind(2, claim.value).bind(3, claim.patient).step();
}

void WriterStatements::move_to_history(Pk pk) {
  history_insert_.bind(1, pk).run();
  resource_delete_.bind(1, pk).run();
}

void WriterStatements::insert_resource(Pk pk, std::int64_t type, const Write& write, PatientNumber patient,
                                       std::int64_t shape, Instant now) {
  resource_insert_.bind(1, pk)
      .bind(2, type)
      .bind(3, write.id)
      .bind(4, std::int64_t{write.expected} + 1)
      .bind(5, ms(now));
  resource_insert_.bind(6, write.deleted ? 1 : 0).bind(7, patient).bind(8, shape).bind(9, write.disclosers);
  write.arrived_labels ? resource_insert_.bind(11, *write.arrived_labels) : resource_insert_.bind_null(11);
  resource_insert_.bind_blob(10, write.body).run();
}

void WriterStatements::delete_hash_rows(Statement& s, const std::vector<search::HashRow>& rows,
                                        std::int64_t npk) {
  for (const auto& row : rows) s.bind(1, std::int64_t{row.parameter}).bind(2, row.hash).bind(3, npk).run();
}

void WriterStatements::add_rows(const Owner& owner, const search::IndexRows& rows) {
  const std::int64_t npk = npk_of(owner.pk);
  const auto add_hashes = [&](std::vector<RowQueue::Hash>& queue, const std::vector<search::HashRow>& of) {
    for (const auto& row : of)
      queue.push_back({row.parameter, std::int64_t(row.hash), npk, owner.vis(row.facet)});
  };
  add_hashes(queue_.tokens, rows.tokens);
  add_hashes(queue_.references, rows.references);
  add_hashes(queue_.uris, rows.uris);
  for (const auto& row : rows.strings)
    queue_.strings.push_back({row.parameter, row.value, npk, owner.vis(row.facet)});
  for (const auto& row : rows.dates)
    queue_.dates.push_back({row.parameter, row.first_ms, npk, row.last_ms, owner.vis(row.facet)});
  for (const auto& row : rows.numbers)
    queue_.numbers.push_back(
        {row.parameter, std::int64_t(row.unit_hash), row.value, npk, owner.vis(row.facet)});
  if (owner.patient == PatientNumber::nobody) return;
  for (const auto& row : rows.tokens)
    queue_.patient_tokens.push_back(
        {owner.patient, row.parameter, std::int64_t(row.hash), npk, owner.shape(row.facet)});
  queue_.compartment.push_back({owner.patient, owner.type, npk, owner.shape({})});
}

void WriterStatements::keep_rows() { queue_.keep(); }
void WriterStatements::drop_rows() { queue_.drop(); }

void WriterStatements::write_rows() {
  queue_.sort();
  const auto write_hashes = [](Statement& s, const std::vector<RowQueue::Hash>& rows) {
    for (const auto& row : rows)
      s.bind(1, row.parameter).bind(2, row.hash).bind(3, row.npk).bind(4, row.vis).run();
  };
  write_hashes(token_insert_, queue_.tokens);
  write_hashes(reference_insert_, queue_.references);
  write_hashes(uri_insert_, queue_.uris);
  for (const auto& row : queue_.strings)
    string_insert_.bind(1, row.parameter).bind(2, row.value).bind(3, row.npk).bind(4, row.vis).run();
  for (const auto& row : queue_.dates)
    date_insert_.bind(1, row.parameter)
        .bind(2, row.first_ms)
        .bind(3, row.npk)
        .bind(4, row.last_ms)
        .bind(5, row.vis)
        .run();
  for (const auto& row : queue_.numbers)
    number_insert_.bind(1, row.parameter)
        .bind(2, row.unit)
        .bind(3, row.value)
        .bind(4, row.npk)
        .bind(5, row.vis)
        .run();
  for (const auto& row : queue_.patient_tokens)
    patient_token_insert_.bind(1, row.patient)
        .bind(2, row.parameter)
        .bind(3, row.hash)
        .bind(4, row.npk)
        .bind(5, row.shape)
        .run();
  for (const auto& row : queue_.compartment)
    compartment_insert_.bind(1, row.patient).bind(2, row.type).bind(3, row.npk).bind(4, row.shape).run();
  queue_.clear();
}

void WriterStatements::delete_rows(Pk pk, PatientNumber patient, const Write& write, std::int64_t type) {
  const std::int64_t npk = npk_of(pk);
  const search::IndexRows& rows = write.previous_rows;
  delete_hash_rows(token_delete_, rows.tokens, npk);
  delete_hash_rows(reference_delete_, rows.references, npk);
  delete_hash_rows(uri_delete_, rows.uris, npk);
  for (const auto& row : rows.strings)
    string_delete_.bind(1, std::int64_t{row.parameter}).bind(2, row.value).bind(3, npk).run();
  for (const auto& row : rows.dates)
    date_delete_.bind(1, std::int64_t{row.parameter}).bind(2, row.first_ms).bind(3, npk).run();
  for (const auto& row : rows.numbers)
    number_delete_.bind(1, std::int64_t{row.parameter})
        .bind(2, row.unit_hash)
        .bind(3, row.value)
        .bind(4, npk)
        .run();
  if (patient == PatientNumber::nobody) return;
  for (const auto& row : rows.tokens)
    patient_token_delete_.bind(1, patient)
        .bind(2, std::int64_t{row.parameter})
        .bind(3, row.hash)
        .bind(4, npk)
        .run();
  compartment_delete_.bind(1, patient).bind(2, type).bind(3, npk).run();
}

void WriterStatements::insert_identity(const IdentityClaim& claim) {
  identity_insert_.bind(1, claim.system).bind(2, claim.value).bind(3, claim.patient).run();
}

void WriterStatements::insert_outbox(const OutboxRow& row) {
  outbox_insert_.bind(1, row.event).bind(2, row.patient).bind(3, row.recipient).bind(4, row.focus);
  outbox_insert_.bind(5, ms(row.occurred)).bind(6, ms(row.due)).bind(7, to_text(row.status));
  row.consent ? outbox_insert_.bind(8, *row.consent) : outbox_insert_.bind_null(8);
  outbox_insert_.bind(9, row.reason).bind(10, row.purpose);
  row.consents_before ? outbox_insert_.bind(11, *row.consents_before) : outbox_insert_.bind_null(11);
  outbox_insert_.bind(12, row.part);
  outbox_insert_.run();
}

void WriterStatements::update_outbox(const OutboxUpdate& update, Instant now) {
  outbox_update_.bind(1, update.id)
      .bind(2, ms(update.due))
      .bind(3, update.attempts)
      .bind(4, to_text(update.status));
  update.consent ? outbox_update_.bind(5, *update.consent) : outbox_update_.bind_null(5);
  outbox_update_.bind(6, update.reason).run();
  if (update.outcome.empty()) return;
  attempt_insert_.bind(1, update.id)
      .bind(2, update.attempts)
      .bind(3, ms(now))
      .bind(4, update.http_status)
      .bind(5, update.outcome)
      .run();
}

bool WriterStatements::take_event_number(const EventNumber& taken) {
  {
    const Reset reset(number_take_);
    if (!number_take_.bind(1, taken.topic).bind(2, taken.recipient).bind(3, taken.number).step())
      return false;
  }
  number_keep_.bind(1, taken.outbox).bind(2, taken.number).run();
  return true;
}

void WriterStatements::insert_ledger(Instant now, std::string_view entry, std::string_view seal) {
  ledger_insert_.bind(1, ms(now)).bind_blob(2, entry).bind_blob(3, seal).run();
  if (const auto disclosed = ledger::recipient_of(entry))
    disclosed_insert_.bind(1, disclosed->patient).bind(2, disclosed->recipient).run();
}

void WriterStatements::insert_intake_state(const IntakeState& state) {
  delete_intake_waiting(state);
  state_insert_.bind(1, state.feed).bind(2, state.content).bind(3, state.stage_ms).bind(4, state.key).run();
}

void WriterStatements::delete_intake_waiting(const IntakeState& state) {
  waiting_delete_.bind(1, state.feed).bind(2, state.content).run();
}

void WriterStatements::insert_intake_waiting(const IntakeWaiting& waiting, Instant now) {
  if (waiting.replaces)
    waiting_replace_.bind(1, waiting.state.feed).bind(2, waiting.key).bind(3, waiting.state.content).run();
  waiting_insert_.bind(1, waiting.state.feed).bind(2, waiting.state.content).bind(3, waiting.state.stage_ms);
  waiting_insert_.bind(4, waiting.type)
      .bind(5, waiting.system)
      .bind(6, waiting.value)
      .bind(7, waiting.mapping);
  waiting_insert_.bind(8, std::int64_t(waiting.record))
      .bind(9, waiting.key)
      .bind(10, waiting.file)
      .bind(11, waiting.file_hash);
  waiting_insert_.bind(12, waiting.source).bind(13, ms(now)).run();
}

void WriterStatements::set_setting(std::string_view name, std::string_view value) {
  setting_set_.bind(1, name).bind(2, value).run();
}

Pk WriterStatements::last_pk() {
  const Reset reset(last_pk_);
  last_pk_.step();
  return last_pk_.pk(0);
}

std::string WriterStatements::last_seal() {
  const Reset reset(last_seal_);
  return last_seal_.step() ? std::string(last_seal_.text(0)) : std::string();
}

Instant WriterStatements::last_update() {
  const Reset reset(last_update_);
  return last_update_.step() ? Instant{std::chrono::milliseconds{last_update_.integer(0)}} : Instant{};
}

}  // namespace handoff::sqlite
