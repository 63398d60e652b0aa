#include "fhir/compiler/search_parameters.h"

#include <algorithm>
#include <cctype>

namespace handoff::fhir::compiler {
namespace {

Texts texts(json::Value array) {
  Texts all;
  for (const json::Value item : array.items()) all.push_back(item.text());
  return all;
}

constexpr std::string_view search_types[] = {"number",    "date",     "string", "token",  "reference",
                                             "composite", "quantity", "uri",    "special"};

bool read_type(std::string_view code, SearchType& type) {
  const auto* found = std::find(std::begin(search_types), std::end(search_types), code);
  type = SearchType(found - std::begin(search_types));
  return found != std::end(search_types);
}

// One copy writes "a as T", the other "a.ofType(T)". A search parameter selects the same by both.
std::string of_type(std::string_view expression) {
  std::string text(expression);
  for (auto at = text.find(" as "); at != text.npos; at = text.find(" as ", at)) {
    auto end = at + 4;
    while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) ++end;
    text = text.substr(0, at) + ".ofType(" + text.substr(at + 4, end - at - 4) + ")" + text.substr(end);
  }
  return text;
}

std::string describe(const SearchParameterModel& parameter) {
  std::string text =
      std::string(parameter.code) + " " + std::string(search_types[std::size_t(parameter.type)]) + " on";
  for (const auto base : parameter.bases) text.append(" ").append(base);
  text += " of " + of_type(parameter.expression) + " to";
  for (const auto target : parameter.targets) text.append(" ").append(target);
  for (const auto& [url, expression] : parameter.components)
    text.append(" ").append(url).append(" ").append(of_type(expression));
  return text;
}

}  // namespace

SearchParameters read_search_parameters(json::Value bundle, Findings& findings) {
  SearchParameters parameters;
  for (const json::Value entry : bundle["entry"].items()) {
    const json::Value resource = entry["resource"];
    SearchParameterModel model{.url = resource["url"].text(),
                               .code = resource["code"].text(),
                               .bases = texts(resource["base"]),
                               .expression = resource["expression"].text(),
                               .targets = texts(resource["target"]),
                               .components = {}};
    if (!read_type(resource["type"].text(), model.type))
      findings.push_back(
          {std::string(model.url), "has the unknown type " + std::string(resource["type"].text())});
    for (const json::Value component : resource["component"].items())
      model.components.emplace_back(component["definition"].text(), component["expression"].text());
    parameters.emplace(model.url, std::move(model));
  }
  return parameters;
}

Findings compare(const SearchParameters& ours, const SearchParameters& theirs) {
  Findings findings;
  for (const auto& [url, parameter] : ours) {
    const auto other = theirs.find(url);
    if (other == theirs.end()) findings.push_back({std::string(url), "only in medplum"});
    else if (describe(parameter) != describe(other->second))
      findings.push_back({std::string(url), "medplum has " + describe(parameter) + "; iguhealth has " +
                                                describe(other->second)});
  }
  for (const auto& [url, parameter] : theirs)
    if (!ours.contains(url)) findings.push_back({std::string(url), "only in iguhealth"});
  return findings;
}

void repair(SearchParameters& parameters, Errata& errata) {
  std::erase_if(parameters, [&](const auto& entry) {
    return bool(errata.find("search_parameters", entry.first, "drop"));
  });
  for (auto& [url, parameter] : parameters)
    if (const json::Value set = errata.find("search_parameters", url, "set"))
      parameter.targets = texts(set["target"]);
}

Findings check(const SearchParameters& parameters, const Structures& structures) {
  Findings findings;
  const auto need = [&](std::string_view url, std::string_view type) {
    const auto found = structures.find(type);
    if (found == structures.end() || found->second.kind != TypeKind::resource)
      findings.push_back({std::string(url), "names " + std::string(type) + ", which is no resource type"});
  };
  for (const auto& [url, parameter] : parameters) {
    for (const auto base : parameter.bases) need(url, base);
    for (const auto target : parameter.targets) need(url, target);
    for (const auto& [definition, expression] : parameter.components)
      if (!parameters.contains(definition))
        findings.push_back({std::string(url), "has an unknown component " + std::string(definition)});
  }
  return findings;
}

void read_compartments(json::Value bundle, Compartments& compartments) {
  const auto read = [&](json::Value definition) {
    if (definition["resourceType"].text() != "CompartmentDefinition") return;
    auto& members = compartments[definition["code"].text()];
    members.clear();
    for (const json::Value resource : definition["resource"].items())
      if (resource["param"].size() > 0) members[resource["code"].text()] = texts(resource["param"]);
  };
  read(bundle);
  for (const json::Value entry : bundle["entry"].items()) read(entry["resource"]);
}

Compartments settle(Compartments ours, const Compartments& theirs, Errata& errata, Findings& findings) {
  Compartments all = ours;
  for (const auto& [code, members] : theirs) all[code].insert(members.begin(), members.end());
  for (const auto& [code, members] : all)
    for (const auto& [type, ignored] : members) {
      const auto other = theirs.find(code);
      const Texts* right =
          other != theirs.end() && other->second.contains(type) ? &other->second.at(type) : nullptr;
      const Texts* left = ours[code].contains(type) ? &ours[code].at(type) : nullptr;
      if (left && right && *left == *right) continue;
      const std::string id = std::string(code) + "/" + std::string(type);
      const json::Value keep = errata.find("compartments", id, "keep");
      if (!keep) findings.push_back({id, "the copies name different parameters"});
      else if (keep.text() == "medplum" && right) ours[code][type] = *right;
    }
  return ours;
}

}  // namespace handoff::fhir::compiler
