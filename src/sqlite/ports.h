// The store's ports over a SQLite file. All of them use one reader and must not outlive it.
#pragma once

#include "fhir/resource_id.h"
#include "sqlite/reader.h"
#include "store/grants.h"
#include "store/intake_states.h"
#include "store/outbox.h"
#include "store/people.h"
#include "store/resources.h"
#include "store/search.h"
#include "store/settings.h"

namespace handoff::sqlite {

class SqliteResources final : public Resources {
 public:
  explicit SqliteResources(Reader& reader) : reader_(reader) {}
  std::optional<Version> read(std::string_view type, std::string_view id) const override;
  std::optional<Version> vread(std::string_view type, std::string_view id,
                               std::uint32_t version) const override;
  std::vector<Version> history(std::string_view type, std::string_view id) const override;
  std::optional<Version> at(Pk pk) const override;
  std::optional<Row> find(std::string_view type, std::string_view id) const override;
  std::optional<std::string> arrived_labels(std::string_view type, std::string_view id) const override;
  std::vector<Version> with_token(search::ParameterKey parameter, std::uint64_t hash,
                                  std::size_t count) const override;
  Pk newest_pk() const override;
  std::vector<Version> of_patient(const fhir::ResourceId& patient, std::string_view type) const override;
  ReadList list_of(const fhir::ResourceId& patient, std::string_view type) const override;
  PatientNumber patient_number(const fhir::ResourceId& id) const override;
  std::optional<fhir::ResourceId> patient_id(PatientNumber number) const override;
  bool has_other(PatientNumber patient, std::string_view type,
                 const std::function<bool(std::uint32_t shape, Pk pk)>& satisfies) const override;
  bool has_shape(PatientNumber patient, std::string_view type, std::uint32_t shape) const override;
  std::vector<fhir::ResourceId> identified(std::string_view system, std::string_view value) const override;
  std::vector<std::pair<std::string, std::size_t>> counts_by_type() const override;
  void each_resource(const std::function<bool(const Version&)>& visit) const override;
  void each_resource_after(Pk pk, const std::vector<std::string_view>& types,
                           const std::function<bool(const Version&)>& visit) const override;

 private:
  Reader& reader_;
};

class SqliteSearches final : public Searches {
 public:
  explicit SqliteSearches(Reader& reader) : reader_(reader) {}
  Result<SearchResult> search(const search::Query& query, std::string_view after,
                              const Visibility* visibility, const Deadline& deadline) const override;
  std::vector<AddedParameter> added_parameters() const override;

 private:
  Reader& reader_;
};

class SqliteGrants final : public Grants {
 public:
  explicit SqliteGrants(Reader& reader) : statements_(reader.grants) {}
  std::int64_t consent_version() const override;
  std::vector<GrantRow> of_scope(std::string_view recipient, std::string_view purpose) const override;
  std::vector<GrantChange> changed_since(std::int64_t version, std::string_view recipient,
                                         std::string_view purpose) const override;
  std::vector<ScopedRow> of_patient(PatientNumber patient) const override;
  std::vector<PatientNumber> passed(Instant at, PatientNumber after, std::size_t count) const override;
  std::optional<std::string> class_text(std::int64_t id) const override;
  std::optional<std::string> shape_text(std::uint32_t id) const override;
  std::uint32_t shape_number(std::string_view text) const override;
  std::int64_t last_class() const override;
  std::uint32_t last_shape() const override;

 private:
  GrantStatements& statements_;
};

class SqliteOutbox final : public Outbox {
 public:
  explicit SqliteOutbox(Reader& reader) : reader_(reader) {}
  std::vector<OutboxRow> due(Instant now, std::size_t count, const std::set<std::string>& but) const override;
  std::vector<OutboxRow> all() const override;
  std::size_t queued() const override;
  std::int64_t last_event_number(std::string_view topic, std::string_view recipient) const override;
  std::vector<OutboxRow> find(const DeliveryQuery& query) const override;
  std::optional<OutboxRow> read(std::int64_t id) const override;
  std::vector<DeliveryAttempt> attempts_of(std::int64_t id) const override;
  std::vector<std::string> events() const override;
  bool is_recipient(std::string_view recipient) const override;

 private:
  Reader& reader_;
};

class SqlitePeople final : public People {
 public:
  explicit SqlitePeople(Reader& reader) : reader_(reader) {}
  std::vector<Contribution> contributions_of(const fhir::ResourceId& patient) const override;
  std::vector<std::string> made_by(std::int64_t contribution) const override;
  std::vector<Review> open_reviews(std::int64_t after, std::size_t count) const override;
  std::optional<Review> review(std::int64_t id) const override;
  std::optional<Review> review_of(std::string_view feed, std::string_view content) const override;

 private:
  Reader& reader_;
};

class SqliteIntakeStates final : public IntakeStates {
 public:
  explicit SqliteIntakeStates(Reader& reader) : reader_(reader) {}
  bool has(const IntakeState& state) const override;
  std::int64_t newest(std::string_view feed, std::string_view key) const override;
  std::vector<IntakeWaiting> waiting() const override;
  std::vector<IntakeWaiting> waiting(std::string_view type, std::string_view system,
                                     std::string_view value) const override;

 private:
  Reader& reader_;
};

class SqliteSettings final : public Settings {
 public:
  explicit SqliteSettings(Reader& reader) : reader_(reader) {}
  std::optional<std::string> find(std::string_view name) const override;

 private:
  Reader& reader_;
};

}  // namespace handoff::sqlite
