#include "core/civil.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>

namespace handoff {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view exchange_zone = "America/New_York";

const date::time_zone* zone_named(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {  // the library's only way to say "unknown zone"
    return nullptr;
  }
}

const date::time_zone* local_zone() {
  static const date::time_zone* const zone = zone_named(exchange_zone);
  return zone;
}

date::local_days to_local(CivilDate day) {
  return date::local_days{date::days{std::chrono::sys_days{day}.time_since_epoch().count()}};
}

Instant to_instant(CivilDate day, milliseconds time_of_day, const date::time_zone* zone) {
  const auto local = to_local(day) + time_of_day;
  const auto utc = zone->to_sys(local, date::choose::earliest);
  return Instant{std::chrono::duration_cast<milliseconds>(utc.time_since_epoch())};
}

// Reads exactly `count` digits at `at`; -1 if there are fewer.
int digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<CivilDate> civil(int year, int month, int day) {
  const CivilDate date{std::chrono::year{year}, std::chrono::month{unsigned(month)},
                       std::chrono::day{unsigned(day)}};
  if (year < 1 || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return date;
}

struct TimeOfDay {
  milliseconds begin;
  milliseconds length;
  size_t end;
};

// "hh:mm[:ss[.fff]]" from position `at`.
std::optional<TimeOfDay> time_of_day(std::string_view text, size_t at) {
  const int hour = digits(text, at, 2), minute = digits(text, at + 3, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[at + 2] != ':') return std::nullopt;
  milliseconds begin = std::chrono::hours{hour} + std::chrono::minutes{minute};
  size_t end = at + 5;
  if (end >= text.size() || text[end] != ':') return TimeOfDay{begin, std::chrono::minutes{1}, end};
  const int second = digits(text, end + 1, 2);
  if (second < 0 || second > 60) return std::nullopt;
  begin += std::chrono::seconds{second == 60 ? 59 : second};
  end += 3;
  if (end >= text.size() || text[end] != '.') return TimeOfDay{begin, std::chrono::seconds{1}, end};
  int fraction_ms = 0, scale = 100;
  const size_t first = ++end;
  for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end, scale /= 10)
    fraction_ms += (text[end] - '0') * scale;
  if (end == first) return std::nullopt;
  return TimeOfDay{begin + milliseconds{fraction_ms}, milliseconds{1}, end};
}

// Offset at the end of a dateTime: "Z", "+hh:mm", "-hh:mm"; nothing if malformed.
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text == "Z") return std::chrono::minutes{0};
  const int hour = digits(text, 1, 2), minute = digits(text, 4, 2);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  if (hour < 0 || hour > 14 || minute < 0 || minute > 59) return std::nullopt;
  return std::chrono::minutes{(text[0] == '-' ? -1 : 1) * (hour * 60 + minute)};
}

std::optional<InstantSpan> span_of_time(std::string_view text, CivilDate day) {
  const auto time = time_of_day(text, 11);
  if (!time) return std::nullopt;
  Instant first;
  if (const std::string_view rest = text.substr(time->end); rest.empty()) {
    first = to_instant(day, time->begin, local_zone());
  } else {
    const auto offset = offset_of(rest);
    if (!offset) return std::nullopt;
    first = Instant{std::chrono::sys_days{day}.time_since_epoch()} + time->begin - *offset;
  }
  return InstantSpan{first, first + time->length - milliseconds{1}};
}

}  // namespace

std::optional<InstantSpan> span_of(std::string_view text) {
  const int year = digits(text, 0, 4);
  if (year < 1) return std::nullopt;
  if (text.size() == 4) {
    const auto first = civil(year, 1, 1), last = civil(year, 12, 31);
    return InstantSpan{start_of_day(*first), end_of_day(*last)};
  }
  const int month = digits(text, 5, 2);
  if (text[4] != '-' || month < 1 || month > 12) return std::nullopt;
  if (text.size() == 7) {
    const auto first = civil(year, month, 1);
    const CivilDate last{
        std::chrono::year_month_day_last{first->year(), std::chrono::month_day_last{first->month()}}};
    return InstantSpan{start_of_day(*first), end_of_day(last)};
  }
  const auto day = civil(year, month, digits(text, 8, 2));
  if (text[7] != '-' || !day) return std::nullopt;
  if (text.size() == 10) return InstantSpan{start_of_day(*day), end_of_day(*day)};
  if (text.size() < 16 || text[10] != 'T') return std::nullopt;
  return span_of_time(text, *day);
}

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return civil(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

std::string format_date(CivilDate date) {
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

CivilDate local_date(Instant instant) {
  const auto local = local_zone()->to_local(date::sys_time<milliseconds>{instant.time_since_epoch()});
  const auto days = std::chrono::floor<date::days>(local.time_since_epoch());
  return CivilDate{std::chrono::sys_days{std::chrono::days{days.count()}}};
}

Instant start_of_day(CivilDate date) { return to_instant(date, milliseconds{0}, local_zone()); }

Instant end_of_day(CivilDate date) {
  const CivilDate next{std::chrono::sys_days{date} + std::chrono::days{1}};
  return start_of_day(next) - milliseconds{1};
}

std::string format_instant(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time{instant - day};
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(CivilDate{day}), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string format_local(Instant instant) {
  const auto offset = local_zone()->get_info(date::sys_time<milliseconds>{instant.time_since_epoch()}).offset;
  std::string text = format_instant(instant + offset);
  text.pop_back();
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  const auto away = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{}{:02}:{:02}", text, minutes < 0 ? '-' : '+', away / 60, away % 60);
}

std::optional<Instant> instant_in_zone(CivilDate date, milliseconds time_of_day, std::string_view zone) {
  const auto* found = zone == exchange_zone ? local_zone() : zone_named(zone);
  if (!found) return std::nullopt;
  return to_instant(date, time_of_day, found);
}

}  // namespace handoff
