#include "fhirpath/temporal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace handoff::fhirpath {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t uncertainty_ms = 14 * 3'600'000;  // the widest offset from UTC

struct Reader {
  std::string_view text;
  std::size_t at = 0;

  bool at_end() const { return at == text.size(); }
  bool take(char c) {
    if (at_end() || text[at] != c) return false;
    ++at;
    return true;
  }
  bool number(std::size_t count, int& value, int min, int max) {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text[at + i];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    at += count;
    return value >= min && value <= max;
  }
};

bool read_fraction(Reader& in, Temporal& t) {
  int scale = 100;
  const std::size_t first = in.at;
  for (; !in.at_end() && in.text[in.at] >= '0' && in.text[in.at] <= '9'; ++in.at, scale /= 10)
    t.millisecond += (in.text[in.at] - '0') * scale;
  t.precision = Precision::millisecond;
  return in.at > first;
}

// "hh[:mm[:ss[.fff]]]"
bool read_time(Reader& in, Temporal& t) {
  if (!in.number(2, t.hour, 0, 23)) return false;
  t.precision = Precision::hour;
  if (!in.take(':')) return true;
  if (!in.number(2, t.minute, 0, 59)) return false;
  t.precision = Precision::minute;
  if (!in.take(':')) return true;
  if (!in.number(2, t.second, 0, 60)) return false;
  t.precision = Precision::second;
  return !in.take('.') || read_fraction(in, t);
}

bool read_offset(Reader& in, Temporal& t) {
  if (in.at_end()) return true;
  if (in.take('Z')) {
    t.offset_minutes = 0;
    return true;
  }
  const bool negative = in.take('-');
  int hours = 0, minutes = 0;
  if (!negative && !in.take('+')) return false;
  if (!in.number(2, hours, 0, 14) || !in.take(':') || !in.number(2, minutes, 0, 59)) return false;
  t.offset_minutes = (negative ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

bool read_date(Reader& in, Temporal& t) {
  if (!in.number(4, t.year, 1, 9999)) return false;
  t.precision = Precision::year;
  if (!in.take('-')) return true;
  if (!in.number(2, t.month, 1, 12)) return false;
  t.precision = Precision::month;
  if (!in.take('-')) return true;
  if (!in.number(2, t.day, 1, 31)) return false;
  t.precision = Precision::day;
  return std::chrono::year_month_day{std::chrono::year{t.year}, std::chrono::month{unsigned(t.month)},
                                     std::chrono::day{unsigned(t.day)}}
      .ok();
}

// Seconds and milliseconds are one field in the specification.
Precision comparable_precision(Precision p) { return p == Precision::millisecond ? Precision::second : p; }

std::array<int, 6> fields(const Temporal& t) {
  return {t.year, t.month, t.day, t.hour, t.minute, t.second * 1000 + t.millisecond};
}

Temporal at_ms(const Temporal& like, std::int64_t ms) {
  Temporal t = like;
  const auto days = std::chrono::floor<std::chrono::days>(Instant{std::chrono::milliseconds{ms}});
  const std::chrono::year_month_day date{days};
  const std::int64_t rest = ms - std::int64_t(days.time_since_epoch().count()) * day_ms;
  t.year = int(date.year());
  t.month = int(unsigned(date.month()));
  t.day = int(unsigned(date.day()));
  t.hour = int(rest / 3'600'000);
  t.minute = int(rest / 60'000 % 60);
  t.second = int(rest / 1'000 % 60);
  t.millisecond = int(rest % 1'000);
  return t;
}

Temporal in_utc(const Temporal& t) {
  Temporal utc = at_ms(t, t.first_ms() - std::int64_t(*t.offset_minutes) * 60'000);
  utc.offset_minutes = 0;
  return utc;
}

std::optional<int> compare_fields(const Temporal& a, const Temporal& b) {
  const int first = a.kind == SystemType::time ? int(Precision::hour) : 0;
  const int last_a = int(comparable_precision(a.precision)), last_b = int(comparable_precision(b.precision));
  const auto x = fields(a), y = fields(b);
  for (int i = first; i <= last_a && i <= last_b; ++i)
    if (x[std::size_t(i)] != y[std::size_t(i)]) return x[std::size_t(i)] < y[std::size_t(i)] ? -1 : 1;
  if (last_a != last_b) return std::nullopt;
  return 0;
}

std::int64_t length_ms(Precision precision) {
  constexpr std::int64_t lengths[] = {366 * day_ms, 31 * day_ms, day_ms, 3'600'000, 60'000, 1'000, 1};
  return lengths[std::size_t(precision)];
}

// Only one of the two has an offset. The answer is certain only if they are further apart than any offset.
std::optional<int> compare_far(const Temporal& a, const Temporal& b) {
  const std::int64_t x = a.first_ms() - std::int64_t(a.offset_minutes.value_or(0)) * 60'000;
  const std::int64_t y = b.first_ms() - std::int64_t(b.offset_minutes.value_or(0)) * 60'000;
  if (x + length_ms(a.precision) + uncertainty_ms < y) return -1;
  if (y + length_ms(b.precision) + uncertainty_ms < x) return 1;
  return std::nullopt;
}

struct Unit {
  std::string_view name;
  Precision precision;
  std::int64_t ms;  // 0: calendar months
  int months;
};
constexpr Unit units[] = {
    {"year", Precision::year, 0, 12},        {"month", Precision::month, 0, 1},
    {"week", Precision::day, 7 * day_ms, 0}, {"day", Precision::day, day_ms, 0},
    {"hour", Precision::hour, 3'600'000, 0}, {"minute", Precision::minute, 60'000, 0},
    {"second", Precision::second, 1'000, 0}, {"millisecond", Precision::millisecond, 1, 0},
};

std::optional<Temporal> plus_months(const Temporal& t, std::int64_t months) {
  const std::int64_t total = std::int64_t(t.year) * 12 + t.month - 1 + months;
  if (total < 12 || total >= 10'000 * 12) return std::nullopt;
  Temporal result = t;
  result.year = int(total / 12);
  result.month = int(total % 12) + 1;
  const std::chrono::year_month_day_last last{
      std::chrono::year{result.year},
      std::chrono::month_day_last{std::chrono::month{unsigned(result.month)}}};
  const int days = int(unsigned(last.day()));
  if (result.day > days) result.day = days;
  return result;
}

// If the unit is finer than the value, only whole units of the value's precision are added.
std::optional<Temporal> plus_coarse(const Temporal& t, std::int64_t ms) {
  if (t.precision == Precision::year) return plus_months(t, ms / (365 * day_ms) * 12);
  if (t.precision == Precision::month) return plus_months(t, ms / (30 * day_ms));
  return std::nullopt;
}

std::optional<Temporal> plus_ms(const Temporal& t, std::int64_t ms) {
  if (ms > 10'000 * 366 * day_ms || ms < -10'000 * 366 * day_ms) return std::nullopt;
  const bool time = t.kind == SystemType::time;
  if (!time && t.precision < Precision::day) return plus_coarse(t, ms);
  const std::int64_t step = !time && t.precision == Precision::day ? ms / day_ms * day_ms : ms;
  Temporal moved = at_ms(t, t.first_ms() + step);
  if (time) {  // goes round the clock
    moved.year = moved.month = moved.day = 1;
    return moved;
  }
  return moved.year >= 1 && moved.year <= 9999 ? std::optional(moved) : std::nullopt;
}

}  // namespace

std::optional<Temporal> Temporal::parse(std::string_view text, SystemType kind) {
  Reader in{text};
  Temporal t;
  t.kind = kind;
  if (kind == SystemType::time) {
    in.take('T');
    return read_time(in, t) && in.at_end() ? std::optional(t) : std::nullopt;
  }
  if (!read_date(in, t)) return std::nullopt;
  if (kind == SystemType::date_time && in.take('T') && !in.at_end() &&
      (!read_time(in, t) || !read_offset(in, t)))
    return std::nullopt;
  return in.at_end() ? std::optional(t) : std::nullopt;
}

std::string Temporal::to_string() const {
  std::string out;
  if (kind != SystemType::time) {
    out = fmt::format("{:04}", year);
    if (precision >= Precision::month) out += fmt::format("-{:02}", month);
    if (precision >= Precision::day) out += fmt::format("-{:02}", day);
    if (precision >= Precision::hour) out += 'T';
  }
  if (precision >= Precision::hour) out += fmt::format("{:02}", hour);
  if (precision >= Precision::minute) out += fmt::format(":{:02}", minute);
  if (precision >= Precision::second) out += fmt::format(":{:02}", second);
  if (precision >= Precision::millisecond) out += fmt::format(".{:03}", millisecond);
  if (!offset_minutes) return out;
  if (*offset_minutes == 0) return out + "Z";
  const int size = *offset_minutes < 0 ? -*offset_minutes : *offset_minutes;
  return out + fmt::format("{}{:02}:{:02}", *offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::int64_t Temporal::first_ms() const {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{unsigned(month)},
                                         std::chrono::day{unsigned(day)}};
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return days * day_ms + hour * 3'600'000LL + minute * 60'000LL + second * 1'000LL + millisecond;
}

std::optional<int> Temporal::compare(const Temporal& a, const Temporal& b) {
  if ((a.kind == SystemType::time) != (b.kind == SystemType::time)) return std::nullopt;
  if (a.offset_minutes && b.offset_minutes) return compare_fields(in_utc(a), in_utc(b));
  if (a.offset_minutes || b.offset_minutes) return compare_far(a, b);
  return compare_fields(a, b);
}

bool Temporal::equivalent(const Temporal& a, const Temporal& b) {
  return comparable_precision(a.precision) == comparable_precision(b.precision) && compare(a, b) == 0;
}

std::optional<Temporal> Temporal::plus(Decimal amount, std::string_view name) const {
  const auto* unit =
      std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return u.name == name; });
  if (unit == std::end(units) || (kind == SystemType::time && unit->precision < Precision::hour))
    return std::nullopt;
  // Only seconds have fractions.
  if (unit->precision < Precision::second) amount = amount.rounded(0, Decimal::Rounding::truncate);
  if (unit->ms != 0) {
    const auto scaled = Decimal::multiply(amount, Decimal(unit->ms));
    const auto ms = scaled ? scaled->rounded(0, Decimal::Rounding::truncate).to_integer() : std::nullopt;
    return ms ? plus_ms(*this, *ms) : std::nullopt;
  }
  const auto count = amount.to_integer();
  if (!count || *count > 120'000 || *count < -120'000) return std::nullopt;
  return plus_months(
      *this, precision == Precision::year && unit->months == 1 ? *count / 12 * 12 : *count * unit->months);
}

}  // namespace handoff::fhirpath
