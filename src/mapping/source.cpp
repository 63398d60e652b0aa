// Reading a whole file: charset, structure, header; then each record typed by the contract, duplicates and
// contradictions found (ARCHITECTURE.md, "A record comes in").
#include "mapping/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "mapping/typing.h"

namespace handoff::mapping {
namespace {

// Records before typing; their values refer to `rows`, `documents` and `arena`.
struct RawRecord {
  std::size_t number = 0;
  json::Value values;
  std::string broken;  // what is wrong with the record as a whole
};

struct RawFile {
  std::vector<Row> rows;
  std::vector<json::Document> documents;
  json::Arena arena;
  std::vector<RawRecord> records;
};

Problem of_file(std::string what) { return problem(Kind::incorrect, std::move(what), {}, "structure"); }

Result<Row> header_of(const Contract& contract, std::vector<Row>& rows) {
  if (rows.empty()) return of_file("the file is empty: it has no header");
  Row header = rows.front();
  for (std::string& name : header) name = std::string(trim(name));
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool is_twice =
        std::find(header.begin(), header.begin() + std::ptrdiff_t(i), header[i]) != header.begin() + std::ptrdiff_t(i);
    if (is_twice)
      wrong.push_back(fmt::format("the column \"{}\" is there twice", header[i]));
    else if (!contract.find(header[i]))
      wrong.push_back(fmt::format("the column \"{}\" is not declared", header[i]));
  }
  for (const Column& column : contract.columns)
    if (std::find(header.begin(), header.end(), column.path) == header.end())
      wrong.push_back(fmt::format("the column \"{}\" is missing", column.path));
  if (!wrong.empty()) return of_file(fmt::format("{}", fmt::join(wrong, "; ")));
  return header;
}

Result<void> read_rows(const Contract& contract, std::string_view text, RawFile& file) {
  auto rows = read_csv(text, contract.delimiter);
  if (!rows) return rows.error();
  file.rows = std::move(*rows);
  Row header;
  if (contract.has_header) {
    auto read = header_of(contract, file.rows);
    if (!read) return read.error();
    header = std::move(*read);
  } else {
    for (const Column& column : contract.columns) header.push_back(column.path);
  }
  for (std::size_t i = contract.has_header ? 1 : 0; i < file.rows.size(); ++i) {
    RawRecord record{i + 1, {}, {}};
    const Row& row = file.rows[i];
    std::vector<json::Member> members;
    for (std::size_t c = 0; c < std::min(row.size(), header.size()); ++c)
      members.push_back({header[c], json::Arena::borrow(row[c])});
    record.values = file.arena.object(members);
    if (row.size() != header.size()) record.broken = fmt::format("{} values instead of {}", row.size(), header.size());
    file.records.push_back(std::move(record));
  }
  return {};
}

Result<void> read_lines(std::string_view text, RawFile& file) {
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty()) continue;
    if (line.size() > limits::feed_record_bytes_max)
      return problem(Kind::incorrect,
                     fmt::format("record {}: longer than {} bytes", number, limits::feed_record_bytes_max), {},
                     "too-long");
    RawRecord record{number, {}, {}};
    auto document = json::parse(line);
    if (!document) {
      record.broken = document.error().summary();
    } else {
      record.values = document->root();
      if (!record.values.is_object()) record.broken = "not a JSON object";
      file.documents.push_back(std::move(*document));
    }
    file.records.push_back(std::move(record));
  }
  return {};
}

Result<void> read_document(const Plan& plan, std::string_view text, RawFile& file) {
  auto document = json::parse(text);
  if (!document) return document.error();
  file.documents.push_back(std::move(*document));
  const json::Value root = file.documents.back().root();
  std::vector<json::Value> found;
  if (plan.records.expression) {
    fhirpath::Evaluation evaluation(*plan.definitions);
    auto items = plan.records.expression->evaluate(evaluation, {fhirpath::Item{root}});
    if (!items) return items.error();
    for (const fhirpath::Item& item : *items) found.push_back(json::copy(file.arena, item.value));
  } else if (root.is_array()) {
    found.assign(root.items().begin(), root.items().end());
  } else {
    found.push_back(root);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    file.records.push_back({i + 1, found[i], found[i].is_object() ? std::string{} : "not a JSON object"});
  return {};
}

Result<void> read_raw(const Plan& plan, std::string_view text, RawFile& file) {
  if (plan.contract.format == "csv") return read_rows(plan.contract, text, file);
  auto done = plan.contract.format == "jsonl" ? read_lines(text, file) : read_document(plan, text, file);
  if (!done) return done;
  for (const RawRecord& record : file.records)
    if (const auto unknown = undeclared(plan.contract.columns, record.values); !unknown.empty())
      return of_file(fmt::format("record {}: \"{}\" is not declared", record.number, unknown.front()));
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

// `column` may be the item of a list: the list is what the contract declares.
const Column* declared(const Plan& plan, const Column* column) {
  const Column* list = column ? plan.contract.find(column->path) : nullptr;
  return list ? list : column;
}

Rejection rejection_of(const SourceRecord& record, const Column* column, std::string_view value, std::string reason) {
  Rejection rejection{record.number, record.key, {}, std::string(value), std::move(reason), "map.json"};
  if (!column) return rejection;
  rejection.field = column->path;
  if (column->sensitive && !value.empty()) rejection.value = "***";
  rejection.mapping = column->target.empty() ? column->place : fmt::format("{} → {}", column->place, column->target);
  return rejection;
}

// What was not even JSON is equal to nothing else.
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
    record.rejection = rejection_of(record, nullptr, {}, raw.broken);
  else if (const auto& flaw = typing.flaw())
    record.rejection = rejection_of(record, declared(plan, flaw->column), flaw->value, flaw->reason);
  return record;
}

// A duplicate is never a rejection; what contradicts an earlier record of its key takes that one with it.
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
    return problem(Kind::incorrect, fmt::format("longer than {} bytes", limits::feed_bytes_max), {}, "too-long");
  Source source;
  source.file = std::move(file);
  source.file_hash = sha256_hex(bytes);
  auto text = to_utf8(std::move(bytes), plan.contract.charsets);
  if (!text) return text.error();
  RawFile raw;
  if (auto done = read_raw(plan, *text, raw); !done) return done.error();
  const CivilDate today = local_date(now);
  source.records.reserve(raw.records.size());
  for (const RawRecord& record : raw.records) source.records.push_back(typed_record(plan, record, today, source.arena));
  compare_records(plan, source.records);
  return source;
}

}  // namespace handoff::mapping
