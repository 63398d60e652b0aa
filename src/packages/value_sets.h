// Which codes the value sets of packages hold (R4 "valueset", compose and expansion), beside those that R4's required bindings
// list: whatever can be listed from what is known. Filters and unknown code systems make the answer unknown.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "fhir/definitions.h"
#include "fhir/membership.h"
#include "packages/library.h"

namespace handoff::packages {

class KnownValueSets : public fhir::ValueSets {
 public:
  KnownValueSets(const fhir::Definitions& definitions, const Library& library) : definitions_(definitions), library_(library) {}

  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override;

 private:
  using Codes = std::set<std::pair<std::string, std::string>, std::less<>>;  // code, system
  struct Expansion {
    Codes codes;
    std::set<std::string, std::less<>> open_systems;  // any of whose codes may be in
    bool is_known = true;                             // false: nothing can be said
  };
  const Expansion& expand(const std::string& canonical, std::size_t depth) const;
  Expansion make(const std::string& canonical, std::size_t depth) const;
  void include(json::Value include, Expansion& expansion, std::size_t depth) const;
  bool list_system(std::string_view system, std::string_view version, Codes& codes) const;

  const fhir::Definitions& definitions_;
  const Library& library_;
  mutable std::mutex mutex_;  // of expansions_
  mutable std::unordered_map<std::string, Expansion> expansions_;
};

}  // namespace handoff::packages
