#include "mapping/origin.h"

#include <fmt/format.h>

#include <charconv>

#include "core/text.h"

namespace handoff::mapping {
namespace {

enum class Relation : std::uint8_t { none, around, within };

Relation relation(std::string_view path, std::string_view wanted) {
  const auto begins = [](std::string_view longer, std::string_view shorter) {
    return longer.starts_with(shorter) && (longer.size() == shorter.size() || longer[shorter.size()] == '.');
  };
  return begins(path, wanted) ? Relation::within : begins(wanted, path) ? Relation::around : Relation::none;
}

// Walks a template. It keeps the nodes that make the wanted element, and the nearest nodes that make an
// element around it.
class Search {
 public:
  explicit Search(std::string wanted) : wanted_(std::move(wanted)) {}

  void walk(const Node& node, const std::string& place) {
    look(node, place);
    for (const MemberNode& member : node.members) walk(member.value.front(), member.place);
    for (const Node& child : node.children) walk(child, place);
  }
  std::vector<Origin> take() { return within_.empty() ? std::move(around_) : std::move(within_); }

 private:
  void look(const Node& node, const std::string& place) {
    if (node.kind == NodeKind::literal || node.kind == NodeKind::reference) keep(node.path, {place, {}});
    if (node.kind == NodeKind::one || node.kind == NodeKind::all)
      keep(node.path, {node.slot.place, node.slot.columns});
    for (const TextPart& part : node.parts)
      if (part.slot.expression) keep(node.path, {part.slot.place, part.slot.columns});
  }
  void keep(const std::string& path, Origin origin) {
    const Relation how = relation(path, wanted_);
    if (how == Relation::within) within_.push_back(std::move(origin));
    if (how != Relation::around || path.size() < nearest_) return;
    if (path.size() > nearest_) around_.clear();
    nearest_ = path.size();
    around_.push_back(std::move(origin));
  }

  const std::string wanted_;
  std::vector<Origin> within_, around_;
  std::size_t nearest_ = 0;
};

void collect(json::Value value, std::vector<std::string>& texts) {
  if (value.is_boolean()) texts.emplace_back(value.truth() ? "true" : "false");
  else if (!value.text().empty()) texts.emplace_back(value.text());
  for (const json::Member& member : value.members()) collect(member.value, texts);
  for (const json::Value item : value.items()) collect(item, texts);
}

}  // namespace

std::vector<Step> steps_of(std::string_view expression) {
  std::vector<Step> steps;
  auto segments = split(expression, '.');
  for (std::size_t i = 1; i < segments.size(); ++i) {
    std::string_view name = segments[i];
    constexpr std::string_view of_type = "ofType(";
    if (name.starts_with(of_type) && !steps.empty()) {
      std::string variant(name.substr(of_type.size(), name.find(')') - of_type.size()));
      if (!variant.empty() && variant[0] >= 'a' && variant[0] <= 'z')
        variant[0] = char(variant[0] - 'a' + 'A');
      steps.back().key += variant;
      continue;
    }
    Step step;
    const std::size_t bracket = name.find('[');
    if (bracket != name.npos)
      std::from_chars(name.data() + bracket + 1, name.data() + name.size(), step.index);
    step.key = std::string(name.substr(0, bracket));
    steps.push_back(std::move(step));
  }
  return steps;
}

json::Value element_at(json::Value resource, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    resource = resource[step.key];
    if (resource.is_array()) resource = resource.at(step.index);
  }
  return resource;
}

std::vector<std::string> texts_in(json::Value value) {
  std::vector<std::string> texts;
  collect(value, texts);
  return texts;
}

std::vector<Origin> origins_of(const Node& resource, std::string_view type, const std::vector<Step>& steps) {
  std::string wanted(type);
  for (const Step& step : steps) wanted += "." + step.key;
  Search search(std::move(wanted));
  search.walk(resource, {});
  return search.take();
}

std::vector<Origin> origins_of(const Node& text) {
  std::vector<Origin> all;
  for (const TextPart& part : text.parts)
    if (part.slot.expression) all.push_back({part.slot.place, part.slot.columns});
  return all;
}

}  // namespace handoff::mapping
