#include "rest/http/http_date.h"

#include <fmt/format.h>

#include "core/number.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::rest {
namespace {

constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view shape = "Sun, 30 Jun 2024 12:00:00 GMT";

}  // namespace

std::string format_http_date(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(instant - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday{day}.c_encoding()],
                     unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string format_last_modified(Instant updated, Instant now) {
  const Instant second = std::chrono::ceil<std::chrono::seconds>(updated);
  return format_http_date(second < now ? second : updated);
}

bool is_unmodified_since(Instant updated, Instant since) {
  return std::chrono::ceil<std::chrono::seconds>(updated) <= since;
}

std::optional<Instant> parse_http_date(std::string_view text) {
  if (text.size() != shape.size() || !text.ends_with(" GMT")) return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    return parse_number<unsigned>(text.substr(at, size));
  };
  const auto day = part(5, 2), year = part(12, 4), hour = part(17, 2), minute = part(20, 2),
             second = part(23, 2);
  if (!day || !year || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  const auto month = std::find(std::begin(months), std::end(months), text.substr(8, 3));
  if (month == std::end(months)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{int(*year)},
                                         std::chrono::month{unsigned(month - std::begin(months)) + 1},
                                         std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

std::string format_etag(std::uint32_t version) { return fmt::format("W/\"{}\"", version); }

std::string format_etag(std::string_view version) { return fmt::format("W/\"{}\"", version); }

std::optional<std::string> version_in_etag(std::string_view text) {
  text = trim(text);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  const std::string_view version = text.substr(1, text.size() - 2);
  if (!fhir::is_id(version)) return std::nullopt;
  return std::string(version);
}

std::optional<authoring::IfMatch> parse_if_match(std::string_view text) {
  authoring::IfMatch match;
  if (trim(text) == "*") {
    match.any = true;
    return match;
  }
  for (const auto each : split(text, ',')) {
    auto version = version_in_etag(each);
    if (!version) return std::nullopt;
    match.versions.push_back(std::move(*version));
  }
  return match;
}

}  // namespace handoff::rest
