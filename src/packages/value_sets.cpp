#include "packages/value_sets.h"

namespace handoff::packages {
namespace {

constexpr std::size_t nested_max = 16;

void add_concepts(json::Value concepts, std::string_view system, std::set<std::pair<std::string, std::string>, std::less<>>& codes) {
  for (const json::Value concept_of : concepts.items()) {
    codes.emplace(concept_of["code"].text(), system);
    add_concepts(concept_of["concept"], system, codes);
  }
}

}  // namespace

fhir::Membership KnownValueSets::contains(std::string_view value_set, const fhir::Coding& coding) const {
  using fhir::Membership;
  if (const fhir::ValueSet* set = definitions_.find_value_set(value_set); set && !library_.find("ValueSet", value_set)) {
    const bool is_in = coding.system.empty() ? set->contains(coding.code) : set->contains(coding.system, coding.code);
    return is_in ? Membership::in : Membership::out;
  }
  const std::scoped_lock lock(mutex_);
  const Expansion& expansion = expand(std::string(value_set), 0);
  if (coding.system.empty()) {
    const auto found = expansion.codes.lower_bound(std::pair<std::string, std::string>(coding.code, ""));
    if (found != expansion.codes.end() && found->first == coding.code) return Membership::in;
    return expansion.is_known && expansion.open_systems.empty() ? Membership::out : Membership::unknown;
  }
  if (expansion.codes.contains(std::pair<std::string, std::string>(coding.code, coding.system))) return Membership::in;
  return expansion.is_known && !expansion.open_systems.contains(coding.system) ? Membership::out : Membership::unknown;
}

const KnownValueSets::Expansion& KnownValueSets::expand(const std::string& canonical, std::size_t depth) const {
  if (const auto found = expansions_.find(canonical); found != expansions_.end()) return found->second;
  Expansion expansion = make(canonical, depth);
  return expansions_.insert_or_assign(canonical, std::move(expansion)).first->second;
}

bool KnownValueSets::list_system(std::string_view system, std::string_view version, Codes& codes) const {
  const std::string canonical = version.empty() ? std::string(system) : std::string(system) + "|" + std::string(version);
  const json::Value found = library_.find("CodeSystem", canonical);
  if (!found || found["content"].text() != "complete") return false;
  add_concepts(found["concept"], system, codes);
  return true;
}

void KnownValueSets::include(json::Value include, Expansion& expansion, std::size_t depth) const {
  const std::string_view system = include["system"].text();
  if (include["valueSet"].size() > 0 && (!system.empty() || include["valueSet"].size() > 1)) {
    expansion.is_known = false;  // an intersection: rare, and listed by terminology
    return;
  }
  for (const json::Value value_set : include["valueSet"].items()) {
    const Expansion& other = expand(std::string(value_set.text()), depth + 1);
    expansion.codes.insert(other.codes.begin(), other.codes.end());
    expansion.open_systems.insert(other.open_systems.begin(), other.open_systems.end());
    expansion.is_known &= other.is_known;
  }
  if (system.empty()) return;
  if (include["concept"]) return add_concepts(include["concept"], system, expansion.codes);
  if (include["filter"] || !list_system(system, include["version"].text(), expansion.codes)) expansion.open_systems.emplace(system);
}

KnownValueSets::Expansion KnownValueSets::make(const std::string& canonical, std::size_t depth) const {
  Expansion expansion;
  const json::Value definition = library_.find("ValueSet", canonical);
  if (const fhir::ValueSet* set = definitions_.find_value_set(canonical); set && !definition) {
    for (const fhir::Code& code : set->codes) expansion.codes.emplace(code.code, code.system);
    return expansion;
  }
  if (!definition || depth > nested_max) {
    expansion.is_known = false;
    return expansion;
  }
  const json::Value compose = definition["compose"];
  for (const json::Value each : definition["expansion"]["contains"].items())
    if (!compose) expansion.codes.emplace(each["code"].text(), each["system"].text());
  expansion.is_known = compose || definition["expansion"]["contains"];
  for (const json::Value each : compose["include"].items()) include(each, expansion, depth);
  if (compose["exclude"].size() > 0) {  // what may be excluded is not known to be in
    Expansion excluded;
    for (const json::Value each : compose["exclude"].items()) include(each, excluded, depth);
    std::erase_if(expansion.codes,
                  [&](const auto& code) { return excluded.codes.contains(code) || excluded.open_systems.contains(code.second); });
    if (!excluded.is_known || !excluded.open_systems.empty()) expansion.is_known = false;
  }
  return expansion;
}

}  // namespace handoff::packages
