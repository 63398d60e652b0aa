#include "store/version_bounds.h"

#include <algorithm>
#include <limits>

#include "store/search.h"

namespace handoff::store {
namespace {

constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min(), latest = std::numeric_limits<std::int64_t>::max();

struct TimeRange {
  std::int64_t first_ms = earliest;
  std::int64_t last_ms = latest;
};

// Instants that can fit a test (R4 "search", date, where the resource's span is one instant).
TimeRange range_of(const search::DateTest& test) {
  const std::int64_t first = test.first_ms, last = test.last_ms;
  switch (test.prefix) {
    case search::Prefix::eq:
    case search::Prefix::ap: return {first, last};
    case search::Prefix::gt:
    case search::Prefix::sa: return {last + 1, latest};
    case search::Prefix::ge: return {first, latest};
    case search::Prefix::lt:
    case search::Prefix::eb: return {earliest, first - 1};
    case search::Prefix::le: return {earliest, last};
    case search::Prefix::ne: return {};
  }
  return {};
}

}  // namespace

VersionRange VersionBounds::of(const std::vector<std::vector<search::DateTest>>& updated, const Visibility* visibility) {
  TimeRange all;
  for (const auto& tests : updated) {
    TimeRange any{latest, earliest};
    for (const search::DateTest& test : tests) {
      const TimeRange one = range_of(test);
      any.first_ms = std::min(any.first_ms, one.first_ms);
      any.last_ms = std::max(any.last_ms, one.last_ms);
    }
    all.first_ms = std::max(all.first_ms, any.first_ms);
    all.last_ms = std::min(all.last_ms, any.last_ms);
  }
  VersionRange range;
  range.first_ms = all.first_ms;
  // An older version may be shown as of a gain since, and a part as of an older version than its own.
  if (all.first_ms != earliest && !(visibility && visibility->last_gain_ms() >= all.first_ms)) range.first = first_since(all.first_ms);
  if (all.last_ms != latest && !visibility) range.last = first_since(all.last_ms + 1) - 1;
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
  while (first < behind) {  // versions before `first` are earlier; from `behind` on they are not
    const std::int64_t middle = first + (behind - first) / 2;
    const Reset reset(next);
    if (next.bind(1, middle).step() && next.integer(0) < ms) first = middle + 1;
    else behind = middle;
  }
  return first;
}

}  // namespace handoff::store
