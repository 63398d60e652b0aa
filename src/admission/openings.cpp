#include "admission/openings.h"

#include <algorithm>

#include "consent/fold.h"
#include "consent/opening.h"
#include "json/document.h"

namespace handoff::admission {
namespace {

using Scope = std::pair<std::string, std::string>;

std::map<Scope, consent::Class> stored_classes(const store::Snapshot& snapshot, const std::string& patient) {
  const store::Grants grants(snapshot);
  std::map<Scope, consent::Class> classes;
  for (const store::ScopedRow& one : grants.of_patient(snapshot.patient_number(patient)))
    if (one.purpose != consent::naming)
      classes[{one.recipient, one.purpose}] = {grants.class_text(one.row.decision_class).value_or(std::string()), one.row.until};
  return classes;
}

std::vector<consent::Directive> stored_consents(const store::Snapshot& snapshot, const std::string& patient) {
  std::vector<consent::Directive> consents;
  for (const store::Version& version : snapshot.of_patient(patient, "Consent"))
    if (const auto parsed = json::parse(version.body)) consents.push_back(consent::read_directive(parsed->root()));
  return consents;
}

// Who disclosed anything of the patient.
std::set<std::string> disclosers_of(const store::Snapshot& snapshot, const std::string& patient) {
  const store::Grants grants(snapshot);
  std::set<std::uint32_t> shapes;
  snapshot.has_other(snapshot.patient_number(patient), "Patient", [&](std::uint32_t shape, std::int64_t) {
    shapes.insert(shape);
    return false;
  });
  std::set<std::string> disclosers;
  for (const std::uint32_t shape : shapes)
    if (const auto row = consent::row_of(grants.shape_text(shape).value_or(std::string())))
      disclosers.insert(row->disclosers.begin(), row->disclosers.end());
  return disclosers;
}

// Whom denials bind: that one of them ends is a gain of what they disclose themselves.
std::set<std::string> bound_by(std::span<const consent::Directive> consents, const store::Snapshot& snapshot, const std::string& patient) {
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
  Standing(const store::Snapshot& snapshot, const std::string& patient, std::span<const consent::Directive> consents, Instant now)
      : consents_(consents), now_(now), had_(stored_classes(snapshot, patient)) {}
  // Whom no consent names is left with what is said to anyone.
  consent::Passed of(const Scope& scope) const {
    const Scope general(consent::anyone, scope.second);
    const bool is_spoken_to = had_.contains(scope) && (had_.at(scope).until || !had_.at(scope).text.empty());
    const auto found = had_.find(is_spoken_to ? scope : general);
    if (found == had_.end()) return {};
    return consent::pass({found->first.first, {}, scope.second, now_}, found->second, consents_, scope.first);
  }
  const std::map<Scope, consent::Class>& all() const { return had_; }

 private:
  const std::span<const consent::Directive> consents_;
  const Instant now_;
  const std::map<Scope, consent::Class> had_;
};

// A class once the consents are others; `shown` is what counts then, its own or what is said to anyone.
void add_grant(Regranted& regranted, const Scope& scope, const consent::Class& after, const consent::Passed& before,
               const std::string& shown) {
  const consent::Opens opened = consent::opens(scope.first, before.now.text, shown);
  const consent::Opens closed = consent::opens(scope.first, shown, before.now.text);
  regranted.grants.grants.push_back(
      {scope.first, scope.second, after.text, after.until, opened.more, opened.own, before.gained.more, before.gained.own});
  if (opened.more || opened.own || closed.more || closed.own) regranted.changes.push_back({scope.first, scope.second, before.now.text});
}

// What a shape says beside the type, which only consents to certain types ask for.
std::string_view but_type(std::string_view shape) {
  const auto labels = shape.find(R"("labels":)");
  return labels == shape.npos ? std::string_view{} : shape.substr(labels);
}

bool names_types(std::string_view provisions) { return provisions.find(R"("classes":[")") != provisions.npos; }

// A Consent shows its recipients no Patient.
bool is_reason(const consent::RowDecision& decision, std::string_view type) {
  return decision.permit && (type != "Consent" || decision.internal);
}

}  // namespace

Regranted regranted(const store::Snapshot& snapshot, const std::string& patient, std::span<const consent::Directive> after,
                               Instant now) {
  const std::vector<consent::Directive> before = stored_consents(snapshot, patient);
  const Standing standing(snapshot, patient, before, now);
  Regranted made{{patient, {}}, {}};
  std::map<Scope, std::string> texts;
  for (const consent::Grant& folded : consent::fold_all(after, now)) {
    const Scope scope(folded.recipient, folded.purpose);
    if (folded.purpose == consent::naming) {
      made.grants.grants.push_back({folded.recipient, folded.purpose, folded.class_.text, folded.class_.until});
      continue;
    }
    texts[scope] = folded.class_.text;
    add_grant(made, scope, folded.class_, standing.of(scope), folded.class_.text);
  }
  std::set<Scope> others;
  for (const auto& [scope, had] : standing.all()) others.insert(scope);
  for (const std::string& discloser : bound_by(before, snapshot, patient))
    for (const std::string_view purpose : consent::registered_purposes()) others.emplace(discloser, purpose);
  for (const Scope& scope : others)
    if (!texts.contains(scope))
      add_grant(made, scope, {}, standing.of(scope), texts[{std::string(consent::anyone), scope.second}]);
  return made;
}

Openings::Classes Openings::stored(const std::string& patient) const {
  Classes classes;
  std::optional<std::vector<consent::Directive>> consents;  // read where a date has passed
  for (const auto& [scope, stood] : stored_classes(snapshot_, patient)) {
    if (!stood.until || *stood.until > now_) {
      classes[scope] = stood.text;
      continue;
    }
    if (!consents) consents = stored_consents(snapshot_, patient);
    classes[scope] = consent::pass({scope.first, {}, scope.second, now_}, stood, *consents, scope.first).now.text;
  }
  return classes;
}

// As they will be when the request is written.
const Openings::Classes& Openings::classes_of(const std::string& patient) {
  const auto [known, is_new] = classes_.emplace(patient, Classes{});
  if (!is_new) return known->second;
  const auto granted =
      std::find_if(granted_.begin(), granted_.end(), [&](const store::PatientGrants& one) { return one.patient == patient; });
  if (granted == granted_.end()) return known->second = stored(patient);
  for (const store::Grant& grant : granted->grants)
    if (grant.purpose != consent::naming) known->second[{grant.recipient, grant.purpose}] = grant.provisions;
  return known->second;
}

void Openings::note(const store::Write& write) {
  if (write.patient.empty() || write.type == "Patient") return;
  if (write.expected > 0) note_uncovered(write);
  else if (!created_.contains(write.patient)) note_first(write);
}

// Who discloses it needs no consent: for it, and for all whom no consent names, that counts which is said to anyone.
void Openings::add_disclosers(Classes& classes, std::string_view shape) {
  if (const auto row = consent::row_of(shape))
    for (const std::string& discloser : row->disclosers)
      for (const std::string_view purpose : consent::registered_purposes()) classes.try_emplace({discloser, std::string(purpose)});
  for (auto& [scope, provisions] : classes)
    if (const auto said = classes.find({std::string(consent::anyone), scope.second}); provisions.empty() && said != classes.end())
      provisions = said->second;
}

// What was hidden is seen now, and what others disclose shows its references to it.
void Openings::note_uncovered(const store::Write& write) {
  const auto current = snapshot_.find(write.type, write.id);
  if (!current) return;
  const std::string shape = grants_.shape_text(current->shape).value_or(std::string());
  if (!current->deleted && write.previous_patient == write.patient && shape == write.shapes.front()) return;
  Classes before = current->deleted ? Classes{} : stored(write.previous_patient), after = classes_of(write.patient);
  for (Classes* classes : {&before, &after}) add_disclosers(*classes, write.shapes.front());
  for (const auto& [scope, provisions] : after) {
    const consent::RowDecision now = consent::decide_class(scope.first, scope.second, provisions, write.shapes.front());
    if (!now.permit) continue;
    const auto then = before.find(scope);
    const bool was_there = !current->deleted && then != before.end();
    const consent::RowDecision was =
        was_there ? consent::decide_class(scope.first, scope.second, then->second, shape) : consent::RowDecision{};
    const bool was_seen = was.permit && (is_reason(was, write.type) || !is_reason(now, write.type));
    if (!was_seen) found_.insert({write.patient, scope.first, scope.second});
  }
}

// The first that is seen of a patient shows the Patient, too.
void Openings::note_first(const store::Write& write) {
  const std::int64_t patient = snapshot_.patient_number(write.patient);
  const std::uint32_t shape = grants_.shape_number(write.shapes.front());
  if (patient == 0 || (shape != 0 && snapshot_.has_shape(patient, write.type, shape))) return;
  const std::string_view text = write.shapes.front();
  std::map<std::uint32_t, std::string> others;  // shapes of what is there
  snapshot_.has_other(patient, "Patient", [&](std::uint32_t other, std::int64_t) {
    if (!others.contains(other)) others[other] = grants_.shape_text(other).value_or(std::string());
    return false;
  });
  Classes classes = classes_of(write.patient);
  // Mostly something else is there that whoever may see this one sees.
  const bool by_type =
      write.type == "Consent" || std::any_of(classes.begin(), classes.end(), [](const auto& one) { return names_types(one.second); });
  const auto is_like = [&](const auto& other) {
    const auto row = but_type(other.second) == but_type(text) ? consent::row_of(other.second) : std::nullopt;
    return row && !row->asks && row->type != "Consent";
  };
  if (!by_type && std::any_of(others.begin(), others.end(), is_like)) return;
  add_disclosers(classes, text);
  for (const auto& [scope, provisions] : classes) {
    const auto decide = [&](std::string_view shape_text) {
      return consent::decide_class(scope.first, scope.second, provisions, shape_text);
    };
    const consent::RowDecision decision = decide(text);
    if (!is_reason(decision, write.type)) continue;
    const bool is_seen = std::any_of(others.begin(), others.end(), [&](const auto& other) {
      const auto row = consent::row_of(other.second);
      return row && !row->asks && is_reason(decide(other.second), row->type);
    });
    if (!is_seen) found_.insert({write.patient, scope.first, scope.second});
  }
}

}  // namespace handoff::admission
