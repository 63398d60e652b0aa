#include "packages/package.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/text.h"
#include "packages/archive.h"

namespace handoff::packages {
namespace {

constexpr std::string_view folder = "package/";
constexpr std::string_view manifest_name = "package/package.json";

// JSON files directly in the folder: no examples, no hidden files.
bool is_definition(std::string_view name) {
  if (!name.starts_with(folder) || !name.ends_with(".json")) return false;
  name.remove_prefix(folder.size());
  return name.find('/') == name.npos && !name.starts_with('.');
}

Problem broken(std::string why, std::string_view file) {
  return problem(Kind::incorrect, std::move(why), std::string(file));
}

bool is_r4(json::Value manifest) {
  json::Value versions = manifest["fhirVersions"];
  if (!versions) versions = manifest["fhir-version-list"];
  if (!versions) return true;  // older tools wrote none
  return std::any_of(versions.items().begin(), versions.items().end(),
                     [](json::Value each) { return each.text().starts_with("4.0"); });
}

}  // namespace

Result<void> Package::read_manifest(json::Value manifest) {
  name_ = manifest["name"].text();
  version_ = manifest["version"].text();
  if (name_.empty() || version_.empty()) return broken("the manifest lacks name or version", manifest_name);
  if (!is_r4(manifest)) return broken("the package is not for FHIR R4 (4.0.x)", manifest_name);
  for (const json::Member& member : manifest["dependencies"].members())
    dependencies_.push_back({std::string(member.key), std::string(member.value.text())});
  return {};
}

// If two definitions had the same canonical, nobody could say which one is meant.
Result<void> Package::check_canonicals() const {
  std::unordered_map<std::string, std::string_view> files;
  for (const Definition& definition : definitions_) {
    const json::Value root = definition.root();
    const std::string_view url = root["url"].text(), version = root["version"].text();
    const auto [known, is_new] = files.try_emplace(
        fmt::format("{} {}|{}", root["resourceType"].text(), url, version), definition.file);
    if (!is_new)
      return broken(fmt::format("{}{}{} is defined by {}, too", shown_text(url), version.empty() ? "" : "|",
                                shown_text(version), known->second),
                    definition.file);
  }
  return {};
}

Result<std::shared_ptr<const Package>> Package::read(std::string_view tgz) {
  const auto files = read_archive(tgz, is_definition);
  if (!files) return files.error();
  auto package = std::make_shared<Package>();
  bool has_manifest = false;
  for (const ArchiveFile& file : *files) {
    auto document = json::parse(file.content);
    if (!document) return broken(document.error().summary(), file.name);
    const json::Value root = document->root();
    if (file.name == manifest_name) {
      has_manifest = true;
      if (const auto manifest = package->read_manifest(root); !manifest) return manifest.error();
    } else if (root["resourceType"] && root["url"].is_string()) {
      package->definitions_.push_back({file.name, std::move(*document)});
    }
  }
  if (!has_manifest) return broken("there is no manifest", manifest_name);
  if (auto different = package->check_canonicals(); !different) return different.error();
  return std::shared_ptr<const Package>(std::move(package));
}

std::shared_ptr<const Package> Package::of(json::Document definition) {
  auto package = std::make_shared<Package>();
  package->definitions_.push_back({{}, std::move(definition)});
  return package;
}

bool satisfies(std::string_view version, std::string_view wanted) {
  if (wanted == "latest" || wanted == "current" || wanted == "dev") return true;
  while (!wanted.empty()) {
    const auto dot = std::min(wanted.find('.'), wanted.size()),
               other = std::min(version.find('.'), version.size());
    const std::string_view part = wanted.substr(0, dot);
    if (part != "x" && part != "*" && part != version.substr(0, other)) return false;
    wanted.remove_prefix(std::min(dot + 1, wanted.size()));
    version.remove_prefix(std::min(other + 1, version.size()));
  }
  return version.empty();
}

}  // namespace handoff::packages
