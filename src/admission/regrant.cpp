#include "admission/regrant.h"

#include <algorithm>
#include <optional>

#include "consent/fold.h"
#include "json/document.h"
#include "store/resources.h"

namespace handoff::admission {

std::map<Scope, consent::Class> stored_classes(const store::Snapshot& snapshot,
                                               const fhir::ResourceId& patient) {
  const store::Grants& grants = snapshot.grants();
  std::map<Scope, consent::Class> classes;
  for (const store::ScopedRow& one : grants.of_patient(snapshot.resources().patient_number(patient)))
    if (one.purpose != consent::naming)
      classes[{one.recipient, one.purpose}] = {
          grants.class_text(one.row.decision_class).value_or(std::string()), one.row.until};
  return classes;
}

std::vector<consent::Directive> stored_consents(const store::Snapshot& snapshot,
                                                const fhir::ResourceId& patient) {
  std::vector<consent::Directive> consents;
  for (const store::Version& version : snapshot.resources().of_patient(patient, "Consent"))
    if (const auto parsed = json::parse(version.body))
      consents.push_back(consent::read_directive(parsed->root()));
  return consents;
}

namespace {

// A patient's resources as decisions need them: by shape, and one by one if the shape `asks`, because they
// may be invalid without a reference.
class PatientRecord {
 public:
  // The stored resources together with what is `written`.
  PatientRecord(const store::Snapshot& snapshot, fhir::ResourceId patient,
                std::span<const store::Write> written)
      : snapshot_(snapshot),
        patient_(std::move(patient)),
        written_(written),
        rows_(consent::rows_of(store::shapes_of(snapshot, snapshot.resources().patient_number(patient_)))) {
    for (const store::Write& write : written_)
      if (auto row = is_own(write) ? consent::row_of(write.shapes.front()) : std::nullopt)
        rows_.push_back(std::move(*row));
  }

  std::span<const consent::Row> rows() const { return rows_; }

  consent::Opens opens(const Scope& scope, const std::string& before, const std::string& after) {
    consent::Opens opened = consent::opens(scope.first, scope.second, before, after, rows_);
    if (before == after || opened.more) return opened;
    const ClassSight then(
        snapshot_, scope, [&](const fhir::ResourceId&) { return before; }, written_);
    const ClassSight now(
        snapshot_, scope, [&](const fhir::ResourceId&) { return after; }, written_);
    for (const Asking& one : asking()) {
      const Sighted resource{patient_, one.shape, one.body};
      const consent::RowDecision decision = now.decide(resource);
      if (decision.permit && !then.decide(resource).permit)
        (decision.internal ? opened.own : opened.more) = true;
    }
    return opened;
  }

 private:
  struct Asking {
    std::string shape, body;
  };
  const std::vector<Asking>& asking() {
    if (asking_) return *asking_;
    asking_.emplace();
    const bool any =
        std::any_of(rows_.begin(), rows_.end(), [](const consent::Row& row) { return row.asks; });
    const store::Grants& grants = snapshot_.grants();
    for (const store::Write& write : written_)
      if (any && is_own(write)) add_asking(write.shapes.front(), write.body);
    if (any)
      snapshot_.resources().has_other(
          snapshot_.resources().patient_number(patient_), "Patient", [&](std::uint32_t shape, store::Pk pk) {
            const std::string text = grants.shape_text(shape).value_or(std::string());
            const auto row = consent::row_of(text);
            if (const auto version = row && row->asks ? snapshot_.resources().at(pk) : std::nullopt)
              add_asking(text, version->body);
            return false;
          });
    return *asking_;
  }
  void add_asking(const std::string& shape, const std::string& body) {
    if (const auto row = consent::row_of(shape); row && row->asks) asking_->push_back({shape, body});
  }
  bool is_own(const store::Write& write) const { return !write.deleted && write.patient == patient_; }

  const store::Snapshot& snapshot_;
  const fhir::ResourceId patient_;
  const std::span<const store::Write> written_;
  std::vector<consent::Row> rows_;
  std::optional<std::vector<Asking>> asking_;
};

// Everybody who disclosed anything of the patient.
std::set<std::string> disclosers_of(const store::Snapshot& snapshot, const fhir::ResourceId& patient) {
  const store::Grants& grants = snapshot.grants();
  std::set<std::uint32_t> shapes;
  snapshot.resources().has_other(snapshot.resources().patient_number(patient), "Patient",
                                 [&](std::uint32_t shape, store::Pk) {
                                   shapes.insert(shape);
                                   return false;
                                 });
  std::set<std::string> disclosers;
  for (const std::uint32_t shape : shapes)
    if (const auto row = consent::row_of(grants.shape_text(shape).value_or(std::string())))
      disclosers.insert(row->disclosers.begin(), row->disclosers.end());
  return disclosers;
}

// The organizations that denials bind. When a denial ends, they gain what they disclose themselves.
std::set<std::string> bound_by(std::span<const consent::Directive> consents, const store::Snapshot& snapshot,
                               const fhir::ResourceId& patient) {
  std::set<std::string> bound;
  for (const consent::Directive& directive : consents) {
    if (directive.root.type != consent::ProvisionType::deny) continue;
    if (directive.organizations.empty()) bound.merge(disclosers_of(snapshot, patient));
    else bound.insert(directive.organizations.begin(), directive.organizations.end());
  }
  return bound;
}

// Everything that a patient's consents granted, as it stands now.
class Standing {
 public:
  Standing(const store::Snapshot& snapshot, const fhir::ResourceId& patient,
           std::span<const consent::Directive> consents, std::span<const consent::Row> rows, Instant now)
      : consents_(consents), rows_(rows), now_(now), had_(stored_classes(snapshot, patient)) {}
  // The class now, with what dates have opened since it was folded.
  consent::Passed of(const Scope& scope) const {
    const auto found = that_counts(scope);
    if (found == had_.end()) return {};
    return consent::pass({found->first.first, {}, scope.second, now_}, found->second, consents_, scope.first,
                         rows_);
  }
  // The class as it was folded.
  const std::string& folded(const Scope& scope) const {
    static const std::string nothing;
    const auto found = that_counts(scope);
    return found == had_.end() ? nothing : found->second.text;
  }
  const std::map<Scope, consent::Class>& all() const { return had_; }

 private:
  // A recipient that no consent names gets what is said to anyone.
  std::map<Scope, consent::Class>::const_iterator that_counts(const Scope& scope) const {
    const auto own = had_.find(scope);
    const bool is_spoken_to = own != had_.end() && (own->second.until || !own->second.text.empty());
    return is_spoken_to ? own : had_.find(Scope(consent::anyone, scope.second));
  }

  const std::span<const consent::Directive> consents_;
  const std::span<const consent::Row> rows_;
  const Instant now_;
  const std::map<Scope, consent::Class> had_;
};

// The recipients that the `changed` consents name, as these were or as they are.
std::set<std::string> named_by(const std::set<std::string>& changed,
                               std::span<const consent::Directive> before,
                               std::span<const consent::Directive> after) {
  std::set<std::string> named;
  for (const auto& all : {before, after})
    for (const consent::Directive& one : all)
      if (changed.contains(one.reference)) named.insert(one.named.begin(), one.named.end());
  return named;
}

// Folds grants anew, one scope after the other.
class Regranting {
 public:
  Regranting(const Standing& standing, PatientRecord& record, bool by_dates, Regranted& made)
      : standing_(standing), record_(record), by_dates_(by_dates), made_(made) {}

  // `after`: the scope's class under the new consents. `shown`: the class that then applies, its own or that
  // of anyone.
  void add(const Scope& scope, const consent::Class& after, const std::string& shown) {
    const consent::Passed before = standing_.of(scope);
    const consent::Opens opened = record_.opens(scope, before.now.text, shown);
    made_.grants.grants.push_back({scope.first, scope.second, after.text, after.until, opened.more,
                                   opened.own, before.gained.more, before.gained.own});
    const std::string& then = by_dates_ ? standing_.folded(scope) : before.now.text;
    const bool gains = by_dates_ ? record_.opens(scope, then, shown).any() : opened.any(),
               loses = record_.opens(scope, shown, then).any();
    if (gains || loses) made_.changes.push_back({scope.first, scope.second, gains, loses});
  }

 private:
  const Standing& standing_;
  PatientRecord& record_;
  const bool by_dates_;
  Regranted& made_;
};

// A patient's consents: as they are stored, and as they will be. `changed`: those that change.
struct Consents {
  std::span<const consent::Directive> before, after;
  std::set<std::string> changed;
  bool by_dates = false;
};

Regranted regrant(const store::Snapshot& snapshot, const fhir::ResourceId& patient, const Consents& consents,
                  std::span<const store::Write> written, Instant now) {
  const auto& [before, after, changed, by_dates] = consents;
  PatientRecord record(snapshot, patient, written);
  const Standing standing(snapshot, patient, before, record.rows(), now);
  Regranted made{{patient, {}}, {}, {}};
  Regranting grants(standing, record, by_dates, made);
  for (const consent::Directive& one : before)
    made.consents_before.push_back(one.reference + "/_history/" + std::to_string(one.version));
  const std::set<std::string> concerned = named_by(changed, before, after);
  std::set<std::string> named;
  std::map<Scope, std::string> texts;
  for (const consent::Grant& folded : consent::fold_all(after, now)) {
    const Scope scope(folded.recipient, folded.purpose);
    if (folded.purpose == consent::naming) {
      made.grants.grants.push_back({folded.recipient, folded.purpose, folded.class_.text, folded.class_.until,
                                    concerned.contains(folded.recipient)});
      named.insert(folded.recipient);
      continue;
    }
    texts[scope] = folded.class_.text;
    grants.add(scope, folded.class_, folded.class_.text);
  }
  for (const std::string& recipient : concerned)  // no Consent names them any more
    if (!named.contains(recipient))
      made.grants.grants.push_back({recipient, std::string(consent::naming), {}, {}, true});
  std::set<Scope> others;
  for (const auto& [scope, had] : standing.all()) others.insert(scope);
  for (const std::string& discloser : bound_by(before, snapshot, patient))
    for (const std::string_view purpose : consent::registered_purposes()) others.emplace(discloser, purpose);
  for (const Scope& scope : others)
    if (!texts.contains(scope)) grants.add(scope, {}, texts[{std::string(consent::anyone), scope.second}]);
  return made;
}

}  // namespace

Regranted regranted(const store::Snapshot& snapshot, const fhir::ResourceId& patient,
                    std::span<const consent::Directive> after, const std::set<std::string>& changed,
                    std::span<const store::Write> written, Instant now) {
  const std::vector<consent::Directive> before = stored_consents(snapshot, patient);
  return regrant(snapshot, patient, {before, after, changed}, written, now);
}

Regranted regranted_by_dates(const store::Snapshot& snapshot, const fhir::ResourceId& patient, Instant now) {
  const std::vector<consent::Directive> consents = stored_consents(snapshot, patient);
  return regrant(snapshot, patient, {consents, consents, {}, true}, {}, now);
}

}  // namespace handoff::admission
