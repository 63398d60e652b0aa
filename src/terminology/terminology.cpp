#include "terminology/terminology.h"

#include <algorithm>

#include "core/limits.h"

namespace handoff::terminology {
namespace {

using fhir::Coding;
using fhir::Membership;

// In if one of them is in; else unknown if one is unknown.
Membership either(Membership a, Membership b) {
  if (a == Membership::in || b == Membership::in) return Membership::in;
  return a == Membership::unknown || b == Membership::unknown ? Membership::unknown : Membership::out;
}

Membership both(Membership a, Membership b) {
  if (a == Membership::out || b == Membership::out) return Membership::out;
  return a == Membership::unknown || b == Membership::unknown ? Membership::unknown : Membership::in;
}

template <class T>
using Versions = std::vector<std::unique_ptr<T>>;  // the last added comes last
template <class T>
using ByUrl = std::map<std::string, Versions<T>, std::less<>>;

// A resource without a version serves every version.
template <class T>
const T* version_of(const Versions<T>& versions, std::string_view version) {
  for (auto one = versions.rbegin(); one != versions.rend(); ++one)
    if (version.empty() || (*one)->version.empty() || (*one)->version == version) return one->get();
  return nullptr;
}

}  // namespace

Canonical split_canonical(std::string_view canonical) {
  const auto bar = canonical.find('|');
  return bar == canonical.npos ? Canonical{canonical, {}}
                               : Canonical{canonical.substr(0, bar), canonical.substr(bar + 1)};
}

namespace {

struct System {
  static Result<System> read(json::Document document) {
    auto system = CodeSystem::read(std::move(document));
    if (!system) return system.error();
    return System{system->version(), std::move(*system)};
  }
  std::string version;
  CodeSystem system;
};

}  // namespace

struct Terminology::Known {
  const fhir::Archive& archive;
  std::mutex mutex = {};  // guards what follows: what was asked for, and what was added
  ByUrl<System> systems = {};
  ByUrl<ValueSet> value_sets = {};
  std::vector<std::unique_ptr<json::Document>> maps = {};
  std::map<std::string, std::vector<const CodeSystem*>, std::less<>> supplements = {};
  bool maps_read = false;

  // Some tables of v2 have their version in their url.
  Canonical parts_of(std::string_view type, std::string_view canonical) const {
    return archive.find(type, canonical) ? Canonical{canonical, {}} : split_canonical(canonical);
  }

  std::optional<json::Document> published(std::string_view type, std::string_view canonical) const {
    const auto [url, version] = parts_of(type, canonical);
    const auto* entry = archive.find(type, url);
    if (!entry || (!version.empty() && version != entry->version)) return std::nullopt;
    auto document = json::parse(archive.text(*entry));
    return document ? std::optional(std::move(*document)) : std::nullopt;
  }

  // Reads a resource now if it is not here yet. If nobody defines it, nothing is remembered, because anybody
  // may ask for anything.
  template <class T>
  const T* find(ByUrl<T>& all, std::string_view type, std::string_view canonical) const {
    const auto [url, version] = parts_of(type, canonical);
    auto found = all.find(url);
    if (found == all.end()) {
      auto document = published(type, url);
      if (!document) return nullptr;
      found = all.emplace(std::string(url), Versions<T>()).first;
      if (auto read = T::read(std::move(*document)))
        found->second.push_back(std::make_unique<T>(std::move(*read)));
    }
    const T* const held = version_of(found->second, version);
    if (held || version.empty()) return held;
    auto document = published(type, canonical);  // R4's version, if another was added
    if (!document) return nullptr;
    auto read = T::read(std::move(*document));
    if (!read) return nullptr;
    // It goes before the others, so that the last one still counts for requests without a version.
    return found->second.insert(found->second.begin(), std::make_unique<T>(std::move(*read)))->get();
  }

  // R4's maps, except those that an added map replaces.
  void read_maps() {
    const std::size_t added = maps.size();
    for (const fhir::Archive::Entry& entry : archive.entries()) {
      const bool is_replaced =
          std::any_of(maps.begin(), maps.begin() + std::ptrdiff_t(added),
                      [&](const auto& one) { return one->root()["url"].text() == entry.canonical; });
      if (entry.type != "ConceptMap" || is_replaced) continue;
      if (auto document = json::parse(archive.text(entry)))
        maps.push_back(std::make_unique<json::Document>(std::move(*document)));
    }
  }
};

Terminology::Terminology(const fhir::Archive& archive) : known_(new Known{archive}) {}
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
    const json::Value root = resource.root();
    std::erase_if(known_->maps, [&](const auto& one) {
      return one->root()["url"].text() == root["url"].text() &&
             one->root()["version"].text() == root["version"].text();
    });
    known_->maps.push_back(std::make_unique<json::Document>(std::move(resource)));
    return {};
  }
  if (type != "ValueSet") return problem(Kind::incorrect, "is no terminology", type, "not-supported");
  auto set = ValueSet::read(std::move(resource));
  if (!set) return set.error();
  if (set->url.empty())
    return problem(Kind::incorrect, "a value set needs a url", "ValueSet.url", "required");
  auto& versions = known_->value_sets[set->url];
  std::erase_if(versions, [&](const auto& one) { return one->version == set->version; });
  versions.push_back(std::make_unique<ValueSet>(std::move(*set)));
  return {};
}

Result<void> Terminology::add(CodeSystem system) {
  const std::lock_guard hold(known_->mutex);
  const std::string url = system.url(), version = system.version();
  for (auto& [supplemented, all] : known_->supplements)
    std::erase_if(all, [&](const CodeSystem* one) { return one->url() == url && one->version() == version; });
  auto& versions = known_->systems[url];
  std::erase_if(versions, [&](const auto& one) { return one->version == version; });
  versions.push_back(std::make_unique<System>(System{version, std::move(system)}));
  const CodeSystem& added = versions.back()->system;
  if (added.is_supplement())
    known_->supplements[std::string(split_canonical(added.supplements()).url)].push_back(&added);
  return {};
}

const CodeSystem* Terminology::find_code_system(std::string_view canonical) const {
  const std::lock_guard hold(known_->mutex);
  const System* const found = known_->find(known_->systems, "CodeSystem", canonical);
  return found && !found->system.is_supplement() ? &found->system : nullptr;
}

const ValueSet* Terminology::find_value_set(std::string_view canonical) const {
  const std::lock_guard hold(known_->mutex);
  return known_->find(known_->value_sets, "ValueSet", canonical);
}

std::vector<const json::Document*> Terminology::concept_maps() const {
  const std::lock_guard hold(known_->mutex);
  if (!std::exchange(known_->maps_read, true)) known_->read_maps();
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
  return set ? contains(*set, coding) : Membership::unknown;
}

Membership Terminology::has_code(const Coding& coding) const {
  std::string canonical(coding.system);
  if (!coding.version.empty()) canonical.append("|").append(coding.version);
  const CodeSystem* const system = coding.system.empty() ? nullptr : find_code_system(canonical);
  if (!system) return Membership::unknown;
  if (system->find(coding.code)) return Membership::in;
  return system->is_complete() ? Membership::out : Membership::unknown;
}

Membership Terminology::contains(const ValueSet& value_set, const Coding& coding) const {
  Question question{.coding = coding};
  return answer(value_set, question);
}

Membership Terminology::answer(const ValueSet& value_set, Question& question) const {
  Membership found = Membership::out;
  for (const Include& include : value_set.includes)
    if ((found = either(found, includes(include, question))) == Membership::in) break;
  if (found == Membership::out) return found;
  for (const Include& exclude : value_set.excludes) {
    const Membership left_out = includes(exclude, question);
    if (left_out == Membership::in) return Membership::out;
    if (left_out == Membership::unknown) found = Membership::unknown;
  }
  return found;
}

Membership Terminology::includes(const Include& include, Question& question) const {
  Membership found = include.system.empty() ? Membership::in : of_system(include, question.coding);
  for (const std::string_view other : include.value_sets) {
    if (found == Membership::out) break;
    const ValueSet* const set = find_value_set(other);
    found = both(found, set ? answer_once(*set, question) : Membership::unknown);
  }
  return found;
}

Membership Terminology::answer_once(const ValueSet& value_set, Question& question) const {
  if (question.depth >= limits::value_set_depth_max) return Membership::unknown;
  // valid while the question is open
  const auto [place, is_new] = question.answered.try_emplace(&value_set, Membership::unknown);
  if (!is_new) return place->second;
  ++question.depth;
  const Membership found = answer(value_set, question);
  --question.depth;
  return question.answered[&value_set] = found;
}

Membership Terminology::of_system(const Include& include, const Coding& coding) const {
  if (!coding.system.empty() && coding.system != include.system) return Membership::out;
  if (!include.listed.empty() && include.places.contains(coding.code)) return Membership::in;
  const CodeSystem* const system = find_code_system(include.system);
  // Codes are compared in the way of their system (case).
  if (!include.listed.empty() && (!system || system->is_case_sensitive())) return Membership::out;
  if (!system) return Membership::unknown;
  const Concept* const item = system->find(coding.code);
  if (!item) return system->is_complete() ? Membership::out : Membership::unknown;
  if (!include.listed.empty()) {
    const bool listed = std::any_of(include.listed.begin(), include.listed.end(), [&](json::Value one) {
      return system->find(one["code"].text()) == item;
    });
    return listed ? Membership::in : Membership::out;
  }
  Membership found = Membership::in;
  for (const Filter& filter : include.filters) {
    const auto holds = condition_of(*system, filter);
    found = both(found, !holds ? Membership::unknown : (*holds)(*item) ? Membership::in : Membership::out);
  }
  return found;
}

}  // namespace handoff::terminology
