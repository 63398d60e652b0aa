#include "consent/content.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "consent/words.h"

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

// Depth is bounded by the parser's limit.
bool holds_code(Value value) {
  if (value.is_object() && value["system"] && is_hiv_coding(value)) return true;
  for (const json::Member& member : value.members())
    if (member.key != "meta" && member.key != "subject" && holds_code(member.value)) return true;
  const auto items = value.items();
  return std::any_of(items.begin(), items.end(), holds_code);
}

bool holds_words(Value resource) {
  const auto signals = word_signals(resource);
  return std::any_of(signals.begin(), signals.end(), [](const Signal& signal) { return signal.code == "HIV"; });
}

}  // namespace

bool holds_hiv(std::span<const Value> resources) {
  return std::any_of(resources.begin(), resources.end(), [](Value resource) { return holds_code(resource) || holds_words(resource); });
}

}  // namespace handoff::consent
