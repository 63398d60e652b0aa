// $validate-code, of a value set and of a code system.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/text.h"
#include "terminology/answer.h"
#include "terminology/questions.h"

namespace handoff::terminology {
namespace {

using fhir::Membership;

Result<void> check(const std::vector<CodeQuestion>& codings) {
  if (codings.empty()) return problem(Kind::incorrect, "a code is needed", "code", "required");
  for (const CodeQuestion& coding : codings)
    if (coding.code.empty()) return problem(Kind::incorrect, "a code is needed", "code", "required");
  return {};
}

std::string shown(const CodeQuestion& coding) {
  return coding.system.empty() ? shown_text(coding.code) : shown_text(coding.system + "|" + coding.code);
}

// The display of the code; empty if neither set nor system gives one.
std::string_view display_in(const Terminology& terminology, const ValueSet* value_set,
                            const CodeQuestion& coding) {
  if (value_set)
    for (const Include& include : value_set->includes)
      if (const auto at = include.places.find(coding.code);
          at != include.places.end() && (coding.system.empty() || include.system == coding.system))
        if (const std::string_view display = include.listed[at->second]["display"].text(); !display.empty())
          return display;
  const CodeSystem* const system = terminology.find_code_system(coding.system);
  const Concept* const item = system ? system->find(coding.code) : nullptr;
  return item ? item->display : std::string_view();
}

bool is_displayed_so(const Terminology& terminology, const CodeQuestion& coding, std::string_view display) {
  if (coding.display.empty() || display.empty() || fold(coding.display) == fold(std::string(display)))
    return true;
  const auto designates = [&](const CodeSystem* system) {
    const Concept* const item = system ? system->find(coding.code) : nullptr;
    if (!item) return false;
    if (fold(std::string(item->display)) == fold(coding.display)) return true;
    const auto designations = item->source["designation"].items();
    return std::any_of(designations.begin(), designations.end(), [&](json::Value one) {
      return fold(std::string(one["value"].text())) == fold(coding.display);
    });
  };
  const auto supplements = terminology.supplements_of(coding.system);
  return designates(terminology.find_code_system(coding.system)) ||
         std::any_of(supplements.begin(), supplements.end(), designates);
}

std::string yes(const Terminology& terminology, const ValueSet* value_set, const CodeQuestion& coding) {
  const std::string_view display = display_in(terminology, value_set, coding);
  Answer answer;
  const bool so = is_displayed_so(terminology, coding, display);
  answer.truth("result", so);
  if (!so) answer.text("message", fmt::format("the display of {} is \"{}\"", shown(coding), display));
  answer.text("display", display)
      .text("code", coding.code, "valueCode")
      .text("system", coding.system, "valueUri");
  return answer.to_json();
}

std::string no(std::string message) {
  return Answer().truth("result", false).text("message", message).to_json();
}

// The first few of them, so that people can read the message.
std::string all_shown(const std::vector<CodeQuestion>& codings) {
  constexpr std::size_t few = 8;
  std::string all;
  for (const CodeQuestion& coding : std::span(codings).first(std::min(few, codings.size())))
    all += (all.empty() ? "" : ", ") + shown(coding);
  return codings.size() > few ? fmt::format("{} and {} more", all, codings.size() - few) : all;
}

}  // namespace

Result<std::string> validate_code(const Terminology& terminology, const ValueSet& value_set,
                                  const std::vector<CodeQuestion>& codings) {
  if (auto checked = check(codings); !checked) return checked.error();
  bool is_known = true;
  for (const CodeQuestion& coding : codings) {
    const Membership membership =
        terminology.contains(value_set, {coding.system, coding.version, coding.code});
    if (membership == Membership::in) return yes(terminology, &value_set, coding);
    is_known = is_known && membership == Membership::out;
  }
  if (is_known) return no(fmt::format("{} is not in the value set {}", all_shown(codings), value_set.url));
  return problem(Kind::not_found,
                 fmt::format("whether {} is in {} is not known here", all_shown(codings), value_set.url),
                 "system", "not-found");
}

Result<std::string> validate_code(const Terminology& terminology, const std::vector<CodeQuestion>& codings) {
  if (auto checked = check(codings); !checked) return checked.error();
  for (const CodeQuestion& coding : codings) {
    const CodeSystem* const system = terminology.find_code_system(coding.system);
    if (!system)
      return problem(Kind::not_found, "the code system " + shown_text(coding.system) + " is not known here",
                     "system", "not-found");
    if (system->find(coding.code)) return yes(terminology, nullptr, coding);
    if (!system->is_complete())
      return problem(Kind::not_found, fmt::format("not all codes of {} are known here", system->url()),
                     "system", "not-found");
  }
  return no(fmt::format("{} is not a code of its system", all_shown(codings)));
}

}  // namespace handoff::terminology
