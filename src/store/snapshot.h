// Reads from one consistent state. A Snapshot holds a reader connection and its read transaction until it goes; one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/deadline.h"
#include "core/result.h"
#include "search/query.h"
#include "store/batch.h"

namespace handoff::store {

struct Version {
  std::string type;
  std::string id;
  std::uint32_t version = 0;
  std::int64_t pk = 0;
  Instant updated;
  bool deleted = false;
  bool stands = false;              // is the resource there today, whatever version this is?
  std::string patient;              // id, empty if none; an older version's is that of the current one, as are the next two
  std::int64_t patient_number = 0;  // 0: of nobody
  std::uint32_t shape = 0;          // of the resource as a whole; 0: not told apart, ask the resource (store/search.h)
  std::string disclosers;
  std::string body;
};

// What is known of a current resource without its body.
struct Row {
  std::int64_t pk = 0;
  std::int64_t patient = 0;  // number; 0: of nobody
  std::uint32_t shape = 0;
  bool deleted = false;
};

class Reader;
class Visibility;
struct SearchResult;

class Snapshot {
 public:
  // Of a store's file, whoever writes it meanwhile; changes nothing. Problem: not_found, unavailable (no store, damaged), precondition
  // (another schema: migrate first).
  static Result<Snapshot> open(const std::filesystem::path& file);
  ~Snapshot();
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;

  std::optional<Version> read(std::string_view type, std::string_view id) const;  // deleted ones too
  std::optional<Version> vread(std::string_view type, std::string_view id, std::uint32_t version) const;
  // All versions, newest first; none: there was never one.
  std::vector<Version> history(std::string_view type, std::string_view id) const;
  std::optional<Version> at(std::int64_t pk) const;                           // the version of this number, current or older
  std::optional<Row> find(std::string_view type, std::string_view id) const;  // current, deleted ones too
  // Which labels of the current version arrived, as JSON; nothing: it does not tell (it is from before these were kept apart).
  std::optional<std::string> arrived_labels(std::string_view type, std::string_view id) const;
  // Current resources with this token, newest first, at most `count`. Verify on the resource: hashes may collide.
  std::vector<Version> with_token(search::ParameterKey parameter, std::uint64_t hash, std::size_t count) const;
  // Of the newest version; 0: there is none.
  std::int64_t newest_pk() const;
  // Current resources of a type that belong to a patient, newest first.
  std::vector<Version> of_patient(std::string_view patient_id, std::string_view type) const;
  // What of_patient() would read, without reading it: whatever was derived from that holds while this is the same.
  ReadList list_of(std::string_view patient_id, std::string_view type) const;
  std::int64_t patient_number(std::string_view id) const;  // 0: the store knows of no such patient
  std::optional<std::string> patient_id(std::int64_t number) const;
  // Does some current resource of the patient, of another type than `type`, satisfy this? Asks until one does; what it asks may
  // read from this snapshot, has_other() included.
  bool has_other(std::int64_t patient, std::string_view type,
                 const std::function<bool(std::uint32_t shape, std::int64_t pk)>& satisfies) const;

  // Has some current resource of the patient of this type this shape?
  bool has_shape(std::int64_t patient, std::string_view type, std::uint32_t shape) const;

  // One page of a search (store/search.h), all of it on this state. `after` is the `next` of the page before, empty for the
  // first; `visibility` decides which rows exist for the requester, null: all. Problem: incorrect (too much to include).
  // Throws TimeOver where the deadline passes.
  Result<SearchResult> search(const search::Query& query, std::string_view after, const Visibility* visibility,
                              const Deadline& deadline = {}) const;
  // Ids of the patients known by (system, value).
  std::vector<std::string> identified(std::string_view system, std::string_view value) const;

  // Queued rows due at `now`, one a lane (the oldest queued row of each patient and recipient), oldest first.
  // The oldest queued row of each lane, if it is due, but for those of the recipients `but`. Whatever is due later than any
  // delay could make it was put off by a clock that has been set back since: it is due now.
  std::vector<OutboxRow> outbox_due(Instant now, std::size_t count, const std::set<std::string>& but = {}) const;
  std::vector<OutboxRow> outbox_all() const;
  std::size_t outbox_queued() const;
  std::int64_t last_event_number(std::string_view topic, std::string_view recipient) const;  // 0: none yet
  // By the ledger, as far as it is folded: did anything of "Patient/abc" go to "Organization/ORG-PCP1"?
  bool has_disclosed(std::string_view patient, std::string_view recipient) const;

  bool has_intake_state(const IntakeState& state) const;
  // Of a series: the stage of the newest state that was taken in under this key; -1: none.
  std::int64_t newest_intake_state(std::string_view feed, std::string_view key) const;
  // Oldest first: all, or those that wait for this.
  std::vector<IntakeWaiting> intake_waiting() const;
  std::vector<IntakeWaiting> intake_waiting(std::string_view type, std::string_view system, std::string_view value) const;
  std::optional<std::string> setting(std::string_view name) const;
  std::vector<std::pair<std::string, std::size_t>> counts_by_type() const;  // current, not deleted

  // Every current resource, oldest version first, for verification and export; stops where `visit` says false.
  void each_resource(const std::function<bool(const Version&)>& visit) const;
  // Those of these types that are there, from behind the version `pk` on.
  void each_resource_after(std::int64_t pk, const std::vector<std::string_view>& types,
                           const std::function<bool(const Version&)>& visit) const;
  std::vector<AddedParameter> added_parameters() const;  // forgotten ones too, by number

 private:
  friend class Store;
  friend class Grants;
  friend class People;
  friend class Deliveries;
  friend class LedgerReading;
  friend class Verification;
  Snapshot(std::unique_ptr<Reader> reader, std::function<void(std::unique_ptr<Reader>)> give_back);
  std::unique_ptr<Reader> reader_;
  std::function<void(std::unique_ptr<Reader>)> give_back_;
};

}  // namespace handoff::store
