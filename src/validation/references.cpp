#include "validation/references.h"

#include <fmt/format.h>

#include <algorithm>

#include "fhir/reference.h"
#include "validation/conformance.h"

namespace handoff::validation {
namespace {

json::Value find_contained(const Context& context, json::Value root, std::string_view id) {
  const auto [place, is_new] = context.indexes.try_emplace(root["contained"].storage());
  if (is_new)
    for (const json::Value contained : root["contained"].items())
      place->second.by_url.try_emplace(contained["id"].text(),
                                       Index::Found{.resource = contained, .count = 1});
  const auto found = place->second.by_url.find(id);
  return found == place->second.by_url.end() ? json::Value() : found->second.resource;
}

std::string_view without_version(std::string_view reference) {
  return reference.substr(0, reference.find("/_history/"));
}

bool is_absolute(std::string_view reference) { return reference.find(':') < reference.find_first_of("/?#"); }

json::Value find_entry(const Context& context, std::string_view full_url) {
  const Index& index = index_of(context, context.scope.bundle);
  const auto found = index.by_url.find(full_url);
  return found == index.by_url.end() ? json::Value() : found->second.resource;
}

// "http://host/fhir/" for "http://host/fhir/Patient/1". Empty for a URN.
std::string_view base_of(std::string_view full_url) {
  if (!full_url.starts_with("http")) return {};
  const auto id = full_url.rfind('/');
  const auto type = id == full_url.npos || id == 0 ? full_url.npos : full_url.rfind('/', id - 1);
  return type == full_url.npos ? std::string_view() : full_url.substr(0, type + 1);
}

// If no fullUrl fits, takes the entry with that type and id, if there is exactly one.
json::Value find_by_type(const Context& context, std::string_view reference) {
  const Index& index = index_of(context, context.scope.bundle);
  const auto found = index.by_id.find(std::string(reference));
  return found != index.by_id.end() && found->second.count == 1 ? found->second.resource : json::Value();
}

std::string list(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) {
    const auto slash = name.rfind('/');
    text.append(text.empty() ? "" : ", ").append(slash == name.npos ? name : name.substr(slash + 1));
  }
  return text;
}

bool is_any_of(const Context& context, const fhir::Type& type, const std::vector<std::string_view>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    const fhir::Type* allowed = context.definitions.find_type(name);
    return !allowed || type.is_a(*allowed);
  });
}

void check_local(Context& context, const At& at, std::string_view reference) {
  const std::string_view id = reference.substr(1);
  if (id.empty() && context.scope.is_contained) return;
  if (!id.empty() && find_contained(context, context.scope.root, id)) return;
  context.findings->add(at.path, "invariant",
                        fmt::format("There is no contained resource #{} in this resource; a reference "
                                    "beginning with # must lead to one.",
                                    id),
                        "ref-1");
}

void check_said_type(Context& context, const At& at) {
  const std::string_view said = at.item.value["type"].text();
  const std::string_view text = at.item.value["reference"].text();
  if (said.empty() || text.empty()) return;
  const std::string local = fhir::local_reference(text);
  const auto parts = fhir::split_reference(local);
  const json::Value resource = resolve(context, text);
  const std::string_view meant = resource ? resource["resourceType"].text()
                                 : parts  ? parts->type
                                          : std::string_view();
  if (!meant.empty() && context.definitions.find_resource(meant) && meant != said)
    context.findings->add(at.path, "value",
                          fmt::format("The reference leads to {}, but its type says {}.", meant, said));
}

struct Target {
  json::Value resource;
  std::string_view type;
};

// True if the target may be an instance of this canonical.
bool fits(Context& context, const Target& target, std::string_view canonical, const Path& path) {
  const Profile* profile = context.profiles.find(canonical);
  if (!profile) return true;  // unknown: reported where it is first named
  const fhir::Type* wanted = context.definitions.find_type(profile->type);
  const fhir::Type* type = context.definitions.find_resource(target.type);
  if (wanted && type && !type->is_a(*wanted)) return false;
  if (!target.resource) return true;
  const At at = resource_at(target.resource, path, context.definitions);
  return !at.item.type || conforms_as_resource(context, at, *profile);
}

void check_aggregation(Context& context, const At& at, const AllowedType& type, const Target& target) {
  if (type.aggregation.empty() || at.item.value["reference"].text().empty()) return;
  const bool is_contained = at.item.value["reference"].text().starts_with('#');
  const std::string_view way = is_contained                              ? "contained"
                               : context.scope.bundle && target.resource ? "bundled"
                                                                         : "referenced";
  if (std::find(type.aggregation.begin(), type.aggregation.end(), way) != type.aggregation.end()) return;
  if (way == "bundled" &&
      std::find(type.aggregation.begin(), type.aggregation.end(), "referenced") != type.aggregation.end())
    return;
  context.findings->add(at.path, "value",
                        fmt::format("The resource that this refers to is {}; the profile wants {}.", way,
                                    list(type.aggregation)));
}

}  // namespace

const Index& index_of(const Context& context, json::Value bundle) {
  const auto [place, is_new] = context.indexes.try_emplace(bundle["entry"].storage());
  Index& index = place->second;
  if (!is_new) return index;
  const auto add = [](auto& found, json::Value resource) {
    if (++found.count == 1) found.resource = resource;
  };
  for (const json::Value entry : bundle["entry"].items()) {
    const json::Value resource = entry["resource"];
    if (entry["fullUrl"]) add(index.by_url[entry["fullUrl"].text()], resource);
    if (resource["id"])
      add(index
              .by_id[std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text())],
          resource);
  }
  return index;
}

json::Value resolve(const Context& context, std::string_view reference) {
  const Scope& scope = context.scope;
  if (reference.empty()) return {};
  if (reference == "#") return scope.root;
  if (reference[0] == '#') return find_contained(context, scope.root, reference.substr(1));
  if (!scope.bundle) return {};
  const std::string_view plain = without_version(reference);
  if (is_absolute(plain)) return find_entry(context, plain);
  if (const std::string_view base = base_of(scope.full_url); !base.empty())
    return find_entry(context, std::string(base) + std::string(plain));
  return find_by_type(context, plain);
}

std::string_view type_of_reference(const Context& context, json::Value reference) {
  const std::string_view text = reference.is_object() ? reference["reference"].text() : reference.text();
  if (const json::Value resource = resolve(context, text)) return resource["resourceType"].text();
  const std::string_view plain = without_version(text);
  const auto id = plain.rfind('/');
  if (id != plain.npos && !plain.starts_with('#')) {
    const std::string_view before = plain.substr(0, id);
    const std::string_view type = before.substr(before.rfind('/') + 1);
    if (context.definitions.find_resource(type)) return type;
  }
  return reference["type"].text();
}

void check_reference_value(Context& context, const At& at, const fhir::Element& element) {
  const std::string_view text = at.item.value["reference"].text();
  if (text.starts_with('#')) check_local(context, at, text);
  check_said_type(context, at);
  const fhir::Type* type = context.definitions.find_resource(type_of_reference(context, at.item.value));
  // structure.cpp checks relative references
  if (!type || (!text.empty() && !is_absolute(text) && text[0] != '#')) return;
  for (const fhir::TypeChoice& choice : element.types)
    if (choice.type == at.item.type && !choice.targets.empty() && !is_any_of(context, *type, choice.targets))
      context.findings->add(
          at.path, "value",
          fmt::format("This may not refer to {}, only to {}.", type->name, list(choice.targets)));
}

void check_targets(Context& context, const At& at, const AllowedType& type) {
  if (type.target_profiles.empty()) return;
  const std::string_view text =
      at.item.value.is_object() ? at.item.value["reference"].text() : at.item.value.text();
  if (!at.item.value.is_object()) return;  // a canonical names no type
  const Target target{.resource = resolve(context, text), .type = type_of_reference(context, at.item.value)};
  check_aggregation(context, at, type, target);
  if (target.type.empty() || context.silent > silent_max) return;
  for (const std::string_view canonical : type.target_profiles)
    if (fits(context, target, canonical, at.path)) return;
  context.findings->add(at.path, "value",
                        fmt::format("This refers to {}{}; the profile allows only {}.", target.type,
                                    target.resource ? " that does not fit" : "", list(type.target_profiles)));
}

}  // namespace handoff::validation
