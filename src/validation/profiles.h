// The known profiles: those of R4, our own, and those of packages. Each is read at its first use. All threads
// share one object, which must outlive every validator that uses it.
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
  // Finds a StructureDefinition, Questionnaire or other definition by type and canonical (with or without
  // "|version"). Absent if it is not known. The result must live as long as the Profiles.
  using Lookup = std::function<json::Value(std::string_view type, std::string_view canonical)>;

  explicit Profiles(const fhir::Definitions& definitions, Lookup lookup = {});

  // Null if the profile is not known. Also null if it cannot be read, and then `failure` says why.
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
  // What a canonical names: a definition, a type of R4, or one of our own profiles that is not yet unpacked.
  // `id` is unique. It is null if nothing known has this name.
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
  // entries_ has an entry for each named definition. by_url_ also finds known names without a version. Names
  // that a resource invents are not kept, because they could fill the memory.
  mutable std::shared_mutex mutex_;  // protects the members below
  mutable std::unordered_map<const void*, Entry> entries_;
  mutable std::unordered_map<std::string, const Entry*, Hash, std::equal_to<>> by_url_;
};

}  // namespace handoff::validation
