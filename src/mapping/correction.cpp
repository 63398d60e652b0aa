#include "mapping/correction.h"

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

}  // namespace

Result<json::Value> corrected(const Plan& plan, json::Arena& arena, json::Value values, const FieldTexts& fields, Instant now) {
  for (const auto& [field, text] : fields) {
    const Column* const column = plan.contract.find(field);
    if (!column || column->type == ColumnType::group || !column->fields.empty())
      return problem(Kind::incorrect, "is no field of " + plan.name + " that holds a value", field);
    const json::Member raw[] = {{column->name, arena.string(text)}};
    Typing typing(arena, local_date(now));
    const json::Value typed = typing.record({*column}, arena.object(raw));
    if (const auto& flaw = typing.flaw()) return problem(Kind::unprocessable, flaw->reason, field);
    const bool is_nested = column->path != column->name;
    values = is_nested ? with_path(arena, values, column->path, typed[column->name])
                       : json::with_member(arena, values, column->name, typed[column->name]);
  }
  return values;
}

}  // namespace handoff::mapping
