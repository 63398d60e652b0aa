#include "mapping/correction.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/civil.h"
#include "core/text.h"
#include "mapping/typing.h"

namespace handoff::mapping {
namespace {

json::Value with_path(json::Arena& arena, json::Value object, std::string_view path, json::Value value) {
  const json::Value whole = object.is_object() ? object : json::Arena::empty_object();
  const auto dot = path.find('.');
  if (dot == path.npos) return json::with_member(arena, whole, path, value);
  const std::string_view name = path.substr(0, dot);
  return json::with_member(arena, whole, name, with_path(arena, whole[name], path.substr(dot + 1), value));
}

bool holds_value(const Column& column) { return column.type != ColumnType::group && column.fields.empty(); }

// Adds the expected forms of a date to the reason, unless the reason has them already.
std::string with_form(const Column& column, const std::string& reason) {
  const bool is_date = column.type == ColumnType::date || column.type == ColumnType::date_time;
  if (!is_date || reason.find("(expected ") != reason.npos) return reason;
  const std::string iso = column.type == ColumnType::date ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss";
  return fmt::format("{} (expected {})", reason,
                     column.patterns.empty() ? iso : fmt::format("{}", fmt::join(column.patterns, " or ")));
}

// Fields are named by path, as in a correction.
std::string fields_that_hold_values(const std::vector<Column>& columns) {
  std::string all;
  for (const Column& column : columns) {
    std::string here = holds_value(column) ? column.path : std::string();
    if (column.type == ColumnType::group) here = fields_that_hold_values(column.fields);
    if (!here.empty()) all += (all.empty() ? "" : ", ") + here;
  }
  return all;
}

}  // namespace

Result<json::Value> corrected(const Plan& plan, json::Arena& arena, json::Value values,
                              const FieldTexts& fields, Instant now) {
  for (const auto& [field, text] : fields) {
    const Column* const column = plan.contract.find(field);
    if (!column || !holds_value(*column))
      return problem(Kind::incorrect,
                     fmt::format("is not a field of {} that holds a value; the fields are {}", plan.name,
                                 fields_that_hold_values(plan.contract.columns)),
                     field);
    const json::Member raw[] = {{column->name, arena.string(text)}};
    Typing typing(arena, local_date(now));
    const json::Value typed = typing.record({*column}, arena.object(raw));
    if (const auto& flaw = typing.flaw())
      return problem(Kind::unprocessable, with_form(*column, flaw->reason), field);
    const bool is_nested = column->path != column->name;
    values = is_nested ? with_path(arena, values, column->path, typed[column->name])
                       : json::with_member(arena, values, column->name, typed[column->name]);
  }
  return values;
}

}  // namespace handoff::mapping
