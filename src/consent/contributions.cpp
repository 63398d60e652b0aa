#include "consent/contributions.h"

#include <algorithm>
#include <vector>

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

using Disclosers = std::span<const std::string>;

bool is_given_by(Value element, Disclosers disclosers) {
  for (const Value extension : element["extension"].items())
    if (extension["url"].text() == discloser_extension &&
        std::find(disclosers.begin(), disclosers.end(), extension["valueReference"]["reference"].text()) != disclosers.end())
      return true;
  return false;
}

Value unmarked(Arena& arena, Value element) {
  if (!element["extension"]) return element;
  std::vector<Value> kept;
  for (const Value extension : element["extension"].items())
    if (extension["url"].text() != discloser_extension) kept.push_back(extension);
  return json::with_member(arena, element, "extension", kept.empty() ? Value{} : arena.array(kept));
}

Value given_items(Arena& arena, Value list, Disclosers disclosers) {
  std::vector<Value> kept;
  for (const Value item : list.items())
    if (is_given_by(item, disclosers)) kept.push_back(unmarked(arena, item));
  return kept.empty() ? Value{} : arena.array(kept);
}

}  // namespace

Value given_by(Arena& arena, Value patient, Disclosers disclosers) {
  std::vector<Member> members;
  for (const Member& member : patient.members()) {
    Value value = member.value;
    if (member.key == "meta" || member.key == "text") continue;
    if (member.key == "resourceType" || member.key == "id") {
      members.push_back(member);
      continue;
    }
    if (value.is_array()) value = given_items(arena, value, disclosers);
    else if (value.is_object()) value = is_given_by(value, disclosers) ? unmarked(arena, value) : Value{};
    else if (!is_given_by(patient["_" + std::string(member.key)], disclosers)) value = {};
    if (value && (!value.is_object() || value.size() > 0)) members.push_back({member.key, value});
  }
  return arena.object(members);
}

}  // namespace handoff::consent
