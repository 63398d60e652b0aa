// The profiles that are known: those of R4 itself, our own, and whatever packages hold, read when they are first asked for.
// Shared by all threads; lives as long as what validates by it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fhir/archive.h"
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
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  // What a canonical names: a definition, a type of R4 itself, or one of our own, not yet unpacked; `id` tells it from all others, null:
  // nothing that is known.
  struct Named {
    const void* id = nullptr;
    json::Value definition = {};
    const fhir::Type* type = nullptr;
    const fhir::Archive::Entry* ours = nullptr;
  };
  Named name(std::string_view canonical) const;
  const Entry* find_loaded(std::string_view canonical) const;
  const Entry* find_read(const void* id) const;
  const Entry& load(const Named& named, std::size_t depth) const;
  Entry read(json::Value definition, std::shared_ptr<const void> source, std::size_t depth) const;
  Entry read_ours(const fhir::Archive::Entry& entry, std::size_t depth) const;
  Entry type_of_r4(const fhir::Type& type) const;
  json::Value find_r4(std::string_view url) const;
  Named find_ours(std::string_view canonical) const;

  const fhir::Definitions& definitions_;
  const Lookup lookup_;
  mutable std::once_flag r4_is_read_;
  mutable json::Document r4_;
  mutable std::unordered_map<std::string_view, json::Value> r4_by_url_;
  // By what is named, and beside it by known names without version: what a resource makes up is not kept, or it could fill the
  // memory.
  mutable std::shared_mutex mutex_;  // of what follows
  mutable std::unordered_map<const void*, Entry> entries_;
  mutable std::unordered_map<std::string, const Entry*, Hash, std::equal_to<>> by_url_;
};

}  // namespace handoff::validation
