// Converts update times to version numbers. The writer numbers versions in the order of their times, so a
// span of time is a range of numbers. A binary search finds it.
#pragma once

#include "sqlite/reader.h"
#include "sqlite/search_sql.h"

namespace handoff::sqlite {

class VersionBounds {
 public:
  explicit VersionBounds(Reader& reader) : reader_(reader) {}
  // The range contains every version that fits the tests of _lastUpdated, and maybe others. `visibility`:
  // whose times count. Null: the times of the versions.
  VersionRange of(const std::vector<const search::Updated*>& updated, const Visibility* visibility);

 private:
  // the first version of this time or later; one more than the last if none
  std::int64_t first_since(std::int64_t ms);

  Reader& reader_;
};

}  // namespace handoff::sqlite
