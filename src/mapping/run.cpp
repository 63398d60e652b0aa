#include "mapping/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace handoff::mapping {

using fhirpath::Collection;

namespace {

bool has_value(json::Value value, std::string_view text) {
  if (value.is_array())
    return std::any_of(value.items().begin(), value.items().end(),
                       [&](json::Value item) { return item.text() == text; });
  return value.text() == text;
}

}  // namespace

json::Value value_at(json::Value record, std::string_view path) {
  if (const json::Value direct = record[path]) return direct;
  for (const std::string_view segment : split(path, '.')) record = record[segment];
  return record;
}

Run::Run(const Plan& the_plan, const SourceRecord& the_record, const RunContext& the_context)
    : fhirpath::Evaluation(*the_plan.definitions), plan(the_plan), record(the_record), context(the_context) {
  set_now(context.now);
  set_variable("record", {fhirpath::system_item(arena().integer((long long)(record.number)),
                                                fhirpath::SystemType::integer)});
  set_variable("file", {fhirpath::system_item(arena().string(context.file), fhirpath::SystemType::string)});
  set_variable("clock", {fhirpath::system_item(arena().string(format_local(context.now)),
                                               fhirpath::SystemType::date_time)});
  resolver = [world = context.world](std::string_view reference) { return world->read(reference); };
}

void Run::set_record(json::Value values) {
  focus_ = {fhirpath::Item{values}};
  set_variable("context", focus_);
}

Result<Collection> Run::evaluate(const Slot& slot) { return evaluate(slot, focus_); }

Result<Collection> Run::evaluate(const Slot& slot, const Collection& focus) {
  if (!slot.expression) return Collection{};
  slot_now = &slot;
  return slot.expression->evaluate(*this, focus);
}

Result<std::string> Run::text(const Node& node) {
  auto value = render(node);
  if (!value) return value.error();
  return std::string(value->text());
}

Problem Run::reject(std::string field, std::string value, std::string reason, std::string place) {
  const Column* column = plan.contract.find(field);
  if (column && column->sensitive && !value.empty()) value = "***";
  if (!stop_.rejection)
    stop_.rejection =
        Rejection{record.number, record.key, std::move(field), std::move(value), reason, std::move(place)};
  return problem(Kind::unprocessable, std::move(reason));
}

Problem Run::reject_argument(std::string_view value, std::string reason) {
  if (!slot_now) return reject({}, std::string(value), std::move(reason), {});
  const json::Value values = focus_.front().value;
  std::string field = slot_now->field();
  for (const std::string& column : slot_now->columns)
    if (has_value(value_at(values, column), value)) {
      field = column;
      break;
    }
  return reject(std::move(field), std::string(value), std::move(reason), slot_now->place);
}

Problem Run::wait(std::string type, Identifier identifier) {
  if (!stop_.waiting) stop_.waiting = Waiting{std::move(type), std::move(identifier)};
  return problem(Kind::unprocessable, "waits for another record");
}

Problem Run::hold(Held held) {
  if (!stop_.held) stop_.held = std::move(held);
  return problem(Kind::unprocessable, "a person must decide whose record it is");
}

Stop Run::stopped(const Problem& problem, const Slot* slot) {
  if (!stop_.rejection && !stop_.waiting && !stop_.held) {
    const Slot* at = slot ? slot : slot_now;
    stop_.rejection = Rejection{record.number,
                                record.key,
                                at ? at->field() : std::string{},
                                {},
                                problem.summary(),
                                at ? at->place : std::string{}};
  }
  return std::move(stop_);
}

}  // namespace handoff::mapping
