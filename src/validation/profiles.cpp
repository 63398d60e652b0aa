#include "validation/profiles.h"

#include <algorithm>
#include <mutex>

#include "fhir/archive.h"

namespace handoff::validation {
namespace {

constexpr std::size_t bases_max = 16;  // length of a chain of base profiles
constexpr std::string_view core = "http://hl7.org/fhir/StructureDefinition/";

}  // namespace

Profiles::Profiles(const fhir::Definitions& definitions, Lookup lookup)
    : definitions_(definitions), lookup_(std::move(lookup)) {}

json::Value Profiles::find_definition(std::string_view type, std::string_view canonical) const {
  return lookup_ ? lookup_(type, canonical) : json::Value();
}

const Profile* Profiles::find(std::string_view canonical, std::string* failure) const {
  const Entry* entry = find_loaded(canonical);
  if (!entry) {
    const Named named = name(canonical);
    if (!named.id) return nullptr;
    const bool has_version = canonical.find('|') != canonical.npos;
    if (has_version) entry = find_read(named.id);
    if (!entry) {
      const std::unique_lock lock(mutex_);
      entry = &load(named, 0);
      if (!has_version) by_url_.try_emplace(std::string(canonical), entry);
    }
  }
  if (failure) *failure = entry->failure;
  return entry->profile.get();
}

const Profiles::Entry* Profiles::find_loaded(std::string_view canonical) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_url_.find(canonical);
  return found == by_url_.end() ? nullptr : found->second;
}

const Profiles::Entry* Profiles::find_read(const void* id) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

Profiles::Named Profiles::name(std::string_view canonical) const {
  const std::string_view url = canonical.substr(0, canonical.find('|'));
  if (url.starts_with(core))
    if (const fhir::Type* type = definitions_.find_type(url.substr(core.size())))
      return {.id = type, .type = type};
  json::Value definition = find_definition("StructureDefinition", canonical);
  if (!definition)
    if (const Named ours = find_ours(canonical); ours.id) return ours;
  if (!definition) definition = find_r4(url);
  return {.id = definition.storage(), .definition = definition};
}

const Profiles::Entry& Profiles::load(const Named& named, std::size_t depth) const {
  if (const auto found = entries_.find(named.id); found != entries_.end()) return found->second;
  Entry entry = named.type   ? type_of_r4(*named.type)
                : named.ours ? read_ours(*named.ours, depth)
                             : read(named.definition, nullptr, depth);
  return entries_.try_emplace(named.id, std::move(entry)).first->second;
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
  std::call_once(r4_is_read_, [this] {
    r4_ = json::parse(definitions_.profiles()).value();  // embedded, so it is damaged only if the program is
    for (const json::Value each : r4_.root().items()) r4_by_url_.emplace(each["url"].text(), each);
  });
  const auto found = r4_by_url_.find(url);
  return found == r4_by_url_.end() ? json::Value() : found->second;
}

Profiles::Named Profiles::find_ours(std::string_view canonical) const {
  const auto bar = std::min(canonical.find('|'), canonical.size());
  const auto* const entry = fhir::Archive::built_in().find("StructureDefinition", canonical.substr(0, bar));
  if (!entry || (bar < canonical.size() && canonical.substr(bar + 1) != entry->version)) return {};
  return {.id = entry, .ours = entry};
}

Profiles::Entry Profiles::read_ours(const fhir::Archive::Entry& entry, std::size_t depth) const {
  // cannot fail, as in find_r4
  const auto document =
      std::make_shared<json::Document>(json::parse(fhir::Archive::built_in().text(entry)).value());
  return read(document->root(), document, depth);
}

Profiles::Entry Profiles::read(json::Value definition, std::shared_ptr<const void> source,
                               std::size_t depth) const {
  if (depth > bases_max)
    return {.profile = {}, .failure = "too many profiles are based on one another, or they form a circle"};
  std::shared_ptr<const Profile> base;
  if (definition["snapshot"]["element"].size() == 0) {
    const std::string_view based_on = definition["baseDefinition"].text();
    const Named named = name(based_on);
    if (!named.id)
      return {.profile = {}, .failure = "it is based on " + std::string(based_on) + ", which is not known"};
    const Entry& found = load(named, depth + 1);
    if (!found.profile)
      return {
          .profile = {},
          .failure = "it is based on " + std::string(based_on) + ", which cannot be read: " + found.failure};
    base = found.profile;
  }
  auto profile = read_profile(definition, std::move(source), base, definitions_);
  if (!profile) return {.profile = {}, .failure = profile.error().summary()};
  return {.profile = std::move(*profile), .failure = {}};
}

}  // namespace handoff::validation
