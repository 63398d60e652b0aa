// The writer's prepared statements, grouped by task.
#pragma once

#include "sqlite/connection.h"
#include "sqlite/row_queue.h"
#include "store/batch.h"

namespace handoff::sqlite {

class WriterStatements {
 public:
  explicit WriterStatements(const Connection& connection);

  // version is 0 if there is none. `pk` is that of the current version.
  struct Current {
    std::uint32_t version = 0;
    Pk pk = Pk::none;
  };
  Current current(std::int64_t type, std::string_view id);
  PatientNumber patient_number(const fhir::ResourceId& id);  // creates one if there is none; nobody for ""
  bool has_token(const AbsentToken& token);
  bool is_as_read(const ReadList& list);
  bool identifies_another(const IdentityClaim& claim);
  bool is_used(const SingleUse& use, Instant forget_before);  // deletes entries that expired before
  void insert_use(const SingleUse& use);

  void move_to_history(Pk pk);
  void insert_resource(Pk pk, std::int64_t type, const Write& write, PatientNumber patient,
                       std::int64_t shape, Instant now);
  // The resource that the index rows belong to.
  struct Owner {
    Pk pk = Pk::none;
    PatientNumber patient = PatientNumber::nobody;
    std::int64_t type = 0;
    const std::vector<std::int64_t>& shapes;  // numbers, by facet

    std::int64_t shape(search::Facet facet) const {
      return facet.number < shapes.size() ? shapes[facet.number] : closed_shape;
    }
    std::int64_t vis(search::Facet facet) const { return std::int64_t(patient) << 16 | shape(facet); }
  };
  // Index rows wait until their group is written. They are written in key order, so that each page is visited
  // once. add_rows() adds rows of the current request. At its end, keep or drop them.
  void add_rows(const Owner& owner, const search::IndexRows& rows);
  void keep_rows();
  void drop_rows();
  void write_rows();  // all that were kept
  void delete_rows(Pk pk, PatientNumber patient, const Write& write, std::int64_t type);
  void insert_identity(const IdentityClaim& claim);
  void insert_outbox(const OutboxRow& row);
  void update_outbox(const OutboxUpdate& update, Instant now);
  bool take_event_number(const EventNumber& taken);  // false: it is not the next
  void insert_ledger(Instant now, std::string_view entry, std::string_view seal);
  void insert_intake_state(const IntakeState& state);
  void insert_intake_waiting(const IntakeWaiting& waiting, Instant now);
  void delete_intake_waiting(const IntakeState& state);
  void set_setting(std::string_view name, std::string_view value);

  Statement savepoint, rollback, release;

  Pk last_pk();
  std::string last_seal();
  Instant last_update();

 private:
  void delete_hash_rows(Statement& statement, const std::vector<search::HashRow>& rows, std::int64_t npk);

  Statement current_, patient_find_, patient_insert_, has_token_, list_, identity_other_;
  Statement uses_expire_, use_find_, use_insert_;
  Statement history_insert_, resource_delete_, resource_insert_;
  Statement token_insert_, reference_insert_, uri_insert_, string_insert_, date_insert_, number_insert_;
  Statement patient_token_insert_, compartment_insert_;
  Statement token_delete_, reference_delete_, uri_delete_, string_delete_, date_delete_, number_delete_;
  Statement patient_token_delete_, compartment_delete_;
  RowQueue queue_;
  Statement identity_insert_, outbox_insert_, outbox_update_, attempt_insert_, number_take_, number_keep_,
      ledger_insert_, disclosed_insert_;
  Statement state_insert_, waiting_insert_, waiting_delete_, waiting_replace_, setting_set_, last_pk_,
      last_seal_, last_update_;
};

}  // namespace handoff::sqlite
