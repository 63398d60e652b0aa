#include "narrative/words.h"

#include <algorithm>

#include "core/civil.h"
#include "fhir/reference.h"

namespace handoff::narrative {
namespace {

using json::Value;

constexpr std::string_view months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "2024-06-30", or only its first parts, in words. Empty if it is no date.
std::string day_words(std::string_view date) {
  const std::string_view year = date.substr(0, 4);
  if (year.size() < 4 || !is_digits(year)) return {};
  if (date.size() == 4) return std::string(year);
  const std::string_view number = date.substr(4, 3);
  if (number.size() < 3 || number[0] != '-' || !is_digits(number.substr(1))) return {};
  const int month = (number[1] - '0') * 10 + number[2] - '0';
  if (month < 1 || month > 12) return {};
  const std::string name(months[month - 1]);
  if (date.size() == 7) return name + " " + std::string(year);
  std::string_view day = date.substr(7);
  if (day.size() != 3 || day[0] != '-' || !is_digits(day.substr(1))) return {};
  day.remove_prefix(day[1] == '0' ? 2 : 1);
  return name + " " + std::string(day) + ", " + std::string(year);
}

// Cuts a longer text without breaking a character.
std::string_view cut(std::string_view text) {
  std::size_t end = value_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Value target_of(Value reference, const Resolve& resolve) {
  return resolve ? resolve(fhir::local_reference(reference["reference"].text())) : Value{};
}

constexpr int steps_max = 3;  // from a role to its person, from a service to its provider

// The person's name for people, the own name for everything else.
std::string name_of(Value resource, const Resolve& resolve, int steps = 0) {
  const Value name = resource["name"];
  if (name.is_string()) return std::string(name.text());
  if (name.is_array()) return person_words(name);
  if (steps == steps_max) return {};
  for (const char* member : {"practitioner", "providedBy", "organization"})
    if (std::string found = name_of(target_of(resource[member], resolve), resolve, steps + 1); !found.empty())
      return found;
  return {};
}

}  // namespace

std::string escaped(std::string_view text) {
  const bool is_long = text.size() > value_bytes_max;
  std::string out;
  for (const char c : is_long ? cut(text) : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return is_long ? out + "…" : out;
}

std::string date_words(std::string_view date_time) {
  const auto time = date_time.find('T');
  const auto span = time == date_time.npos ? std::nullopt : span_of(date_time);
  const std::string local = span ? format_local(span->first) : std::string(date_time);
  const std::string day = day_words(std::string_view(local).substr(0, local.find('T')));
  if (day.empty()) return std::string(date_time);
  return span ? day + ", " + local.substr(local.find('T') + 1, 5) + " Eastern time" : day;
}

std::string period_words(Value period) {
  const std::string start = date_words(period["start"].text()), end = date_words(period["end"].text());
  if (start == end) return start;
  return (start.empty() ? "" : "from " + start) + (start.empty() || end.empty() ? "" : " ") +
         (end.empty() ? "" : "to " + end);
}

std::string code_words(std::string_view code) {
  std::string words(code);
  std::replace(words.begin(), words.end(), '-', ' ');
  return words;
}

std::string concept_words(Value concept_) {
  if (!concept_["text"].text().empty()) return std::string(concept_["text"].text());
  if (!concept_["display"].text().empty()) return std::string(concept_["display"].text());
  for (const Value coding : concept_["coding"].items())
    if (!coding["display"].text().empty()) return std::string(coding["display"].text());
  for (const Value coding : concept_["coding"].items())
    if (!coding["code"].text().empty()) return code_words(coding["code"].text());
  return code_words(concept_["code"].text());
}

std::string name_words(Value name) {
  if (!name["text"].text().empty()) return std::string(name["text"].text());
  std::string words;
  const auto add = [&words](std::string_view part) {
    if (!part.empty()) words.append(words.empty() ? "" : " ").append(part);
  };
  for (const Value given : name["given"].items()) add(given.text());
  add(name["family"].text());
  for (const Value suffix : name["suffix"].items()) add(suffix.text());
  return words;
}

std::string person_words(Value names) {
  for (const Value name : names.items())
    if (std::string words = name_words(name); name["use"].text() != "old" && !words.empty()) return words;
  return {};
}

std::string listed(const std::vector<std::string>& all) {
  std::string words;
  for (const std::string& one : all)
    if (!one.empty()) words += (words.empty() ? "" : "; ") + one;
  return words;
}

std::string who(Value reference, const Resolve& resolve) {
  const Value target = target_of(reference, resolve);
  const std::string name = name_of(target, resolve);
  return name.empty() ? std::string(reference["display"].text()) : name;
}

std::string everybody(Value references, const Resolve& resolve) {
  std::vector<std::string> all;
  for (const Value reference : references.items()) all.push_back(who(reference, resolve));
  return listed(all);
}

std::string phones_of(Value reference, const Resolve& resolve) {
  const Value target = target_of(reference, resolve);
  const std::string own = phones_in(target["telecom"]);
  return own.empty() && target["providedBy"] ? phones_in(target_of(target["providedBy"], resolve)["telecom"])
                                             : own;
}

std::string phones_in(Value telecom) {
  std::vector<std::string> all;
  for (const Value point : telecom.items())
    if (point["system"].text() == "phone" && point["use"].text() != "old")
      all.emplace_back(point["value"].text());
  return listed(all);
}

}  // namespace handoff::narrative
