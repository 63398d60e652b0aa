// Dates and times as FHIR writes them (R4 "datatypes", date, dateTime, instant), in the zone of the exchange,
// America/New_York. A partial date stands for its whole span there, both ends included (to the millisecond).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace handoff {

using CivilDate = std::chrono::year_month_day;

struct InstantSpan {
  Instant first;
  Instant last;  // included
  bool holds(Instant instant) const { return first <= instant && instant <= last; }
};

// "2024", "2024-06", "2024-06-30", or a dateTime, with or without offset (without: local) and fraction.
// Nothing if malformed or if the date or time does not exist.
std::optional<InstantSpan> span_of(std::string_view date_time);

// A day as "yyyy-MM-dd"; nothing if malformed or if the day does not exist.
std::optional<CivilDate> parse_date(std::string_view text);
std::string format_date(CivilDate date);

CivilDate local_date(Instant instant);
Instant start_of_day(CivilDate date);
Instant end_of_day(CivilDate date);  // the day's last millisecond

// "2024-06-30T23:59:59.000Z" (instant) and the same with the local offset.
std::string format_instant(Instant instant);
std::string format_local(Instant instant);

// The instant of a civil time in a zone of the tz database; nothing if the zone is unknown.
std::optional<Instant> instant_in_zone(CivilDate date, std::chrono::milliseconds time_of_day,
                                       std::string_view zone);

}  // namespace handoff
