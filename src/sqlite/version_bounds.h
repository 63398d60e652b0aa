// Times of updates as versions: the writer numbers versions in the order of their times, so that a span of time is a range
// of numbers, found by halving.
#pragma once

#include "sqlite/reader.h"
#include "sqlite/search_sql.h"

namespace handoff::sqlite {

class VersionBounds {
 public:
  explicit VersionBounds(Reader& reader) : reader_(reader) {}
  // Every version that fits the tests of _lastUpdated lies in the range; not every one in it fits. `visibility`: whose times are asked for;
  // null: those of the versions.
  VersionRange of(const std::vector<const search::Updated*>& updated, const Visibility* visibility);

 private:
  std::int64_t first_since(std::int64_t ms);  // the first version of this time or later; one more than the last if none

  Reader& reader_;
};

}  // namespace handoff::sqlite
