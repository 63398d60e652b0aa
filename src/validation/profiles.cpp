#include "validation/profiles.h"

#include <algorithm>

#include "fhir/archive.h"

namespace handoff::validation {
namespace {

constexpr std::size_t bases_max = 16;  // profiles upon profiles
constexpr std::string_view core = "http://hl7.org/fhir/StructureDefinition/";

}  // namespace

Profiles::Profiles(const fhir::Definitions& definitions, Lookup lookup) : definitions_(definitions), lookup_(std::move(lookup)) {}

json::Value Profiles::find_definition(std::string_view type, std::string_view canonical) const {
  return lookup_ ? lookup_(type, canonical) : json::Value();
}

const Profile* Profiles::find(std::string_view canonical, std::string* failure) const {
  const std::scoped_lock lock(mutex_);
  const Entry& entry = load(canonical, 0);
  if (failure) *failure = entry.failure;
  return entry.profile.get();
}

const Profiles::Entry& Profiles::load(std::string_view canonical, std::size_t depth) const {
  if (const auto found = entries_.find(std::string(canonical)); found != entries_.end()) return found->second;
  Entry entry = read(canonical, depth);
  return entries_.insert_or_assign(std::string(canonical), std::move(entry)).first->second;
}

Profiles::Entry Profiles::type_of_r4(const fhir::Type& type) const {
  auto profile = std::make_shared<Profile>();
  profile->type = type.name;
  profile->title = type.name;
  profile->root = std::make_unique<Node>();
  profile->root->name = type.name;
  return {.profile = std::move(profile), .failure = {}};
}

json::Value Profiles::find_r4(std::string_view url) const {
  if (r4_by_url_.empty()) {
    r4_ = json::parse(definitions_.profiles()).value();  // embedded: damaged only if the program is
    for (const json::Value each : r4_.root().items()) r4_by_url_.emplace(each["url"].text(), each);
  }
  const auto found = r4_by_url_.find(url);
  return found == r4_by_url_.end() ? json::Value() : found->second;
}

json::Value Profiles::find_ours(std::string_view canonical) const {
  const fhir::Archive& archive = fhir::Archive::built_in();
  const auto bar = std::min(canonical.find('|'), canonical.size());
  const auto* const entry = archive.find("StructureDefinition", canonical.substr(0, bar));
  if (!entry || (bar < canonical.size() && canonical.substr(bar + 1) != entry->version)) return {};
  ours_.push_back(json::parse(archive.text(*entry)).value());  // embedded: damaged only if the program is
  return ours_.back().root();
}

Profiles::Entry Profiles::read(std::string_view canonical, std::size_t depth) const {
  if (depth > bases_max) return {.profile = {}, .failure = "too many profiles stand upon each other, or in a circle"};
  const std::string_view url = canonical.substr(0, canonical.find('|'));
  if (url.starts_with(core))
    if (const fhir::Type* type = definitions_.find_type(url.substr(core.size()))) return type_of_r4(*type);
  json::Value definition = find_definition("StructureDefinition", canonical);
  if (!definition) definition = find_ours(canonical);
  if (!definition) definition = find_r4(url);
  if (!definition) return {};
  std::shared_ptr<const Profile> base;
  if (definition["snapshot"]["element"].size() == 0) {
    const std::string_view based_on = definition["baseDefinition"].text();
    const Entry& found = load(based_on, depth + 1);
    if (!found.profile)
      return {.profile = {},
              .failure = "it is based on " + std::string(based_on) + ", which " +
                         (found.failure.empty() ? "is not known" : "cannot be read: " + found.failure)};
    base = found.profile;
  }
  auto profile = read_profile(definition, nullptr, base, definitions_);
  if (!profile) return {.profile = {}, .failure = profile.error().summary()};
  return {.profile = std::move(*profile), .failure = {}};
}

}  // namespace handoff::validation
