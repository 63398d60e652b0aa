#include "admission/class_sight.h"

#include <algorithm>

#include "consent/fold.h"
#include "consent/redaction.h"
#include "fhir/reference.h"
#include "json/document.h"
#include "store/grants.h"
#include "store/resources.h"

namespace handoff::admission {

ClassSight::ClassSight(const store::Snapshot& snapshot, Scope scope, ClassOf class_of,
                       std::span<const store::Write> written)
    : snapshot_(snapshot),
      grants_(snapshot.grants()),
      scope_(std::move(scope)),
      class_of_(std::move(class_of)),
      written_(written) {}

consent::RowDecision ClassSight::decide(const Sighted& resource) const {
  consent::RowDecision decision =
      consent::decide_class(scope_.first, scope_.second, class_of_(resource.patient), resource.shape);
  if (!decision.permit) return decision;
  const auto row = consent::row_of(resource.shape);
  if (row && row->asks && !is_left(resource, decision)) decision.permit = false;
  return decision;
}

bool ClassSight::is_left(const Sighted& resource, const consent::RowDecision& decision) const {
  const auto parsed = json::parse(resource.body);
  if (!parsed) return false;
  const consent::Redaction redaction{decision.disclosers,
                                     decision.bookings,
                                     decision.internal,
                                     [this](std::string_view reference) { return hides(reference); },
                                     false,
                                     {"Patient", resource.patient}};
  json::Arena arena;
  return consent::redact(arena, parsed->root(), redaction, fhir::Definitions::r4()).has_value();
}

bool ClassSight::permits(const fhir::ResourceId& patient, std::string_view shape) const {
  return consent::decide_folded(scope_.first, scope_.second, class_of_(patient), shape);
}

// Same rules as View::hides().
bool ClassSight::hides(std::string_view reference) const {
  const auto parts = fhir::split_reference(reference);
  const bool is_patient = parts && parts->type == "Patient";
  if (!parts || !(is_patient || consent::may_be_hidden(reference))) return false;
  const auto write = std::find_if(written_.begin(), written_.end(), [&](const store::Write& one) {
    return one.type == parts->type && one.id == parts->id;
  });
  if (write != written_.end()) return write->deleted || !permits(write->patient, write->shapes.front());
  const auto row = snapshot_.resources().find(parts->type, parts->id);
  if (!row) return false;
  if (row->deleted) return true;
  const fhir::ResourceId patient =
      snapshot_.resources().patient_id(row->patient).value_or(fhir::ResourceId());
  return !permits(patient, grants_.shape_text(row->shape).value_or(std::string())) ||
         (is_patient && !opens_patient(patient));
}

bool ClassSight::opens_patient(const fhir::ResourceId& patient) const {
  return snapshot_.resources().has_other(
      snapshot_.resources().patient_number(patient), "Patient", [&](std::uint32_t shape, store::Pk) {
        const std::string text = grants_.shape_text(shape).value_or(std::string());
        const auto row = consent::row_of(text);
        return row && !row->asks && row->type != "Consent" && permits(patient, text);
      });
}

}  // namespace handoff::admission
