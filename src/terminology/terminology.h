// What is known of codes: the code systems, value sets and concept maps of R4, of loaded packages and of
// tables, and questions about them (R4 "terminology-service"). A system that is not here is unknown, not
// empty: its codes are neither in nor out. For all threads. A resource is read when it is first needed.
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

// "http://a/b|1.2": the address and, if given, the version.
struct Canonical {
  std::string_view url, version;
};
Canonical split_canonical(std::string_view canonical);

class Terminology final : public fhir::ValueSets {
 public:
  explicit Terminology(const fhir::Archive& archive = fhir::Archive::built_in());
  ~Terminology() override;

  // Adds a CodeSystem, ValueSet or ConceptMap; it replaces one with the same url and version. Call it before
  // any question, not during questions. Problem: incorrect, naming the element.
  Result<void> add(json::Document resource);
  Result<void> add(CodeSystem system);

  // Null: not known, and the question is not remembered. Without a version: the one that was added last, else
  // one defined in addition to R4, else R4's. They live as long as this object.
  const CodeSystem* find_code_system(std::string_view canonical) const;
  const ValueSet* find_value_set(std::string_view canonical) const;  // also the set of all codes of a system
  std::vector<const json::Document*> concept_maps() const;
  // Supplements, which give displays in addition to the system's own.
  std::vector<const CodeSystem*> supplements_of(std::string_view system) const;

  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override;
  fhir::Membership has_code(const fhir::Coding& coding) const override;
  fhir::Membership contains(const ValueSet& value_set, const fhir::Coding& coding) const;

 private:
  // For one code, each included value set is asked once, however many sets name it. While it is asked, it
  // answers unknown. So sets that include each other end, and a set that is named a thousand times costs no
  // more than once.
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

// Which concepts of the system satisfy the filter (R4 "valueset-filter-operator")? Nothing: the operator is
// not known, its regular expression is invalid, or the system has no such property. The result lives as long
// as both.
using Condition = std::function<bool(const Concept&)>;
std::optional<Condition> condition_of(const CodeSystem& system, const Filter& filter);

}  // namespace handoff::terminology
