#include "consent/contributions.h"

#include <algorithm>
#include <vector>

#include "consent/codes.h"
#include "consent/discloser_marks.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

using Disclosers = std::span<const std::string>;

Value given_items(Arena& arena, Value list, Disclosers disclosers) {
  std::vector<Value> kept;
  for (const Value item : list.items())
    if (is_marked_by(item, disclosers)) kept.push_back(unmarked(arena, item));
  return kept.empty() ? Value{} : arena.array(kept);
}

// The labels of what these disclosers gave. Each discloser brought its own labels, and the highest
// confidentiality counts. A label without a mark applies to the whole Patient.
Value given_security(Arena& arena, Value security, Disclosers disclosers) {
  std::vector<Value> kept;
  Value level;
  for (const Value coding : security.items()) {
    if (is_marked(coding) && !is_marked_by(coding, disclosers)) continue;
    if (coding["system"].text() != confidentiality) kept.push_back(unmarked(arena, coding));
    else if (!level ||
             confidentiality_rank(level["code"].text()) < confidentiality_rank(coding["code"].text()))
      level = coding;
  }
  if (level) kept.insert(kept.begin(), unmarked(arena, level));
  return kept.empty() ? Value{} : arena.array(kept);
}

// Keeps a claimed profile if one of these disclosers claimed it, or if it has no mark.
Value with_given_claims(Arena& arena, Value meta, Disclosers disclosers) {
  if (!meta["_profile"]) return meta;
  std::vector<Value> kept;
  for (std::size_t i = 0; i < meta["profile"].size(); ++i)
    if (const Value beside = meta["_profile"].at(i); !is_marked(beside) || is_marked_by(beside, disclosers))
      kept.push_back(meta["profile"].at(i));
  meta = json::with_member(arena, meta, "_profile", {});
  return json::with_member(arena, meta, "profile", kept.empty() ? Value{} : arena.array(kept));
}

Value given_meta(Arena& arena, Value meta, Disclosers disclosers) {
  const Value claimed = with_given_claims(arena, meta, disclosers);
  return json::with_member(arena, claimed, "security", given_security(arena, meta["security"], disclosers));
}

}  // namespace

Value given_by(Arena& arena, Value patient, Disclosers disclosers) {
  std::vector<Member> members;
  for (const Member& member : patient.members()) {
    Value value = member.value;
    if (member.key == "text") continue;
    if (member.key == "meta") value = given_meta(arena, value, disclosers);
    else if (member.key == "resourceType" || member.key == "id") value = member.value;
    else if (value.is_array()) value = given_items(arena, value, disclosers);
    else if (value.is_object()) value = is_marked_by(value, disclosers) ? unmarked(arena, value) : Value{};
    else if (!is_marked_by(patient["_" + std::string(member.key)], disclosers)) value = {};
    if (value && (!value.is_object() || value.size() > 0)) members.push_back({member.key, value});
  }
  return arena.object(members);
}

Value with_marked_labels(Arena& arena, Value patient, const Labels& labels, std::string_view discloser) {
  const Member no_meta[] = {{"resourceType", patient["resourceType"]}};
  const Value own = with_labels(arena, arena.object(no_meta), labels)["meta"]["security"];
  const auto same = [](Value a, Value b) {
    return a["system"].text() == b["system"].text() && a["code"].text() == b["code"].text();
  };
  std::vector<Value> all(patient["meta"]["security"].items().begin(),
                         patient["meta"]["security"].items().end());
  const std::string one[] = {std::string(discloser)};
  for (const Value coding : own.items()) {
    auto found = std::find_if(all.begin(), all.end(), [&](Value known) { return same(known, coding); });
    if (found == all.end()) found = all.insert(all.end(), coding);
    else if (!is_marked(*found) || is_marked_by(*found, one)) continue;
    *found = marked(arena, *found, one[0]);
  }
  const Value meta = patient["meta"].is_object() ? patient["meta"] : Arena::empty_object();
  return json::with_member(arena, patient, "meta",
                           json::with_member(arena, meta, "security", arena.array(all)));
}

}  // namespace handoff::consent
