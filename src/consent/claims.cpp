#include "consent/claims.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

// What a profile demands beyond its type and redaction may remove. `part`: every item of the element must
// have it. Claims of other profiles stay, because this code cannot tell whether the resource still meets
// them. tests/mappings/claims_test.cpp checks the rest of the resource against the profiles themselves.
struct Demand {
  std::string_view profile, element, part;
};
constexpr std::string_view ours = "https://handoff.example.org/fhir/StructureDefinition/";
constexpr std::string_view us_core = "http://hl7.org/fhir/us/core/StructureDefinition/";
constexpr Demand demands[] = {
    {"us-core-patient", "identifier", ""},
    {"us-core-patient", "name", ""},
    {"us-core-careteam", "participant", "member"},
    {"us-core-documentreference", "content", "attachment"},
    {"handoff-patient", "identifier", ""},
    {"handoff-patient", "name", ""},
    {"handoff-support-plan", "careTeam", ""},
    {"handoff-support-plan", "supportingInfo", ""},
    {"handoff-aftercare-plan", "supportingInfo", ""},
    {"handoff-crisis-plan", "activity", ""},
    {"handoff-care-team", "participant", "member"},
    {"handoff-referral-task", "focus", ""},
    {"handoff-release", "source[x]", ""},
    {"handoff-release", "performer", ""},
    {"handoff-release", "provision", "type"},
};

// "http://…/us-core-patient|6.1.0" → "us-core-patient"; empty for profiles of others.
std::string_view name_of(std::string_view canonical) {
  canonical = canonical.substr(0, canonical.find('|'));
  for (const std::string_view base : {ours, us_core})
    if (canonical.starts_with(base)) return canonical.substr(base.size());
  return {};
}

bool has(Value resource, std::string_view element) {
  if (!element.ends_with("[x]")) return bool(resource[element]);
  const auto stem = element.substr(0, element.size() - 3);
  const auto members = resource.members();
  return std::any_of(members.begin(), members.end(),
                     [stem](const Member& member) { return member.key.starts_with(stem); });
}

bool is_met(Value resource, const Demand& demand) {
  if (!has(resource, demand.element)) return false;
  if (demand.part.empty()) return true;
  const Value element = resource[demand.element];
  const auto items = element.items();
  return element.is_array()
             ? std::all_of(items.begin(), items.end(), [&](Value item) { return bool(item[demand.part]); })
             : bool(element[demand.part]);
}

bool is_kept(Value resource, std::string_view canonical) {
  const auto name = name_of(canonical);
  return std::all_of(std::begin(demands), std::end(demands), [&](const Demand& demand) {
    return demand.profile != name || is_met(resource, demand);
  });
}

}  // namespace

Value with_kept_claims(Arena& arena, Value resource) {
  const Value claimed = resource["meta"]["profile"];
  if (claimed.size() == 0) return resource;
  if (resource["resourceType"].text() == "Patient" && !resource["gender"])
    resource = json::with_member(arena, resource, "gender", Arena::borrow("unknown"));
  std::vector<Value> kept;
  for (const Value canonical : claimed.items())
    if (is_kept(resource, canonical.text())) kept.push_back(canonical);
  if (kept.size() == claimed.size()) return resource;
  const Value meta =
      json::with_member(arena, resource["meta"], "profile", kept.empty() ? Value{} : arena.array(kept));
  return json::with_member(arena, resource, "meta", meta.size() > 0 ? meta : Value{});
}

}  // namespace handoff::consent
