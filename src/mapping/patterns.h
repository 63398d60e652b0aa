// Date patterns of a source contract: yyyy MM dd M d HH mm ss, everything else stands for itself ("MM/dd/yyyy").
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

// What is wrong with a pattern, so that it would read no value or another one: "has no day (dd or d)". Empty: nothing.
std::string pattern_flaw(std::string_view pattern);

// Whether it says a time of day beside the day.
bool has_time(std::string_view pattern);

// What `text` says in this form; nothing if it has another form or there is no such date.
std::optional<Moment> read_pattern(std::string_view pattern, std::string_view text);

// "08:30", "08:30:15.5".
std::optional<std::chrono::milliseconds> read_time(std::string_view text);

// Three numbers between slashes, dashes or dots: somebody meant a date.
bool looks_like_date(std::string_view text);

// Whether an ISO dateTime says its offset; and the instant of one that does not, in its source's zone.
bool has_offset(std::string_view date_time);
Instant in_zone(std::string_view date_time, std::string_view zone, Instant local);

}  // namespace handoff::mapping
