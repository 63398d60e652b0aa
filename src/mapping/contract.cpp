#include "mapping/contract.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "mapping/declaration.h"

namespace handoff::mapping {
namespace {

struct TypeName {
  std::string_view name;
  ColumnType type;
  fhirpath::SystemType system;
};

using fhirpath::SystemType;

constexpr TypeName type_names[] = {
    {"string", ColumnType::string, SystemType::string},
    {"date", ColumnType::date, SystemType::date},
    {"dateTime", ColumnType::date_time, SystemType::date_time},
    {"time", ColumnType::time, SystemType::time},
    {"integer", ColumnType::integer, SystemType::integer},
    {"decimal", ColumnType::decimal, SystemType::decimal},
    {"boolean", ColumnType::boolean, SystemType::boolean},
    {"code", ColumnType::code, SystemType::string},
    {"list", ColumnType::list, SystemType::none},
    {"group", ColumnType::group, SystemType::none},
};

std::vector<std::string> texts(json::Value list) {
  std::vector<std::string> all;
  for (const json::Value item : list.items()) all.emplace_back(item.text());
  return all;
}

// Compiles one column's declaration. The contract's format decides what a list looks like.
class ColumnCompiler {
 public:
  ColumnCompiler(bool is_json, LoadErrors& errors) : is_json_(is_json), errors_(errors) {}

  Column compile(const Place& at, std::string path, json::Value declared) {
    Column column;
    column.path = std::move(path);
    column.name = column.path.substr(
        column.path.rfind('.') == std::string::npos || !is_json_ ? 0 : column.path.rfind('.') + 1);
    column.declared = at;
    column.place = at.text();
    if (!declared.is_object()) {
      errors_.add(at, fmt::format("the column \"{}\" needs a declaration", column.path));
      return column;
    }
    type(at, declared, column);
    flags(declared, column);
    values(at, declared, column);
    column.not_before = bound(at, declared["notBefore"]);
    column.not_after = bound(at, declared["notAfter"]);
    parts(at, declared, column);
    return column;
  }

 private:
  void type(const Place& at, json::Value declared, Column& column) {
    const std::string_view name = declared["type"] ? declared["type"].text() : "string";
    const auto* found = std::find_if(std::begin(type_names), std::end(type_names),
                                     [&](const TypeName& t) { return t.name == name; });
    if (found == std::end(type_names) || found->type == ColumnType::group)
      return errors_.add(at.of(declared["type"]), fmt::format("unknown column type \"{}\"", name));
    column.type = found->type;
    check_declaration(at, declared, name, errors_);
  }
  static void flags(json::Value declared, Column& column) {
    column.required = declared["required"].truth();
    column.unused = declared["unused"].truth();
    column.sensitive = declared["sensitive"].truth();
    if (declared["trim"]) column.trims = declared["trim"].truth();
  }
  void values(const Place& at, json::Value declared, Column& column) {
    if (const json::Value match = declared["match"]) {
      auto compiled = std::make_shared<RE2>(std::string(match.text()), RE2::Quiet);
      if (compiled->ok()) column.match = compiled;
      else errors_.add(at.of(match), fmt::format("not a regular expression: {}", compiled->error()));
      column.say = fmt::format("does not match {}", match.text());
    }
    if (declared["say"]) column.say = std::string(declared["say"].text());
    column.one_of = texts(declared["oneOf"]);
    column.patterns = texts(declared["pattern"]);
    if (declared["pattern"].is_string()) column.patterns = {std::string(declared["pattern"].text())};
    if (declared["true"]) column.truths = texts(declared["true"]);
    if (declared["false"]) column.falses = texts(declared["false"]);
    column.lookup = std::string(declared["lookup"].text());
    if (const json::Value zone = declared["zone"]) {
      column.zone = std::string(zone.text());
      if (!instant_in_zone(CivilDate{std::chrono::year{2024} / 1 / 1}, {}, column.zone))
        errors_.add(at.of(zone), fmt::format("unknown time zone \"{}\"", column.zone));
    }
  }
  std::optional<Bound> bound(const Place& at, json::Value declared) {
    if (!declared) return std::nullopt;
    if (declared.text() == "today") return Bound{true, {}};
    if (const auto day = parse_date(declared.text())) return Bound{false, *day};
    errors_.add(at.of(declared), "a bound is a date (yyyy-MM-dd) or \"today\"");
    return std::nullopt;
  }
  void parts(const Place& at, json::Value declared, Column& column) {
    if (const json::Value separator = declared["separator"]) {
      if (separator.is_string() && separator.size() != 1)
        errors_.add(at.of(separator), "a separator is one character");
      else if (separator.is_string()) column.separator = separator.text().front();
    }
    if (column.type != ColumnType::list) return;
    if (const json::Value fields = declared["fields"]) {
      if (!is_json_) errors_.add(at.of(fields), "a list of objects can only come from JSON");
      for (const json::Member& field : fields.members()) {
        const Place here = at.of_key(field.key);
        if (field.key.find('.') != std::string_view::npos)
          errors_.add(here, "a field of a list of objects must be a single name, without dots");
        column.fields.push_back(
            compile(here.of(field.value), fmt::format("{}.{}", column.path, field.key), field.value));
      }
      return;
    }
    const json::Value item = declared["item"] ? declared["item"] : json::Arena::empty_object();
    column.item.push_back(compile(at.of(item), column.path, item));
  }

  bool is_json_;
  LoadErrors& errors_;
};

// Puts a column into the groups that its path names ("person.legalName"). Missing groups are created.
void place_column(std::vector<Column>& columns, Column column, std::string_view rest, std::string before) {
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) {
    columns.push_back(std::move(column));
    return;
  }
  const std::string_view name = rest.substr(0, dot);
  const std::string path = before + std::string(name);
  auto group = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  if (group == columns.end()) {
    Column made;
    made.name = std::string(name);
    made.path = path;
    made.type = ColumnType::group;
    made.declared = column.declared;
    made.place = column.place;
    group = columns.insert(columns.end(), std::move(made));
  }
  place_column(group->fields, std::move(column), rest.substr(dot + 1), path + ".");
}

char delimiter_of(const Place& at, json::Value source, LoadErrors& errors) {
  const json::Value delimiter = source["delimiter"];
  if (!delimiter) return ',';
  if (delimiter.size() == 1 && delimiter.is_string()) return delimiter.text().front();
  errors.add(at.of(delimiter), "a delimiter is one character");
  return ',';
}

bool has_key(const Format& format, std::string_view key) {
  return std::find(format.source_keys.begin(), format.source_keys.end(), key) != format.source_keys.end();
}

// "jsonl and json": the formats that have this key of `source`.
std::string formats_with(std::string_view key) {
  std::vector<std::string_view> names;
  for (const Format& format : formats())
    if (has_key(format, key)) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, " and "));
}

// The keys of `source` that some formats have and others lack, each once.
std::vector<std::string_view> keys_of_formats() {
  std::vector<std::string_view> keys;
  for (const Format& format : formats())
    for (const std::string_view key : format.source_keys)
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  return keys;
}

// Reports each key of `source` that has no effect for the format, and each flag that is not true or false.
void check_source(const Place& at, json::Value source, LoadErrors& errors) {
  const std::string_view name = source["format"].text();
  const Format* format = find_format(name);
  for (const std::string_view key : keys_of_formats()) {
    if (!source[key]) continue;
    // counts as one error
    const bool is_of_misspelt = !format && key == "fields" && name.starts_with("json");
    if (is_of_misspelt || (format && has_key(*format, key))) continue;
    errors.add(at, fmt::format("\"{}\" is for {}, this is {}", key, formats_with(key), name));
  }
  check_flag(at, source, "series", errors);
  check_flag(at, source, "header", errors);
}

template <class Columns>
auto* find_in(Columns& columns, std::string_view path) {
  decltype(&columns.front()) found = nullptr;
  for (auto& column : columns) {
    if (column.path == path) return &column;
    const bool leads_there = column.type == ColumnType::group && path.starts_with(column.path + ".");
    if (leads_there && !found) found = find_in(column.fields, path);
  }
  return found;
}

std::vector<fhirpath::RecordMember> members_of(const std::vector<Column>& columns) {
  std::vector<fhirpath::RecordMember> all;
  for (const Column& column : columns) {
    const Column& value = column.item.empty() ? column : column.item.front();
    fhirpath::RecordMember member;
    member.name = column.name;
    member.is_list = column.type == ColumnType::list;
    for (const TypeName& name : type_names)
      if (name.type == value.type) member.type = name.system;
    member.members = members_of(column.fields);
    all.push_back(std::move(member));
  }
  return all;
}

}  // namespace

Column* Contract::find(std::string_view path) { return find_in(columns, path); }
const Column* Contract::find(std::string_view path) const { return find_in(columns, path); }
std::vector<fhirpath::RecordMember> Contract::members() const { return members_of(columns); }

Contract compile_contract(const Place& at, json::Value source, LoadErrors& errors) {
  Contract contract;
  check_keys(at, source,
             {"format", "charset", "delimiter", "header", "record", "series", "columns", "fields"}, errors);
  contract.format = find_format(source["format"].text());
  if (!contract.format)
    errors.add(at.of(source["format"]), fmt::format("unknown format \"{}\"", source["format"].text()));
  const bool is_json = !contract.format || contract.format->is_nested;
  check_source(at, source, errors);
  if (source["charset"]) {
    contract.charsets.clear();
    for (const std::string_view charset : split(source["charset"].text(), '|')) {
      if (charset != "utf-8" && charset != "windows-1252")
        errors.add(at.of(source["charset"]), fmt::format("unknown charset \"{}\"", charset));
      contract.charsets.emplace_back(charset);
    }
  }
  contract.delimiter = delimiter_of(at, source, errors);
  if (source["header"]) contract.has_header = source["header"].truth();
  contract.is_series = source["series"].truth();
  contract.records = std::string(source["record"].text());
  const std::string_view key = is_json ? "fields" : "columns";
  if (source[key].size() == 0) errors.add(at, fmt::format("the source declares no {}", key));
  ColumnCompiler compiler(is_json, errors);
  for (const json::Member& member : source[key].members()) {
    Column column =
        compiler.compile(at.of_key(member.key).of(member.value), std::string(member.key), member.value);
    if (is_json) place_column(contract.columns, std::move(column), member.key, {});
    else contract.columns.push_back(std::move(column));
  }
  return contract;
}

}  // namespace handoff::mapping
