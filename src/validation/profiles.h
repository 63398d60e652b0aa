// The profiles that are known: those of R4 itself, our own, and whatever packages hold, read when they are first asked for.
// Shared by all threads; lives as long as what validates by it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "json/document.h"
#include "validation/profile.h"

namespace handoff::validation {

class Profiles {
 public:
  // A StructureDefinition, Questionnaire or other definition by type and canonical (with or without "|version"); absent if it
  // is not known. What it gives lives as long as the Profiles.
  using Lookup = std::function<json::Value(std::string_view type, std::string_view canonical)>;

  explicit Profiles(const fhir::Definitions& definitions, Lookup lookup = {});

  // Null: not known, or it cannot be read, and then `failure` says why.
  const Profile* find(std::string_view canonical, std::string* failure = nullptr) const;
  json::Value find_definition(std::string_view type, std::string_view canonical) const;
  const fhir::Definitions& definitions() const { return definitions_; }

 private:
  struct Entry {
    std::shared_ptr<const Profile> profile;
    std::string failure;
  };
  const Entry& load(std::string_view canonical, std::size_t depth) const;
  Entry read(std::string_view canonical, std::size_t depth) const;
  Entry type_of_r4(const fhir::Type& type) const;
  json::Value find_r4(std::string_view url) const;
  json::Value find_ours(std::string_view canonical) const;

  const fhir::Definitions& definitions_;
  const Lookup lookup_;
  mutable std::mutex mutex_;  // of what follows
  mutable std::unordered_map<std::string, Entry> entries_;
  mutable json::Document r4_;
  mutable std::unordered_map<std::string_view, json::Value> r4_by_url_;
  mutable std::vector<json::Document> ours_;
};

}  // namespace handoff::validation
