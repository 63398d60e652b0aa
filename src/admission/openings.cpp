#include "admission/openings.h"

#include <algorithm>

#include "admission/regrant.h"
#include "consent/opening.h"
#include "store/grants.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

// What a shape says after the type. Only consents to certain types look at the type.
std::string_view but_type(std::string_view shape) {
  const auto labels = shape.find(R"("labels":)");
  return labels == shape.npos ? std::string_view{} : shape.substr(labels);
}

// The shape as if it did not ask for the resource itself (fold.cpp writes the shape).
std::string but_asking(std::string_view shape) {
  std::string rest(shape);
  const std::string_view member = R"("asks":true)";
  if (const auto at = rest.find(member); at != rest.npos) rest.replace(at, member.size(), R"("asks":false)");
  return rest;
}

bool names_types(std::string_view provisions) {
  return provisions.find(R"("classes":[")") != provisions.npos;
}

// Does the resource make its Patient visible? A Consent does not do that for its recipients.
bool is_reason(const consent::RowDecision& decision, std::string_view type) {
  return decision.permit && (type != "Consent" || decision.internal);
}

}  // namespace

Openings::Classes Openings::stored(const fhir::ResourceId& patient) const {
  Classes classes;
  std::optional<std::vector<consent::Directive>> consents;  // read only if a date has passed
  for (const auto& [scope, stood] : stored_classes(snapshot_, patient)) {
    if (!stood.until || *stood.until > now_) {
      classes[scope] = stood.text;
      continue;
    }
    if (!consents) consents = stored_consents(snapshot_, patient);
    classes[scope] =
        consent::pass({scope.first, {}, scope.second, now_}, stood, *consents, scope.first, {}).now.text;
  }
  return classes;
}

// The classes as they will be once the request is written.
const Openings::Classes& Openings::classes_of(const fhir::ResourceId& patient) {
  const auto [known, is_new] = classes_.emplace(patient, Classes{});
  if (!is_new) return known->second;
  const auto granted = std::find_if(granted_.begin(), granted_.end(),
                                    [&](const store::PatientGrants& one) { return one.patient == patient; });
  if (granted == granted_.end()) return known->second = stored(patient);
  for (const store::Grant& grant : granted->grants)
    if (grant.purpose != consent::naming) known->second[{grant.recipient, grant.purpose}] = grant.provisions;
  return known->second;
}

std::vector<store::Opening> Openings::find() {
  for (const store::Write& write : written_)
    if (!write.deleted) note(write);
  return {found_.begin(), found_.end()};
}

std::vector<fhir::ResourceId> Openings::patients() const {
  std::vector<fhir::ResourceId> ids;
  for (const auto& [id, classes] : classes_) ids.push_back(id);
  return ids;
}

void Openings::note(const store::Write& write) {
  if (write.patient.empty() || write.type == "Patient") return;
  if (write.expected > 0) return note_uncovered(write);
  const bool is_with_patient = std::any_of(written_.begin(), written_.end(), [&](const store::Write& one) {
    return one.type == "Patient" && one.expected == 0 && one.id == write.patient.text();
  });
  if (!is_with_patient) note_first(write);
}

// A discloser needs no consent for what it discloses. Like every recipient that no consent names, it gets
// what is said to anyone.
void Openings::add_disclosers(Classes& classes, std::string_view shape) {
  if (const auto row = consent::row_of(shape))
    for (const std::string& discloser : row->disclosers)
      for (const std::string_view purpose : consent::registered_purposes())
        classes.try_emplace({discloser, std::string(purpose)});
}

std::string Openings::class_in(const Classes& classes, const Scope& scope) {
  const auto own = classes.find(scope);
  if (own != classes.end() && !own->second.empty()) return own->second;
  const auto general = classes.find({std::string(consent::anyone), scope.second});
  return general == classes.end() ? std::string() : general->second;
}

ClassSight Openings::sight_now(const Scope& scope) {
  return ClassSight(
      snapshot_, scope,
      [this, scope](const fhir::ResourceId& patient) { return class_in(classes_of(patient), scope); },
      written_);
}

ClassSight Openings::sight_before(const Scope& scope) const {
  return ClassSight(snapshot_, scope, [this, scope](const fhir::ResourceId& patient) {
    return class_in(stored(patient), scope);
  });
}

// A resource that was hidden becomes visible, so resources of other disclosers now show their references to
// it.
void Openings::note_uncovered(const store::Write& write) {
  const auto current = snapshot_.resources().read(write.type, write.id);
  if (!current) return;
  const std::string shape = grants_.shape_text(current->shape).value_or(std::string());
  const auto row = consent::row_of(write.shapes.front());
  const bool asks = row && row->asks;
  if (!asks && !current->deleted && write.previous_patient == write.patient && shape == write.shapes.front())
    return;
  Classes scopes = classes_of(write.patient);
  add_disclosers(scopes, write.shapes.front());
  for (const auto& [scope, provisions] : scopes) {
    const consent::RowDecision now =
        sight_now(scope).decide({write.patient, write.shapes.front(), write.body});
    if (!now.permit) continue;
    consent::RowDecision was;
    if (!current->deleted) was = sight_before(scope).decide({write.previous_patient, shape, current->body});
    const bool was_seen = was.permit && (is_reason(was, write.type) || !is_reason(now, write.type));
    if (!was_seen) found_.insert({write.patient, scope.first, scope.second});
  }
}

// The first visible resource of a patient makes the Patient visible, too.
void Openings::note_first(const store::Write& write) {
  const store::PatientNumber patient = snapshot_.resources().patient_number(write.patient);
  const std::uint32_t shape = grants_.shape_number(write.shapes.front());
  const std::string_view text = write.shapes.front();
  const auto row = consent::row_of(text);
  const bool asks = row && row->asks;
  if (patient == store::PatientNumber::nobody ||
      (!asks && shape != 0 && snapshot_.resources().has_shape(patient, write.type, shape)))
    return;
  std::map<std::uint32_t, std::string> others;  // shapes of the resources that exist
  snapshot_.resources().has_other(patient, "Patient", [&](std::uint32_t other, store::Pk) {
    if (!others.contains(other)) others[other] = grants_.shape_text(other).value_or(std::string());
    return false;
  });
  Classes classes = classes_of(write.patient);
  // Usually another resource exists that everybody who may see this one sees already. Then nothing opens.
  const bool by_type =
      write.type == "Consent" ||
      std::any_of(classes.begin(), classes.end(), [](const auto& one) { return names_types(one.second); });
  const auto is_like = [&](const auto& other) {
    const auto there = but_asking(but_type(other.second)) == but_asking(but_type(text))
                           ? consent::row_of(other.second)
                           : std::nullopt;
    return there && !there->asks && there->type != "Consent";
  };
  if (!by_type && std::any_of(others.begin(), others.end(), is_like)) return;
  add_disclosers(classes, text);
  for (const auto& [scope, provisions] : classes) {
    const ClassSight sight = sight_now(scope);
    const consent::RowDecision decision = sight.decide({write.patient, text, write.body});
    if (!is_reason(decision, write.type)) continue;
    const bool is_seen = std::any_of(others.begin(), others.end(), [&](const auto& other) {
      const auto there = consent::row_of(other.second);
      return there && !there->asks && is_reason(sight.decide({write.patient, other.second, {}}), there->type);
    });
    if (!is_seen) found_.insert({write.patient, scope.first, scope.second});
  }
}

}  // namespace handoff::admission
