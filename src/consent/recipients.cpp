#include "consent/recipients.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "consent/labels.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Value;

// LOINC: Consent Document, Privacy policy acknowledgment Document, Release of information consent.
constexpr std::string_view form_codes[] = {"59284-0", "57016-8", "64292-6"};

bool contains(const auto& all, std::string_view one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

std::string named_by(Value actor) { return fhir::local_reference(actor["reference"]["reference"].text()); }

// Depth is bounded by the parser's limit.
void collect(Value provision, std::set<std::string>& names) {
  for (const Value actor : provision["actor"].items())
    if (std::string name = named_by(actor); name.starts_with("Organization/")) names.insert(std::move(name));
  for (const Value nested : provision["provision"].items()) collect(nested, names);
}

class Trimmer {
 public:
  Trimmer(Arena& arena, std::span<const std::string> recipients) : arena_(arena), recipients_(recipients) {}

  // `reaches`: the rule above is for these recipients, or for nobody in particular. Absent if the rule is
  // only for others.
  Value rule(Value provision, bool reaches, bool is_root) {
    std::vector<Value> actors;
    for (const Value actor : provision["actor"].items())
      if (contains(recipients_, named_by(actor))) actors.push_back(actor);
    const bool names_somebody = provision["actor"].size() > 0;
    const bool is_for_them = names_somebody ? !actors.empty() : reaches;
    std::vector<Value> nested;
    for (const Value each : provision["provision"].items())
      if (const Value left = rule(each, is_for_them, false)) nested.push_back(left);
    if (!is_for_them && nested.empty() && !is_root) return {};
    Value left = provision;
    if (actors.size() < provision["actor"].size())
      left = json::with_member(arena_, left, "actor", list(actors));
    if (changed(nested, provision["provision"]))
      left = json::with_member(arena_, left, "provision", list(nested));
    // Without its actors, the root would permit or deny to everybody.
    if (is_root && !is_for_them) left = json::with_member(arena_, left, "type", {});
    return left;
  }

 private:
  Value list(const std::vector<Value>& items) { return items.empty() ? Value{} : arena_.array(items); }
  static bool changed(const std::vector<Value>& now, Value before) {
    if (now.size() != before.size()) return true;
    for (std::size_t i = 0; i < now.size(); ++i)
      if (now[i].storage() != before.at(i).storage()) return true;
    return false;
  }

  Arena& arena_;
  std::span<const std::string> recipients_;
};

// A label may come from what another recipient's part reveals. A sensitivity, or a regime that follows from
// one, stays only if the rest of the Consent reveals it.
Value with_own_labels(Arena& arena, Value consent) {
  constexpr std::string_view following[] = {"42CFRPart2", "MA-111E", "MA-HIV"};
  // The text is removed, because it may speak of the others' part.
  const Value unlabelled =
      json::with_member(arena, json::with_member(arena, consent, "meta", {}), "text", {});
  const Labels own = labels_of(unlabelled, {Part2Posture::sud_content, false, true},
                               [](std::string_view) { return Value{}; });
  const Labels all = labels_in(consent);
  if (std::includes(own.sensitivities.begin(), own.sensitivities.end(), all.sensitivities.begin(),
                    all.sensitivities.end()))
    return consent;
  std::vector<Value> kept;
  for (const Value coding : consent["meta"]["security"].items()) {
    const std::string code(coding["code"].text());
    const bool comes_from_others = (all.sensitivities.contains(code) && !own.sensitivities.contains(code)) ||
                                   (contains(following, code) && !own.regimes.contains(code));
    if (!comes_from_others) kept.push_back(coding);
  }
  const Value security = kept.empty() ? Value{} : arena.array(kept);
  return json::with_member(arena, consent, "meta",
                           json::with_member(arena, consent["meta"], "security", security));
}

// Depth is bounded by the parser's limit.
Value with_bare_references(Arena& arena, Value value, const fhir::Reference& patient) {
  if (value.is_array()) {
    std::vector<Value> items;
    for (const Value item : value.items()) items.push_back(with_bare_references(arena, item, patient));
    return arena.array(items);
  }
  if (!value.is_object()) return value;
  const Value reference = value["reference"];
  std::vector<json::Member> members;
  if (reference.is_string() && fhir::local_reference(reference.text()) == patient.text())
    members.push_back({"reference", reference});
  else
    for (const json::Member& member : value.members())
      members.push_back({member.key, with_bare_references(arena, member.value, patient)});
  return arena.object_of(members);
}

}  // namespace

Value without_person(Arena& arena, Value consent, const fhir::Reference& patient) {
  return json::with_member(arena, with_bare_references(arena, consent, patient), "text", {});
}

std::vector<std::string> recipients_of(Value consent) {
  if (const auto status = consent["status"].text(); status != "active" && status != "inactive") return {};
  std::set<std::string> names;
  collect(consent["provision"], names);
  return {names.begin(), names.end()};
}

Value as_seen_by(Arena& arena, Value consent, std::span<const std::string> recipients) {
  Value left = json::with_member(arena, consent, "sourceAttachment", {});
  const Value provision = consent["provision"];
  const Value trimmed = provision ? Trimmer(arena, recipients).rule(provision, true, true) : Value{};
  if (provision && trimmed.storage() != provision.storage())
    left = with_own_labels(
        arena, json::with_member(arena, left, "provision", trimmed.size() > 0 ? trimmed : Value{}));
  const bool is_whole = !consent["sourceAttachment"] && trimmed.storage() == provision.storage();
  return is_whole ? consent : json::with_member(arena, left, "text", {});
}

bool is_consent_form(Value resource) {
  if (resource["resourceType"].text() != "DocumentReference") return false;
  const auto codings = resource["type"]["coding"].items();
  return std::any_of(codings.begin(), codings.end(),
                     [](Value coding) { return contains(form_codes, coding["code"].text()); });
}

}  // namespace handoff::consent
