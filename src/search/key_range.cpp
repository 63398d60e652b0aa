#include "search/key_range.h"

#include <algorithm>

namespace handoff::search {
namespace {

bool lies_in(const HashRow& row, const KeyRange& range) {
  const auto* key = std::get_if<HashKey>(&range);
  return key && row.hash == key->hash;
}

bool lies_in(const StringRow& row, const KeyRange& range) {
  const auto* text = std::get_if<TextRange>(&range);
  return text && text->first <= row.value && row.value < text->behind;
}

bool lies_in(const DateRow& row, const KeyRange& range) {
  const auto* span = std::get_if<SpanRange>(&range);
  return span && span->first_from <= row.first_ms && row.first_ms <= span->first_to &&
         span->last_from <= row.last_ms && row.last_ms <= span->last_to;
}

bool lies_in(const NumberRow& row, const KeyRange& range) {
  const auto* numbers = std::get_if<NumberRange>(&range);
  return numbers && row.unit_hash == numbers->unit_hash && numbers->low <= row.value &&
         row.value <= numbers->high;
}

// Calls `ask` with the rows of one kind.
template <class Ask>
bool ask_rows(const IndexRows& rows, Index index, Ask ask) {
  switch (index) {
    case Index::token: return ask(rows.tokens);
    case Index::reference: return ask(rows.references);
    case Index::uri: return ask(rows.uris);
    case Index::string: return ask(rows.strings);
    case Index::date: return ask(rows.dates);
    case Index::number: return ask(rows.numbers);
  }
  return false;
}

}  // namespace

bool has_row(const IndexRows& rows, Index index, ParameterKey parameter,
             const std::vector<KeyRange>& ranges) {
  return ask_rows(rows, index, [&](const auto& all) {
    return std::any_of(all.begin(), all.end(), [&](const auto& row) {
      return row.parameter == parameter &&
             std::any_of(ranges.begin(), ranges.end(),
                         [&](const KeyRange& range) { return lies_in(row, range); });
    });
  });
}

bool has_row(const IndexRows& rows, Index index, ParameterKey parameter) {
  return ask_rows(rows, index, [&](const auto& all) {
    return std::any_of(all.begin(), all.end(), [&](const auto& row) { return row.parameter == parameter; });
  });
}

}  // namespace handoff::search
