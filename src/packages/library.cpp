#include "packages/library.h"

#include <algorithm>

namespace handoff::packages {
namespace {

constexpr std::string_view built_in[] = {"hl7.fhir.r4.core",     "hl7.fhir.r4.expansions",
                                         "hl7.fhir.r4.examples", "hl7.terminology.r4",
                                         "hl7.terminology",      "hl7.fhir.uv.extensions.r4"};

std::string key(std::string_view type, std::string_view canonical) {
  return std::string(type) + " " + std::string(canonical);
}

}  // namespace

void Library::add(std::shared_ptr<const Package> package) {
  for (const Definition& definition : package->definitions()) {
    const json::Value root = definition.root();
    const std::string name = key(root["resourceType"].text(), root["url"].text());
    definitions_[name] = root;
    if (const auto version = root["version"].text(); !version.empty())
      definitions_[name + "|" + std::string(version)] = root;
  }
  packages_.push_back(std::move(package));
}

json::Value Library::find(std::string_view type, std::string_view canonical) const {
  const auto found = definitions_.find(key(type, canonical));
  if (found != definitions_.end()) return found->second;
  const auto bar = canonical.find('|');
  if (bar == canonical.npos) return {};
  const auto other = definitions_.find(key(type, canonical.substr(0, bar)));
  // A definition without version serves every version.
  return other != definitions_.end() && other->second["version"].text().empty() ? other->second
                                                                                : json::Value();
}

bool Library::has(const Dependency& dependency) const {
  return std::any_of(packages_.begin(), packages_.end(), [&](const auto& package) {
    return package->name() == dependency.name && satisfies(package->version(), dependency.version);
  });
}

std::vector<Dependency> Library::missing() const {
  std::vector<Dependency> missing;
  for (const auto& package : packages_)
    for (const Dependency& dependency : package->dependencies()) {
      const bool known =
          std::find(std::begin(built_in), std::end(built_in), dependency.name) != std::end(built_in);
      if (!known && !has(dependency)) missing.push_back(dependency);
    }
  return missing;
}

}  // namespace handoff::packages
