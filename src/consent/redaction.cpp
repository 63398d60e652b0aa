#include "consent/redaction.h"

#include <algorithm>
#include <set>

#include "consent/contributions.h"
#include "consent/discloser_marks.h"
#include "consent/invariants.h"
#include "consent/labels.h"
#include "consent/recipients.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using fhir::Element;
using fhir::Type;
using json::Arena;
using json::Member;
using json::Value;

bool same(Value a, Value b) {
  return a.type() == b.type() && a.storage() == b.storage() && a.size() == b.size();
}

// How many of the named elements an object has. A primitive also counts if only its extensions are there.
std::size_t count(std::span<const Member> members, const Type& type, const auto& is_counted) {
  std::size_t found = 0;
  std::set<std::string_view> seen;
  for (const Member& member : members) {
    const auto name = member.key.starts_with('_') ? member.key.substr(1) : member.key;
    const Element* element = type.find_json(name).element;
    if (element && is_counted(*element) && seen.insert(name).second)
      found += member.value.is_array() ? member.value.size() : 1;
  }
  return found;
}

// Does the rest have fewer elements than R4 requires, while the whole had enough? If a resource arrived
// incomplete, redaction did not break it.
bool breaks_cardinality(std::span<const Member> before, std::span<const Member> after, const Type& type) {
  return std::any_of(type.elements.begin(), type.elements.end(), [&](const Element& element) {
    const auto is_it = [&element](const Element& other) { return &other == &element; };
    return element.min > 0 && count(after, type, is_it) < element.min &&
           count(before, type, is_it) >= element.min;
  });
}

bool breaks_invariant(std::span<const Member> before, std::span<const Member> after, const Type& type) {
  const Invariant* invariant = find_invariant(type.name);
  if (!invariant) return false;
  const auto is_named = [invariant](const Element& element) {
    return std::find(std::begin(invariant->elements), std::end(invariant->elements), element.name) !=
           std::end(invariant->elements);
  };
  return count(after, type, is_named) < invariant->least && count(before, type, is_named) >= invariant->least;
}

// An element has a value or children; an id is neither (ele-1).
bool is_empty(std::span<const Member> members) {
  return std::all_of(members.begin(), members.end(), [](const Member& member) { return member.key == "id"; });
}

// The directory of people and places, whatever its labels, and the person's own record. A Device is not here,
// because it may belong to a person. Other Patients are shown only if the requester sees them: see must_go().
constexpr std::string_view always_shown[] = {"Patient",          "Organization", "Practitioner",
                                             "PractitionerRole", "Location",     "HealthcareService"};

// Identifiers of these systems are for disclosers only.
bool is_reserved_system(std::string_view system, bool in_consent) {
  return system == record_system || (system == consent_system && !in_consent);
}

// Walks one resource along its type. An absent Value means that the part is removed. Depth is bounded by the
// parser's limit.
class Redactor {
 public:
  Redactor(Arena& arena, Value resource, const Redaction& redaction, const fhir::Definitions& definitions)
      : arena_(arena), resource_(resource), redaction_(redaction), definitions_(definitions) {
    const auto type = resource["resourceType"].text();
    is_patient_ = type == "Patient";
    is_consent_ = type == "Consent";
    is_incident_ =
        !redaction.internal && (type == "AdverseEvent" || labels_in(resource).marks.contains("INCIDENT"));
    patient_ = redaction.patient.empty() ? fhir::patient_of(resource) : redaction.patient;
  }

  // What is left of the resource, valid or not.
  Value run() {
    const Type* type = definitions_.find_resource(resource_["resourceType"].text());
    return type ? object(resource_, *type) : Value{};  // type unknown, so unclear what to remove
  }
  bool stands() const { return stands_; }          // no element that the root requires was removed
  bool took_along() const { return took_along_; }  // an element was removed with all that it said

 private:
  Value object(Value whole, const Type& type) {
    std::vector<Member> kept;
    bool changed = false;
    for (const Member& member : whole.members()) {
      const Value left = this->member(member, type);
      changed |= !same(left, member.value);
      if (left) kept.push_back({member.key, left});
    }
    if (!changed) return whole;
    drop_narrative(kept, type);
    if (is_empty(kept)) return {};
    const bool stands =
        !breaks_cardinality(whole.members(), kept, type) && !breaks_invariant(whole.members(), kept, type);
    const bool is_root = same(whole, resource_);
    stands_ &= stands || !is_root;
    took_along_ |= !stands && !is_root;
    return stands || is_root ? arena_.object_of(kept) : Value{};
  }

  Value member(const Member& member, const Type& type) {
    if (!member.value.is_object() && !member.value.is_array()) return member.value;
    if (member.key == "meta" && type.kind == fhir::TypeKind::resource && !redaction_.with_meta)
      return member.value;
    if (member.key == "contributor" && type.name == "AdverseEvent" && is_incident_) return {};
    if (member.key.starts_with('_')) {
      const Type* companion = definitions_.find_type("Element");
      return companion ? values(member.value, *companion, true) : member.value;
    }
    const Type* of = type.find_json(member.key).type;
    if (!of) return member.value;
    const bool outer = std::exchange(in_contained_, in_contained_ || member.key == "contained");
    const Value left = values(member.value, *of, false);
    in_contained_ = outer;
    return left;
  }

  // `positional`: the list runs parallel to another list, item by item, so a removed item leaves a null.
  Value values(Value value, const Type& type, bool positional) {
    if (!value.is_array()) return one(value, type);
    std::vector<Value> kept;
    bool changed = false, any = false;
    for (const Value item : value.items()) {
      const Value left = item.is_object() ? one(item, type) : item;
      changed |= !same(left, item);
      any |= left.is_object();
      if (left) kept.push_back(left);
      else if (positional) kept.push_back(Arena::null());
    }
    if (!changed) return value;
    return kept.empty() || (positional && !any) ? Value{} : arena_.array(kept);
  }

  Value one(Value value, const Type& type) {
    if (!value.is_object()) return value;
    if (type.kind == fhir::TypeKind::resource) {
      const Type* actual = definitions_.find_resource(value["resourceType"].text());
      return actual ? object(value, *actual) : Value{};
    }
    if (!redaction_.internal && !redaction_.keeps_reserved && is_reserved(value, type)) return {};
    if (type.name == "Reference" && !in_contained_ && !redaction_.internal && must_go(value)) return {};
    if (type.name == "Identifier" && value["system"].text() == booking_system && !may_show_booking(value))
      return {};
    return object(value, type);
  }

  bool is_reserved(Value value, const Type& type) const {
    if (type.name == "Extension") return value["url"].text() == mapping_extension;
    if (type.name == "Identifier") return is_reserved_system(value["system"].text(), is_consent_);
    return type.name == "Reference" && is_reserved_system(value["identifier"]["system"].text(), is_consent_);
  }

  bool must_go(Value reference) const {
    const auto literal = reference["reference"].text();
    if (is_incident_ && is_third_party(reference, literal)) return true;
    const std::string target = fhir::local_reference(literal);
    return !target.empty() && target != patient_.text() && redaction_.hides && redaction_.hides(target);
  }

  // A RelatedPerson, or a Patient other than the resource's own, contained or not.
  bool is_third_party(Value reference, std::string_view literal) const {
    std::string target = fhir::local_reference(literal);
    std::string_view type = reference["type"].text();
    if (literal.starts_with('#'))
      for (const Value contained : resource_["contained"].items())
        if (contained["id"].text() == literal.substr(1)) type = contained["resourceType"].text();
    if (!target.empty()) type = std::string_view(target).substr(0, target.find('/'));
    return type == "RelatedPerson" || (type == "Patient" && (target.empty() || target != patient_.text()));
  }

  // On a Patient, the marks of each number say which organizations gave it.
  bool may_show_booking(Value identifier) const {
    if (!is_patient_) return !redaction_.bookings.empty();
    return is_marked_by(identifier, redaction_.bookings);
  }

  // A resource that lost something loses its text, and a section of a Composition its own, because the
  // narrative may speak of it.
  static void drop_narrative(std::vector<Member>& members, const Type& type) {
    std::erase_if(members, [&](const Member& member) {
      const Type* of = type.find_json(member.key).type;
      return member.key == "text" && of && of->name == "Narrative";
    });
  }

  Arena& arena_;
  Value resource_;
  const Redaction& redaction_;
  const fhir::Definitions& definitions_;
  fhir::Reference patient_;
  bool is_patient_ = false, is_consent_ = false, is_incident_ = false, in_contained_ = false, stands_ = true,
       took_along_ = false;
};

// Depth is bounded by the parser's limit.
bool holds_reserved_in(Value value, bool in_consent) {
  const auto members = value.members();
  const auto items = value.items();
  for (const Member& member : members)
    if (member.value.is_string() &&
        ((member.key == "system" && is_reserved_system(member.value.text(), in_consent)) ||
         (member.key == "url" && member.value.text() == mapping_extension)))
      return true;
  return std::any_of(members.begin(), members.end(),
                     [&](const Member& member) { return holds_reserved_in(member.value, in_consent); }) ||
         std::any_of(items.begin(), items.end(),
                     [&](Value item) { return holds_reserved_in(item, in_consent); });
}

// Collects every "#id" that is written anywhere in a value.
void collect_fragments(Value value, std::set<std::string_view>& out) {
  if (value.is_string() && value.text().starts_with('#')) out.insert(value.text());
  for (const Member& member : value.members()) collect_fragments(member.value, out);
  for (const Value item : value.items()) collect_fragments(item, out);
}

// The fragments that the resource refers to, directly or through contained resources.
std::set<std::string_view> fragments_of(Value resource) {
  std::set<std::string_view> found;
  for (const Member& member : resource.members())
    if (member.key != "contained") collect_fragments(member.value, found);
  for (bool grows = true; grows;) {
    const std::size_t before = found.size();
    for (const Value contained : resource["contained"].items())
      if (found.contains("#" + std::string(contained["id"].text()))) collect_fragments(contained, found);
    grows = found.size() > before;
  }
  return found;
}

// If only removed parts referred to a contained resource, it is removed too. Otherwise it would stand alone
// (dom-3) and reveal what was removed.
Value without_orphans(Arena& arena, Value resource, Value before) {
  if (!resource["contained"]) return resource;
  const auto had = fragments_of(before), has = fragments_of(resource);
  std::vector<Value> kept;
  for (const Value contained : resource["contained"].items()) {
    const std::string fragment = "#" + std::string(contained["id"].text());
    if (!had.contains(fragment) || has.contains(fragment)) kept.push_back(contained);
  }
  if (kept.size() == resource["contained"].size()) return resource;
  return json::with_member(arena, resource, "contained", kept.empty() ? Value{} : arena.array(kept));
}

}  // namespace

bool holds_reserved(Value resource) {
  return holds_reserved_in(resource, resource["resourceType"].text() == "Consent");
}

bool may_be_hidden(std::string_view reference) {
  const auto type = reference.substr(0, reference.find('/'));
  return std::find(std::begin(always_shown), std::end(always_shown), type) == std::end(always_shown);
}

// Depth is bounded by the parser's limit.
bool refers_to_another(Value value, const fhir::Reference& patient) {
  if (const auto literal = value["reference"].text(); literal.find("Patient/") != literal.npos) {
    const std::string target = fhir::local_reference(literal);
    if (target.starts_with("Patient/") && target != patient.text()) return true;
  }
  const auto members = value.members();
  const auto items = value.items();
  return std::any_of(members.begin(), members.end(),
                     [&](const Member& member) { return refers_to_another(member.value, patient); }) ||
         std::any_of(items.begin(), items.end(),
                     [&](Value item) { return refers_to_another(item, patient); });
}

Worst at_worst(Arena& arena, Value resource, const std::vector<std::string>& disclosers,
               const fhir::Definitions& definitions, const fhir::Reference& patient) {
  if (!definitions.find_resource(resource["resourceType"].text())) return {resource};
  const auto is_hidden = [](std::string_view reference) {
    return reference.starts_with("Patient/") || may_be_hidden(reference);
  };
  const Redaction redaction{disclosers, disclosers, false, is_hidden, true, patient};
  Redactor redactor(arena, resource, redaction, definitions);
  const Value left = without_orphans(arena, redactor.run(), resource);
  return {left, !redactor.stands(), redactor.took_along()};
}

std::optional<Value> redact(Arena& arena, Value resource, const Redaction& redaction,
                            const fhir::Definitions& definitions) {
  const bool is_trimmed = !redaction.internal && resource["resourceType"].text() == "Consent";
  Value seen = is_trimmed ? as_seen_by(arena, resource, redaction.recipients) : resource;
  if (is_trimmed && !redaction.sees_patient) seen = without_person(arena, seen, redaction.patient);
  Redactor redactor(arena, seen, redaction, definitions);
  Value left = redactor.run();
  if (!left || !redactor.stands()) return std::nullopt;
  if (!same(left, resource)) left = without_orphans(arena, left, resource);
  if (left["resourceType"].text() == "Patient") left = given_by(arena, left, redaction.disclosers);
  return left;
}

}  // namespace handoff::consent
