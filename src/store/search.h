// Searches over a snapshot: their results, and the interface by which consent takes part in every statement.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.h"
#include "search/query.h"
#include "store/numbers.h"
#include "store/parameters.h"
#include "store/version.h"

namespace handoff::store {

// A current version, whose time the requester is to see.
struct RowTime {
  std::string_view type;
  PatientNumber patient = PatientNumber::nobody;
  Pk pk = Pk::none;
  std::uint32_t version = 0;
  std::int64_t updated_ms = 0;  // of this version
};

// What is true of all rows of one shape that belong to one patient.
enum class Sight : std::uint8_t {
  hidden,
  visible,
  with_others,  // of a Patient: visible if another resource of the patient is
  ask,          // only the resource itself can tell
};

// What a requester may know of. An engine compiles this into every search, for every row of every table,
// before anything is sorted, counted or joined. It answers for a patient and a shape, and gives the same
// answer as long as the search runs. An engine may ask row by row, or make a table of the answers first. A
// Visibility may read from the state that the search runs on, except by search() itself. If it throws, the
// search fails.
class Visibility {
 public:
  virtual ~Visibility() = default;
  // `shape`: of the resource, or of the element that the row was made from, if a row may be no more visible
  // than its resource. 0: the resource must be examined. closed_shape (batch.h): never visible.
  virtual Sight sight(PatientNumber patient, std::uint32_t shape) const = 0;
  virtual bool sees_other(PatientNumber patient) const = 0;  // for `with_others`
  virtual bool holds(Pk pk) const = 0;                       // for `ask`: the resource of this version
  // The patients who own every visible resource of this type, if they are few. Null: they are many, or some
  // resource belongs to nobody. A search then begins with these patients, so its work and time do not depend
  // on what is hidden.
  virtual const std::vector<PatientNumber>* small_cohort(std::string_view) const { return nullptr; }
  // Since when a visible resource has been as the requester sees it: its _lastUpdated. If that is before
  // `at_least`, any time before `at_least` will do.
  virtual std::int64_t shown_ms(const RowTime& row, std::int64_t) const { return row.updated_ms; }
  // No resource is shown as of a time later than this time and its version's time.
  virtual std::int64_t last_gain_ms() const { return std::numeric_limits<std::int64_t>::min(); }
};

// Is this one row visible?
inline bool is_visible(const Visibility& visibility, PatientNumber patient, std::uint32_t shape, Pk pk) {
  switch (visibility.sight(patient, shape)) {
    case Sight::hidden: return false;
    case Sight::visible: return true;
    case Sight::with_others: return visibility.sees_other(patient);
    case Sight::ask: return visibility.holds(pk);
  }
  return false;
}

struct SearchResult {
  // Current versions, to be read one by one: a page may be long.
  std::vector<Pk> matches;           // one page, in order
  std::vector<Pk> included;          // what _include and _revinclude add, none twice
  std::optional<std::size_t> total;  // of all pages, if asked for
  // Where the next page begins; empty: there is none. It must be sealed, because nobody outside may read it.
  std::string next;
};

class Searches {
 public:
  virtual ~Searches() = default;
  // One page of a search, all of it on this state. `after` is the `next` of the page before, empty for the
  // first page. `visibility` decides which rows exist for the requester; null: all. Problem: incorrect (too
  // much to include). Throws TimeOver if the deadline passes.
  virtual Result<SearchResult> search(const search::Query& query, std::string_view after,
                                      const Visibility* visibility, const Deadline& deadline = {}) const = 0;
  // Also forgotten ones, by number.
  virtual std::vector<AddedParameter> added_parameters() const = 0;
};

}  // namespace handoff::store
