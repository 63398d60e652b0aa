// Searches over a snapshot: what they answer, and the seam by which consent stands inside every statement.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/query.h"
#include "store/snapshot.h"

namespace handoff::store {

// A current version, for when it is shown as of.
struct RowTime {
  std::string_view type;
  std::int64_t patient = 0;  // number, 0: of nobody
  std::int64_t pk = 0;
  std::uint32_t version = 0;
  std::int64_t updated_ms = 0;  // of this version
};

// Which rows a requester may know of. Asked for every row of every table that a search looks at, before anything is sorted,
// counted or joined, thousands of times a search: it must be fast, and answer alike as long as the search runs. While it is
// asked it may read from the snapshot that the search runs on, all but search() itself; what it throws fails the search.
class Visibility {
 public:
  virtual ~Visibility() = default;
  // `patient`: number, 0: of nobody. `shape`: of the resource, or of the element of it that the row was made from, where a row
  // may be no more visible than its resource; 0: the resource must be asked; closed_shape (batch.h): never visible. `pk`: the resource's
  // version, for what only the resource itself can tell.
  virtual bool visible(std::int64_t patient, std::uint32_t shape, std::int64_t pk) const = 0;
  // The patients to whom every visible resource of this type belongs, where they are few; null: they are many, or not all
  // belong to somebody. A search then begins with them: neither its work nor its time depends on what is hidden.
  virtual const std::vector<std::int64_t>* few(std::string_view) const { return nullptr; }
  // Since when a visible resource has been as the requester sees it: _lastUpdated. Where that is earlier than `at_least`, any time earlier.
  virtual std::int64_t shown_ms(const RowTime& row, std::int64_t) const { return row.updated_ms; }
  // No resource is shown as of a later time than the later of this and that of its version.
  virtual std::int64_t last_gain_ms() const { return std::numeric_limits<std::int64_t>::min(); }
};

struct SearchResult {
  std::vector<Version> matches;      // one page, in order
  std::vector<Version> included;     // what _include and _revinclude add, none twice
  std::optional<std::size_t> total;  // of all pages, if asked for
  std::string next;                  // where the next page begins, empty if there is none: never to be read outside, seal it
};

}  // namespace handoff::store
