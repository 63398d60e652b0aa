// What one request changes, all or nothing: versions with their index rows, identities, outbox, ledger,
// intake, the index itself. Everything derivable was derived before. The writer only checks the preconditions
// and writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "fhir/resource_id.h"
#include "search/index_rows.h"
#include "store/intake_states.h"
#include "store/numbers.h"
#include "store/outbox.h"
#include "store/parameters.h"
#include "store/people.h"

namespace handoff::store {

// A row has 16 bits for the number of its shape. 0 means none, or too many to tell apart: the resource itself
// must be examined. The last number belongs to no shape. Rows of facets that cannot be told apart carry it,
// and a requester with limited visibility never sees them.
inline constexpr std::uint32_t closed_shape = 0xFFFF;

struct Write {
  std::string type;
  std::string id;
  // The current version from which this was derived; 0: none. Another current version is a conflict.
  std::uint32_t expected = 0;
  bool deleted = false;
  fhir::ResourceId patient;  // that it belongs to, empty if none
  // What a consent decision must know (consent/fold.h): first of the resource itself, then of the facets that
  // its rows name. The store interns the texts.
  std::vector<std::string> shapes;
  // Which of its labels arrived, as JSON; empty: none. Nothing: not recorded.
  std::optional<std::string> arrived_labels;
  std::string disclosers;  // organization ids, separated by blanks
  std::string body;        // canonical bytes with meta.versionId = expected + 1; empty if deleted
  // Where the 24 characters of meta.lastUpdated are in `body`. The writer sets the time.
  std::size_t updated_offset = 0;
  search::IndexRows rows;
  Pk previous_pk = Pk::none;  // finds the old rows
  fhir::ResourceId previous_patient;
  search::IndexRows previous_rows;
};

// "This number is this person." With `unique`, another patient with the same number is a conflict.
struct IdentityClaim {
  std::string system, value;
  fhir::ResourceId patient;
  bool unique = false;
};

// For If-None-Exist and similar conditions: no resource newer than `known_pk` may have this token. The caller
// has judged the older ones by what it sees.
struct AbsentToken {
  search::ParameterKey parameter;
  std::uint64_t hash;
  Pk known_pk = Pk::none;  // the newest version when the caller looked
};

// Which resources of a type belong to a patient, as the caller read them. What was derived from all of them
// holds only while the list stays the same.
struct ReadList {
  fhir::ResourceId patient;
  std::string type;
  Pk newest_pk = Pk::none;
  std::size_t count = 0;
};

// One patient's class towards one recipient and purpose (consent/fold.h), valid until `until`.
struct Grant {
  std::string recipient;   // "Organization/ORG-PCP1"
  std::string purpose;     // "TREAT"
  std::string provisions;  // empty: no consent speaks any more; the row keeps only the instants
  std::optional<Instant> until;
  // Does this class open more than the class before (consent/opening.h): of what others disclose, of what the
  // recipient discloses? Then the gain counts from the commit. For the purpose `naming`: does a Consent that
  // names the recipient change?
  bool opens = false;
  bool opens_own = false;
  Instant gained = {};  // what dates alone have opened until now
  Instant gained_own = {};
};

// All grants of a patient. A grant that is not named here ends.
struct PatientGrants {
  fhir::ResourceId patient;
  std::vector<Grant> grants;
};

// A scope gains something of a patient that others disclose, by a write that is not of a consent. The gain
// counts from the commit.
struct Opening {
  fhir::ResourceId patient;
  std::string recipient;
  std::string purpose;
  auto operator<=>(const Opening&) const = default;
};

// Something that may happen once ("an assertion is good once"). Until it expires, a second time is a
// conflict.
struct SingleUse {
  std::string digest;
  Instant until;
};

struct JournaledEntry {  // a ledger entry that is already on disk (journal.h), since `at`
  Instant at;
  std::string text;
};

// What must still be true. If it is not, the batch is a conflict and nothing of it is written.
// (Write::expected, unique identities, single uses, event numbers and open reviews are conditions too, but
// belong to what they change.)
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
  std::vector<IntakeState> intake_given_up;  // they wait no more, and are not taken in either
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
