#include "consent/content.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace handoff::consent {
namespace {

using json::Value;

constexpr std::string_view icd_systems[] = {"http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"};
constexpr std::string_view hiv_codes[] = {"B20", "Z21", "R75", "O987", "B9735"};

bool is_hiv_coding(Value coding) {
  const auto system = coding["system"].text();
  if (std::find(std::begin(icd_systems), std::end(icd_systems), system) == std::end(icd_systems)) return false;
  std::string code;
  for (const char c : coding["code"].text())
    if (c != '.') code += c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return std::any_of(std::begin(hiv_codes), std::end(hiv_codes), [&](std::string_view hiv) { return code.starts_with(hiv); });
}

// Depth is bounded by the parser's limit.
bool holds(Value value) {
  if (value.is_object() && value["system"] && is_hiv_coding(value)) return true;
  const auto members = value.members();
  const auto items = value.items();
  return std::any_of(members.begin(), members.end(),
                     [](const json::Member& member) { return member.key != "meta" && holds(member.value); }) ||
         std::any_of(items.begin(), items.end(), holds);
}

}  // namespace

bool holds_hiv(std::span<const Value> resources) { return std::any_of(resources.begin(), resources.end(), holds); }

}  // namespace handoff::consent
