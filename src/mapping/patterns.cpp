#include "mapping/patterns.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace handoff::mapping {
namespace {

// The numbers that a pattern reads, one for each letter.
struct Numbers {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int* of(char letter) {
    switch (letter) {
      case 'y': return &year;
      case 'M': return &month;
      case 'd': return &day;
      case 'H': return &hour;
      case 'm': return &minute;
      case 's': return &second;
      default: return nullptr;
    }
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads the digits for one run of letters. A single letter reads one or two digits, a longer run exactly as
// many digits as letters.
bool read_number(std::string_view text, std::size_t& at, std::size_t letters, int& number) {
  const std::size_t digits_max = letters == 1 ? 2 : letters;
  std::size_t digits = 0;
  number = 0;
  for (; digits < digits_max && at < text.size() && is_digit(text[at]); ++digits, ++at)
    number = number * 10 + (text[at] - '0');
  return digits > 0 && (letters == 1 || digits == letters);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Part {
  char letter;
  std::string_view name, forms;
};
constexpr Part parts[] = {{'y', "year", "yyyy"},       {'M', "month", "MM or M"},
                          {'d', "day", "dd or d"},     {'H', "hours", "HH or H"},
                          {'m', "minutes", "mm or m"}, {'s', "seconds", "ss or s"}};
constexpr std::string_view served = "allowed: yyyy MM M dd d HH H mm m ss s";

// A run of one letter in a pattern, or one character that stands for itself.
std::string_view run_at(std::string_view pattern, std::size_t at) {
  if (!is_letter(pattern[at])) return pattern.substr(at, 1);
  return pattern.substr(at, std::min(pattern.find_first_not_of(pattern[at], at), pattern.size()) - at);
}

bool is_served(std::string_view run) {
  constexpr std::string_view signs = "/-.:,;_ 0123456789";
  if (!is_letter(run.front())) return signs.find(run.front()) != signs.npos;
  if (run == "T") return true;  // of ISO, stands for itself
  const std::size_t longest = run.front() == 'y' ? 4 : 2;
  return Numbers().of(run.front()) && run.size() <= longest && (run.front() != 'y' || run.size() == 4);
}

// A single letter reads one or two digits. A digit that follows it could belong to either number.
bool is_ambiguous(std::string_view pattern, std::size_t at, std::string_view run) {
  const std::size_t next = at + run.size();
  return run.size() == 1 && run != "T" && is_letter(run.front()) && next < pattern.size() &&
         (Numbers().of(pattern[next]) || is_digit(pattern[next]));
}

}  // namespace

std::string pattern_flaw(std::string_view pattern) {
  std::string seen;  // letters
  for (std::size_t at = 0; at < pattern.size();) {
    const std::string_view run = run_at(pattern, at);
    if (!is_served(run)) return fmt::format("has \"{}\" ({})", run, served);
    if (is_ambiguous(pattern, at, run))
      return fmt::format("is ambiguous: \"{}\" must be followed by a character that is not a digit", run);
    for (const Part& part : parts)
      if (part.letter == run.front() && seen.find(part.letter) != seen.npos)
        return fmt::format("has the {} twice{}", part.name, part.letter == 'M' ? "; minutes are mm" : "");
    if (Numbers().of(run.front())) seen += run.front();
    at += run.size();
  }
  const auto has = [&](char letter) { return seen.find(letter) != seen.npos; };
  for (const Part& part : parts)
    if (!has(part.letter) && (part.letter == 'y' || part.letter == 'M' || part.letter == 'd'))
      return fmt::format("has no {} ({}){}", part.name, part.forms,
                         part.letter == 'M' && has('m') ? "; mm are minutes" : "");
  if (has('m') && !has('H')) return "has minutes without hours (HH or H)";
  if (has('s') && !has('m')) return "has seconds without minutes (mm or m)";
  return {};
}

bool has_time(std::string_view pattern) { return pattern.find('H') != pattern.npos; }

std::optional<Moment> read_pattern(std::string_view pattern, std::string_view text) {
  Numbers numbers;
  std::size_t at = 0;
  for (std::size_t i = 0; i < pattern.size();) {
    int* const number = numbers.of(pattern[i]);
    if (!number) {
      if (at >= text.size() || text[at++] != pattern[i++]) return std::nullopt;
      continue;
    }
    const std::size_t end = std::min(pattern.find_first_not_of(pattern[i], i), pattern.size());
    if (!read_number(text, at, end - i, *number)) return std::nullopt;
    i = end;
  }
  const CivilDate day{std::chrono::year{numbers.year}, std::chrono::month{unsigned(numbers.month)},
                      std::chrono::day{unsigned(numbers.day)}};
  if (at != text.size() || !day.ok() || numbers.year < 1) return std::nullopt;
  if (numbers.hour > 23 || numbers.minute > 59 || numbers.second > 59) return std::nullopt;
  return Moment{day, std::chrono::hours{numbers.hour} + std::chrono::minutes{numbers.minute} +
                         std::chrono::seconds{numbers.second}};
}

std::optional<std::chrono::milliseconds> read_time(std::string_view text) {
  static const RE2 form(R"((([01][0-9]|2[0-3]):[0-5][0-9])(:[0-5][0-9](\.[0-9]+)?)?)");
  if (!RE2::FullMatch(text, form)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    return text.size() > at ? std::stoi(std::string(text.substr(at, length))) : 0;
  };
  const std::string thousandths =
      text.size() > 9 ? (std::string(text.substr(9, 3)) + "00").substr(0, 3) : "0";
  return std::chrono::hours{number(0, 2)} + std::chrono::minutes{number(3, 2)} +
         std::chrono::seconds{number(6, 2)} + std::chrono::milliseconds{std::stoi(thousandths)};
}

bool looks_like_date(std::string_view text) {
  static const RE2 form("[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}");
  return RE2::FullMatch(text, form);
}

bool has_offset(std::string_view date_time) {
  return date_time.ends_with('Z') || date_time.find_first_of("+-", 11) != std::string_view::npos;
}

Instant in_zone(std::string_view date_time, std::string_view zone, Instant local) {
  const auto day = parse_date(date_time.substr(0, 10));
  const auto moment = read_pattern("yyyy-MM-ddTHH:mm", date_time.substr(0, 16));
  if (!day || !moment) return local;
  // Seconds and fractions are the same in every zone.
  const auto in_exchange = instant_in_zone(*day, moment->time_of_day, "America/New_York");
  return *instant_in_zone(*day, moment->time_of_day, zone) + (local - *in_exchange);
}

}  // namespace handoff::mapping
