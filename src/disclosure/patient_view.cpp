// A person as one discloser knows them: elements that others gave are left out, and the marks go.
#include <string>

#include "disclosure/document.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::string_view discloser_extension = "https://handoff.example.org/fhir/StructureDefinition/discloser";

// Closed by default: what carries nobody's mark was given by nobody that may release it.
bool is_given_by(Value element, std::string_view discloser) {
  for (const Value extension : element["extension"].items())
    if (extension["url"].text() == discloser_extension && extension["valueReference"]["reference"].text() == discloser) return true;
  return false;
}

Value unmarked(Arena& arena, Value element) {
  if (!element["extension"]) return element;
  std::vector<Value> kept;
  for (const Value extension : element["extension"].items())
    if (extension["url"].text() != discloser_extension) kept.push_back(extension);
  return json::with_member(arena, element, "extension", kept.empty() ? Value{} : arena.array(kept));
}

Value given_items(Arena& arena, Value list, std::string_view discloser) {
  std::vector<Value> kept;
  for (const Value item : list.items())
    if (is_given_by(item, discloser)) kept.push_back(unmarked(arena, item));
  return kept.empty() ? Value{} : arena.array(kept);
}

}  // namespace

Value patient_as_given_by(Arena& arena, Value patient, std::string_view discloser) {
  std::vector<Member> members;
  for (const Member& member : patient.members()) {
    Value value = member.value;
    if (member.key == "meta" || member.key == "text") continue;
    if (member.key == "resourceType" || member.key == "id") {
      members.push_back(member);
      continue;
    }
    if (value.is_array()) value = given_items(arena, value, discloser);
    else if (value.is_object()) value = is_given_by(value, discloser) ? unmarked(arena, value) : Value{};
    else if (!is_given_by(patient["_" + std::string(member.key)], discloser)) value = {};
    if (value && (!value.is_object() || value.size() > 0)) members.push_back({member.key, value});
  }
  return arena.object(members);
}

}  // namespace handoff::disclosure
