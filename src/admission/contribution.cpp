#include "admission/contribution.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/name_fold.h"

namespace handoff::admission {
namespace {

using consent::unmarked;
using json::Arena;
using json::Member;
using json::Value;

// `element` with the discloser's mark, once. `element` may be absent: a primitive's sibling that does not
// exist yet.
Value marked(Arena& arena, Value element, std::string_view discloser) {
  return discloser.empty() ? element
                           : consent::marked(arena, element, "Organization/" + std::string(discloser));
}

// The elements of both lists, each once. An element that is known also gets the mark of the new discloser.
Value unite(Arena& arena, Value known, Value added, std::string_view discloser) {
  std::vector<Value> items(known.items().begin(), known.items().end());
  for (const Value element : added.items()) {
    const Value bare = unmarked(arena, element);
    const auto same = std::find_if(items.begin(), items.end(),
                                   [&](Value item) { return json::equal(unmarked(arena, item), bare); });
    if (same == items.end()) items.push_back(marked(arena, element, discloser));
    else *same = marked(arena, *same, discloser);
  }
  return arena.array(items);
}

bool is_upper(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_same_person_name(Value a, Value b) {
  return fold_name_closed(a["family"].text()) == fold_name_closed(b["family"].text()) &&
         fold_name_closed(a["given"].at(0).text()) == fold_name_closed(b["given"].at(0).text());
}

Value respelled(Arena& arena, Value name, Value better) {
  Value out = json::with_member(arena, name, "family", better["family"]);
  std::vector<Value> given(name["given"].items().begin(), name["given"].items().end());
  if (!given.empty()) given[0] = better["given"].at(0);
  return given.empty() ? out : json::with_member(arena, out, "given", arena.array(given));
}

// A name in capitals takes the spelling of an equal name that is not in capitals.
Value spell_names(Arena& arena, Value names) {
  std::vector<Value> all(names.items().begin(), names.items().end());
  for (Value& name : all) {
    if (!is_upper(name["family"].text())) continue;
    for (const Value other : names.items()) {
      if (is_upper(other["family"].text()) || !is_same_person_name(name, other)) continue;
      name = respelled(arena, name, other);
      break;
    }
  }
  // Respelling may have made two names equal. Then one name gets the marks of both.
  Value united = Arena::empty_array();
  for (const Value name : all) {
    const Value one[] = {name};
    Value merged = unite(arena, united, arena.array(one), {});
    for (const Value extension : name["extension"].items()) {
      if (extension["url"].text() != discloser_extension) continue;
      const auto reference = extension["valueReference"]["reference"].text();
      merged = unite(arena, merged, arena.array(one), reference.substr(reference.find('/') + 1));
    }
    united = merged;
  }
  return united;
}

// A single element: the first value stands, or the value that a person confirmed. Everybody who gives the
// same value is marked.
void set_single(Arena& arena, Value& person, const Member& member, std::string_view discloser,
                bool confirmed) {
  const std::string sibling = "_" + std::string(member.key);
  const Value before = person[member.key];
  const bool is_object = member.value.is_object();
  const bool differs = is_object ? !json::equal(unmarked(arena, before), unmarked(arena, member.value))
                                 : !json::equal(before, member.value);
  if (confirmed && before && differs) {  // nobody else gave this value
    person = json::with_member(arena, person, member.key, {});
    person = json::with_member(arena, person, sibling, {});
  }
  const Value known = person[member.key];
  if (member.value.is_object()) {
    if (known && !json::equal(unmarked(arena, known), unmarked(arena, member.value))) return;
    const Value given = known ? known : unmarked(arena, member.value);
    person = json::with_member(arena, person, member.key, marked(arena, given, discloser));
    return;
  }
  if (known && !json::equal(known, member.value)) return;
  if (!known) person = json::with_member(arena, person, member.key, member.value);
  person = json::with_member(arena, person, sibling, marked(arena, person[sibling], discloser));
}

// Adds the profiles that the contribution claims. The marks of those who claimed a profile stand beside it,
// in `_profile`. A claim without a mark applies to the whole Patient.
Value with_claims(Arena& arena, Value person, Value claimed, std::string_view discloser) {
  if (claimed.size() == 0) return person;
  Value meta = person["meta"].is_object() ? person["meta"] : Arena::empty_object();
  std::vector<Value> profiles(meta["profile"].items().begin(), meta["profile"].items().end());
  std::vector<Value> siblings(meta["_profile"].items().begin(), meta["_profile"].items().end());
  siblings.resize(profiles.size(), Arena::null());
  for (const Value profile : claimed.items()) {
    const auto same =
        std::find_if(profiles.begin(), profiles.end(), [&](Value one) { return json::equal(one, profile); });
    const auto at = std::size_t(same - profiles.begin());
    if (same == profiles.end())
      profiles.push_back(profile), siblings.push_back(marked(arena, Arena::null(), discloser));
    else if (siblings[at].is_object()) siblings[at] = marked(arena, siblings[at], discloser);
  }
  const bool is_marked =
      std::any_of(siblings.begin(), siblings.end(), [](Value one) { return one.is_object(); });
  meta = json::with_member(arena, meta, "profile", arena.array(profiles));
  meta = json::with_member(arena, meta, "_profile", is_marked ? arena.array(siblings) : Value{});
  return json::with_member(arena, person, "meta", meta);
}

// US Core demands a gender of every Patient, and `unknown` if nobody gave one. No organization stands behind
// `unknown`, so it has no mark, and a real value replaces it.
constexpr std::string_view unknown_gender = "unknown";

bool is_unknown_gender(const Member& member) {
  return member.key == "gender" && member.value.text() == unknown_gender;
}

Value without_unknown_gender(Arena& arena, Value person) {
  if (person["gender"].text() != unknown_gender) return person;
  return json::with_member(arena, json::with_member(arena, person, "gender", {}), "_gender", {});
}

}  // namespace

Value contribute(Arena& arena, Value known, Value contribution, std::string_view discloser, bool confirmed) {
  Value person = known;
  if (!known) {
    const Member type[] = {{"resourceType", Arena::borrow("Patient")}, {"id", contribution["id"]}};
    person = arena.object(type);
  }
  bool says_unknown = false;
  for (const Member& member : contribution.members()) {
    says_unknown |= is_unknown_gender(member);
    if (is_unknown_gender(member) || member.key == "resourceType" || member.key == "id" ||
        member.key == "meta" || member.key == "text" || member.key.starts_with('_'))
      continue;
    if (!member.value.is_array()) {
      if (member.key == "gender") person = without_unknown_gender(arena, person);
      set_single(arena, person, member, discloser, confirmed);
      continue;
    }
    std::vector<Value> given;  // arriving marks are dropped: a contributor speaks only for itself
    for (const Value element : member.value.items()) given.push_back(unmarked(arena, element));
    Value list = unite(arena, person[member.key], arena.array(given), discloser);
    if (member.key == "name") list = spell_names(arena, list);
    person = json::with_member(arena, person, member.key, list);
  }
  person = with_claims(arena, person, contribution["meta"]["profile"], discloser);
  const bool needs_gender = says_unknown || person["meta"]["profile"].size() > 0;
  return needs_gender && !person["gender"]
             ? json::with_member(arena, person, "gender", Arena::borrow(unknown_gender))
             : person;
}

}  // namespace handoff::admission
