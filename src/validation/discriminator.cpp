#include "validation/discriminator.h"

#include <algorithm>
#include <unordered_set>

#include "validation/bindings.h"
#include "validation/conformance.h"
#include "validation/references.h"

namespace handoff::validation {
namespace {

enum class StepKind : std::uint8_t { member, extension, resolve, of_type };

struct Step {
  StepKind kind = StepKind::member;
  std::string_view name;  // of the member or type; for extension(): the url
};

// Parses the restricted paths of discriminators: members, extension('url'), resolve(), ofType(Type), $this.
std::vector<Step> parse(std::string_view path) {
  std::vector<Step> steps;
  while (!path.empty()) {
    std::size_t end = 0;
    for (int open = 0; end < path.size() && (open > 0 || path[end] != '.'); ++end)
      open += path[end] == '(' ? 1 : path[end] == ')' ? -1 : 0;
    const std::string_view step = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    const auto parenthesis = step.find('(');
    const std::string_view name = step.substr(0, parenthesis);
    std::string_view argument = parenthesis == step.npos ? std::string_view() : step.substr(parenthesis + 1);
    while (!argument.empty() && (argument.back() == ')' || argument.back() == '\'' || argument.back() == '"'))
      argument.remove_suffix(1);
    while (!argument.empty() && (argument[0] == '\'' || argument[0] == '"')) argument.remove_prefix(1);
    if (name == "$this") continue;
    if (parenthesis == step.npos)
      steps.push_back({StepKind::member, name.ends_with("[x]") ? name.substr(0, name.size() - 3) : name});
    else if (name == "resolve") steps.push_back({StepKind::resolve, {}});
    else if (name == "extension") steps.push_back({StepKind::extension, argument});
    else steps.push_back({StepKind::of_type, argument});
  }
  return steps;
}

// What the slice requires at the end of the path: a node, or a part of a fixed value or pattern above it.
struct Criterion {
  const Node* node = nullptr;
  const Profile* profile = nullptr;
  json::Value literal;
  bool is_fixed = false;
  bool is_resolved = false;
  std::string_view implied_url;  // url of an extension whose profile the slice names
};

std::string_view url_without_version(std::string_view canonical) {
  return canonical.substr(0, canonical.find('|'));
}

bool is_extension_slice(const Node& slice, std::string_view url) {
  for (const AllowedType& type : slice.types)
    for (const std::string_view canonical : type.profiles)
      if (url_without_version(canonical) == url) return true;
  const Node* child = slice.find_child("url");
  return child && (child->fixed.text() == url || child->pattern.text() == url);
}

const Node* only_slice(const Node* node) {
  const bool says_itself = node->fixed || node->pattern || !node->children.empty();
  return !says_itself && node->slices.size() == 1 ? node->slices[0].get() : node;
}

// If the slice's own tree ends, the path continues in the profile of its type.
bool enter_profile(const Context& context, Criterion& at, bool targets) {
  for (const AllowedType& type : at.node->types)
    for (const std::string_view canonical : targets ? type.target_profiles : type.profiles)
      if (const Profile* profile = context.profiles.find(canonical)) {
        at.node = profile->root.get();
        at.profile = profile;
        return true;
      }
  return false;
}

bool descend(const Context& context, Criterion& at, std::string_view name) {
  if (at.literal) {
    const json::Value value = at.literal.is_array() ? at.literal.at(0) : at.literal;
    at.literal = value[name];
    return bool(at.literal);
  }
  if (const Node* child = at.node->find_child(name)) {
    at.node = only_slice(child);
    return true;
  }
  if (at.node->fixed || at.node->pattern) {
    at.is_fixed = bool(at.node->fixed);
    at.literal = at.is_fixed ? at.node->fixed : at.node->pattern;
    return descend(context, at, name);
  }
  if (name == "url")
    for (const AllowedType& type : at.node->types)
      if (type.code == "Extension" && type.profiles.size() == 1) {
        at.implied_url = url_without_version(type.profiles[0]);
        return true;
      }
  return enter_profile(context, at, at.is_resolved) && at.node->find_child(name) &&
         descend(context, at, name);
}

bool follow(const Context& context, Criterion& at, const Step& step) {
  if (step.kind == StepKind::member) return descend(context, at, step.name);
  if (step.kind == StepKind::resolve) {
    at.is_resolved = true;
    return true;
  }
  if (!at.node || at.literal) return false;
  if (step.kind == StepKind::of_type) return true;
  const Node* extensions = at.node->find_child("extension");
  if (!extensions) return false;
  for (const auto& slice : extensions->slices)
    if (is_extension_slice(*slice, step.name)) {
      at.node = slice.get();
      return true;
    }
  return false;
}

// Returns each target once. References can form circles, and a path may follow them again and again.
std::vector<At> follow(const Context& context, const std::vector<At>& items, const Step& step) {
  std::vector<At> result;
  std::unordered_set<const void*> met;
  for (const At& item : items) {
    if (step.kind == StepKind::resolve) {
      const std::string_view reference =
          item.item.value.is_object() ? item.item.value["reference"].text() : item.item.value.text();
      At target = resource_at(resolve(context, reference), item.path, context.definitions);
      if (target.item.type && met.insert(target.item.value.storage()).second) result.push_back(target);
      continue;
    }
    if (step.kind == StepKind::of_type) {
      const fhir::Type* type = context.definitions.find_type(step.name);
      if (type && item.type().is_a(*type)) result.push_back(item);
      continue;
    }
    for (const At& child :
         children_of(item, step.kind == StepKind::extension ? "extension" : step.name, context.definitions))
      if (step.kind == StepKind::member || child.item.value["url"].text() == step.name)
        result.push_back(child);
  }
  return result;
}

bool is_one_of(const std::vector<At>& items, const std::function<bool(const At&)>& test) {
  return std::any_of(items.begin(), items.end(), test);
}

bool has_value(Context& context, const std::vector<At>& items, const Criterion& at) {
  if (!at.implied_url.empty())
    return is_one_of(items, [&](const At& item) { return item.item.value.text() == at.implied_url; });
  if (at.literal) {
    // A pattern's list holds items that the value's list must contain. The value's items come one by one, and
    // each is compared with the pattern's first item.
    const json::Value literal = at.literal.is_array() ? at.literal.at(0) : at.literal;
    return is_one_of(items, [&](const At& item) {
      return at.is_fixed ? holds_fixed(item.item.value, literal) : holds_pattern(item.item.value, literal);
    });
  }
  const Node& node = *at.node;
  if (node.fixed)
    return is_one_of(items, [&](const At& item) { return holds_fixed(item.item.value, node.fixed); });
  if (node.pattern)
    return is_one_of(items, [&](const At& item) { return holds_pattern(item.item.value, node.pattern); });
  if (node.binding == fhir::BindingStrength::required && !node.value_set.empty())
    return is_one_of(items, [&](const At& item) {
      return membership(context, item, node.value_set) == fhir::Membership::in;
    });
  if (!node.children.empty() || !node.slices.empty())
    return is_one_of(items, [&](const At& item) {
      return try_silently(context, [&] { check_children(context, item, node, *at.profile); });
    });
  return node.max == 0u ? items.empty() : node.min.value_or(0) > 0 && !items.empty();
}

bool exists(const std::vector<At>& items, const Criterion& at) {
  return at.node && at.node->max == 0u ? items.empty() : !items.empty();
}

// The type of the values themselves, or of the resources that the references lead to.
bool has_type(const Context& context, const At& item, const std::vector<Step>& steps, const Criterion& at) {
  std::vector<At> items{item};
  const bool resolves = !steps.empty() && steps.back().kind == StepKind::resolve;
  for (std::size_t i = 0; i < steps.size() - (resolves ? 1 : 0); ++i)
    items = follow(context, items, steps[i]);
  for (const At& each : items)
    for (const AllowedType& allowed : at.node->types) {
      if (!resolves) {
        if (context.definitions.find_type(allowed.code) && is_of_type(context, each, allowed.code))
          return true;
        continue;
      }
      const fhir::Type* target =
          context.definitions.find_resource(type_of_reference(context, each.item.value));
      for (const std::string_view canonical : allowed.target_profiles)
        if (const Profile* profile = context.profiles.find(canonical); profile && target) {
          const fhir::Type* type = context.definitions.find_type(profile->type);
          if (type && target->is_a(*type)) return true;
        }
    }
  return false;
}

bool has_profile(Context& context, const std::vector<At>& items, const Criterion& at) {
  for (const AllowedType& allowed : at.node->types)
    for (const std::string_view canonical : at.is_resolved ? allowed.target_profiles : allowed.profiles)
      if (const Profile* profile = context.profiles.find(canonical))
        if (is_one_of(items, [&](const At& item) {
              const fhir::Type* type = context.definitions.find_type(profile->type);
              return (!type || item.type().is_a(*type)) && conforms_as_resource(context, item, *profile);
            }))
          return true;
  return false;
}

}  // namespace

std::vector<Discriminator> discriminators_of(const Node& sliced, const Slicing* slicing) {
  if (slicing && !slicing->discriminators.empty()) return slicing->discriminators;
  if (sliced.name == "extension" || sliced.name == "modifierExtension")
    return {{DiscriminatorKind::value, "url"}};
  const bool by_type =
      !sliced.slices.empty() &&
      std::all_of(sliced.slices.begin(), sliced.slices.end(), [&](const auto& slice) {
        return slice->slice.starts_with(sliced.name) && slice->slice.size() > sliced.name.size();
      });
  if (by_type) return {{DiscriminatorKind::type, "$this"}};
  return {};
}

bool is_marked(Context& context, const At& item, const Node& slice, const Discriminator& discriminator,
               const Profile& profile) {
  const std::vector<Step> steps = parse(discriminator.path);
  Criterion at{.node = &slice, .profile = &profile};
  std::vector<At> items{item};
  bool is_known = true;
  // The paths of lower elements point to the paths above them. So the values of every step are kept.
  std::vector<std::vector<At>> kept;
  kept.push_back(items);
  for (const Step& step : steps) {
    is_known = is_known && follow(context, at, step);
    kept.push_back(follow(context, kept.back(), step));
  }
  items = kept.back();
  if (discriminator.kind == DiscriminatorKind::exists) return exists(items, is_known ? at : Criterion{});
  if (!is_known) return false;
  if (discriminator.kind == DiscriminatorKind::type) return at.node && has_type(context, item, steps, at);
  if (discriminator.kind == DiscriminatorKind::profile) return at.node && has_profile(context, items, at);
  return has_value(context, items, at);
}

}  // namespace handoff::validation
