// What is known of codes: the code systems, value sets and concept maps of R4, of loaded packages and of tables, and what can be
// asked of them (R4 "terminology-service"). A system that is not here is unknown, not empty: its codes are neither in nor out.
// For all threads; resources are read when they are first asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "fhir/archive.h"
#include "fhir/membership.h"
#include "terminology/code_system.h"
#include "terminology/value_set.h"

namespace handoff::terminology {

// "http://a/b|1.2": the address and, if it says so, the version.
struct Canonical {
  std::string_view url, version;
};
Canonical split_canonical(std::string_view canonical);

class Terminology final : public fhir::ValueSets {
 public:
  explicit Terminology(const fhir::Archive& archive = fhir::Archive::built_in());
  ~Terminology() override;

  // A CodeSystem, ValueSet or ConceptMap, in the place of one with the same url and version. Before anybody asks; not while.
  // Problem: incorrect, naming the element.
  Result<void> add(json::Document resource);
  Result<void> add(CodeSystem system);

  // Null: not known, and nothing is kept of the question. Without a version, the one that was added last, else what is defined beside
  // R4, else R4's. Live as long as this.
  const CodeSystem* find_code_system(std::string_view canonical) const;
  const ValueSet* find_value_set(std::string_view canonical) const;  // also the one of all codes of a system
  std::vector<const json::Document*> concept_maps() const;
  // Displays that supplements of a system give beside its own.
  std::vector<const CodeSystem*> supplements_of(std::string_view system) const;

  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override;
  fhir::Membership has_code(const fhir::Coding& coding) const override;
  fhir::Membership contains(const ValueSet& value_set, const fhir::Coding& coding) const;

 private:
  // Each value set that others are made of is asked once for a code, whoever names it, and answers unknown while it is asked: sets
  // that are made of each other end, and those that name each other a thousand times cost no more than once.
  struct Question {
    const fhir::Coding& coding;
    std::unordered_map<const ValueSet*, fhir::Membership> answered = {};
    std::size_t depth = 0;
  };
  fhir::Membership answer(const ValueSet& value_set, Question& question) const;
  fhir::Membership answer_once(const ValueSet& value_set, Question& question) const;
  fhir::Membership includes(const Include& include, Question& question) const;
  fhir::Membership of_system(const Include& include, const fhir::Coding& coding) const;

  struct Known;
  std::unique_ptr<Known> known_;
};

// Which of the system's concepts satisfy the filter (R4 "valueset-filter-operator")? Nothing: the operator is not known, or its regular
// expression is none. Lives as long as both.
using Condition = std::function<bool(const Concept&)>;
std::optional<Condition> condition_of(const CodeSystem& system, const Filter& filter);

}  // namespace handoff::terminology
