#include "sqlite/version_bounds.h"

#include <algorithm>
#include <limits>

#include "store/search.h"

namespace handoff::sqlite {
namespace {

constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min(),
                       latest = std::numeric_limits<std::int64_t>::max();

}  // namespace

VersionRange VersionBounds::of(const std::vector<const search::Updated*>& updated,
                               const Visibility* visibility) {
  search::TimeRange all;
  for (const search::Updated* one : updated) {
    search::TimeRange any{latest, earliest};
    for (const search::TimeRange& range : one->ranges) {
      any.first_ms = std::min(any.first_ms, range.first_ms);
      any.last_ms = std::max(any.last_ms, range.last_ms);
    }
    all.first_ms = std::max(all.first_ms, any.first_ms);
    all.last_ms = std::min(all.last_ms, any.last_ms);
  }
  VersionRange range;
  range.first_ms = all.first_ms;
  // After a gain an older version may be shown as of that gain. So the lower bound counts only without such a
  // gain. A part of a resource may be shown as of an older version. So the upper bound counts only without a
  // Visibility.
  if (all.first_ms != earliest && !(visibility && visibility->last_gain_ms() >= all.first_ms))
    range.first = Pk{first_since(all.first_ms)};
  if (all.last_ms != latest && !visibility) range.last = Pk{first_since(all.last_ms + 1) - 1};
  return range;
}

std::int64_t VersionBounds::first_since(std::int64_t ms) {
  Statement& ends = reader_.prepared("SELECT coalesce(max(pk), 0) FROM resource");
  std::int64_t behind = 0;
  {
    const Reset reset(ends);
    ends.step();
    behind = ends.integer(0) + 1;
  }
  Statement& next = reader_.prepared("SELECT updated_ms FROM resource WHERE pk >= ? ORDER BY pk LIMIT 1");
  std::int64_t first = 1;
  while (first < behind) {  // earlier versions than `first` are too early; versions from `behind` on are not
    const std::int64_t middle = first + (behind - first) / 2;
    const Reset reset(next);
    if (next.bind(1, middle).step() && next.integer(0) < ms) first = middle + 1;
    else behind = middle;
  }
  return first;
}

}  // namespace handoff::sqlite
