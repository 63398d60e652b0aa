// Ranges of index rows by their keys: what a test of a search parameter reads. An engine needs to know
// nothing else of a test.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "search/index_rows.h"

namespace handoff::search {

// The kind of rows, as in IndexRows.
enum class Index : std::uint8_t { token, reference, uri, string, date, number };

// Rows with this hash: of tokens, references and URIs.
struct HashKey {
  std::uint64_t hash = 0;
  // For a reference: the resource that it stands for ("Goal/x"), which may be hidden. Empty: no resource that
  // could be hidden.
  std::string target = {};
};

// Strings: first <= value < behind.
struct TextRange {
  std::string first;
  std::string behind;
  std::string given = {};  // as the client gave it, unfolded
};

// Dates: spans whose ends lie within these limits, limits included.
struct SpanRange {
  static constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
  std::int64_t first_from = earliest;
  std::int64_t first_to = latest;
  std::int64_t last_from = earliest;
  std::int64_t last_to = latest;
};

// Numbers of one unit, limits included.
struct NumberRange {
  std::uint64_t unit_hash = 0;  // as in NumberRow
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

using KeyRange = std::variant<HashKey, TextRange, SpanRange, NumberRange>;

// Does some row of the parameter lie in one of the ranges? `index` says which rows, and so which kind the
// ranges have.
bool has_row(const IndexRows& rows, Index index, ParameterKey parameter, const std::vector<KeyRange>& ranges);
// Does the parameter have any row?
bool has_row(const IndexRows& rows, Index index, ParameterKey parameter);

}  // namespace handoff::search
