// Dates, dateTimes and times of FHIRPath 2.0: partial, with or without an offset. If precision or offset
// leave the answer open, a comparison gives nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fhirpath/decimal.h"
#include "fhirpath/expression.h"

namespace handoff::fhirpath {

enum class Precision : std::uint8_t { year, month, day, hour, minute, second, millisecond };

struct Temporal {
  SystemType kind = SystemType::date;  // date, date_time, time
  Precision precision = Precision::day;
  int year = 1, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  std::optional<int> offset_minutes = {};

  // "2024-06", "2024-06-30T10:00:00Z", "2024T"; nothing if malformed or if the day does not exist. `kind`
  // says what to read.
  static std::optional<Temporal> parse(std::string_view text, SystemType kind);
  std::string to_string() const;  // without '@' and the time's 'T'

  // -1, 0, 1. Nothing if the two are not comparable, or if the answer is open.
  static std::optional<int> compare(const Temporal& a, const Temporal& b);
  // Same values at the same precision ("~").
  static bool equivalent(const Temporal& a, const Temporal& b);
  // Adds `amount` of a calendar unit ("year", "day", …; singular). Nothing if the unit does not fit, or if
  // the year leaves 1 to 9999.
  std::optional<Temporal> plus(Decimal amount, std::string_view unit) const;

  // Milliseconds since 1970 of the first moment. It ignores the offset and reads the value as UTC.
  std::int64_t first_ms() const;
};

}  // namespace handoff::fhirpath
