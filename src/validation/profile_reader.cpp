// Reads a StructureDefinition into the tree of a Profile.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/number.h"
#include "core/text.h"
#include "validation/profile.h"

namespace handoff::validation {
namespace {

constexpr std::size_t elements_max = 20'000;  // of one definition; the longest of R4 have 500
constexpr std::size_t depth_max = 32;

std::optional<std::uint32_t> read_cardinality(std::string_view text) {
  return text == "*" ? std::optional(fhir::Element::unbounded) : parse_number<std::uint32_t>(text);
}

template <class Code, std::size_t size>
Code read_code(std::string_view text, const std::string_view (&codes)[size], Code otherwise) {
  for (std::size_t i = 0; i < size; ++i)
    if (codes[i] == text) return Code(i);
  return otherwise;
}

constexpr std::string_view strengths[] = {"", "required", "extensible", "preferred", "example"};
constexpr std::string_view rules[] = {"open", "closed", "openAtEnd"};
constexpr std::string_view kinds[] = {"value", "exists", "pattern", "type", "profile"};

Slicing read_slicing(json::Value value) {
  Slicing slicing;
  for (const json::Value each : value["discriminator"].items())
    slicing.discriminators.push_back(
        {read_code(each["type"].text(), kinds, DiscriminatorKind::value), each["path"].text()});
  slicing.rules = read_code(value["rules"].text(), rules, SlicingRules::open);
  slicing.is_ordered = value["ordered"].truth();
  return slicing;
}

void read_texts(json::Value list, std::vector<std::string_view>& texts) {
  for (const json::Value each : list.items()) texts.push_back(each.text());
}

// "http://hl7.org/fhirpath/System.String" is the type of an id or a primitive's value. It needs no check, so
// no types are kept.
void read_types(json::Value list, Node& node) {
  if (!list) return;
  node.types.clear();
  for (const json::Value each : list.items()) {
    AllowedType type{.code = each["code"].text(), .profiles = {}, .target_profiles = {}, .aggregation = {}};
    read_texts(each["profile"], type.profiles);
    read_texts(each["targetProfile"], type.target_profiles);
    read_texts(each["aggregation"], type.aggregation);
    if (type.code.starts_with("http://hl7.org/fhirpath/")) return node.types.clear();
    node.types.push_back(std::move(type));
  }
}

void read_value(const json::Member& member, std::string_view prefix, json::Value& value, Node& node) {
  if (!member.key.starts_with(prefix) || member.key.size() == prefix.size()) return;
  value = member.value;
  node.value_type = member.key.substr(prefix.size());
}

void read_values(json::Value element, Node& node) {
  for (const json::Member& member : element.members()) {
    read_value(member, "fixed", node.fixed, node);
    read_value(member, "pattern", node.pattern, node);
    read_value(member, "minValue", node.min_value, node);
    read_value(member, "maxValue", node.max_value, node);
  }
}

bool has_key(const std::vector<fhir::Constraint>& constraints, std::string_view key) {
  return std::any_of(constraints.begin(), constraints.end(),
                     [&](const fhir::Constraint& constraint) { return constraint.key == key; });
}

bool has_key(const fhir::Type* type, std::string_view key) {
  for (; type; type = type->base)
    if (has_key(type->constraints, key)) return true;
  return false;
}

// R4's own rules for the type or element are checked anyway.
bool is_of_r4(std::string_view key, std::string_view path, const fhir::Definitions& definitions) {
  if (key == "ele-1" || key == "ext-1" || has_key(definitions.find_type(path), key)) return true;
  const auto dot = path.rfind('.');
  const fhir::Type* owner = dot == path.npos ? nullptr : definitions.find_type(path.substr(0, dot));
  const fhir::Element* element = owner ? owner->find(path.substr(dot + 1)) : nullptr;
  return element && (has_key(element->constraints, key) || has_key(element->types[0].type, key));
}

void read_constraints(json::Value list, Node& node, std::string_view path,
                      const fhir::Definitions& definitions) {
  for (const json::Value each : list.items()) {
    const std::string_view key = each["key"].text();
    if (each["expression"].text().empty()) continue;  // XPath only
    if (is_of_r4(key, path, definitions)) continue;
    if (has_key(node.constraints, key)) continue;
    node.constraints.push_back({.key = key,
                                .is_warning = each["severity"].text() == "warning",
                                .human = each["human"].text(),
                                .expression = each["expression"].text()});
  }
}

void read_element(json::Value element, Node& node, std::string_view path,
                  const fhir::Definitions& definitions) {
  if (const auto min = read_cardinality(element["min"].text())) node.min = min;
  if (const auto max = read_cardinality(element["max"].text())) node.max = max;
  read_types(element["type"], node);
  read_values(element, node);
  if (element["slicing"]) node.slicing = read_slicing(element["slicing"]);
  if (const json::Value binding = element["binding"]; binding["valueSet"]) {
    node.binding = read_code(binding["strength"].text(), strengths, fhir::BindingStrength::none);
    node.value_set = binding["valueSet"].text();
  }
  read_constraints(element["constraint"], node, path, definitions);
  if (element["contentReference"]) node.content = element["contentReference"].text();
  if (element["isModifier"]) node.is_modifier = element["isModifier"].truth();
  if (element["maxLength"]) node.max_length = parse_number<std::uint64_t>(element["maxLength"].text());
}

std::unique_ptr<Node> copy(const Node& node) {
  auto result = std::make_unique<Node>();
  Node& to = *result;
  to.name = node.name, to.slice = node.slice, to.id = node.id, to.min = node.min, to.max = node.max,
  to.types = node.types;
  to.fixed = node.fixed, to.pattern = node.pattern, to.min_value = node.min_value,
  to.max_value = node.max_value;
  to.value_type = node.value_type, to.max_length = node.max_length, to.binding = node.binding,
  to.value_set = node.value_set;
  to.constraints = node.constraints, to.slicing = node.slicing, to.content = node.content,
  to.is_modifier = node.is_modifier;
  for (const auto& child : node.children) to.children.push_back(copy(*child));
  for (const auto& slice : node.slices) to.slices.push_back(copy(*slice));
  return result;
}

Node& child_of(Node& parent, std::string_view name) {
  for (const auto& child : parent.children)
    if (child->name == name) return *child;
  Node& child = *parent.children.emplace_back(std::make_unique<Node>());
  child.name = name;
  return child;
}

// A slice of a slice is named "outer/inner" and is placed below the outer one.
Node& slice_of(Node& owner, std::string_view slice) {
  for (const auto& each : owner.slices) {
    if (each->slice == slice) return *each;
    if (slice.size() > each->slice.size() && slice.starts_with(each->slice) &&
        slice[each->slice.size()] == '/')
      return slice_of(*each, slice);
  }
  Node& node = *owner.slices.emplace_back(std::make_unique<Node>());
  node.name = owner.name;
  node.slice = slice;
  return node;
}

// One step of an id: "identifier:mrn", "value[x]". Some authors write "valueQuantity", which is a slice of
// value.
Node& step(Node& parent, std::string_view segment, const fhir::Definitions& definitions,
           std::string_view parent_path) {
  const auto colon = segment.find(':');
  std::string_view name = segment.substr(0, colon);
  const std::string_view slice = colon == segment.npos ? std::string_view() : segment.substr(colon + 1);
  if (name.ends_with("[x]")) name.remove_suffix(3);
  else if (const fhir::Type* type = definitions.find_type(parent_path); type && slice.empty()) {
    const auto [element, chosen] = type->find_json(name);
    if (element && element->is_choice && element->name != name) {
      Node& owner = child_of(parent, element->name);
      Node& node = slice_of(owner, name);
      if (node.types.empty())
        node.types.push_back(
            {.code = chosen->name, .profiles = {}, .target_profiles = {}, .aggregation = {}});
      return node;
    }
  }
  Node& owner = child_of(parent, name);
  return slice.empty() ? owner : slice_of(owner, slice);
}

std::vector<std::string_view> split_id(std::string_view id) {
  std::vector<std::string_view> segments;
  std::size_t begin = 0;
  bool in_slice = false;  // some authors use dots in slice names; later steps of an id begin in lower case
  for (std::size_t i = 0; i <= id.size(); ++i) {
    if (i < id.size() && id[i] == ':') in_slice = true;
    if (i < id.size() && id[i] != '.') continue;
    if (in_slice && i < id.size() && i + 1 < id.size() && !(id[i + 1] >= 'a' && id[i + 1] <= 'z')) continue;
    segments.push_back(id.substr(begin, i - begin));
    begin = i + 1;
    in_slice = false;
  }
  return segments;
}

// Older definitions have no ids. Then the id is made of path and slice name, below the latest element with
// the parent's path.
class Ids {
 public:
  std::string of(json::Value element) {
    const std::string_view path = element["path"].text();
    std::string id(element["id"].text());
    if (id.empty() || (id == path && element["sliceName"])) {
      const auto dot = path.rfind('.');
      const auto parent = dot == path.npos ? latest_.end() : latest_.find(std::string(path.substr(0, dot)));
      id = parent == latest_.end() ? std::string(path) : parent->second + std::string(path.substr(dot));
      if (const auto slice = element["sliceName"].text(); !slice.empty() && dot != path.npos)
        id.append(":").append(slice);
    }
    latest_[std::string(path)] = id;
    return id;
  }

 private:
  std::unordered_map<std::string, std::string> latest_;
};

std::optional<Problem> read_elements(json::Value elements, Node& root, const fhir::Definitions& definitions) {
  if (elements.size() > elements_max)
    return problem(Kind::incorrect, fmt::format("more than {} elements", elements_max));
  Ids ids;
  for (const json::Value element : elements.items()) {
    const std::string id = ids.of(element);
    const auto segments = split_id(id);
    if (segments.empty() || segments.size() > depth_max)
      return problem(Kind::incorrect, "an element's id is empty or nested too deeply", shown_text(id));
    Node* node = &root;
    std::string path(segments[0].substr(0, segments[0].find(':')));
    Node* owner = nullptr;
    for (std::size_t i = 1; i < segments.size(); ++i) {
      owner = std::exchange(node, &step(*node, segments[i], definitions, path));
      path += "." + node->name;
    }
    node->id = element["id"] ? element["id"].text() : element["path"].text();
    read_element(element, *node, path, definitions);
    // A minimum of "valueQuantity" is also a minimum of value[x].
    if (owner && !node->slice.empty() && segments.back().find(':') == std::string_view::npos && node->min) {
      Node& choice = child_of(*owner, node->name);
      choice.min = std::max(choice.min.value_or(0), *node->min);
    }
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::find_child(std::string_view child) const {
  for (const auto& each : children)
    if (each->name == child) return each.get();
  return nullptr;
}

const Node* Node::find_slice(std::string_view slice_name) const {
  for (const auto& each : slices)
    if (each->slice == slice_name) return each.get();
  return nullptr;
}

Result<std::shared_ptr<const Profile>> read_profile(json::Value definition,
                                                    std::shared_ptr<const void> source,
                                                    const std::shared_ptr<const Profile>& base,
                                                    const fhir::Definitions& definitions) {
  auto profile = std::make_shared<Profile>();
  profile->url = definition["url"].text();
  profile->version = definition["version"].text();
  profile->title = definition["title"] ? definition["title"].text() : definition["name"].text();
  profile->type = definition["type"].text();
  profile->base = definition["baseDefinition"].text();
  profile->source = std::move(source);
  if (profile->type.empty())
    return problem(Kind::incorrect, "a StructureDefinition names its type", std::string(profile->url));
  for (const json::Value context : definition["context"].items())
    profile->contexts.push_back({context["type"].text(), context["expression"].text()});
  const json::Value snapshot = definition["snapshot"]["element"];
  const bool upon_base = snapshot.size() == 0 && base;
  profile->root = upon_base ? copy(*base->root) : std::make_unique<Node>();
  profile->root->name = profile->type;
  if (upon_base) profile->based_on = base;
  const json::Value elements = snapshot.size() > 0 ? snapshot : definition["differential"]["element"];
  if (const auto failure = read_elements(elements, *profile->root, definitions)) return *failure;
  return std::shared_ptr<const Profile>(std::move(profile));
}

}  // namespace handoff::validation
