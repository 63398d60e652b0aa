// A FHIR package (NPM-style .tgz): its manifest and the definitions in its folder "package". Examples and
// other folders are ignored. Immutable; taken whole or not at all.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/document.h"

namespace handoff::packages {

struct Dependency {
  std::string name;
  std::string version;  // "5.0.0", "5.0.x", "latest"
};

struct Definition {
  std::string file;  // within the package: "package/ValueSet-v.json"
  json::Document document;

  json::Value root() const { return document.root(); }
};

class Package {
 public:
  // Problem: incorrect, with the file within the package as expression.
  static Result<std::shared_ptr<const Package>> read(std::string_view tgz);
  // Wraps one definition that belongs to no package.
  static std::shared_ptr<const Package> of(json::Document definition);

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  const std::vector<Dependency>& dependencies() const { return dependencies_; }
  // resources with a url, each canonical once
  const std::vector<Definition>& definitions() const { return definitions_; }

 private:
  Result<void> read_manifest(json::Value manifest);
  Result<void> check_canonicals() const;

  std::string name_;
  std::string version_;
  std::vector<Dependency> dependencies_;
  std::vector<Definition> definitions_;
};

// Is `version` what a dependency asks for? It must be equal; "x" stands for any part, "latest" and "current"
// for any version.
bool satisfies(std::string_view version, std::string_view wanted);

}  // namespace handoff::packages
