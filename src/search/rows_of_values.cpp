// Rows found by order: strings, dates, numbers and quantities.
#include <charconv>
#include <limits>
#include <optional>

#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "search/row_makers.h"

namespace handoff::search {
namespace {

using fhirpath::Item;

constexpr std::size_t string_bytes_max = 128;
constexpr std::string_view name_parts[] = {"text", "family", "given", "prefix", "suffix"};
constexpr std::string_view address_parts[] = {"text", "line", "city", "district", "state", "postalCode", "country"};

void add_string(std::string_view text, ParameterKey parameter, IndexRows& rows) {
  std::string folded = fold(text);
  if (folded.size() > string_bytes_max) {
    std::size_t end = string_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(folded[end]) & 0xC0) == 0x80) --end;
    folded.resize(end);
  }
  if (!folded.empty()) rows.strings.push_back({parameter, std::move(folded)});
}

void add_parts(json::Value value, std::span<const std::string_view> parts, ParameterKey parameter, IndexRows& rows) {
  for (const std::string_view part : parts) {
    const json::Value found = value[part];
    add_string(found.text(), parameter, rows);
    for (const json::Value item : found.items()) add_string(item.text(), parameter, rows);
  }
}

struct Span {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
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

// Only a schedule's outer limits count.
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

void add_number(json::Value number, std::uint64_t unit_hash, ParameterKey parameter, IndexRows& rows) {
  const std::string_view text = number.text();
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (number.is_number() && error == std::errc{} && end == last) rows.numbers.push_back({parameter, unit_hash, value});
}

std::uint64_t unit_hash(std::string_view system, std::string_view code) { return hash64(std::string(system).append("|").append(code)); }

// Found without a unit (0), by "system|code", and by "|code" and "|unit" as people write them.
void add_quantity(json::Value quantity, ParameterKey parameter, IndexRows& rows) {
  const bool money = bool(quantity["currency"]);
  const std::string_view system = money ? "urn:iso:std:iso:4217" : quantity["system"].text();
  const std::string_view code = money ? quantity["currency"].text() : quantity["code"].text();
  const std::string_view unit = quantity["unit"].text();
  const json::Value value = quantity["value"];
  add_number(value, 0, parameter, rows);
  if (!code.empty() && !system.empty()) add_number(value, unit_hash(system, code), parameter, rows);
  if (!code.empty()) add_number(value, unit_hash("", code), parameter, rows);
  if (!unit.empty() && unit != code) add_number(value, unit_hash("", unit), parameter, rows);
}

}  // namespace

void make_string_rows(const Item& item, ParameterKey parameter, IndexRows& rows) {
  if (!item.value.is_object()) return add_string(item.value.text(), parameter, rows);
  const std::string_view type = fhirpath::type_name(item);
  if (type == "HumanName") return add_parts(item.value, name_parts, parameter, rows);
  if (type == "Address") return add_parts(item.value, address_parts, parameter, rows);
}

void make_date_rows(const Item& item, ParameterKey parameter, IndexRows& rows) {
  std::optional<Span> span;
  if (item.value.is_string()) span = span_of_text(item.value.text());
  else if (fhirpath::type_name(item) == "Period") span = span_of_period(item.value);
  else if (fhirpath::type_name(item) == "Timing") span = span_of_timing(item.value);
  if (span) rows.dates.push_back({parameter, span->first, span->last});
}

void make_number_rows(const Item& item, ParameterKey parameter, IndexRows& rows) { add_number(item.value, 0, parameter, rows); }

void make_quantity_rows(const Item& item, ParameterKey parameter, IndexRows& rows) {
  const json::Value value = item.value;
  if (value.is_number()) return add_number(value, 0, parameter, rows);
  if (fhirpath::type_name(item) != "Range") return add_quantity(value, parameter, rows);
  add_quantity(value["low"], parameter, rows);
  add_quantity(value["high"], parameter, rows);
}

}  // namespace handoff::search
