#include "consent/content.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace handoff::consent {
namespace {

using json::Value;

constexpr std::string_view icd_systems[] = {"http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"};
constexpr std::string_view icd_codes[] = {"B20", "Z21", "R75", "O987", "B9735"};

struct Code {
  std::string_view system;
  std::string_view code;
};
constexpr Code codes[] = {
    {"http://snomed.info/sct", "86406008"}, {"http://snomed.info/sct", "62479008"}, {"http://loinc.org", "7917-8"},
    {"http://loinc.org", "20447-9"},        {"http://loinc.org", "75622-1"},
};

constexpr std::string_view text_members[] = {"note", "description", "title", "display", "text"};
constexpr std::string_view words[] = {"HIV", "ANTIRETROVIRAL"};

template <class Range, class Item>
bool contains(const Range& range, const Item& item) {
  return std::find(std::begin(range), std::end(range), item) != std::end(range);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return out;
}

bool is_hiv_coding(Value coding) {
  const auto system = coding["system"].text();
  const auto is_same = [&](const Code& c) { return c.system == system && c.code == coding["code"].text(); };
  if (std::any_of(std::begin(codes), std::end(codes), is_same)) return true;
  if (!contains(icd_systems, system)) return false;
  std::string code = upper(coding["code"].text());
  std::erase(code, '.');
  return std::any_of(std::begin(icd_codes), std::end(icd_codes), [&](std::string_view hiv) { return code.starts_with(hiv); });
}

// As a whole word: neither a letter nor a digit beside it. Tags of a narrative part words too.
bool holds_word(const std::string& text, std::string_view word) {
  const auto joins = [&](std::size_t at) {
    return at < text.size() && ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= '0' && text[at] <= '9'));
  };
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
    if (!(at > 0 && joins(at - 1)) && !joins(at + word.size())) return true;
  return false;
}

bool holds_words(std::string_view text) {
  const std::string all = upper(text);
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return holds_word(all, word); });
}

// `read`: below a member that people read. Depth is bounded by the parser's limit.
bool holds(Value value, bool read) {
  if (read && value.is_string() && holds_words(value.text())) return true;
  if (value.is_object() && value["system"] && is_hiv_coding(value)) return true;
  for (const json::Member& member : value.members())
    if (member.key != "meta" && member.key != "subject" && holds(member.value, read || contains(text_members, member.key))) return true;
  const auto items = value.items();
  return std::any_of(items.begin(), items.end(), [read](Value item) { return holds(item, read); });
}

}  // namespace

bool holds_hiv(std::span<const Value> resources) {
  return std::any_of(resources.begin(), resources.end(), [](Value resource) { return holds(resource, false); });
}

}  // namespace handoff::consent
