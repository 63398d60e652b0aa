#include "disclosure/view.h"

#include <algorithm>

#include "consent/codes.h"
#include "consent/fold.h"
#include "consent/marks.h"
#include "consent/projection.h"
#include "consent/redaction.h"
#include "core/limits.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::disclosure {
namespace {

json::Value without_version(json::Arena& arena, json::Value resource) {
  json::Value meta = resource["meta"];
  for (const char* member : {"versionId", "lastUpdated"}) meta = json::with_member(arena, meta, member, {});
  return json::with_member(arena, resource, "meta", meta.size() > 0 ? meta : json::Value{});
}

std::string reference_to_patient(const store::Version& version) {
  return version.patient.empty() ? std::string() : "Patient/" + version.patient;
}

}  // namespace

View::View(const store::Snapshot& snapshot, Scope& scope, Audience audience, Instant now)
    : snapshot_(snapshot),
      scope_(scope),
      grants_(snapshot),
      audience_(std::move(audience)),
      now_(now),
      classes_(scope.at(snapshot, now)),
      discloses_(scope.discloses(snapshot)) {}

Sight View::decide(const Decisions& decisions, std::uint32_t shape) const {
  if (shape == store::closed_shape) return Sight::hidden;
  const std::string text = grants_.shape_text(shape).value_or(std::string());
  const auto row = consent::row_of(text);
  if (!row) return Sight::ask;  // more shapes than a row can tell apart
  if (!consent::decide_folded(audience_.recipient, audience_.purpose, decisions.provisions(), text)) return Sight::hidden;
  if (audience_.projected && row->of_patient) return consent::is_projected(row->type) ? Sight::ask : Sight::hidden;
  if (row->asks) return Sight::ask;
  return row->of_patient && row->type == "Patient" ? Sight::with_others : Sight::visible;
}

Sight View::sight(std::int64_t patient, std::uint32_t shape) const {
  Decisions& decisions = classes_->of_patient(patient);
  Sight found = decisions.of(shape);
  if (found == Sight::unknown) {
    found = decide(decisions, shape);
    decisions.remember(shape, found);
  }
  return found;
}

bool View::visible(std::int64_t patient, std::uint32_t shape, std::int64_t pk) const {
  switch (sight(patient, shape)) {
    case Sight::visible: return true;
    case Sight::with_others: return sees_other(patient);
    case Sight::ask: return holds_on_its_own(pk);
    default: return false;
  }
}

bool View::sees_other(std::int64_t patient) const {
  if (const auto known = others_seen_.find(patient); known != others_seen_.end()) return known->second;
  const bool seen =
      snapshot_.has_other(patient, "Patient", [&](std::uint32_t shape, std::int64_t pk) { return visible(patient, shape, pk); });
  return others_seen_[patient] = seen;
}

bool View::holds_on_its_own(std::int64_t pk) const {
  if (const auto known = asked_.find(pk); known != asked_.end()) return known->second;
  const auto version = snapshot_.at(pk);
  const bool holds = version && release(*version).has_value();
  return asked_[pk] = holds && (version->type != "Patient" || sees_other(version->patient_number));
}

const std::vector<std::int64_t>* View::few(std::string_view type) const {
  const bool few = !discloses_ && classes_->patients.size() <= limits::few_patients_max && !consent::is_directory(type);
  return few ? &classes_->patients : nullptr;
}

bool View::sees(std::string_view type, std::string_view id) const {
  const auto row = snapshot_.find(type, id);
  return row && !row->deleted && visible(row->patient, row->shape, row->pk);
}

// As redaction asks: by the decision of the target alone, not by what would be left of it.
bool View::hides(std::string_view reference) const {
  const auto parts = fhir::split_reference(reference);
  if (!parts || !consent::may_be_hidden(reference)) return false;
  const auto [known, is_new] = hidden_.emplace(reference, false);
  if (!is_new) return known->second;
  const auto row = snapshot_.find(parts->type, parts->id);
  if (!row) return false;
  if (row->deleted) return known->second = true;  // what it was is nobody's to know
  return known->second = row->shape == 0 ? !permits(row->pk) : sight(row->patient, row->shape) == Sight::hidden;
}

// Of what has no shape.
bool View::permits(std::int64_t pk) const {
  const auto version = snapshot_.at(pk);
  if (!version) return false;
  const auto parsed = json::parse(version->body);
  if (!parsed) return false;
  const consent::Row row = row_of(parsed->root(), *version);
  if (audience_.projected && row.of_patient && !consent::is_projected(row.type)) return false;
  return decided(row, reference_to_patient(*version)).permit;
}

const std::vector<consent::Directive>& View::directives_of(const std::string& patient) const {
  Directives& directives = directives_[patient];
  if (!directives) directives = scope_.directives_of(snapshot_, patient);
  return *directives;
}

std::string View::scope_of(const consent::RowDecision& decision, const std::string& patient) const {
  std::string scope;
  for (const consent::Directive& directive : directives_of(patient)) {
    const std::string reference = directive.reference + "/_history/" + std::to_string(directive.version);
    if (std::find(decision.basis.begin(), decision.basis.end(), reference) == decision.basis.end()) continue;
    scope += (scope.empty() ? "" : " ") + consent::scope_statement(directive);
  }
  return scope;
}

consent::Row View::row_of(json::Value resource, const store::Version& version) const {
  return consent::make_row(resource, reference_to_patient(version), split(version.disclosers, ' '));
}

consent::RowDecision View::decided(const consent::Row& row, const std::string& patient) const {
  return consent::decide_row({audience_.recipient, {}, audience_.purpose, now_}, row, directives_of(patient));
}

std::optional<Released> View::release(const store::Version& version, std::string_view discloser) const {
  if (version.deleted || !version.stands || sight(version.patient_number, version.shape) == Sight::hidden) return std::nullopt;
  auto parsed = json::parse(version.body);
  if (!parsed) return std::nullopt;
  documents_.push_back(std::move(*parsed));
  return release_part(version, documents_.back().root(), discloser);
}

std::optional<Released> View::release_part(const store::Version& version, json::Value resource, std::string_view discloser) const {
  Released released;
  released.patient = reference_to_patient(version);
  // An older version may have been about somebody else, of whom today's decision knows nothing.
  if (const std::string about = fhir::patient_of(resource); !about.empty() && about != released.patient) return std::nullopt;
  consent::Row row = row_of(resource, version);
  if (!discloser.empty()) std::erase_if(row.disclosers, [&](const std::string& one) { return one != discloser; });
  released.decision = decided(row, released.patient);
  if (!released.decision.permit) return std::nullopt;
  // What belongs to nobody may still refer to somebody's.
  consent::Redaction redaction{released.decision.disclosers, released.decision.bookings, released.decision.internal && row.of_patient,
                               [this](std::string_view reference) { return hides(reference); }};
  const auto kept = consent::redact(arena_, resource, redaction, fhir::Definitions::r4());
  if (!kept) return std::nullopt;
  released.resource = *kept;
  if (audience_.projected && row.of_patient) {
    const auto state = consent::status_only(arena_, released.resource);
    if (!state) return std::nullopt;
    released.resource = *state;
  }
  // How often a Patient changed, and when last, is told by nobody alone: others contributed too.
  if (row.type == "Patient") released.resource = without_version(arena_, released.resource);
  if (!released.decision.part2) return released;
  released.scope = scope_of(released.decision, released.patient);
  released.resource = consent::with_marks(arena_, released.resource, released.scope);
  return released;
}

}  // namespace handoff::disclosure
