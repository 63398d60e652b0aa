// JSON lines: an object on each line.
#include <fmt/format.h>

#include "core/limits.h"
#include "core/text.h"
#include "mapping/raw_file.h"

namespace handoff::mapping {
namespace {

// Removes "line 1" from the message, because a record has only one line.
std::string of_one_line(std::string why) {
  constexpr std::string_view line = "line 1, ";
  if (const auto at = why.find(line); at != why.npos) why.erase(at, line.size());
  return why;
}

// If the records are not one per line, this gives one message for the file instead of one per line.
std::string fault_of_lines(std::string_view text) {
  const std::string_view first = trim(text.substr(0, text.find('\n')));
  if (first.starts_with('['))
    return "the file is one JSON array, not an object on each line: "
           "set \"format\": \"json\", or export JSON lines";
  if (first == "{")
    return "the objects span several lines instead of one each: "
           "export JSON lines, or an array with \"format\": \"json\"";
  return {};
}

}  // namespace

Result<void> read_json_lines(const Plan&, const Decoded& decoded, RawFile& file) {
  if (auto fault = fault_of_lines(trim(decoded.text)); !fault.empty()) return of_file(std::move(fault));
  std::size_t number = 0;
  for (std::string_view line : split(decoded.text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty()) continue;
    if (line.size() > limits::feed_record_bytes_max)
      return problem(Kind::incorrect,
                     fmt::format("record {}: longer than {} bytes", number, limits::feed_record_bytes_max),
                     {}, "too-long");
    RawRecord record{number, {}, {}};
    auto document = is_utf8(line)
                        ? json::parse(line)
                        : Result<json::Document>(of_file("not UTF-8: export the file in one charset"));
    if (!document) {
      record.broken = of_one_line(document.error().summary());
    } else {
      record.values = document->root();
      if (!record.values.is_object()) record.broken = "not a JSON object";
      file.documents.push_back(std::move(*document));
    }
    file.records.push_back(std::move(record));
  }
  return {};
}

Result<std::string> write_json_lines(const Contract&, json::Value rows) {
  std::string all;
  for (const json::Value row : rows.items()) all += json::write(row) + "\n";
  return all;
}

}  // namespace handoff::mapping
