// Components of dates and times (FHIRPath 3.0, "Extract Date/DateTime/Time components").
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// The single date or time of the input. False with an error if the input is something else.
bool input_temporal(const Call& call, std::optional<Temporal>& value) {
  if (call.input.empty()) return true;
  if (call.input.size() > 1) return call.fail(call.step.name + "() takes one item");
  value = temporal(call.input[0]);
  return value || call.fail(call.step.name + "() takes a date or a time");
}

template <int Temporal::*Field, Precision Least>
bool component(const Call& call) {
  std::optional<Temporal> value;
  if (!input_temporal(call, value)) return false;
  const bool has =
      value && value->precision >= Least && (Least >= Precision::hour || value->kind != SystemType::time);
  return !has || call.give(std::int64_t((*value).*Field));
}

bool timezone_offset(const Call& call) {
  std::optional<Temporal> value;
  if (!input_temporal(call, value)) return false;
  if (!value || !value->offset_minutes) return true;
  const auto hours = Decimal::divide(Decimal(*value->offset_minutes), Decimal(60));
  return !hours || call.give(decimal_item(call.arena(), hours->with_scale(1).value_or(*hours)));
}

bool date_part(const Call& call) {
  std::optional<Temporal> value;
  if (!input_temporal(call, value)) return false;
  if (!value || value->kind == SystemType::time) return true;
  value->kind = SystemType::date;
  value->offset_minutes.reset();
  value->precision = std::min(value->precision, Precision::day);
  return call.give(temporal_item(call.arena(), *value));
}

bool time_part(const Call& call) {
  std::optional<Temporal> value;
  if (!input_temporal(call, value)) return false;
  if (!value || value->precision < Precision::hour) return true;
  value->kind = SystemType::time;
  value->offset_minutes.reset();
  return call.give(temporal_item(call.arena(), *value));
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"yearOf", 0, 0, 0, any, Gives::integer, component<&Temporal::year, Precision::year>},
    {"monthOf", 0, 0, 0, any, Gives::integer, component<&Temporal::month, Precision::month>},
    {"dayOf", 0, 0, 0, any, Gives::integer, component<&Temporal::day, Precision::day>},
    {"hourOf", 0, 0, 0, any, Gives::integer, component<&Temporal::hour, Precision::hour>},
    {"minuteOf", 0, 0, 0, any, Gives::integer, component<&Temporal::minute, Precision::minute>},
    {"secondOf", 0, 0, 0, any, Gives::integer, component<&Temporal::second, Precision::second>},
    {"millisecondOf", 0, 0, 0, any, Gives::integer,
     component<&Temporal::millisecond, Precision::millisecond>},
    {"timezoneOffsetOf", 0, 0, 0, any, Gives::decimal, timezone_offset},
    {"dateOf", 0, 0, 0, any, Gives::date, date_part},
    {"timeOf", 0, 0, 0, any, Gives::time, time_part},
};

}  // namespace

std::span<const Builtin> temporal_functions() { return table; }

}  // namespace handoff::fhirpath
