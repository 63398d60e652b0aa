#include "consent/projection.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "consent/codes.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

bool contains(const auto& all, std::string_view one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

Value list(Arena& arena, const std::vector<Value>& items) {
  return items.empty() ? Value{} : arena.array(items);
}
Value object(Arena& arena, const std::vector<Member>& members) {
  return members.empty() ? Value{} : arena.object_of(members);
}

// A Keep gives what stays of a member, or an absent Value if nothing stays. No Keep gives ids, extensions or
// displays, because anything can be written there.
using Keep = Value (*)(Arena& arena, Value element, Value resource);

// For codes of required bindings, dates and instants, which hold no words.
Value plain(Arena&, Value element, Value) { return element.is_string() ? element : Value{}; }

Value reference_to(Arena& arena, std::string_view type, Value reference) {
  const auto literal = reference["reference"].text();
  const std::string local = fhir::local_reference(literal);
  if (!local.starts_with(type) || local.size() <= type.size() || local[type.size()] != '/') return {};
  return object(arena, {{"reference", reference["reference"]}});
}

// Who, never what: a service, a location or a practitioner would reveal the reason for the visit.
Value patient(Arena& arena, Value element, Value) { return reference_to(arena, "Patient", element); }
Value organization(Arena& arena, Value element, Value) {
  return reference_to(arena, "Organization", element);
}
Value organizations(Arena& arena, Value element, Value) {
  std::vector<Value> kept;
  for (const Value item : element.items())
    if (const Value reference = reference_to(arena, "Organization", item)) kept.push_back(reference);
  return list(arena, kept);
}

Value period(Arena& arena, Value element, Value) {
  std::vector<Member> kept;
  for (const Member& member : element.members())
    if ((member.key == "start" || member.key == "end") && member.value.is_string()) kept.push_back(member);
  return object(arena, kept);
}

Value texts(Arena& arena, Value value) {
  if (!value.is_array()) return value.is_string() ? value : Value{};
  std::vector<Value> kept;
  for (const Value item : value.items())
    if (item.is_string()) kept.push_back(item);
  return list(arena, kept);
}

Value names(Arena& arena, Value element, Value) {
  constexpr std::string_view parts[] = {"use", "text", "family", "given", "prefix", "suffix"};
  std::vector<Value> kept;
  for (const Value name : element.items()) {
    std::vector<Member> members;
    for (const Member& member : name.members())
      if (contains(parts, member.key))
        if (const Value part = texts(arena, member.value)) members.push_back({member.key, part});
    if (const Value left = object(arena, members)) kept.push_back(left);
  }
  return list(arena, kept);
}

Value coding(Arena& arena, std::string_view system, std::string_view code) {
  return object(arena, {{"system", arena.string(system)}, {"code", arena.string(code)}});
}
Value concept_of(Arena& arena, const std::vector<Value>& codings) {
  return codings.empty() ? Value{} : object(arena, {{"coding", arena.array(codings)}});
}

struct Allowed {
  std::string_view system, code;
};

std::vector<Value> codings_in(Arena& arena, Value codings, std::span<const Allowed> allowed) {
  std::vector<Value> kept;
  for (const Value each : codings.items())
    for (const Allowed& one : allowed)
      if (each["system"].text() == one.system && each["code"].text() == one.code)
        kept.push_back(coding(arena, one.system, one.code));
  return kept;
}

// Ordinary visits only. An emergency or a hospital stay is clinical by itself, and the programs' table of
// events gives neither to supervision nor to shelters.
Value visit_class(Arena& arena, Value element, Value) {
  constexpr std::string_view ordinary[] = {"AMB", "VR", "HH", "FLD"};
  if (element["system"].text() != act_code || !contains(ordinary, element["code"].text())) return {};
  return coding(arena, act_code, element["code"].text());
}

// The patient alone: other participants reveal the reason for the visit, or are other persons.
Value participants(Arena& arena, Value element, Value resource) {
  const fhir::Reference own = fhir::patient_of(resource);
  std::vector<Value> kept;
  for (const Value each : element.items()) {
    const Value actor = each["modifierExtension"] ? Value{} : reference_to(arena, "Patient", each["actor"]);
    if (actor && fhir::local_reference(actor["reference"].text()) == own.text() && each["status"].is_string())
      kept.push_back(object(arena, {{"actor", actor}, {"status", each["status"]}}));
  }
  return list(arena, kept);
}

Value scope(Arena& arena, Value element, Value) {
  constexpr Allowed scopes[] = {{consent_scope, "patient-privacy"},
                                {consent_scope, "research"},
                                {consent_scope, "adr"},
                                {consent_scope, "treatment"}};
  return concept_of(arena, codings_in(arena, element["coding"], scopes));
}

// If a category reveals HIV or notes, nothing is given: without that category it would be a different
// consent.
Value categories(Arena& arena, Value element, Value) {
  constexpr std::string_view silent[] = {hiv_category, "sud-counseling-notes", "psychotherapy-notes"};
  constexpr Allowed kinds[] = {{"http://loinc.org", "59284-0"},
                               {act_code, part2_category},
                               {act_code, "INFA"},
                               {act_code, "IDSCL"},
                               {category_system, "cj-2.35"},
                               {category_system, "legal-proceedings"},
                               {category_system, "intermediary"}};
  std::vector<Value> kept;
  for (const Value category : element.items()) {
    for (const Value each : category["coding"].items())
      if (contains(silent, each["code"].text())) return {};
    if (const Value left = concept_of(arena, codings_in(arena, category["coding"], kinds)))
      kept.push_back(left);
  }
  return list(arena, kept);
}

// R4 requires a policy or a rule in a Consent (ppc-1). The rule says only permit or deny. If only the
// provision says it, the rule is made from the provision.
Value policy_rule(Arena& arena, Value element, Value resource) {
  constexpr Allowed rules[] = {
      {act_code, "OPTIN"}, {act_code, "OPTINR"}, {act_code, "OPTOUT"}, {act_code, "OPTOUTE"}};
  if (const Value rule = concept_of(arena, codings_in(arena, element["coding"], rules))) return rule;
  const auto type = resource["provision"]["type"].text();
  if (type != "permit" && type != "deny") return {};
  return concept_of(arena, {coding(arena, act_code, type == "permit" ? "OPTIN" : "OPTOUT")});
}

// Version and time. Of the labels: the confidentiality, the protection by 42 CFR Part 2, and the handling
// marks. Sensitivities, and regimes that name one, must not be revealed.
Value meta(Arena& arena, Value element, Value) {
  constexpr Allowed marks[] = {{act_code, "42CFRPart2"},
                               {act_code, "NORDSCLCD"},
                               {act_code, "NOPAT"},
                               {act_code, "PERSISTLABEL"},
                               {act_code, "RedisclosureProhibitionMark"},
                               {sensitivity_system, "SAFETYPLAN"},
                               {sensitivity_system, "INCIDENT"},
                               {sensitivity_system, "SEALED"}};
  std::vector<Member> kept;
  for (const auto* member : {"versionId", "lastUpdated"})
    if (element[member].is_string()) kept.push_back({member, element[member]});
  std::vector<Value> security;
  for (const Value each : element["security"].items())
    if (each["system"].text() == confidentiality && confidentiality_rank(each["code"].text()) >= 0)
      security.push_back(coding(arena, confidentiality, each["code"].text()));
  for (const Value mark : codings_in(arena, element["security"], marks)) security.push_back(mark);
  if (const Value labels = list(arena, security)) kept.push_back({"security", labels});
  return object(arena, kept);
}

struct Kept {
  std::string_view type, member;
  Keep keep;
  bool required = false;  // without it, nothing is given
};

// No identifiers, because their systems name programs. No businessStatus, because refusals give clinical
// reasons there.
constexpr Kept table[] = {
    {"", "id", plain},
    {"", "meta", meta},
    {"Patient", "name", names},
    {"Patient", "birthDate", plain},
    {"EpisodeOfCare", "status", plain, true},
    {"EpisodeOfCare", "patient", patient, true},
    {"EpisodeOfCare", "managingOrganization", organization},
    {"EpisodeOfCare", "period", period},
    {"Encounter", "status", plain, true},
    {"Encounter", "class", visit_class, true},
    {"Encounter", "subject", patient, true},
    {"Encounter", "period", period},
    {"Encounter", "serviceProvider", organization},
    {"Appointment", "status", plain, true},
    {"Appointment", "start", plain},
    {"Appointment", "end", plain},
    {"Appointment", "participant", participants, true},
    {"Task", "status", plain, true},
    {"Task", "intent", plain, true},
    {"Task", "for", patient, true},
    {"Task", "executionPeriod", period},
    {"Task", "authoredOn", plain},
    {"Task", "lastModified", plain},
    {"ServiceRequest", "status", plain, true},
    {"ServiceRequest", "intent", plain, true},
    {"ServiceRequest", "subject", patient, true},
    {"ServiceRequest", "authoredOn", plain},
    {"ServiceRequest", "performer", organizations},
    {"Consent", "status", plain, true},
    {"Consent", "scope", scope, true},
    {"Consent", "category", categories, true},
    {"Consent", "patient", patient, true},
    {"Consent", "dateTime", plain},
    {"Consent", "organization", organizations},
    {"Consent", "policyRule", policy_rule, true},
};

struct Searchable {
  std::string_view type, parameter;
};

// Only parameters on members that are given unchanged. A class, a performer, a participant or a category is
// given only in part.
constexpr Searchable searchable[] = {
    {"", "_id"},
    {"", "_lastUpdated"},
    {"Patient", "name"},
    {"Patient", "family"},
    {"Patient", "given"},
    {"Patient", "birthdate"},
    {"EpisodeOfCare", "patient"},
    {"EpisodeOfCare", "status"},
    {"EpisodeOfCare", "date"},
    {"EpisodeOfCare", "organization"},
    {"Encounter", "patient"},
    {"Encounter", "subject"},
    {"Encounter", "status"},
    {"Encounter", "date"},
    {"Encounter", "service-provider"},
    {"Appointment", "status"},
    {"Appointment", "date"},
    {"Task", "patient"},
    {"Task", "subject"},
    {"Task", "status"},
    {"Task", "intent"},
    {"Task", "authored-on"},
    {"Task", "modified"},
    {"Task", "period"},
    {"ServiceRequest", "patient"},
    {"ServiceRequest", "subject"},
    {"ServiceRequest", "status"},
    {"ServiceRequest", "intent"},
    {"ServiceRequest", "authored"},
    {"Consent", "patient"},
    {"Consent", "status"},
    {"Consent", "date"},
    {"Consent", "organization"},
};

constexpr std::string_view roles[] = {"probation", "parole", "shelter"};

}  // namespace

bool projects(std::string_view role) { return contains(roles, role); }

bool is_projected(std::string_view type) {
  return !type.empty() && std::any_of(std::begin(table), std::end(table),
                                      [type](const Kept& kept) { return kept.type == type; });
}

std::optional<Value> status_only(Arena& arena, Value resource) {
  const auto type = resource["resourceType"].text();
  // A resource with a modifier or with implicit rules is not given, because the rest must not be passed on
  // without them.
  if (!is_projected(type) || resource["modifierExtension"] || resource["implicitRules"]) return std::nullopt;
  std::vector<Member> members = {{"resourceType", resource["resourceType"]}};
  for (const Kept& kept : table) {
    if (!kept.type.empty() && kept.type != type) continue;
    const Value left = kept.keep(arena, resource[kept.member], resource);
    if (!left && kept.required) return std::nullopt;
    if (left) members.push_back({kept.member, left});
  }
  return arena.object_of(members);
}

bool is_searchable(std::string_view type, std::string_view parameter) {
  return is_projected(type) &&
         std::any_of(std::begin(searchable), std::end(searchable), [&](const Searchable& each) {
           return each.parameter == parameter && (each.type.empty() || each.type == type);
         });
}

}  // namespace handoff::consent
