#include "validation/conformance.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "fhirpath/comparison.h"
#include "validation/bindings.h"
#include "validation/invariants.h"
#include "validation/references.h"
#include "validation/slicing.h"

namespace handoff::validation {
namespace {

std::string named(const Profile& profile) {
  return std::string(profile.title.empty() ? profile.url : profile.title);
}

const AllowedType* find_type(const Context& context, const At& at, const Node& node) {
  for (const AllowedType& type : node.types)
    if (is_of_type(context, at, type.code)) return &type;
  return nullptr;
}

std::string list_types(const Node& node) {
  std::string text;
  for (const AllowedType& type : node.types) text.append(text.empty() ? "" : ", ").append(type.code);
  return text;
}

std::string short_json(json::Value value) {
  std::string text = json::write(value);
  return text.size() > 120 ? text.substr(0, utf8_bytes(text.substr(0, 117))) + "…" : text;
}

void check_values(Context& context, const At& at, const Node& node) {
  if (node.fixed && !holds_fixed(at.item.value, node.fixed))
    context.findings->add(at.path, "value", fmt::format("This must be exactly {}.", short_json(node.fixed)));
  if (node.pattern && !holds_pattern(at.item.value, node.pattern))
    context.findings->add(at.path, "value", fmt::format("This must contain {}.", short_json(node.pattern)));
}

const fhir::Type* bound_type(const Context& context, const Node& node, const At& at) {
  std::string name(node.value_type);
  if (const fhir::Type* type = context.definitions.find_type(name)) return type;
  if (!name.empty()) name[0] = char(name[0] | 0x20);
  const fhir::Type* type = context.definitions.find_type(name);
  return type ? type : at.item.type;
}

void check_bound(Context& context, const At& at, const Node& node, json::Value bound, fhirpath::Order wrong,
                 std::string_view says) {
  if (!bound || !at.item.value) return;
  const fhirpath::Item limit = fhirpath::typed_item(bound, bound_type(context, node, at));
  if (fhirpath::order(at.item, limit) == wrong)
    context.findings->add(
        at.path, "value",
        fmt::format("This is {} than {}, which the profile allows.", says, short_json(bound)));
}

void check_length(Context& context, const At& at, const Node& node) {
  if (!node.max_length || !at.item.value.is_string()) return;
  const std::string_view text = at.item.value.text();
  const auto characters = std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (std::uint64_t(characters) > *node.max_length)
    context.findings->add(
        at.path, "too-long",
        fmt::format("This has {} characters; at most {} are allowed.", characters, *node.max_length));
}

void check_type_profiles(Context& context, const At& at, const AllowedType& type) {
  std::vector<const Profile*> profiles;
  for (const std::string_view canonical : type.profiles) {
    std::string failure;
    const Profile* profile = context.profiles.find(canonical, &failure);
    if (profile) profiles.push_back(profile);
    else if (type.profiles.size() == 1)
      context.findings->warn(
          at.path, "not-found",
          failure.empty() ? fmt::format("The profile {} is not known here, so it was not checked.", canonical)
                          : fmt::format("The profile {} could not be read: {}.", canonical, failure));
  }
  // it may conform to an unknown profile
  if (profiles.size() < type.profiles.size() && profiles.size() != 1) return;
  if (profiles.size() == 1 && type.profiles.size() == 1) return check_profile(context, at, *profiles[0]);
  if (profiles.empty() || std::any_of(profiles.begin(), profiles.end(),
                                      [&](const Profile* each) { return conforms(context, at, *each); }))
    return;
  std::string all;
  for (const Profile* profile : profiles) all += (all.empty() ? "" : ", ") + named(*profile);
  context.findings->add(at.path, "structure",
                        fmt::format("This conforms to none of the profiles that are allowed here: {}.", all));
}

const Node* find_content(const Profile& profile, std::string_view content) {
  const auto hash = content.find('#');
  if (hash == content.npos) return nullptr;
  const Node* node = profile.root.get();
  std::string_view path = content.substr(hash + 1);
  path.remove_prefix(std::min(path.find('.'), path.size()));
  while (node && !path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('.'), path.size());
    node = node->find_child(path.substr(0, end));
    path.remove_prefix(end);
  }
  return node;
}

std::string element_name(const Node& node) {
  return node.slice.empty() ? node.name : node.name + ":" + node.slice;
}

void check_count(Context& context, const At& owner, const Node& node, std::size_t count,
                 const Profile& profile) {
  const fhir::Element* base = owner.type().find(node.name);
  if (node.min && count < *node.min && (!base || base->min < *node.min || !node.slice.empty()))
    context.findings->add(
        owner.path, "required",
        count == 0 ? fmt::format("{} must have {} ({}).", owner.path.name, element_name(node), named(profile))
                   : fmt::format("{} must have at least {} {}, and has {} ({}).", owner.path.name, *node.min,
                                 element_name(node), count, named(profile)));
  if (node.max && count > *node.max && (!base || base->max > *node.max || !node.slice.empty()))
    context.findings->add(
        owner.path, "structure",
        *node.max == 0
            ? fmt::format("{} must not have {} ({}).", owner.path.name, element_name(node), named(profile))
            : fmt::format("{} may have at most {} {}, and has {} ({}).", owner.path.name, *node.max,
                          element_name(node), count, named(profile)));
}

class FirstCheck {
 public:
  FirstCheck(Context& context, const At& at, const Profile& profile)
      : key_{at.item.value.storage(), &profile}, is_trial_(context.silent > 0) {
    if (is_trial_ || !key_.first) return;
    is_new_ = context.conformed.insert(key_).second;
  }
  bool is_new() const { return is_new_; }

 private:
  std::pair<const void*, const void*> key_;
  bool is_trial_;
  bool is_new_ = true;
};

}  // namespace

bool is_of_type(const Context& context, const At& at, std::string_view code) {
  const fhir::Type* allowed = context.definitions.find_type(code);
  if (!allowed || &at.type() == allowed) return true;
  return at.type().is_a(*allowed) && (allowed->is_abstract || at.path.variant.empty());
}

bool holds_fixed(json::Value value, json::Value fixed) { return json::equal(value, fixed); }

bool holds_pattern(json::Value value, json::Value pattern) {
  if (pattern.is_object()) {
    return value.is_object() &&
           std::all_of(pattern.members().begin(), pattern.members().end(), [&](const json::Member& member) {
             return holds_pattern(value[member.key], member.value);
           });
  }
  if (pattern.is_array())
    return value.is_array() &&
           std::all_of(pattern.items().begin(), pattern.items().end(), [&](json::Value wanted) {
             const auto items = value.items();
             return std::any_of(items.begin(), items.end(),
                                [&](json::Value item) { return holds_pattern(item, wanted); });
           });
  return json::equal(value, pattern);
}

void check_profile(Context& context, const At& at, const Profile& profile) {
  if (context.silent > silent_max || at.path.depth > depth_max) return;
  if (!FirstCheck(context, at, profile).is_new()) return;
  const fhir::Type* type = context.definitions.find_type(profile.type);
  if (type && !at.type().is_a(*type)) {
    context.findings->add(at.path, "structure",
                          fmt::format("The profile {} is one of {}, and this is {}.", named(profile),
                                      profile.type, at.type().name));
    return;
  }
  check_node(context, at, *profile.root, profile);
}

void check_resource_profile(Context& context, const At& resource, const Profile& profile) {
  Scope scope = context.scope;
  scope.is_contained = resource.item.value.storage() != scope.root.storage() && scope.is_contained;
  scope.resource = resource.item.value;
  scope.type = resource.item.type;
  const Context::Enter enter(context, scope);
  check_profile(context, resource, profile);
}

namespace {

// Tests each value and profile only once, because circular references would otherwise be followed without
// end. During its own test a value counts as conforming.
template <class Check>
bool conforms_once(Context& context, const At& at, const Profile& profile, Check check) {
  const std::pair<const void*, const void*> key{at.item.value.storage(), &profile};
  if (!key.first) return try_silently(context, check);
  if (const auto [place, is_new] = context.tried.try_emplace(key, true); !is_new) return place->second;
  const bool result = try_silently(context, check);
  context.tried[key] = result;
  return result;
}

}  // namespace

bool conforms(Context& context, const At& at, const Profile& profile) {
  return conforms_once(context, at, profile, [&] { check_profile(context, at, profile); });
}

bool conforms_as_resource(Context& context, const At& resource, const Profile& profile) {
  return conforms_once(context, resource, profile,
                       [&] { check_resource_profile(context, resource, profile); });
}

std::optional<bool> conforms_to(Context& context, const fhirpath::Item& item, std::string_view canonical) {
  const Profile* profile = context.profiles.find(canonical);
  context.asked.was_unknown |= !profile;
  if (!profile || !item.type) return std::nullopt;
  const Path path{.name = item.type->name};
  return conforms(context, {.item = item, .path = path}, *profile);
}

namespace {

// If a value may have several types, its bound units are only the usual ones (R4's vital signs:
// component.value[x], "L/min" of a flow). Another unit gives a warning, as in HL7's validator.
fhir::BindingStrength strength_of(const Node& node, const At& at) {
  const bool is_one_of_many = at.type().name == "Quantity" && node.types.size() > 1;
  return is_one_of_many && node.binding == fhir::BindingStrength::required ? fhir::BindingStrength::extensible
                                                                           : node.binding;
}

}  // namespace

void check_node(Context& context, const At& at, const Node& node, const Profile& profile) {
  if (context.findings->full() || at.path.depth > depth_max) return;
  const AllowedType* type = find_type(context, at, node);
  if (!node.types.empty() && !type)
    return context.findings->add(at.path, "structure",
                                 fmt::format("This is of the type {}; {} allows only {}.", at.type().name,
                                             named(profile), list_types(node)));
  check_values(context, at, node);
  check_bound(context, at, node, node.min_value, fhirpath::Order::less, "less");
  check_bound(context, at, node, node.max_value, fhirpath::Order::greater, "more");
  check_length(context, at, node);
  if (!node.value_set.empty()) check_binding(context, at, strength_of(node, at), node.value_set);
  check_invariants(context, at, context.plans.of(node.constraints, at.type()));
  if (type) {
    check_type_profiles(context, at, *type);
    check_targets(context, at, *type);
  }
  check_children(context, at, node, profile);
  if (!node.content.empty() && node.children.empty())
    if (const Node* content = find_content(profile, node.content))
      check_children(context, at, *content, profile);
}

void check_children(Context& context, const At& owner, const Node& node, const Profile& profile) {
  for (const auto& child : node.children) {
    const std::vector<At> items = children_of(owner, child->name, context.definitions);
    check_count(context, owner, *child, items.size(), profile);
    for (const At& item : items) check_node(context, item, *child, profile);
    if (!child->slices.empty()) check_slices(context, owner, items, *child, profile);
  }
}

void check_slice_count(Context& context, const At& owner, const Node& slice, std::size_t count,
                       const Profile& profile) {
  check_count(context, owner, slice, count, profile);
}

}  // namespace handoff::validation
