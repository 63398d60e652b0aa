// What one request changes, all or nothing: versions with their index rows, identities, outbox, ledger, intake, the index itself.
// Everything derivable was derived before; the writer only checks the preconditions and writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "search/index_rows.h"
#include "store/intake_states.h"
#include "store/outbox.h"
#include "store/parameters.h"
#include "store/people.h"

namespace handoff::store {

// A row has 16 bits for its shape's number. 0: none, or more than can be told apart: the resource must be asked. The last is no
// shape's: rows of facets that cannot be told apart carry it, and are nobody's whose visibility is limited.
inline constexpr std::uint32_t closed_shape = 0xFFFF;

struct Write {
  std::string type;
  std::string id;
  std::uint32_t expected = 0;  // current version that this was derived from, 0: none; any other is a conflict
  bool deleted = false;
  std::string patient;  // id of the Patient that it belongs to, empty if none
  // What a consent decision must know (consent/fold.h): first of the resource itself, then of the facets that its rows name.
  // Interned by the store.
  std::vector<std::string> shapes;
  // Which of its labels arrived, as JSON; empty: none. Nothing: not told.
  std::optional<std::string> arrived_labels;
  std::string disclosers;          // organization ids, separated by blanks
  std::string body;                // canonical bytes with meta.versionId = expected + 1; empty if deleted
  std::size_t updated_offset = 0;  // where the 24 characters of meta.lastUpdated stand in body: the writer sets the time
  search::IndexRows rows;
  std::int64_t previous_pk = 0;  // what the old rows are found by
  std::string previous_patient;
  search::IndexRows previous_rows;
};

// "This number is this person." With `unique`, another patient under the same number is a conflict.
struct IdentityClaim {
  std::string system, value, patient;
  bool unique = false;
};

// If-None-Exist and the like: no newer resource may have this token than was known. What was, is for whoever asks to judge by what it sees.
struct AbsentToken {
  search::ParameterKey parameter;
  std::uint64_t hash;
  std::int64_t known_pk = 0;  // of the newest version then
};

// What of a type belongs to a patient, as it was read: whatever was derived from all of it holds only while it is that.
struct ReadList {
  std::string patient;  // id
  std::string type;
  std::int64_t newest_pk = 0;  // 0: none
  std::size_t count = 0;
};

// One patient's class towards one recipient and purpose (consent/fold.h), until it may be another.
struct Grant {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string purpose;    // "TREAT"
  std::string provisions;         // empty: nothing is said any more; the row stands for the instants alone
  std::optional<Instant> until;
  // Does it open more than the class before (consent/opening.h): of what others disclose, of what the recipient does? Then it has been
  // since the commit. Of the purpose `naming`: does a Consent that names the recipient change?
  bool opens = false;
  bool opens_own = false;
  Instant gained = {};  // what dates alone opened until now
  Instant gained_own = {};
};

// All grants of a patient: what is not named here is none any more.
struct PatientGrants {
  std::string patient;  // id
  std::vector<Grant> grants;
};

// A scope gains something of a patient that others disclose, by another write than that of a consent: since the commit.
struct Opening {
  std::string patient;  // id
  std::string recipient;
  std::string purpose;
  auto operator<=>(const Opening&) const = default;
};

// Something that may happen once ("an assertion is good once"); a second time is a conflict, until it expires.
struct SingleUse {
  std::string digest;
  Instant until;
};

struct JournaledEntry {  // of the ledger, on disk before (journal.h), since then
  Instant at;
  std::string text;
};

// What must be so still; else the batch is a conflict, and nothing of it is written. (Write::expected, unique identities, single
// uses, event numbers and open reviews are conditions that belong to what they change.)
struct Preconditions {
  std::vector<AbsentToken> absent_tokens;
  std::vector<ReadList> read_lists;
};

struct Changes {
  std::vector<Write> writes;
  std::vector<IdentityClaim> identities;
  std::vector<SingleUse> single_uses;
  std::vector<OutboxRow> outbox;
  std::vector<OutboxUpdate> outbox_updates;
  std::vector<EventNumber> event_numbers;
  std::vector<std::string> ledger;  // entries as JSON text
  std::vector<JournaledEntry> journaled;
  std::vector<IntakeState> intake_states;
  std::vector<IntakeWaiting> intake_waiting;
  std::vector<IntakeState> intake_given_up;  // wait no more, and are not taken in either
  std::vector<PatientGrants> grants;
  std::vector<Opening> openings;
  std::vector<std::pair<std::string, std::string>> settings;
  ParameterStep parameters;
  PeopleChanges people;
};

struct Batch : Changes {
  Preconditions only_if;
};

struct Committed {
  Instant at;  // meta.lastUpdated of everything in the batch
};
}  // namespace handoff::store
