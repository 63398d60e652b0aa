#include "terminology/code_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/limits.h"

namespace handoff::terminology {
namespace {

using json::Value;

// Of every system: the code itself, the hierarchy, and R4's "concept-properties".
constexpr std::string_view common_properties[] = {"concept", "code",     "display",    "parent",
                                                  "child",   "inactive", "deprecated", "notSelectable"};
constexpr std::string_view value_members[] = {"valueCode",    "valueString",  "valueBoolean",
                                              "valueInteger", "valueDecimal", "valueDateTime"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return out;
}

Value property_value(Value item, std::string_view code) {
  for (const Value property : item["property"].items())
    if (property["code"].text() == code) return property;
  return {};
}

// The value as text ("true", "2019-01-01", a code), for filters.
std::string_view text_of_property(Value property) {
  for (const std::string_view member : value_members) {
    const Value value = property[member];
    if (value.is_boolean()) return value.truth() ? "true" : "false";
    if (value) return value.text();
  }
  return property["valueCoding"]["code"].text();
}

bool says_true(Value item, std::string_view code) {
  return property_value(item, code)["valueBoolean"].truth();
}

bool is_inactive(Value item) {
  const std::string_view status = text_of_property(property_value(item, "status"));
  return says_true(item, "inactive") || status == "retired" || status == "inactive" ||
         property_value(item, "inactivationDate");
}

}  // namespace

Result<CodeSystem> CodeSystem::read(json::Document resource) {
  CodeSystem made;
  made.document_ = std::make_shared<json::Document>(std::move(resource));
  const Value root = made.document_->root();
  made.url_ = root["url"].text();
  made.version_ = root["version"].text();
  made.name_ = root["name"].text();
  made.supplements_ = root["supplements"].text();
  made.is_complete_ = root["content"].text() == "complete";
  made.is_case_sensitive_ = !root["caseSensitive"].is_boolean() || root["caseSensitive"].truth();
  if (made.url_.empty())
    return problem(Kind::incorrect, "a code system needs a url", "CodeSystem.url", "required");
  for (const Value property : root["property"].items()) made.properties_.insert(property["code"].text());
  if (auto added = made.add_all(root["concept"], std::nullopt); !added) return added.error();
  made.add_stated_parents();
  made.index_children();
  return made;
}

// Depth is bounded by the parser's limit.
Result<void> CodeSystem::add_all(Value concepts, std::optional<std::uint32_t> parent) {
  for (const Value source : concepts.items()) {
    const Concept item{.code = source["code"].text(),
                       .display = source["display"].text(),
                       .is_abstract = says_true(source, "notSelectable") || says_true(source, "abstract"),
                       .is_inactive = is_inactive(source),
                       .source = source};
    for (const Value property : source["property"].items()) properties_.insert(property["code"].text());
    const auto here = std::uint32_t(concepts_.size());
    if (auto added = add(item, parent ? std::vector{*parent} : std::vector<std::uint32_t>()); !added)
      return added.error();
    if (auto added = add_all(source["concept"], here); !added) return added.error();
  }
  return {};
}

Result<void> CodeSystem::add(Concept item, std::vector<std::uint32_t> parents) {
  if (item.code.empty())
    return problem(Kind::incorrect, "a concept without a code", "CodeSystem.concept.code", "required");
  if (concepts_.size() >= limits::code_system_concepts_max)
    return problem(Kind::incorrect, fmt::format("more than {} concepts", limits::code_system_concepts_max),
                   "CodeSystem.concept", "too-long");
  const std::string key = is_case_sensitive_ ? std::string(item.code) : lower(item.code);
  if (!places_.emplace(key, std::uint32_t(concepts_.size())).second)
    return problem(Kind::incorrect, fmt::format("the code {} is listed twice", item.code),
                   "CodeSystem.concept.code", "duplicate");
  concepts_.push_back(item);
  parents_.push_back(std::move(parents));
  return {};
}

// Parents that properties name, in addition to the nesting (R4 "codesystem", "properties").
void CodeSystem::add_stated_parents() {
  for (std::uint32_t i = 0; i < concepts_.size(); ++i) {
    for (const Value property : concepts_[i].source["property"].items()) {
      const std::string_view code = property["code"].text();
      if (code != "parent" && code != "subsumedBy") continue;
      const Concept* const parent = find(text_of_property(property));
      if (!parent) continue;  // in a part of the system that is not here
      if (const auto at = place(*parent);
          std::find(parents_[i].begin(), parents_[i].end(), at) == parents_[i].end())
        parents_[i].push_back(at);
    }
  }
}

void CodeSystem::index_children() {
  for (std::uint32_t i = 0; i < parents_.size(); ++i)
    for (const std::uint32_t parent : parents_[i]) children_.emplace_back(parent, i);
  std::sort(children_.begin(), children_.end());
}

const Concept* CodeSystem::find(std::string_view code) const {
  const auto found = places_.find(is_case_sensitive_ ? std::string(code) : lower(code));
  return found == places_.end() ? nullptr : &concepts_[found->second];
}

std::span<const std::uint32_t> CodeSystem::parents(const Concept& item) const {
  return parents_[place(item)];
}

bool CodeSystem::subsumes(const Concept& ancestor, const Concept& descendant) const {
  constexpr std::size_t few = 64;  // searching a short list is faster than searching a set
  const std::uint32_t wanted = place(ancestor);
  std::vector<std::uint32_t> waiting{place(descendant)}, met = waiting;
  std::unordered_set<std::uint32_t> many;
  const auto is_new = [&](std::uint32_t one) {
    if (met.size() < few) return std::find(met.begin(), met.end(), one) == met.end();
    if (many.empty()) many.insert(met.begin(), met.end());
    return many.insert(one).second;
  };
  while (!waiting.empty()) {
    const std::uint32_t at = waiting.back();
    waiting.pop_back();
    if (at == wanted) return true;
    for (const std::uint32_t parent : parents_[at]) {
      if (!is_new(parent)) continue;
      met.push_back(parent);
      waiting.push_back(parent);
    }
  }
  return false;
}

bool CodeSystem::knows_property(std::string_view code) const {
  return std::find(std::begin(common_properties), std::end(common_properties), code) !=
             std::end(common_properties) ||
         properties_.contains(code);
}

std::vector<std::string_view> CodeSystem::property(const Concept& item, std::string_view code) const {
  if (code == "concept" || code == "code") return {item.code};
  std::vector<std::string_view> values;
  if (code == "parent")
    for (const std::uint32_t parent : parents(item)) values.push_back(concepts_[parent].code);
  const std::uint32_t here = place(item);
  if (code == "child")
    for (auto at = std::lower_bound(children_.begin(), children_.end(), std::pair(here, std::uint32_t{0}));
         at != children_.end() && at->first == here; ++at)
      values.push_back(concepts_[at->second].code);
  if (code == "parent" || code == "child") return values;
  if (code == "display") return {item.display};
  if (code == "inactive") return {item.is_inactive ? "true" : "false"};
  for (const Value property : item.source["property"].items())
    if (property["code"].text() == code) values.push_back(text_of_property(property));
  return values;
}

}  // namespace handoff::terminology
