#include "sqlite/writer.h"

#include <fmt/format.h>

#include "core/boundary.h"
#include "core/civil.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/thread.h"
#include "ledger/chain.h"
#include "sqlite/connection.h"
#include "sqlite/grant_writer.h"
#include "sqlite/parameter_writer.h"
#include "sqlite/people_writer.h"
#include "sqlite/types.h"
#include "sqlite/writer_statements.h"

namespace handoff::sqlite {
namespace {

// A failed precondition. It is caught at the request's own savepoint.
struct Refused {
  Problem why;
};

[[noreturn]] void refuse(std::string diagnostics) {
  throw Refused{problem(Kind::conflict, std::move(diagnostics))};
}

Pk next(Pk pk) { return Pk{std::int64_t(pk) + 1}; }

std::size_t weight(const Batch& batch) { return 1 + batch.writes.size() + batch.parameters.missing.size(); }

}  // namespace

Writer::Writer(std::filesystem::path file, std::string ledger_key, const Clock& clock)
    : file_(std::move(file)), ledger_key_(std::move(ledger_key)), clock_(clock) {
  reopen();
  thread_ = start_thread("store: the writer", [this] { run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Writer::reopen() {
  sql_.reset();  // also drops the rows that wait in it
  grants_.reset();
  parameters_.reset();
  people_.reset();
  connection_ = std::make_unique<Connection>(file_);
  connection_->execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; ");
  connection_->watch_log(log_pages_);
  grants_ = std::make_unique<GrantWriter>(*connection_);
  parameters_ = std::make_unique<ParameterWriter>(*connection_);
  people_ = std::make_unique<PeopleWriter>(*connection_);
  sql_ = std::make_unique<WriterStatements>(*connection_);
  last_pk_ = sql_->last_pk();
  last_seal_ = sql_->last_seal();
  // versions are numbered in the order of their times, even if the clock was set back
  now_ = std::max(now_, sql_->last_update());
}

void Writer::submit(Batch batch, Store::Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(batch), std::move(done)});
  }
  wake_.notify_one();
}

void Writer::finish_checkpoint() {
  checkpoint_wanted_ = true;
  wake_.notify_one();
}

void Writer::run() {
  std::vector<Request> group;
  for (;;) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || checkpoint_wanted_ || !waiting_.empty(); });
      if (waiting_.empty() && stopping_) return;
      for (std::size_t taken = 0; !waiting_.empty() && taken < limits::commit_group_resources_max;
           waiting_.pop_front()) {
        taken += weight(waiting_.front().batch);
        group.push_back(std::move(waiting_.front()));
      }
    }
    runs_to_end("store: the writer goes on after a fault", [&] {
      if (!group.empty()) commit_group(group);
      if (checkpoint_wanted_.exchange(false)) fold_log();
    });
  }
}

void Writer::fold_log() {
  try {
    connection_->execute("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const StoreFailure& failure) {
    log::warn(fmt::format("store: checkpoint postponed: {}", failure.what()));
  }
}

// Commits the group as one transaction. If the disk fails, nothing is changed, and every request gets an
// error.
void Writer::commit_group(std::vector<Request>& group) {
  std::vector<Result<Committed>> answers;
  const Pk pk_before = last_pk_;
  const std::string seal_before = last_seal_;
  try {
    if (!sql_) reopen();  // reopening failed after the last error
    connection_->execute("BEGIN IMMEDIATE");
    now_ = std::max(now_, clock_.now());
    for (Request& request : group) take(request.batch, answers);
    sql_->write_rows();
    connection_->execute("COMMIT");
    ++commits_;
  } catch (...) {  // a disk error or a bug: it ends this group, but not the writer
    log_caught(fmt::format("store: a group of {} requests was not written", group.size()));
    answers.assign(group.size(),
                   problem(Kind::unavailable, "the store could not write; nothing was changed"));
    last_pk_ = pk_before;
    last_seal_ = seal_before;
    runs_to_end("store: cannot be opened again", [this] { reopen(); });
  }
  for (std::size_t i = 0; i < group.size(); ++i)
    runs_to_end("store: after a commit", [&] { group[i].done(std::move(answers[i])); });
}

// Each request has its own savepoint. Its index rows wait for those of the group. They are written earlier if
// a request must look at rows.
void Writer::take(Batch& batch, std::vector<Result<Committed>>& answers) {
  const Pk pk = last_pk_;
  const std::string seal = last_seal_;
  const bool looks_at_rows = !batch.only_if.absent_tokens.empty() || !batch.only_if.read_lists.empty() ||
                             std::any_of(batch.writes.begin(), batch.writes.end(),
                                         [](const Write& write) { return write.expected > 0; });
  if (looks_at_rows) sql_->write_rows();
  sql_->savepoint.run();
  try {
    apply(batch);
    answers.emplace_back(Committed{now_});
    sql_->keep_rows();
  } catch (const Refused& refused) {
    sql_->rollback.run();
    sql_->drop_rows();
    last_pk_ = pk;
    last_seal_ = seal;
    answers.emplace_back(refused.why);
  }
  sql_->release.run();
}

void Writer::apply(Batch& batch) {
  for (const AbsentToken& token : batch.only_if.absent_tokens)
    if (sql_->has_token(token)) refuse("a resource with this identifier came in the meantime");
  for (const ReadList& list : batch.only_if.read_lists)
    if (!sql_->is_as_read(list)) refuse("the patient's resources changed in the meantime");
  if (!people_->are_open(batch.people)) refuse("the review was decided in the meantime");
  for (const fhir::ResourceId& patient : batch.people.forgotten) people_->forget(patient);
  for (const IdentityClaim& claim : batch.identities) {
    if (claim.unique && sql_->identifies_another(claim)) refuse("another person has this number");
    sql_->insert_identity(claim);
  }
  for (const SingleUse& use : batch.single_uses) {
    if (sql_->is_used(use, clock_.now() - limits::used_assertion_kept)) refuse("was used before");
    sql_->insert_use(use);
  }
  for (Write& write : batch.writes) {
    const std::int64_t type = type_number(write.type);
    const auto current = sql_->current(type, write.id);
    if (current.version != write.expected || (write.expected > 0 && current.pk != write.previous_pk))
      refuse(fmt::format("{}/{} changed in the meantime", write.type, write.id));
    if (write.expected > 0) {
      sql_->delete_rows(current.pk, sql_->patient_number(write.previous_patient), write, type);
      sql_->move_to_history(current.pk);
    }
    const Pk pk = last_pk_ = next(last_pk_);
    const PatientNumber patient = sql_->patient_number(write.patient);
    const std::string stamp = format_instant(now_);
    if (!write.deleted) write.body.replace(write.updated_offset, stamp.size(), stamp);
    const std::vector<std::int64_t> shapes = grants_->shape_numbers(write.shapes);
    sql_->insert_resource(pk, type, write, patient, shapes.front(), now_);
    if (!write.deleted) sql_->add_rows({pk, patient, type, shapes}, write.rows);
  }
  for (const PatientGrants& of : batch.grants)
    grants_->replace(sql_->patient_number(of.patient), of.grants, now_);
  for (const Opening& opening : batch.openings)
    grants_->open(sql_->patient_number(opening.patient), opening, now_);
  for (const OutboxRow& row : batch.outbox) sql_->insert_outbox(row);
  for (const OutboxUpdate& update : batch.outbox_updates) sql_->update_outbox(update, now_);
  for (const EventNumber& taken : batch.event_numbers)
    if (!sql_->take_event_number(taken)) refuse("another notification took this number in the meantime");
  for (const JournaledEntry& entry : batch.journaled) append_to_ledger(entry.at, entry.text);
  for (const std::string& entry : batch.ledger) append_to_ledger(now_, entry);
  people_->take(batch.people, now_);
  for (const IntakeState& state : batch.intake_states) {
    sql_->insert_intake_state(state);
    people_->resolve(state.feed, state.content, now_);
  }
  for (const IntakeState& state : batch.intake_given_up) sql_->delete_intake_waiting(state);
  for (const IntakeWaiting& waiting : batch.intake_waiting) sql_->insert_intake_waiting(waiting, now_);
  for (const auto& [name, value] : batch.settings) sql_->set_setting(name, value);
  for (const MissingRows& of : batch.parameters.missing) add_missing(of);
  parameters_->take(batch.parameters);
}

// No row may be more visible than its resource. So the whole resource's shape is the one that it was written
// with.
void Writer::add_missing(const MissingRows& of) {
  std::vector<std::int64_t> shapes = grants_->shape_numbers(of.shapes);
  shapes.front() = of.shape;
  sql_->add_rows({of.pk, of.patient_number, type_number(of.type), shapes}, of.rows);
}

void Writer::append_to_ledger(Instant at, const std::string& entry) {
  last_seal_ = ledger::seal_of(ledger_key_, last_seal_, at.time_since_epoch().count(), entry);
  sql_->insert_ledger(at, entry, last_seal_);
}

}  // namespace handoff::sqlite
