// Reads a whole file: first the charset, then the structure by its format (format.h). Then each record is
// typed by the contract. Last, duplicates and contradictions are found (ARCHITECTURE.md, "A record comes
// in").
#include "mapping/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "mapping/format.h"
#include "mapping/raw_file.h"
#include "mapping/typing.h"

namespace handoff::mapping {
namespace {

Result<void> read_raw(const Plan& plan, const Decoded& decoded, RawFile& file) {
  if (auto done = plan.contract.format->read(plan, decoded, file); !done) return done;
  if (!plan.contract.format->is_nested) return {};
  for (const RawRecord& record : file.records)
    if (const auto unknown = undeclared(plan.contract.columns, record.values); !unknown.empty())
      return of_file(
          fmt::format("record {}: \"{}\" is not declared", record.number, shown_text(unknown.front())));
  return {};
}

std::string key_of(const Plan& plan, json::Value raw) {
  std::string key;
  for (const KeyPart& part : plan.key) {
    if (part.path.empty()) {
      key += part.literal;
      continue;
    }
    json::Value value = raw;
    for (const std::string& segment : part.path) value = value[segment];
    const std::string_view text = trim(value.text());
    if (text.empty()) return {};
    key += text;
  }
  return key;
}

// `column` may be the item of a list. The contract declares the list, so the list is returned.
const Column* declared(const Plan& plan, const Column* column) {
  const Column* list = column ? plan.contract.find(column->path) : nullptr;
  return list ? list : column;
}

Rejection rejection_of(const SourceRecord& record, const Column* column, std::string_view value,
                       std::string reason) {
  Rejection rejection{record.number, record.key, {}, std::string(value), std::move(reason), "map.json"};
  if (!column) return rejection;
  rejection.field = column->path;
  if (column->sensitive && !value.empty()) rejection.value = "***";
  rejection.mapping =
      column->target.empty() ? column->place : fmt::format("{} → {}", column->place, column->target);
  return rejection;
}

// A record that is not even JSON gets its number, so that it equals no other record.
std::string unreadable(const RawRecord& raw) {
  return raw.values ? raw.broken : fmt::format("{} {}", raw.number, raw.broken);
}

SourceRecord typed_record(const Plan& plan, const RawRecord& raw, CivilDate today, json::Arena& arena) {
  SourceRecord record;
  record.number = raw.number;
  record.key = key_of(plan, raw.values);
  Typing typing(arena, today);
  record.values = raw.values ? typing.record(plan.contract.columns, raw.values) : json::Arena::empty_object();
  const std::string content =
      raw.broken.empty() ? json::write(record.values) : json::write(raw.values) + unreadable(raw);
  record.content_hash = sha256_hex(content);
  if (!raw.broken.empty())
    record.rejection =
        rejection_of(record, raw.field.empty() ? nullptr : plan.contract.find(raw.field), {}, raw.broken);
  else if (const auto& flaw = typing.flaw())
    record.rejection = rejection_of(record, declared(plan, flaw->column), flaw->value, flaw->reason);
  return record;
}

// A duplicate is never a rejection. If two records have the same key and contradict each other, both are
// rejected.
void compare_records(const Plan& plan, std::vector<SourceRecord>& records) {
  std::unordered_map<std::string_view, std::size_t> by_content, by_key;
  for (std::size_t i = 0; i < records.size(); ++i) {
    SourceRecord& record = records[i];
    if (!by_content.emplace(record.content_hash, i).second) {
      record.is_duplicate = true;
      record.rejection.reset();
      continue;
    }
    if (record.key.empty() || plan.contract.is_series) continue;
    const auto [first, is_new] = by_key.emplace(record.key, i);
    if (is_new) continue;
    for (SourceRecord* one : {&records[first->second], &record})
      if (!one->rejection)
        one->rejection = rejection_of(*one, plan.key_column, one->key,
                                      "another record of this file has the same key and other values");
  }
}

}  // namespace

Result<Source> read_source(const Plan& plan, std::string bytes, std::string file, Instant now) {
  if (bytes.size() > limits::feed_bytes_max)
    return problem(Kind::incorrect, fmt::format("longer than {} bytes", limits::feed_bytes_max), {},
                   "too-long");
  Source source;
  source.file = std::move(file);
  source.file_hash = sha256_hex(bytes);
  auto decoded = decode(std::move(bytes), plan.contract.charsets);
  if (!decoded) return decoded.error();
  RawFile raw;
  if (auto done = read_raw(plan, *decoded, raw); !done) return done.error();
  const CivilDate today = local_date(now);
  source.records.reserve(raw.records.size());
  for (const RawRecord& record : raw.records)
    source.records.push_back(typed_record(plan, record, today, source.arena));
  compare_records(plan, source.records);
  return source;
}

}  // namespace handoff::mapping
