#include "mapping/functions.h"

#include <fmt/format.h>

#include "core/civil.h"
#include "mapping/patterns.h"
#include "mapping/run.h"

namespace handoff::mapping {
namespace {

using fhirpath::Collection;
using fhirpath::Evaluation;
using fhirpath::SystemType;
using Arguments = std::span<const Collection>;

// The cast is safe, because a Run evaluates every expression of a mapping.
Run& run_of(Evaluation& evaluation) { return static_cast<Run&>(evaluation); }

std::string argument(Arguments all, std::size_t index) {
  return index < all.size() && !all[index].empty() ? fhirpath::to_text(all[index].front()) : std::string{};
}

Collection text_result(Run& run, std::string_view text) {
  return {fhirpath::system_item(run.arena().string(text), SystemType::string)};
}

Collection typed_result(Run& run, std::string_view type, std::span<const json::Member> members) {
  return {fhirpath::typed_item(run.arena().object_of(members), run.definitions().find_type(type))};
}

Collection reference_result(Run& run, std::string_view reference) {
  const json::Member members[] = {{"reference", run.arena().string(reference)}};
  return typed_result(run, "Reference", members);
}

Result<Collection> unmapped(Run& run, const LookupTable& table, const std::string& key) {
  switch (table.unmapped) {
    case Unmapped::pass: return text_result(run, key);
    case Unmapped::fixed: return text_result(run, table.fixed);
    case Unmapped::text: run.unmapped_text = key; return Collection{};
    case Unmapped::error: break;
  }
  return run.reject_argument(key, "code not in the code list");
}

Result<Collection> lookup(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string name = argument(arguments, 0), key = argument(arguments, 1);
  if (key.empty()) return Collection{};
  const auto table = run.plan.lookups.find(name);
  if (table == run.plan.lookups.end())
    return problem(Kind::unprocessable, fmt::format("no lookup \"{}\"", name));
  const std::size_t column =
      arguments.size() > 2 ? table->second.column(argument(arguments, 2)).value_or(1) : 1;
  const std::string* value = table->second.find(key, column);
  if (!value) return unmapped(run, table->second, key);
  if (run.context.lookups_used) run.context.lookups_used->emplace(name, key);
  return value->empty() ? Collection{} : text_result(run, *value);
}

Result<Collection> coding(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string code = argument(arguments, 1), display = argument(arguments, 2);
  if (code.empty()) return Collection{};
  std::vector<json::Member> members{{"system", run.arena().string(argument(arguments, 0))},
                                    {"code", run.arena().string(code)}};
  if (!display.empty()) members.push_back({"display", run.arena().string(display)});
  return typed_result(run, "Coding", members);
}

Result<Collection> ref(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string name = argument(arguments, 0);
  Collection all;
  for (const Instance& instance : run.instances)
    if (instance.plan->name == name) all.push_back(reference_result(run, instance.reference()).front());
  return all;
}

Result<Collection> ref_to(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string type = argument(arguments, 0), system = argument(arguments, 1),
                    value = argument(arguments, 2);
  if (value.empty()) return Collection{};
  if (const auto found = run.context.world->find(type, system, value)) return reference_result(run, *found);
  if (argument(arguments, 3) == "optional") return Collection{};
  return run.wait(type, {system, value});
}

// A time needs a zone, a day does not.
Result<Collection> date_time(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string date = argument(arguments, 0), time = argument(arguments, 1),
                    zone = argument(arguments, 2);
  if (date.empty()) return Collection{};
  const auto day = parse_date(date);
  if (!day) return run.reject_argument(date, "not a date (expected yyyy-MM-dd)");
  const auto result = [&](std::string_view text) {
    return Collection{fhirpath::system_item(run.arena().string(text), SystemType::date_time)};
  };
  if (time.empty()) return result(date);
  const auto time_of_day = read_time(time);
  if (!time_of_day) return run.reject_argument(time, "not a time of day (expected HH:mm:ss)");
  const auto instant = instant_in_zone(*day, *time_of_day, zone.empty() ? "America/New_York" : zone);
  return instant ? Result<Collection>(result(format_local(*instant)))
                 : run.reject_argument(zone, "unknown time zone");
}

Result<Collection> id(Evaluation& evaluation, const Collection&, Arguments arguments) {
  Run& run = run_of(evaluation);
  const std::string value = argument(arguments, 1);
  if (value.empty()) return Collection{};
  const json::Member members[] = {{"system", run.arena().string(argument(arguments, 0))},
                                  {"value", run.arena().string(value)}};
  return typed_result(run, "Identifier", members);
}

}  // namespace

std::span<const fhirpath::Function> mapping_functions() {
  static const std::vector<fhirpath::Function> all = {
      {"lookup", 2, 3, lookup}, {"coding", 2, 3, coding}, {"ref", 1, 1, ref},
      {"refTo", 3, 4, ref_to},  {"id", 2, 2, id},         {"dateTime", 2, 3, date_time},
  };
  return all;
}

}  // namespace handoff::mapping
