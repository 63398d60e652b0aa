#include "consent/discloser_marks.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

bool is_mark(Value extension) { return extension["url"].text() == discloser_extension; }

// The member of an Extension that holds its value and may itself have extensions: "valueCoding", or
// "_valueBoolean" of a primitive. Nothing else in a Patient has both a url and a value.
std::optional<std::string> value_member(Value element) {
  if (!element["url"]) return std::nullopt;
  for (const Member& member : element.members()) {
    if (member.key.starts_with("_value")) return std::string(member.key);
    if (member.key.starts_with("value"))
      return (member.value.is_object() ? "" : "_") + std::string(member.key);
  }
  return std::nullopt;
}

// The part of the element that has the marks among its extensions.
Value bearer_of(Value element) {
  const auto member = value_member(element);
  return member ? element[*member] : element;
}

Value with_bearer(Arena& arena, Value element, Value bearer) {
  const auto member = value_member(element);
  if (!member) return bearer;
  const bool is_empty = member->starts_with('_') && bearer.size() == 0;
  return json::with_member(arena, element, *member, is_empty ? Value{} : bearer);
}

Value with_extensions(Arena& arena, Value bearer, const std::vector<Value>& extensions) {
  const Value whole = bearer.is_object() ? bearer : Arena::empty_object();
  return json::with_member(arena, whole, "extension", extensions.empty() ? Value{} : arena.array(extensions));
}

}  // namespace

bool is_marked(Value element) {
  const auto extensions = bearer_of(element)["extension"].items();
  return std::any_of(extensions.begin(), extensions.end(), is_mark);
}

bool is_marked_by(Value element, std::span<const std::string> disclosers) {
  for (const Value extension : bearer_of(element)["extension"].items())
    if (is_mark(extension) && std::find(disclosers.begin(), disclosers.end(),
                                        extension["valueReference"]["reference"].text()) != disclosers.end())
      return true;
  return false;
}

Value marked(Arena& arena, Value element, const std::string& discloser) {
  if (is_marked_by(element, std::span(&discloser, 1))) return element;
  // An Extension without value and content stays invalid: a mark inside would make it valid.
  if (element["url"] && !value_member(element) && element.size() == 1) return element;
  const Value bearer = bearer_of(element);
  std::vector<Value> extensions(bearer["extension"].items().begin(), bearer["extension"].items().end());
  const Member reference[] = {{"reference", arena.string(discloser)}};
  const Member mark[] = {{"url", Arena::borrow(discloser_extension)},
                         {"valueReference", arena.object(reference)}};
  extensions.push_back(arena.object(mark));
  return with_bearer(arena, element, with_extensions(arena, bearer, extensions));
}

Value unmarked(Arena& arena, Value element) {
  if (!is_marked(element)) return element;
  const Value bearer = bearer_of(element);
  std::vector<Value> kept;
  for (const Value extension : bearer["extension"].items())
    if (!is_mark(extension)) kept.push_back(extension);
  return with_bearer(arena, element, with_extensions(arena, bearer, kept));
}

}  // namespace handoff::consent
