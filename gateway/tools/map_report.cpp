#include "tools/map_report.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "json/writer.h"
#include "tools/counted.h"

namespace handoff::gateway {
namespace {

// A cell of a table that people open in a spreadsheet. A cell that begins like a formula gets an apostrophe
// in front, so that it stays text.
std::string csv_field(std::string_view cell) {
  const bool is_formula =
      !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
  const std::string text = (is_formula ? "'" : "") + std::string(cell);
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

void MapReport::reject(const std::string& file, const mapping::Rejection& r) {
  ++rejected;
  rejects_ += fmt::format("{},{},{},{},{},{},{}\r\n", csv_field(file), r.record, csv_field(r.key),
                          csv_field(r.field), csv_field(r.value), csv_field(r.reason), csv_field(r.mapping));
  const bool is_whole = r.field.empty();  // the record as a whole, not one value of it
  const std::string& place = is_whole ? r.key : r.field;
  fmt::print(stderr, "{} record {}{}{}: {} ({}{})\n", file, r.record, place.empty() ? "" : " ", place,
             r.reason, is_whole && r.value.empty() ? "" : fmt::format("value \"{}\"; ", r.value), r.mapping);
}

void MapReport::print(bool as_json) const {
  const std::pair<const char*, std::size_t> others[] = {
      {"empty", empty}, {"waiting", waiting}, {"review", review}, {"later", later}, {"left", left}};
  if (as_json) {
    std::string out;
    json::Writer writer(out, json::Style::spaced);
    writer.begin_object().key("records").number(records).key("mapped").number(mapped);
    writer.key("rejected").number(rejected).key("duplicates").number(duplicates);
    for (const auto& [name, count] : others)
      if (count > 0) writer.key(name).number(count);
    writer.end_object();
    return fmt::print(stderr, "{}\n", out);
  }
  std::string more;
  if (empty > 0) more += fmt::format(", {} empty", empty);
  if (waiting > 0) more += fmt::format(", {} waiting for other records", waiting);
  if (review > 0) more += fmt::format(", {} held for a review", review);
  if (later > 0) more += fmt::format(", {} dated later than now", later);
  if (left > 0) more += fmt::format(", gave up on {} and all that follow", left);
  fmt::print(stderr, "{}: {} mapped, {} rejected, {}{}\n", counted(records, "record"), mapped, rejected,
             counted(duplicates, "duplicate"), more);
}

}  // namespace handoff::gateway
