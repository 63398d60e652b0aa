#include "core/text.h"
#include "json/document.h"
#include "mapping/charset.h"
#include "mapping/csv.h"
#include "mapping/mapping.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

constexpr Instant now{std::chrono::seconds{1'719'763'200}};  // 30 June 2024

std::string quoted(const std::vector<mapping::Row>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (const auto& value : row) {
      text += &value == &row.front() ? "\"" : ",\"";
      for (const char c : value) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

std::shared_ptr<const mapping::Mapping> shipped(const char* name) {
  return mapping::Mapping::load(std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings" / name, name).value();
}

void try_record(const mapping::Mapping& map, const mapping::Source& source,
                const mapping::SourceRecord& record) {
  mapping::OfflineWorld world;
  const mapping::RunContext context{&world, now, source.file, source.file_hash, nullptr};
  for (const Instant stage : map.stages(record)) map.run(record, stage, context);
  const auto outcome = map.run(record, {}, context);
  if (record.rejection)
    require(std::holds_alternative<mapping::Rejection>(outcome), "a rejected record was mapped");
  if (const auto* mapped = std::get_if<mapping::Mapped>(&outcome))
    for (const auto& entry : mapped->entries)
      require(json::parse(json::write(entry.resource)).has_value(), "a resource that was made is no JSON");
}

}  // namespace

void try_csv(std::string_view text) {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const auto rows = mapping::read_csv(text, delimiter);
    if (!rows) continue;
    const auto again = mapping::read_csv(quoted(*rows), ',');
    require(again.has_value() && *again == *rows, "rows that were written read as others");
  }
  if (const auto converted = mapping::to_utf8(std::string(text), {"utf-8", "windows-1252"}))
    require(is_utf8(*converted), "what was converted is no UTF-8");
  static const auto csv = shipped("corrections/referrals"), jsonl = shipped("vendor/discharges");
  const auto& map = text.starts_with('{') ? jsonl : csv;
  const auto source = map->read(std::string(text), "file", now);
  if (!source) {
    require(!source.error().issues.empty(), "a file was refused without a reason");
    return;
  }
  for (const auto& record : source->records) try_record(*map, *source, record);
}

}  // namespace handoff::fuzz
