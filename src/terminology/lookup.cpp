// $lookup and $subsumes: what a code system says of one code, and of two codes.
#include <fmt/format.h>

#include "core/text.h"
#include "terminology/answer.h"
#include "terminology/questions.h"

namespace handoff::terminology {
namespace {

using json::Value;

Result<const CodeSystem*> known_system(const Terminology& terminology, std::string_view system,
                                       std::string_view version) {
  if (system.empty()) return problem(Kind::incorrect, "a code system is needed", "system", "required");
  const std::string canonical = version.empty() ? std::string(system) : fmt::format("{}|{}", system, version);
  const CodeSystem* const found = terminology.find_code_system(canonical);
  if (!found)
    return problem(Kind::not_found, "the code system " + shown_text(canonical) + " is not known here",
                   "system", "not-found");
  return found;
}

Result<const Concept*> known_code(const CodeSystem& system, std::string_view code, std::string_view place) {
  if (code.empty()) return problem(Kind::incorrect, "a code is needed", std::string(place), "required");
  const Concept* const found = system.find(code);
  if (!found)
    return problem(Kind::not_found,
                   fmt::format("{} has no code {}{}", system.url(), shown_text(code),
                               system.is_complete() ? "" : " among those that are known"),
                   std::string(place), "not-found");
  return found;
}

std::string_view value_member(Value property) {
  for (const json::Member& member : property.members())
    if (member.key.starts_with("value")) return member.key;
  return {};
}

void add_properties(Answer& answer, const CodeSystem& system, const Concept& item) {
  for (const char* const code : {"parent", "child"})
    for (const std::string_view value : system.property(item, code))
      answer.parts("property", {answer.part("code", "valueCode", answer.arena().string(code)),
                                answer.part("value", "valueCode", answer.arena().string(value))});
  for (const Value property : item.source["property"].items()) {
    const std::string_view member = value_member(property), code = property["code"].text();
    if (member.empty() || code == "parent" || code == "child") continue;
    answer.parts("property", {answer.part("code", "valueCode", property["code"]),
                              answer.part("value", member, property[member])});
  }
}

void add_designation(Answer& answer, Value designation) {
  std::vector<Value> parts;
  if (designation["language"]) parts.push_back(answer.part("language", "valueCode", designation["language"]));
  if (designation["use"]) parts.push_back(answer.part("use", "valueCoding", designation["use"]));
  parts.push_back(answer.part("value", "valueString", designation["value"]));
  answer.parts("designation", std::move(parts));
}

}  // namespace

Result<std::string> lookup(const Terminology& terminology, const CodeQuestion& question) {
  const auto system = known_system(terminology, question.system, question.version);
  if (!system) return system.error();
  const auto item = known_code(**system, question.code, "code");
  if (!item) return item.error();
  Answer answer;
  answer.text("name", (*system)->name().empty() ? (*system)->url() : (*system)->name());
  answer.text("version", (*system)->version()).text("display", (*item)->display);
  if ((*item)->is_abstract) answer.truth("abstract", true);
  for (const Value designation : (*item)->source["designation"].items()) add_designation(answer, designation);
  for (const CodeSystem* const supplement : terminology.supplements_of((*system)->url()))
    if (const Concept* const more = supplement->find(question.code))
      for (const Value designation : more->source["designation"].items())
        add_designation(answer, designation);
  add_properties(answer, **system, **item);
  return answer.to_json();
}

Result<std::string> subsumes(const Terminology& terminology, std::string_view system, std::string_view code_a,
                             std::string_view code_b) {
  const auto known = known_system(terminology, system, {});
  if (!known) return known.error();
  const auto a = known_code(**known, code_a, "codeA");
  if (!a) return a.error();
  const auto b = known_code(**known, code_b, "codeB");
  if (!b) return b.error();
  const char* const outcome = *a == *b                       ? "equivalent"
                              : (*known)->subsumes(**a, **b) ? "subsumes"
                              : (*known)->subsumes(**b, **a) ? "subsumed-by"
                                                             : "not-subsumed";
  return Answer().text("outcome", outcome, "valueCode").to_json();
}

}  // namespace handoff::terminology
