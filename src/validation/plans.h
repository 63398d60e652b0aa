// Invariants as compiled FHIRPath. Each is compiled at its first use, once for all threads.
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "fhirpath/expression.h"
#include "validation/profile.h"

namespace handoff::validation {

struct Invariant {
  const fhir::Constraint* constraint = nullptr;
  std::optional<fhirpath::Expression> expression;  // nothing: it cannot be compiled
  std::string failure;
};
using Invariants = std::vector<Invariant>;

class Plans {
 public:
  explicit Plans(const fhir::Definitions& definitions);

  // of(type): the invariants of a type and of the types that it derives from. of(constraints, type): those of
  // an element or of a profile's node whose value has this type. Rules of R4 that other checks cover better
  // are left out (`native` in plans.cpp).
  const Invariants& of(const fhir::Type& type) const;
  const Invariants& of(const std::vector<fhir::Constraint>& constraints, const fhir::Type& type) const;
  // Selects the elements of a resource of this type that may have the extension. It is an invariant without
  // constraint.
  const Invariant& of(const ExtensionContext& place, const fhir::Type& resource) const;

 private:
  using Key = std::pair<const void*, const void*>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.first) * 31 + std::hash<const void*>()(key.second);
    }
  };
  const Invariants* find(const Key& key) const;
  const Invariants& keep(const Key& key, std::unique_ptr<Invariants> invariants) const;
  void compile(const std::vector<fhir::Constraint>& constraints, const fhir::Type& type,
               Invariants& invariants) const;
  Invariant compile(std::string_view expression, const fhir::Type& type) const;

  const fhir::Definitions& definitions_;
  const std::uint64_t number_;       // unique in the process
  mutable std::shared_mutex mutex_;  // of all_
  mutable std::unordered_map<Key, std::unique_ptr<Invariants>, Hash> all_;
};

}  // namespace handoff::validation
