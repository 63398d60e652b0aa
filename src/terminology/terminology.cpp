#include "terminology/terminology.h"

#include <algorithm>

#include "core/limits.h"

namespace handoff::terminology {
namespace {

using fhir::Coding;
using fhir::Membership;

// In, if one says so; else unknown, if one does not know.
Membership either(Membership a, Membership b) {
  if (a == Membership::in || b == Membership::in) return Membership::in;
  return a == Membership::unknown || b == Membership::unknown ? Membership::unknown : Membership::out;
}

Membership both(Membership a, Membership b) {
  if (a == Membership::out || b == Membership::out) return Membership::out;
  return a == Membership::unknown || b == Membership::unknown ? Membership::unknown : Membership::in;
}

template <class T>
using Versions = std::vector<std::unique_ptr<T>>;  // the last added last
template <class T>
using ByUrl = std::map<std::string, Versions<T>, std::less<>>;

template <class T>
const T* version_of(const Versions<T>& versions, std::string_view version) {
  for (auto one = versions.rbegin(); one != versions.rend(); ++one)
    if (version.empty() || (*one)->version == version) return one->get();
  return nullptr;
}

}  // namespace

Canonical split_canonical(std::string_view canonical) {
  const auto bar = canonical.find('|');
  return bar == canonical.npos ? Canonical{canonical, {}} : Canonical{canonical.substr(0, bar), canonical.substr(bar + 1)};
}

struct Terminology::Known {
  Defined defined;
  const fhir::Archive& archive;
  mutable std::mutex mutex;
  // What is asked of the archive once is kept, also that there is nothing.
  struct System {
    std::string version;
    CodeSystem system;
  };
  ByUrl<System> systems;
  ByUrl<ValueSet> value_sets;
  std::vector<std::unique_ptr<json::Document>> maps;
  std::map<std::string, std::vector<const CodeSystem*>, std::less<>> supplements;
  bool maps_read = false;

  // Some tables of v2 have their version in their url.
  Canonical parts_of(std::string_view type, std::string_view canonical) const {
    return archive.find(type, canonical) ? Canonical{canonical, {}} : split_canonical(canonical);
  }
  std::optional<json::Document> published(std::string_view type, std::string_view url) const {
    if (const json::Value found = defined ? defined(type, url) : json::Value{}) {
      json::Arena arena;
      const json::Value kept = json::copy(arena, found);
      return json::Document(std::move(arena), kept);
    }
    const auto* entry = archive.find(type, url);
    if (!entry) return std::nullopt;
    auto document = json::parse(archive.text(*entry));
    return document ? std::optional(std::move(*document)) : std::nullopt;
  }
};

Terminology::Terminology(Defined defined, const fhir::Archive& archive)
    : known_(new Known{std::move(defined), archive, {}, {}, {}, {}, {}, false}) {}
Terminology::~Terminology() = default;

Result<void> Terminology::add(json::Document resource) {
  const std::string type(resource.root()["resourceType"].text());
  if (type == "CodeSystem") {
    auto system = CodeSystem::read(std::move(resource));
    if (!system) return system.error();
    return add(std::move(*system));
  }
  const std::lock_guard hold(known_->mutex);
  if (type == "ConceptMap") {
    known_->maps.push_back(std::make_unique<json::Document>(std::move(resource)));
    return {};
  }
  if (type != "ValueSet") return problem(Kind::incorrect, "is no terminology", type, "not-supported");
  auto set = ValueSet::read(std::move(resource));
  if (!set) return set.error();
  auto& versions = known_->value_sets[set->url];
  std::erase_if(versions, [&](const auto& one) { return one->version == set->version; });
  versions.push_back(std::make_unique<ValueSet>(std::move(*set)));
  return {};
}

Result<void> Terminology::add(CodeSystem system) {
  const std::lock_guard hold(known_->mutex);
  const std::string url = system.url(), version = system.version();
  auto& versions = known_->systems[url];
  std::erase_if(versions, [&](const auto& one) { return one->version == version; });
  versions.push_back(std::make_unique<Known::System>(Known::System{version, std::move(system)}));
  const CodeSystem& added = versions.back()->system;
  if (added.is_supplement()) known_->supplements[std::string(split_canonical(added.supplements()).url)].push_back(&added);
  return {};
}

const CodeSystem* Terminology::find_code_system(std::string_view canonical) const {
  const std::lock_guard hold(known_->mutex);
  const auto [url, version] = known_->parts_of("CodeSystem", canonical);
  auto found = known_->systems.find(url);
  if (found == known_->systems.end()) {
    auto document = known_->published("CodeSystem", url);
    if (!document) return nullptr;  // and not remembered: whoever sends codes may name any number of systems
    found = known_->systems.emplace(std::string(url), Versions<Known::System>()).first;
    if (auto system = CodeSystem::read(std::move(*document)))
      found->second.push_back(std::make_unique<Known::System>(Known::System{system->version(), std::move(*system)}));
  }
  const auto* held = version_of(found->second, version);
  return held && !held->system.is_supplement() ? &held->system : nullptr;
}

const ValueSet* Terminology::find_value_set(std::string_view canonical) const {
  const std::lock_guard hold(known_->mutex);
  const auto [url, version] = known_->parts_of("ValueSet", canonical);
  auto found = known_->value_sets.find(url);
  if (found == known_->value_sets.end()) {
    found = known_->value_sets.emplace(std::string(url), Versions<ValueSet>()).first;
    if (auto document = known_->published("ValueSet", url))
      if (auto set = ValueSet::read(std::move(*document))) found->second.push_back(std::make_unique<ValueSet>(std::move(*set)));
  }
  return version_of(found->second, version);
}

std::vector<const json::Document*> Terminology::concept_maps() const {
  const std::lock_guard hold(known_->mutex);
  if (!std::exchange(known_->maps_read, true)) {
    for (const fhir::Archive::Entry& entry : known_->archive.entries())
      if (entry.type == "ConceptMap")
        if (auto document = json::parse(known_->archive.text(entry)))
          known_->maps.push_back(std::make_unique<json::Document>(std::move(*document)));
  }
  std::vector<const json::Document*> all;
  for (const auto& map : known_->maps) all.push_back(map.get());
  return all;
}

std::vector<const CodeSystem*> Terminology::supplements_of(std::string_view system) const {
  const std::lock_guard hold(known_->mutex);
  const auto found = known_->supplements.find(system);
  return found == known_->supplements.end() ? std::vector<const CodeSystem*>() : found->second;
}

Membership Terminology::contains(std::string_view value_set, const Coding& coding) const {
  const ValueSet* const set = find_value_set(value_set);
  return set ? contains(*set, coding, 0) : Membership::unknown;
}

Membership Terminology::has_code(const Coding& coding) const {
  std::string canonical(coding.system);
  if (!coding.version.empty()) canonical.append("|").append(coding.version);
  const CodeSystem* const system = coding.system.empty() ? nullptr : find_code_system(canonical);
  if (!system) return Membership::unknown;
  if (system->find(coding.code)) return Membership::in;
  return system->is_complete() ? Membership::out : Membership::unknown;
}

Membership Terminology::contains(const ValueSet& value_set, const Coding& coding, std::size_t depth) const {
  if (depth > limits::value_set_depth_max) return Membership::unknown;  // or they are made of each other
  Membership found = Membership::out;
  for (const Include& include : value_set.includes)
    if ((found = either(found, includes(include, coding, depth))) == Membership::in) break;
  if (found == Membership::out) return found;
  for (const Include& exclude : value_set.excludes) {
    const Membership left_out = includes(exclude, coding, depth);
    if (left_out == Membership::in) return Membership::out;
    if (left_out == Membership::unknown) found = Membership::unknown;
  }
  return found;
}

Membership Terminology::includes(const Include& include, const Coding& coding, std::size_t depth) const {
  Membership found = include.system.empty() ? Membership::in : of_system(include, coding);
  for (const std::string_view other : include.value_sets) {
    if (found == Membership::out) break;
    const ValueSet* const set = find_value_set(other);
    found = both(found, set ? contains(*set, coding, depth + 1) : Membership::unknown);
  }
  return found;
}

Membership Terminology::of_system(const Include& include, const Coding& coding) const {
  if (!coding.system.empty() && coding.system != include.system) return Membership::out;
  if (!include.listed.empty() && include.places.contains(coding.code)) return Membership::in;
  const CodeSystem* const system = find_code_system(include.system);
  // Codes are compared as their system does.
  if (!include.listed.empty() && (!system || system->is_case_sensitive())) return Membership::out;
  if (!system) return Membership::unknown;
  const Concept* const item = system->find(coding.code);
  if (!item) return system->is_complete() ? Membership::out : Membership::unknown;
  if (!include.listed.empty()) {
    const bool listed = std::any_of(include.listed.begin(), include.listed.end(),
                                    [&](json::Value one) { return system->find(one["code"].text()) == item; });
    return listed ? Membership::in : Membership::out;
  }
  Membership found = Membership::in;
  for (const Filter& filter : include.filters) {
    const auto holds = satisfies(*system, *item, filter);
    found = both(found, !holds ? Membership::unknown : *holds ? Membership::in : Membership::out);
  }
  return found;
}

}  // namespace handoff::terminology
