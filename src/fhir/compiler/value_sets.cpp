#include "fhir/compiler/value_sets.h"

#include <algorithm>
#include <optional>
#include <set>

namespace handoff::fhir::compiler {
namespace {

using Codes = std::set<std::pair<std::string_view, std::string_view>>;  // code, system
constexpr int nested_max = 16;                                          // value sets that include value sets

void add_concepts(json::Value concepts, std::string_view system, Codes& codes) {
  for (const json::Value item : concepts.items()) {
    codes.insert({item["code"].text(), system});
    add_concepts(item["concept"], system, codes);
  }
}

std::optional<Codes> expand_value_set(const Terminology& all, std::string_view url, int nested);

std::optional<Codes> expand_system(const Terminology& all, json::Value include) {
  Codes codes;
  const std::string_view system = include["system"].text();
  if (include["concept"]) {
    add_concepts(include["concept"], system, codes);
    return codes;
  }
  const auto found = all.code_systems.find(system);
  if (found == all.code_systems.end() || found->second["content"].text() != "complete") return std::nullopt;
  add_concepts(found->second["concept"], system, codes);
  return codes;
}

// The intersection of the system's codes and of the value sets that the include names.
std::optional<Codes> expand_include(const Terminology& all, json::Value include, int nested) {
  if (include["filter"]) return std::nullopt;
  std::optional<Codes> codes;
  const auto intersect = [&](std::optional<Codes> other) {
    if (!other) return false;
    if (codes) std::erase_if(*codes, [&](const auto& code) { return !other->contains(code); });
    else codes = std::move(other);
    return true;
  };
  if (include["system"] && !intersect(expand_system(all, include))) return std::nullopt;
  for (const json::Value value_set : include["valueSet"].items())
    if (!intersect(expand_value_set(all, value_set.text(), nested + 1))) return std::nullopt;
  return codes;
}

std::optional<Codes> expand_value_set(const Terminology& all, std::string_view url, int nested) {
  const auto found = all.value_sets.find(url.substr(0, url.find('|')));
  if (found == all.value_sets.end() || nested > nested_max) return std::nullopt;
  const json::Value compose = found->second["compose"];
  if (!compose["include"] || compose["exclude"]) return std::nullopt;
  Codes codes;
  for (const json::Value include : compose["include"].items()) {
    const auto part = expand_include(all, include, nested);
    if (!part) return std::nullopt;
    codes.insert(part->begin(), part->end());
  }
  return codes;
}

}  // namespace

void Terminology::add(json::Value bundle) {
  for (const json::Value entry : bundle["entry"].items()) {
    const json::Value resource = entry["resource"];
    auto& place = resource["resourceType"].text() == "ValueSet" ? value_sets : code_systems;
    place.emplace(resource["url"].text(), resource);
  }
}

ValueSets expand(const Structures& structures, const Terminology& ours, const Terminology& theirs,
                 Errata& errata, Findings& findings) {
  ValueSets value_sets;
  for (const auto& [name, type] : structures)
    for (const ElementModel& element : type.elements) {
      const std::string_view url = element.value_set;
      if (element.binding != BindingStrength::required || url.empty() || value_sets.contains(url)) continue;
      if (errata.find("value_sets", url, "open")) continue;
      const auto codes = expand_value_set(ours, url, 0);
      if (!codes || codes->empty()) {
        findings.push_back(
            {std::string(url), "required by " + std::string(element.id) + ", and cannot be listed"});
        continue;
      }
      if (codes != expand_value_set(theirs, url, 0))
        findings.push_back({std::string(url), "the copies have different codes"});
      auto& list = value_sets[url];
      for (const auto& [code, system] : *codes) list.push_back({.system = system, .code = code});
    }
  return value_sets;
}

}  // namespace handoff::fhir::compiler
