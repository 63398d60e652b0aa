// Reading a whole file: charset, structure, header; then each record typed by the contract, duplicates and
// contradictions found (ARCHITECTURE.md, "A record comes in").
#include "mapping/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "core/csv.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/text.h"
#include "mapping/charset.h"
#include "mapping/header.h"
#include "mapping/typing.h"

namespace handoff::mapping {
namespace {

// Records before typing; their values refer to `documents` and `arena`.
struct RawRecord {
  std::size_t number = 0;
  json::Value values;
  std::string broken;      // what is wrong with the record as a whole
  std::string field = {};  // the column that it is about
};

struct RawFile {
  std::vector<json::Document> documents;
  json::Arena arena;
  std::vector<RawRecord> records;
};

// A record of one line has no "line 1".
std::string of_one_line(std::string why) {
  constexpr std::string_view line = "line 1, ";
  if (const auto at = why.find(line); at != why.npos) why.erase(at, line.size());
  return why;
}

Problem of_file(std::string what) { return problem(Kind::incorrect, std::move(what), {}, "structure"); }

// Rows of a file with a header, each by the names in it.
class RowReader {
 public:
  RowReader(const Contract& contract, bool is_mixed, RawFile& file) : contract_(contract), is_mixed_(is_mixed), file_(file) {
    if (contract.has_header) return;
    for (const Column& column : contract.columns) header_.push_back(column.path);
  }

  Result<void> read(std::string_view text) {
    const auto take = [this](std::size_t number, std::span<const std::string_view> fields) { return take_row(number, fields); };
    const auto broken = [&](std::size_t number, std::string_view why) -> Result<void> {
      const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
      if (auto fault = header_.empty() ? fault_of_separator(contract_, {&line, 1}) : std::nullopt) return *fault;
      if (header_.empty()) return of_file(fmt::format("record {}, the header: {}", number, why));
      file_.records.push_back({number, {}, std::string(why)});
      return {};
    };
    if (auto done = each_csv_row(text, contract_.delimiter, take, broken); !done) return done;
    if (first_) return *first_;
    if (header_.empty()) return of_file("the file is empty: it has no header");
    return {};
  }

 private:
  static constexpr std::size_t header_rows_max = 20;  // so far down a header is looked for, to say where it is

  static bool is_blank(std::span<const std::string_view> fields) {
    return std::all_of(fields.begin(), fields.end(), [](std::string_view field) { return trim(field).empty(); });
  }

  Result<void> take_row(std::size_t number, std::span<const std::string_view> fields) {
    if (is_blank(fields)) return {};
    if (!header_.empty()) return take_record(number, fields);
    if (first_ && is_header(contract_, fields)) return of_file(fmt::format("the header is row {}: delete the rows above it", number));
    if (first_) return number < header_rows_max ? Result<void>() : *first_;
    auto header = header_of(contract_, fields);
    if (header) header_ = std::move(*header);
    else first_ = header.error();
    return {};
  }

  // Columns without a name and values beyond the last column count where they hold something.
  Result<void> take_record(std::size_t number, std::span<const std::string_view> fields) {
    while (fields.size() > header_.size() && trim(fields.back()).empty()) fields = fields.first(fields.size() - 1);
    RawRecord record{number, {}, {}};
    std::vector<json::Member> members;
    for (std::size_t c = 0; c < std::min(fields.size(), header_.size()); ++c) {
      if (header_[c].empty() && !trim(fields[c]).empty())
        return of_file(fmt::format("column {} has no name, and record {} has a value in it: name it or empty it", c + 1, number));
      if (header_[c].empty()) continue;
      if (is_mixed_ && !decode_cell(fields[c], contract_.charsets)) {
        if (record.field.empty()) record.field = header_[c];
        continue;
      }
      members.push_back({header_[c], file_.arena.string(is_mixed_ ? *decode_cell(fields[c], contract_.charsets) : fields[c])});
    }
    record.values = file_.arena.object(members);
    if (!record.field.empty()) record.broken = fmt::format("is not {}: export the file in one charset", fmt::join(contract_.charsets, " or "));
    else if (fields.size() != header_.size()) record.broken = fmt::format("{} values instead of {}", fields.size(), header_.size());
    file_.records.push_back(std::move(record));
    return {};
  }

  const Contract& contract_;
  const bool is_mixed_;
  RawFile& file_;
  Row header_;
  std::optional<Problem> first_;  // why the first row is no header
};

Result<void> read_rows(const Contract& contract, const Decoded& decoded, RawFile& file) {
  return RowReader(contract, decoded.is_mixed, file).read(decoded.text);
}

// What stands over several lines where each line should be a record: one message, not one for each line.
std::string fault_of_lines(std::string_view text) {
  const std::string_view first = trim(text.substr(0, text.find('\n')));
  if (first.starts_with('[')) return "the file is one JSON array, not an object on each line: set \"format\": \"json\", or export JSON lines";
  if (first == "{") return "the objects stand over several lines, not each on one: export JSON lines, or an array with \"format\": \"json\"";
  return {};
}

Result<void> read_lines(const Decoded& decoded, RawFile& file) {
  if (auto fault = fault_of_lines(trim(decoded.text)); !fault.empty()) return of_file(std::move(fault));
  std::size_t number = 0;
  for (std::string_view line : split(decoded.text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty()) continue;
    if (line.size() > limits::feed_record_bytes_max)
      return problem(Kind::incorrect,
                     fmt::format("record {}: longer than {} bytes", number, limits::feed_record_bytes_max), {},
                     "too-long");
    RawRecord record{number, {}, {}};
    auto document = is_utf8(line) ? json::parse(line) : Result<json::Document>(of_file("not UTF-8: export the file in one charset"));
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

Result<void> read_raw(const Plan& plan, const Decoded& decoded, RawFile& file) {
  if (plan.contract.format == "csv") return read_rows(plan.contract, decoded, file);
  if (decoded.is_mixed && plan.contract.format != "jsonl") return of_file(fmt::format("the file is not {}", fmt::join(plan.contract.charsets, " nor ")));
  auto done = plan.contract.format == "jsonl" ? read_lines(decoded, file) : read_document(plan, decoded.text, file);
  if (!done) return done;
  for (const RawRecord& record : file.records)
    if (const auto unknown = undeclared(plan.contract.columns, record.values); !unknown.empty())
      return of_file(fmt::format("record {}: \"{}\" is not declared", record.number, shown_text(unknown.front())));
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
    record.rejection = rejection_of(record, raw.field.empty() ? nullptr : plan.contract.find(raw.field), {}, raw.broken);
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
  auto decoded = decode(std::move(bytes), plan.contract.charsets);
  if (!decoded) return decoded.error();
  RawFile raw;
  if (auto done = read_raw(plan, *decoded, raw); !done) return done.error();
  const CivilDate today = local_date(now);
  source.records.reserve(raw.records.size());
  for (const RawRecord& record : raw.records) source.records.push_back(typed_record(plan, record, today, source.arena));
  compare_records(plan, source.records);
  return source;
}

}  // namespace handoff::mapping
