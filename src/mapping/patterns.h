// Date patterns of a source contract: yyyy MM dd M d HH mm ss. Every other character stands for itself
// ("MM/dd/yyyy").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/civil.h"

namespace handoff::mapping {

struct Moment {
  CivilDate day;
  std::chrono::milliseconds time_of_day{0};
};

// What is wrong with a pattern, so that it would read no value or a wrong one: "has no day (dd or d)". Empty
// if nothing.
std::string pattern_flaw(std::string_view pattern);

// True if the pattern has a time of day besides the day.
bool has_time(std::string_view pattern);

// The moment that `text` has in this pattern. Nothing if the form differs or the date does not exist.
std::optional<Moment> read_pattern(std::string_view pattern, std::string_view text);

// Reads "08:30" and "08:30:15.5".
std::optional<std::chrono::milliseconds> read_time(std::string_view text);

// Three numbers between slashes, dashes or dots: the text is meant as a date.
bool looks_like_date(std::string_view text);

// has_offset: true if an ISO dateTime has a UTC offset. in_zone: the instant of one that has none, in its
// source's zone.
bool has_offset(std::string_view date_time);
Instant in_zone(std::string_view date_time, std::string_view zone, Instant local);

}  // namespace handoff::mapping
