// What a recipient may see of one state of the store, from the decision on each resource alone. It uses no
// class, no shape and no index row. Tests compare every faster way with it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consent/directive.h"
#include "consent/projection.h"
#include "consent/redaction.h"
#include "consent/verdict.h"
#include "core/text.h"
#include "disclosure/scope.h"
#include "disclosure/texts.h"
#include "json/document.h"
#include "store/resources.h"
#include "store/snapshot.h"

namespace handoff::disclosure {

// Every current resource, read once.
class State {
 public:
  struct Resource {
    store::Version version;
    json::Value body;
    consent::Row row;
  };

  explicit State(const store::Snapshot& snapshot) {
    snapshot.resources().each_resource([this](const store::Version& version) {
      if (!version.deleted) add(version);
      return true;
    });
  }
  const std::map<std::string, Resource>& resources() const { return resources_; }
  const std::vector<consent::Directive>& directives_of(const fhir::Reference& patient) const {
    static const std::vector<consent::Directive> none;
    const auto found = directives_.find(patient);
    return found == directives_.end() ? none : found->second;
  }

 private:
  void add(const store::Version& version) {
    const json::Value body = documents_.emplace_back(json::parse(version.body).value()).root();
    const fhir::Reference patient = owner_of(version);
    if (version.type == "Consent") directives_[patient].push_back(consent::read_directive(body));
    consent::Row row = consent::make_row(body, patient, split(version.disclosers, ' '));
    json::Arena arena;
    row.asks = consent::at_worst(arena, body, {}, fhir::Definitions::r4(), patient).all;
    resources_[version.type + "/" + version.id] = {version, body, std::move(row)};
  }

  std::deque<json::Document> documents_;
  std::map<std::string, Resource> resources_;
  std::map<fhir::Reference, std::vector<consent::Directive>> directives_;
};

class RowDecisions {
 public:
  RowDecisions(const State& state, const Audience& audience, Instant now)
      : state_(state), members_{audience.recipient} {
    for (std::string above = above_of(audience.recipient); !above.empty(); above = above_of(above))
      members_.push_back(above);
    const std::vector<std::string> above(members_.begin() + 1, members_.end());
    for (const auto& [reference, resource] : state.resources()) {
      consent::RowDecision& decision = decisions_[reference] =
          consent::decide_row({audience.recipient, {}, audience.purpose, now, above}, resource.row,
                              state.directives_of(owner_of(resource.version)));
      if (audience.projected && resource.row.of_patient && !consent::is_projected(resource.row.type))
        decision.permit = false;
      const bool opens =
          decision.permit && !audience.projected && !resource.row.asks && resource.row.type != "Patient";
      if (opens && (resource.row.type != "Consent" || decision.internal))
        open_.insert(owner_of(resource.version));
    }
    for (const auto& [reference, resource] : state.resources()) {
      const auto left = redacted(resource, decisions_[reference]);
      if (!left) continue;
      if (audience.projected && resource.row.of_patient && !consent::status_only(arena_, *left)) continue;
      const bool is_reason = resource.version.type != "Consent" || decisions_[reference].internal;
      if (resource.version.type != "Patient" && is_reason) with_others_.insert(resource.version.patient);
      left_[reference] = *left;
    }
    std::erase_if(left_, [this](const auto& one) {
      return one.first.starts_with("Patient/") && !with_others_.contains(fhir::Reference(one.first).id());
    });
  }

  // What the recipient may see, by "Type/id", each as redaction leaves it.
  const std::map<std::string, json::Value>& visible() const { return left_; }
  bool hides(std::string_view reference) const {
    const auto found = decisions_.find(reference);
    if (found != decisions_.end() && reference.starts_with("Patient/"))
      return !found->second.permit || !open_.contains(fhir::Reference(reference));
    return found != decisions_.end() && consent::may_be_hidden(reference) && !found->second.permit;
  }
  // True if the part of a Patient that one visible discloser gave has it. The whole Patient may show a
  // greater label instead of a given one, but a search for the given label finds it too.
  bool is_given(const std::string& reference, const std::function<bool(json::Value)>& has) const {
    const State::Resource& resource = state_.resources().at(reference);
    if (resource.version.type != "Patient") return false;
    json::Arena arena;
    const consent::RowDecision& decision = decisions_.at(reference);
    return std::any_of(decision.disclosers.begin(), decision.disclosers.end(), [&](const std::string& one) {
      const auto given = consent::redact(
          arena, resource.body, {{one}, decision.bookings, decision.internal, {}}, fhir::Definitions::r4());
      return given && has(*given);
    });
  }
  bool is_redacted(const std::string& reference) const {
    return json::write(left_.at(reference)) != json::write(state_.resources().at(reference).body);
  }

 private:
  std::string above_of(const std::string& organization) const {
    const auto found = state_.resources().find(organization);
    return found == state_.resources().end() ? std::string()
                                             : std::string(found->second.body["partOf"]["reference"].text());
  }
  bool is_known(const fhir::Reference& patient) const {
    return state_.resources().contains(patient.text()) && !hides(patient);
  }
  std::optional<json::Value> redacted(const State::Resource& resource, const consent::RowDecision& decision) {
    if (!decision.permit) return std::nullopt;
    const consent::Redaction redaction{decision.disclosers,
                                       decision.bookings,
                                       decision.internal && resource.row.of_patient,
                                       [this](std::string_view reference) { return hides(reference); },
                                       false,
                                       owner_of(resource.version),
                                       is_known(owner_of(resource.version)),
                                       members_};
    return consent::redact(arena_, resource.body, redaction, fhir::Definitions::r4());
  }

  const State& state_;
  std::vector<std::string> members_;  // the recipient, and the organizations above it
  std::set<fhir::Reference> open_;    // patients with something permitted, whatever redaction would leave
  json::Arena arena_;
  std::map<std::string, consent::RowDecision, std::less<>> decisions_;
  std::map<std::string, json::Value> left_;
  std::set<fhir::ResourceId> with_others_;
};

}  // namespace handoff::disclosure
