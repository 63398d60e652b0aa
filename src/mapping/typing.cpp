#include "mapping/typing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "mapping/charset.h"
#include "mapping/patterns.h"

namespace handoff::mapping {
namespace {

bool is_one_of(const std::vector<std::string>& all, std::string_view text) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
  });
}

// A raw value as text. Numbers and booleans of JSON keep their JSON text.
std::string_view text_of(json::Value raw) {
  if (raw.is_boolean()) return raw.truth() ? "true" : "false";
  return raw.text();
}

bool is_missing(const Column& column, json::Value raw) {
  if (!raw || raw.type() == json::Type::null) return true;
  if (!raw.is_string()) return false;
  if ((column.trims ? trim(raw.text()) : raw.text()).empty()) return true;
  return !column.required && is_not_available(raw.text());
}

// The digits of a JSON number that is whole, in any notation (104052321348.0, 1.04052321348E11). Empty if it
// is not whole, or too long to be exact.
std::string whole_number(std::string_view number) {
  constexpr std::size_t digits_max = 15;
  static const RE2 form(R"((-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?([0-9]{1,2}))?)");
  std::string sign, whole, fraction, exponent;
  if (!RE2::FullMatch(number, form, &sign, &whole, &fraction, &exponent)) return {};
  const std::size_t shift = exponent.empty() ? 0 : std::size_t(std::stoul(exponent));
  if (fraction.size() < shift) fraction.append(shift - fraction.size(), '0');
  if (fraction.find_first_not_of('0', shift) != fraction.npos) return {};
  std::string digits = whole + fraction.substr(0, shift);
  if (const bool is_written_so = shift == 0; !is_written_so)
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits.size() > digits_max && shift > 0 ? std::string() : sign + digits;
}

// True if the value has the digits and separators of one of these patterns. The date itself may be invalid.
bool fits_form(const std::vector<std::string>& patterns, std::string_view value) {
  constexpr std::string_view letters = "yMdHms";
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    std::string form;
    for (std::size_t i = 0; i < pattern.size();) {
      const std::size_t end = letters.find(pattern[i]) == letters.npos
                                  ? i + 1
                                  : std::min(pattern.find_first_not_of(pattern[i], i), pattern.size());
      if (letters.find(pattern[i]) == letters.npos) form += RE2::QuoteMeta(pattern.substr(i, 1));
      else form += end - i == 1 ? "[0-9]{1,2}" : fmt::format("[0-9]{{{}}}", end - i);
      i = end;
    }
    return RE2::FullMatch(value, form);
  });
}

constexpr std::string_view decimal_form = R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?)";

}  // namespace

json::Value Typing::record(const std::vector<Column>& columns, json::Value raw) {
  std::vector<json::Member> members;
  for (const Column& column : columns) {
    const json::Value value = typed(column, raw[column.name]);
    if (value) members.push_back({column.name, value});
  }
  return arena_.object(members);
}

json::Value Typing::typed(const Column& column, json::Value raw) {
  if (column.type == ColumnType::group) {
    if (raw && raw.type() != json::Type::null && !raw.is_object())
      return refuse(column, json::write(raw), "not an object");
    const json::Value group = record(column.fields, raw);
    return group.size() == 0 ? json::Value{} : group;
  }
  if (is_missing(column, raw)) {
    if (column.required) refuse(column, text_of(raw), "required value missing");
    return {};
  }
  const json::Value value = column.type == ColumnType::list ? list(column, raw) : scalar(column, raw);
  if (column.required && value.is_array() && value.size() == 0) refuse(column, {}, "required value missing");
  return value.is_array() && value.size() == 0 ? json::Value{} : value;
}

json::Value Typing::list(const Column& column, json::Value raw) {
  std::vector<json::Value> parts;
  if (raw.is_string()) {
    for (const std::string_view part : split(raw.text(), column.separator))
      parts.push_back(json::Arena::borrow(part));
  } else if (raw.is_array()) {
    parts.assign(raw.items().begin(), raw.items().end());
  } else {
    return refuse(column, text_of(raw), "not a list");
  }
  std::vector<json::Value> items;
  for (const json::Value part : parts) {
    if (!column.fields.empty()) {
      if (!part.is_object()) return refuse(column, text_of(part), "not an object");
      items.push_back(record(column.fields, part));
    } else if (const json::Value item = typed(column.item.front(), part)) {
      items.push_back(item);
    }
  }
  return arena_.array(items);
}

json::Value Typing::scalar(const Column& column, json::Value raw) {
  if (raw.is_array() || raw.is_object()) return refuse(column, json::write(raw), "not a single value");
  const bool is_text = column.type == ColumnType::string || column.type == ColumnType::code;
  const std::string digits = is_text && !raw.is_string() ? whole_number(text_of(raw)) : std::string();
  if (is_text && !raw.is_string() && digits.empty())
    return refuse(column, text_of(raw), "not a text: write it in quotes");
  const std::string_view given = digits.empty() ? text_of(raw) : arena_.copy(digits);
  const std::string_view value = column.trims ? trim(given) : given;
  if (!fits(column, value)) return arena_.string(value);
  static constexpr Make makes[] = {&Typing::text,    &Typing::date,    &Typing::date_time, &Typing::time,
                                   &Typing::integer, &Typing::decimal, &Typing::boolean,   &Typing::text};
  return (this->*makes[std::size_t(column.type)])(column, value);
}

bool Typing::fits(const Column& column, std::string_view value) {
  std::string reason;
  if (has_control(value)) reason = "holds a control character";
  else if (std::string fault = fault_of_text(value); !fault.empty()) reason = std::move(fault);
  else if (column.match && !RE2::FullMatch(value, *column.match)) reason = column.say;
  else if (!column.one_of.empty() && !is_one_of(column.one_of, value)) reason = "code not in the code list";
  else if (column.table && !column.table->contains(value)) reason = "code not in the code list";
  if (reason.empty()) return true;
  refuse(column, value, std::move(reason));
  return false;
}

bool Typing::within(const Column& column, CivilDate day, std::string_view value) {
  const auto bound = [&](const Bound& b) { return b.is_today ? today_ : b.day; };
  const auto named = [](const Bound& b) { return b.is_today ? std::string("today") : format_date(b.day); };
  std::string reason;
  if (column.not_before && day < bound(*column.not_before))
    reason = "earlier than " + named(*column.not_before);
  else if (column.not_after && day > bound(*column.not_after))
    reason = "later than " + named(*column.not_after);
  if (reason.empty()) return true;
  refuse(column, value, std::move(reason));
  return false;
}

// A number that a spreadsheet wrote in scientific notation cannot be an identifier, because digits are lost.
json::Value Typing::text(const Column& column, std::string_view value) {
  static const RE2 scientific(R"([0-9](\.[0-9]+)?E\+[0-9]+)");
  if (RE2::FullMatch(value, scientific))
    return refuse(column, value, "a spreadsheet turned it into a number: format the column as text");
  return arena_.string(value);
}

json::Value Typing::date(const Column& column, std::string_view value) {
  static const std::vector<std::string> iso{"yyyy-MM-dd"};
  const auto& patterns = column.patterns.empty() ? iso : column.patterns;
  for (const std::string& pattern : patterns) {
    const auto moment = read_pattern(pattern, value);
    if (!moment) continue;
    return within(column, moment->day, value) ? arena_.string(format_date(moment->day))
                                              : arena_.string(value);
  }
  if (looks_like_date(value) && fits_form(patterns, value)) return refuse(column, value, "no such date");
  return refuse(column, value, fmt::format("not a date (expected {})", fmt::join(patterns, " or ")));
}

json::Value Typing::date_time(const Column& column, std::string_view value) {
  for (const std::string& pattern : column.patterns) {
    const auto moment = read_pattern(pattern, value);
    if (!moment) continue;
    if (!within(column, moment->day, value)) return arena_.string(value);
    if (!has_time(pattern)) return arena_.string(format_date(moment->day));  // a day is not midnight
    return arena_.string(format_local(*instant_in_zone(moment->day, moment->time_of_day, column.zone)));
  }
  if (column.patterns.empty()) {
    if (const auto day = parse_date(value)) {
      (void)within(column, *day, value);
      return arena_.string(value);
    }
    const auto span = value.size() >= 16 ? span_of(value) : std::nullopt;
    if (span) {
      if (!within(column, local_date(span->first), value)) return arena_.string(value);
      return has_offset(value) ? arena_.string(value)
                               : arena_.string(format_local(in_zone(value, column.zone, span->first)));
    }
  }
  if (looks_like_date(value.substr(0, value.find_first_of("T "))))
    return refuse(column, value, "no such date");
  const std::string expected =
      column.patterns.empty() ? "yyyy-MM-ddTHH:mm:ss" : fmt::format("{}", fmt::join(column.patterns, " or "));
  return refuse(column, value, fmt::format("not a date and time (expected {})", expected));
}

json::Value Typing::time(const Column& column, std::string_view value) {
  if (!read_time(value)) return refuse(column, value, "not a time of day (expected HH:mm:ss)");
  return arena_.string(value.size() == 5 ? std::string(value) + ":00" : std::string(value));
}

json::Value Typing::integer(const Column& column, std::string_view value) {
  long long number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool is_whole = end == value.data() + value.size() && error != std::errc::invalid_argument;
  const bool is_beyond = error == std::errc::result_out_of_range || number > INT32_MAX || number < INT32_MIN;
  if (is_whole && is_beyond)  // R4's integers have 32 bits
    return refuse(column, value,
                  fmt::format("a whole number beyond {}", value.starts_with('-') ? INT32_MIN : INT32_MAX));
  if (error != std::errc{} || end != value.data() + value.size())
    return refuse(column, value, "not a whole number");
  return arena_.integer(number);
}

json::Value Typing::decimal(const Column& column, std::string_view value) {
  static const RE2 form{std::string(decimal_form)};
  return RE2::FullMatch(value, form) ? arena_.number(value) : refuse(column, value, "not a number");
}

json::Value Typing::boolean(const Column& column, std::string_view value) {
  if (is_one_of(column.truths, value)) return json::Arena::boolean(true);
  if (is_one_of(column.falses, value)) return json::Arena::boolean(false);
  return refuse(
      column, value,
      fmt::format("neither {} nor {}", fmt::join(column.truths, ", "), fmt::join(column.falses, ", ")));
}

json::Value Typing::refuse(const Column& column, std::string_view value, std::string reason) {
  if (!flaw_) flaw_ = Flaw{&column, std::string(value), std::move(reason)};
  return arena_.string(value);
}

std::vector<std::string> undeclared(const std::vector<Column>& columns, json::Value raw,
                                    const std::string& before) {
  std::vector<std::string> all;
  for (const json::Member& member : raw.members()) {
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == member.key; });
    const std::string path = before + std::string(member.key);
    if (column == columns.end()) {
      all.push_back(path);
      continue;
    }
    if (column->fields.empty()) continue;
    const json::Value one[] = {member.value};
    const std::span<const json::Value> parts =
        member.value.is_array() ? member.value.items() : std::span(one);
    for (const json::Value part : parts)
      for (std::string& found : undeclared(column->fields, part, path + ".")) all.push_back(std::move(found));
  }
  return all;
}

}  // namespace handoff::mapping
