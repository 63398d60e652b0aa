#include "disclosure/recipient_view.h"

#include <algorithm>
#include <set>

#include "consent/claims.h"
#include "consent/codes.h"
#include "consent/fold.h"
#include "consent/marks.h"
#include "consent/projection.h"
#include "consent/redaction.h"
#include "core/limits.h"
#include "core/text.h"
#include "disclosure/sections.h"
#include "disclosure/texts.h"
#include "disclosure/view_version.h"
#include "fhir/reference.h"
#include "narrative/narrative.h"
#include "store/grants.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

// A Composition as part of a document: it is decided like any other resource.
consent::Row frame_row(consent::Row row) {
  row.third_party = false;
  return row;
}

constexpr int ancestors_max = 16;  // stops at a circle of partOf

// Ignores the organizations above the recipient. They are read only when a row needs them.
ShapeSight sight_of_consent(const consent::Row& row, const Audience& audience) {
  const consent::RowDecision decision =
      consent::decide_row({audience.recipient, {}, audience.purpose, {}}, row, {});
  if (decision.permit)
    return !decision.internal   ? ShapeSight::named
           : audience.projected ? ShapeSight::ask
                                : ShapeSight::visible;
  return row.named.empty() ? ShapeSight::hidden : ShapeSight::named_above;
}

}  // namespace

RecipientView::RecipientView(const store::Snapshot& snapshot, Scope& scope, Audience audience, Instant now,
                             std::shared_ptr<const consent::TellingNames> names, std::string client)
    : snapshot_(snapshot),
      scope_(scope),
      grants_(snapshot.grants()),
      audience_(std::move(audience)),
      now_(now),
      classes_(scope.at(snapshot, now)),
      discloses_(scope.discloses(snapshot)),
      names_(std::move(names)),
      client_(std::move(client)) {}

RecipientView::RecipientView(const RecipientView& other, const fhir::Reference& patient,
                             std::vector<consent::Directive> instead, Instant at)
    : RecipientView(other.snapshot_, other.scope_, other.audience_, other.now_, other.names_) {
  std::string provisions = consent::fold({audience_.recipient, {}, audience_.purpose, at}, instead).text;
  if (provisions.empty())
    provisions = consent::fold({std::string(consent::anyone), {}, audience_.purpose, at}, instead).text;
  instead_ = {snapshot_.resources().patient_number(patient.id()),
              std::make_unique<Decisions>(std::move(provisions))};
  directives_[patient] = std::make_shared<const std::vector<consent::Directive>>(std::move(instead));
}

ShapeSight RecipientView::decide(const Decisions& decisions, std::uint32_t shape) const {
  if (shape == store::closed_shape) return ShapeSight::hidden;
  const std::string text = grants_.shape_text(shape).value_or(std::string());
  const auto row = consent::row_of(text);
  if (!row) return ShapeSight::ask;  // more shapes than a row can tell apart
  if (row->of_patient && row->type == "Consent") return sight_of_consent(*row, audience_);
  if (!consent::decide_folded(audience_.recipient, audience_.purpose, decisions.provisions(), text))
    return ShapeSight::hidden;
  if (audience_.projected && row->of_patient)
    return consent::is_projected(row->type) ? ShapeSight::ask : ShapeSight::hidden;
  if (row->asks) return ShapeSight::ask;
  return row->of_patient && row->type == "Patient" ? ShapeSight::with_others : ShapeSight::visible;
}

ShapeSight RecipientView::shape_sight(store::PatientNumber patient, std::uint32_t shape) const {
  Decisions& decisions =
      instead_ && instead_->patient == patient ? *instead_->decisions : classes_->of_patient(patient);
  ShapeSight found = decisions.of(shape);
  if (found == ShapeSight::unknown) {
    found = decide(decisions, shape);
    decisions.remember(shape, found);
  }
  return found;
}

store::Sight RecipientView::sight(store::PatientNumber patient, std::uint32_t shape) const {
  switch (shape_sight(patient, shape)) {
    case ShapeSight::visible: return store::Sight::visible;
    case ShapeSight::with_others: return store::Sight::with_others;
    case ShapeSight::ask: return store::Sight::ask;
    case ShapeSight::named_above:
      if (!names_above(shape)) return store::Sight::hidden;
      [[fallthrough]];
    case ShapeSight::named: return audience_.projected ? store::Sight::ask : store::Sight::visible;
    default: return store::Sight::hidden;
  }
}

bool RecipientView::is_hidden(store::PatientNumber patient, std::uint32_t shape) const {
  const ShapeSight found = shape_sight(patient, shape);
  return found == ShapeSight::hidden || (found == ShapeSight::named_above && !names_above(shape));
}

const std::vector<std::string>& RecipientView::above() const {
  if (above_) return *above_;
  above_.emplace();
  store::StoredRecord record(snapshot_);
  std::string next = audience_.recipient;
  for (int climbed = 0; climbed < ancestors_max; ++climbed) {
    next = fhir::local_reference(record.read(next)["partOf"]["reference"].text());
    if (!next.starts_with("Organization/")) break;
    above_->push_back(next);
  }
  return *above_;
}

bool RecipientView::names_above(std::uint32_t shape) const {
  if (above().empty()) return false;
  const auto [known, is_new] = names_above_.emplace(shape, false);
  if (!is_new) return known->second;
  const auto row = consent::row_of(grants_.shape_text(shape).value_or(std::string()));
  return known->second =
             row && consent::decide_row({audience_.recipient, {}, audience_.purpose, now_, above()}, *row, {})
                        .permit;
}

bool RecipientView::sees_other(store::PatientNumber patient) const {
  if (const auto known = others_seen_.find(patient); known != others_seen_.end()) return known->second;
  // A Consent alone does not show the Patient to its recipients: it may have expired, been revoked, or be a
  // refusal.
  const auto is_reason = [&](std::uint32_t shape, store::Pk pk) {
    const ShapeSight found = shape_sight(patient, shape);
    if (found == ShapeSight::named || found == ShapeSight::named_above || !visible(patient, shape, pk))
      return false;
    return shape != 0 || !row_at(pk).is_named_only;
  };
  const bool seen = snapshot_.resources().has_other(patient, "Patient", is_reason);
  return others_seen_[patient] = seen;
}

bool RecipientView::holds(store::Pk pk) const {
  if (const auto known = asked_.find(pk); known != asked_.end()) return known->second;
  const auto version = snapshot_.resources().at(pk);
  const bool is_whole = version && release(*version).has_value();
  return asked_[pk] = is_whole && (version->type != "Patient" || sees_other(version->patient_number));
}

const std::vector<store::PatientNumber>* RecipientView::small_cohort(std::string_view type) const {
  if (discloses_ || consent::is_directory(type)) return nullptr;
  const std::vector<store::PatientNumber>& patients =
      type == "Consent" ? naming_patients() : classes_->patients;
  return patients.size() <= limits::few_patients_max ? &patients : nullptr;
}

const std::vector<store::PatientNumber>& RecipientView::naming_patients() const {
  if (above().empty()) return classes_->naming_patients;
  if (naming_) return *naming_;
  std::set<store::PatientNumber> all(classes_->naming_patients.begin(), classes_->naming_patients.end());
  for (const std::string& organization : above())
    for (const store::GrantRow& row : grants_.of_scope(organization, consent::naming))
      all.insert(row.patient);
  return naming_.emplace(all.begin(), all.end());
}

// The question that redaction asks. Only the decision about the target counts, not what redaction would leave
// of the target.
bool RecipientView::hides(std::string_view reference) const {
  const auto parts = fhir::split_reference(reference);
  const bool is_patient = parts && parts->type == "Patient";
  if (!parts || !(is_patient || consent::may_be_hidden(reference))) return false;
  const auto [known, is_new] = hidden_.emplace(reference, false);
  if (!is_new) return known->second;
  const auto row = snapshot_.resources().find(parts->type, parts->id);
  if (!row) return false;
  if (row->deleted) return known->second = true;  // nobody may know what it was
  const bool denied = row->shape == 0 ? !row_at(row->pk).permit : is_hidden(row->patient, row->shape);
  return known->second = denied || (is_patient && !opens_patient(row->patient));
}

// Is anything else of the patient visible by the decision alone? Resources that must be examined themselves
// do not count, because they may refer back to the Patient.
bool RecipientView::opens_patient(store::PatientNumber patient) const {
  return snapshot_.resources().has_other(patient, "Patient", [&](std::uint32_t shape, store::Pk pk) {
    if (shape != 0) return shape_sight(patient, shape) == ShapeSight::visible;
    const Asked asked = row_at(pk);
    return asked.permit && asked.is_whole && !asked.is_named_only;
  });
}

// For a resource without a shape.
RecipientView::Asked RecipientView::row_at(store::Pk pk) const {
  const auto version = snapshot_.resources().at(pk);
  const auto parsed = version ? json::parse(version->body) : json::parse("{}");
  if (!version || !parsed) return {};
  const fhir::Reference patient = owner_of(*version);
  const consent::Row row = row_of(parsed->root(), *version);
  if (audience_.projected && row.of_patient && !consent::is_projected(row.type)) return {};
  const consent::RowDecision decision = decided(row, patient);
  const bool is_whole = !audience_.projected &&
                        !consent::at_worst(arena_, parsed->root(), {}, fhir::Definitions::r4(), patient).all;
  return {decision.permit, row.type == "Consent" && !decision.internal, is_whole};
}

const std::vector<consent::Directive>& RecipientView::directives_of(const fhir::Reference& patient) const {
  Directives& directives = directives_[patient];
  if (!directives) directives = scope_.directives_of(snapshot_, patient);
  return *directives;
}

std::string RecipientView::scope_of(const consent::RowDecision& decision,
                                    const fhir::Reference& patient) const {
  std::string scope;
  for (const consent::Directive& directive : directives_of(patient)) {
    const std::string reference = directive.reference + "/_history/" + std::to_string(directive.version);
    if (std::find(decision.basis.begin(), decision.basis.end(), reference) == decision.basis.end()) continue;
    consent::Directive reduced = directive;  // the recipient may not know whom else it names
    if (!reduced.root.actors.empty()) reduced.root.actors = {audience_.recipient};
    scope += (scope.empty() ? "" : " ") + consent::scope_statement(reduced);
  }
  return scope;
}

consent::Row RecipientView::row_of(json::Value resource, const store::Version& version,
                                   std::string_view discloser) const {
  consent::Row row = consent::make_row(resource, owner_of(version), split(version.disclosers, ' '));
  if (!discloser.empty())
    std::erase_if(row.disclosers, [&](const std::string& one) { return one != discloser; });
  return row;
}

// Sections stand for themselves: each is decided by what it says.
json::Value RecipientView::with_sections(const store::Version& version, json::Value composition,
                                         std::string_view discloser) const {
  store::StoredRecord record(snapshot_);
  const auto read = [&](std::string_view reference) { return record.read(reference); };
  SectionLabels labels{{}, read, names_.get()};
  for (const std::string& one : row_of(composition, version, discloser).disclosers)
    labels.sources.push_back(consent::source_of(read(one), read));
  const auto arrived = snapshot_.resources().arrived_labels("Composition", version.id);
  if (arrived) labels.arrived = arrived->empty() ? json::Arena::empty_array() : keep(json::parse(*arrived));
  const fhir::Reference patient = owner_of(version);
  const auto permits = [&](json::Value part) {
    return decided(frame_row(row_of(part, version, discloser)), patient).permit;
  };
  // Copied, because the values that were read live only as long as the record.
  return json::copy(arena_, with_permitted_sections(arena_, composition, labels, permits));
}

consent::RowDecision RecipientView::decided(const consent::Row& row, const fhir::Reference& patient) const {
  if (row.type == "Consent")
    return consent::decide_row({audience_.recipient, {}, audience_.purpose, now_, above()}, row, {});
  return consent::decide_row({audience_.recipient, {}, audience_.purpose, now_}, row, directives_of(patient));
}

// The result lives as long as the view.
json::Value RecipientView::keep(Result<json::Document> parsed) const {
  if (!parsed) return {};
  documents_.push_back(std::move(*parsed));
  return documents_.back().root();
}

std::optional<Released> RecipientView::release_by(const store::Version& version,
                                                  std::string_view discloser) const {
  if (version.deleted || !version.stands || is_hidden(version.patient_number, version.shape))
    return std::nullopt;
  const json::Value content = keep(json::parse(version.body));
  if (!content) return std::nullopt;
  return release_content(version, content, discloser);
}

std::optional<Released> RecipientView::release_content(const store::Version& version, json::Value content,
                                                       std::string_view discloser) const {
  return release_row(version, content, row_of(content, version, discloser));
}

std::optional<Released> RecipientView::release_frame(const store::Version& version, json::Value composition,
                                                     std::string_view discloser) const {
  const json::Value left = with_sections(version, composition, discloser);
  return release_row(version, left, frame_row(row_of(left, version, discloser)));
}

// What the recipient sees of the resource, and the version of that. The time and the marks of a disclosure
// are not set.
std::optional<Released> RecipientView::shown(const store::Version& version, json::Value resource,
                                             const consent::Row& row) const {
  Released released;
  released.patient = owner_of(version);
  // An older version may be about another person, and today's decision does not cover that person.
  if (const fhir::Reference about = fhir::patient_of(resource); !about.empty() && about != released.patient)
    return std::nullopt;
  released.decision = decided(row, released.patient);
  if (!released.decision.permit) return std::nullopt;
  // A resource that belongs to nobody may still refer to resources of a patient.
  consent::Redaction redaction{released.decision.disclosers,
                               released.decision.bookings,
                               released.decision.internal && row.of_patient,
                               [this](std::string_view reference) { return hides(reference); },
                               false,
                               released.patient};
  redaction.with_meta = true;
  if (row.type == "Consent") {
    redaction.recipients = above();
    redaction.recipients.push_back(audience_.recipient);
    const auto patient = snapshot_.resources().find("Patient", version.patient);
    redaction.sees_patient = patient && !hides(released.patient);
  }
  const auto kept = consent::redact(arena_, resource, redaction, fhir::Definitions::r4());
  if (!kept) return std::nullopt;
  released.resource = consent::with_kept_claims(arena_, *kept);
  if (audience_.projected && row.of_patient) {
    const auto state = consent::status_only(arena_, released.resource);
    if (!state) return std::nullopt;
    released.resource = *state;
  } else if (kept->storage() != resource.storage() && narrative::has_own_text(resource)) {
    // made from what is left, so it says no more
    released.resource = narrative::with_text(arena_, released.resource);
  }
  // A view that is a part by its nature has its own version. A resource that lacks only a hidden reference
  // keeps its number, because another form of version would reveal that something is hidden.
  released.is_part = row.type == "Patient" || (audience_.projected && row.of_patient) ||
                     (row.type == "Consent" && !released.decision.internal);
  released.version =
      released.is_part ? version_of_part(arena_, released.resource) : std::to_string(version.version);
  released.updated = version.updated;
  return released;
}

std::optional<Released> RecipientView::shown(const store::Version& version) const {
  if (version.deleted || !version.stands || is_hidden(version.patient_number, version.shape))
    return std::nullopt;
  const json::Value content = keep(json::parse(version.body));
  if (!content) return std::nullopt;
  return shown(version, content, row_of(content, version));
}

std::optional<Released> RecipientView::release_row(const store::Version& version, json::Value resource,
                                                   const consent::Row& row) const {
  auto released = shown(version, resource, row);
  if (!released) return std::nullopt;
  if (released->is_part) released->updated = unchanged_since(version, released->version);
  released->updated = std::max(released->updated, gained_of(version, released->decision));
  const Instant consented = version.patient_number == store::PatientNumber::nobody
                                ? Instant{}
                                : classes_->consented_of(version.patient_number);
  const Instant changed = std::max(released->updated, consented);
  const bool is_other = !released->is_part && !released->decision.internal && changed > version.updated;
  released->tag =
      released->version + (is_other ? "." + std::to_string(changed.time_since_epoch().count()) : "");
  if (released->is_part || released->updated != version.updated)
    released->resource = with_version(arena_, released->resource, released->version, released->updated);
  if (!released->decision.part2) return released;
  released->scope = scope_of(released->decision, released->patient);
  released->resource = consent::with_marks(arena_, released->resource, released->scope);
  return released;
}

}  // namespace handoff::disclosure
