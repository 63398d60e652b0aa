#include "fhir/compiler/profiles.h"

#include <algorithm>

#include "json/document.h"
#include "json/writer.h"

namespace handoff::fhir::compiler {
namespace {

constexpr std::string_view kept_of_definition[] = {"resourceType", "url",        "name",           "type",
                                                   "kind",         "derivation", "baseDefinition", "context"};
constexpr std::string_view kept_of_element[] = {"id",  "path", "sliceName",  "slicing",
                                                "min", "max",  "isModifier", "maxLength"};
constexpr std::string_view values_of_element[] = {"fixed", "pattern", "minValue", "maxValue"};

template <class Names>
bool is_among(std::string_view name, const Names& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_value(std::string_view name) {
  return std::any_of(std::begin(values_of_element), std::end(values_of_element),
                     [&](std::string_view each) { return name.starts_with(each); });
}

const ElementModel* find_base(const Structures& structures, std::string_view path) {
  const auto owner = structures.find(path.substr(0, path.rfind('.')));
  if (owner == structures.end()) return nullptr;
  for (const ElementModel& element : owner->second.elements)
    if (element.id == path) return &element;
  return nullptr;
}

// The constraints that the profile adds. R4's own constraints have another source, and validation checks them
// on every resource anyway.
json::Value own_constraints(json::Arena& arena, json::Value element, std::string_view url) {
  std::vector<json::Value> own;
  for (const json::Value constraint : element["constraint"].items()) {
    const std::string_view source = constraint["source"].text();
    if (!source.empty() && source != url) continue;
    std::vector<json::Member> members;
    for (const char* name : {"key", "severity", "human", "expression"})
      if (const json::Value value = constraint[name]) members.push_back({name, value});
    own.push_back(arena.object(members));
  }
  return own.empty() ? json::Value() : arena.array(own);
}

json::Value strip_binding(json::Arena& arena, json::Value binding) {
  std::vector<json::Member> members;
  for (const char* name : {"strength", "valueSet"})
    if (const json::Value value = binding[name]) members.push_back({name, value});
  return arena.object(members);
}

json::Value strip_types(json::Arena& arena, json::Value types) {
  std::vector<json::Value> stripped;
  for (const json::Value type : types.items()) {
    std::vector<json::Member> members;
    for (const char* name : {"code", "profile", "targetProfile"})
      if (const json::Value value = type[name]) members.push_back({name, value});
    stripped.push_back(arena.object(members));
  }
  return stripped.empty() ? json::Value() : arena.array(stripped);
}

bool says_more(json::Value element, const ElementModel* base) {
  if (!base) return true;
  std::size_t profiles = 0;
  for (const json::Value type : element["type"].items()) profiles += type["profile"].size();
  const std::string max = base->max == Element::unbounded ? "*" : std::to_string(base->max);
  const auto min = element["min"].text();
  return (!min.empty() && min != std::to_string(base->min)) ||
         (element["max"] && element["max"].text() != max) || profiles > 0 ||
         (element["type"] && element["type"].size() != base->types.size()) ||
         element["binding"]["strength"].text() == "required";
}

json::Value strip_element(json::Arena& arena, json::Value element, std::string_view url,
                          const Structures& structures) {
  std::vector<json::Member> members;
  bool is_own =
      element["id"].text().find(':') != std::string_view::npos || element["slicing"] || element["sliceName"];
  for (const json::Member& member : element.members())
    if (is_value(member.key) || is_among(member.key, kept_of_element)) {
      members.push_back(member);
      is_own |= is_value(member.key);
    }
  const json::Value constraints = own_constraints(arena, element, url);
  if (!is_own && !constraints && !says_more(element, find_base(structures, element["path"].text())))
    return {};
  if (constraints) members.push_back({"constraint", constraints});
  if (const json::Value types = strip_types(arena, element["type"])) members.push_back({"type", types});
  if (element["binding"]["valueSet"])
    members.push_back({"binding", strip_binding(arena, element["binding"])});
  return arena.object(members);
}

std::string strip(json::Value definition, const Structures& structures) {
  json::Arena arena;
  std::vector<json::Member> members;
  for (const json::Member& member : definition.members())
    if (is_among(member.key, kept_of_definition)) members.push_back(member);
  std::vector<json::Value> elements;
  for (const json::Value element : definition["snapshot"]["element"].items())
    if (const json::Value stripped = strip_element(arena, element, definition["url"].text(), structures))
      elements.push_back(stripped);
  const json::Member list{"element", arena.array(elements)};
  members.push_back({"differential", arena.object({&list, 1})});
  std::sort(members.begin(), members.end(),
            [](const json::Member& a, const json::Member& b) { return a.key < b.key; });
  return json::write(arena.object(members));
}

}  // namespace

Profiles read_profiles(std::span<const json::Value> bundles, const Structures& structures) {
  Profiles profiles;
  for (const json::Value bundle : bundles)
    for (const json::Value entry : bundle["entry"].items()) {
      const json::Value definition = entry["resource"];
      if (definition["resourceType"].text() == "StructureDefinition" &&
          definition["derivation"].text() == "constraint")
        profiles[definition["url"].text()] = strip(definition, structures);
    }
  return profiles;
}

Findings compare(const Profiles& ours, const Profiles& theirs) {
  Findings findings;
  for (const auto& [url, text] : ours) {
    const auto other = theirs.find(url);
    if (other == theirs.end()) findings.push_back({std::string(url), "only in iguhealth"});
    else if (other->second != text)
      findings.push_back({std::string(url), "iguhealth has " + text + "; medplum has " + other->second});
  }
  for (const auto& [url, text] : theirs)
    if (!ours.contains(url)) findings.push_back({std::string(url), "only in medplum"});
  return findings;
}

std::string join(const Profiles& profiles) {
  std::string text;
  json::Writer writer(text);
  writer.begin_array();
  for (const auto& [url, each] : profiles) writer.raw(each);
  writer.end_array();
  return text;
}

}  // namespace handoff::fhir::compiler
