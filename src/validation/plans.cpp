#include "validation/plans.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

namespace handoff::validation {
namespace {

// Invariants that C++ checks. ele-1, ext-1, txt-1 and dom-2: structure.cpp; bdl-7: bundle_rules.cpp; ref-1:
// references.cpp; the others: invariants.cpp. txt-2 is only a warning, because many forms have an empty
// narrative and HL7's validator accepts it. In FHIRPath each rule would walk the resource again, or compare
// all its entries.
constexpr std::string_view native[] = {"ele-1", "ext-1", "txt-1", "txt-2", "dom-2", "dom-3",
                                       "dom-4", "dom-5", "dom-6", "ref-1", "bdl-7"};

bool is_natively_checked(std::string_view key) {
  return std::find(std::begin(native), std::end(native), key) != std::end(native);
}

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Plans::Plans(const fhir::Definitions& definitions) : definitions_(definitions), number_(next_number()) {}

// An entry never changes, so each thread may remember it. Taking the lock twice for every element cost an
// eighth of a validation.
const Invariants* Plans::find(const Key& key) const {
  struct Remembered {
    std::uint64_t number = 0;  // of the Plans
    Key key;
    const Invariants* invariants = nullptr;
  };
  thread_local std::array<Remembered, 1024> all_remembered;
  Remembered& remembered = all_remembered[(Hash()(key) >> 4) % all_remembered.size()];
  if (remembered.number == number_ && remembered.key == key) return remembered.invariants;
  const std::shared_lock lock(mutex_);
  const auto found = all_.find(key);
  if (found == all_.end()) return nullptr;
  remembered = {number_, key, found->second.get()};
  return remembered.invariants;
}

const Invariants& Plans::keep(const Key& key, std::unique_ptr<Invariants> invariants) const {
  const std::unique_lock lock(mutex_);
  return *all_.try_emplace(key, std::move(invariants)).first->second;  // the first thread's result stays
}

void Plans::compile(const std::vector<fhir::Constraint>& constraints, const fhir::Type& type,
                    Invariants& invariants) const {
  for (const fhir::Constraint& constraint : constraints) {
    if (is_natively_checked(constraint.key)) continue;
    invariants.push_back(compile(constraint.expression, type));
    invariants.back().constraint = &constraint;
  }
}

Invariant Plans::compile(std::string_view expression, const fhir::Type& type) const {
  auto compiled = fhirpath::Expression::compile(expression, {.definitions = &definitions_, .focus = &type});
  // A profile may use members that the focus's type does not have. So the second attempt has no focus type.
  if (!compiled) compiled = fhirpath::Expression::compile(expression, {.definitions = &definitions_});
  Invariant invariant;
  if (compiled) invariant.expression = std::move(*compiled);
  else invariant.failure = compiled.error().summary();
  return invariant;
}

const Invariants& Plans::of(const fhir::Type& type) const {
  const Key key{&type, nullptr};
  if (const Invariants* found = find(key)) return *found;
  auto invariants = std::make_unique<Invariants>();
  for (const fhir::Type* each = &type; each; each = each->base) compile(each->constraints, type, *invariants);
  return keep(key, std::move(invariants));
}

const Invariants& Plans::of(const std::vector<fhir::Constraint>& constraints, const fhir::Type& type) const {
  static const Invariants none;
  if (constraints.empty()) return none;
  const Key key{&constraints, &type};
  if (const Invariants* found = find(key)) return *found;
  auto invariants = std::make_unique<Invariants>();
  compile(constraints, type, *invariants);
  return keep(key, std::move(invariants));
}

const Invariant& Plans::of(const ExtensionContext& place, const fhir::Type& resource) const {
  const Key key{&place, &resource};
  if (const Invariants* found = find(key)) return found->front();
  auto invariants = std::make_unique<Invariants>();
  invariants->push_back(compile(place.expression, resource));
  return keep(key, std::move(invariants)).front();
}

}  // namespace handoff::validation
