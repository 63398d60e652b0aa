// Search parameters of type date (R4 "search", date): spans of time, found by their ends.
#include "search/date.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/civil.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

using fhirpath::Item;

struct Span {
  std::int64_t first = SpanRange::earliest;
  std::int64_t last = SpanRange::latest;
};

std::optional<Span> span_of_text(std::string_view text) {
  const auto span = span_of(text);
  if (!span) return std::nullopt;
  return Span{span->first.time_since_epoch().count(), span->last.time_since_epoch().count()};
}

std::optional<Span> span_of_period(json::Value period) {
  const auto start = span_of_text(period["start"].text()), end = span_of_text(period["end"].text());
  if (!start && !end) return std::nullopt;
  Span span;
  if (start) span.first = start->first;
  if (end) span.last = end->last;
  return span;
}

// Only the outer limits of a schedule count.
std::optional<Span> span_of_timing(json::Value timing) {
  std::optional<Span> whole = span_of_period(timing["repeat"]["boundsPeriod"]);
  for (const json::Value event : timing["event"].items()) {
    const auto span = span_of_text(event.text());
    if (!span) continue;
    if (!whole) whole = span;
    whole->first = std::min(whole->first, span->first);
    whole->last = std::max(whole->last, span->last);
  }
  return whole;
}

void make_rows(const Item& item, const RowContext& context, IndexRows& rows) {
  std::optional<Span> span;
  if (item.value.is_string()) span = span_of_text(item.value.text());
  else if (fhirpath::type_name(item) == "Period") span = span_of_period(item.value);
  else if (fhirpath::type_name(item) == "Timing") span = span_of_timing(item.value);
  if (span) rows.dates.push_back({context.parameter, span->first, span->last});
}

// What each prefix demands of a row's span, given the value's span. Some limits are redundant; they let the
// order of the keys help.
std::vector<SpanRange> ranges_of(Prefix prefix, Span value) {
  const auto [first, last] = value;
  switch (prefix) {
    case Prefix::eq: return {{.first_from = first, .first_to = last, .last_to = last}};
    case Prefix::ne: return {{.first_to = first - 1}, {.last_from = last + 1}};
    case Prefix::gt: return {{.last_from = last + 1}};
    case Prefix::lt: return {{.first_to = first - 1}};
    case Prefix::ge: return {{.last_from = last + 1}, {.first_from = first}};
    case Prefix::le: return {{.first_to = first - 1}, {.last_to = last}};
    case Prefix::sa: return {{.first_from = last + 1}};
    case Prefix::eb: return {{.first_to = first - 1, .last_to = first - 1}};
    case Prefix::ap: return {{.first_to = last, .last_from = first}};
  }
  return {};
}

Result<void> read_value(const ParameterContext& context, std::string_view value,
                        std::vector<KeyRange>& ranges) {
  const auto spans = read_date(value, context.options.now);
  if (!spans) return spans.error();
  ranges.insert(ranges.end(), spans->begin(), spans->end());
  return {};
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

Result<std::vector<SpanRange>> read_date(std::string_view value, Instant now) {
  const auto [prefix, text] = prefix_of(value);
  auto span = span_of_text(text);
  if (!span && text.find(' ') != text.npos)
    return refused_value("must be a FHIR date or time; in a URL, write its + as %2B");
  if (!span) return refused_value("must be a FHIR date or time, with or without a prefix");
  if (prefix == Prefix::ap) {  // a tenth of the time between now and the value
    const std::int64_t margin = std::abs(now.time_since_epoch().count() - span->first) / 10;
    span->first -= margin;
    span->last += margin;
  }
  return ranges_of(prefix, *span);
}

const ParameterType date_type{Index::date, true, make_rows, modifiers};

}  // namespace handoff::search
