#include "terminology/value_set.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "core/limits.h"

namespace handoff::terminology {
namespace {

using json::Value;

void list(Include& include, Value listed) {
  include.places.emplace(listed["code"].text(), include.listed.size());
  include.listed.push_back(listed);
}

Result<Include> read_include(Value source, const std::string& place) {
  Include include{.system = source["system"].text(),
                  .version = source["version"].text(),
                  .listed = {},
                  .places = {},
                  .filters = {},
                  .value_sets = {}};
  for (const Value listed : source["concept"].items()) list(include, listed);
  for (const Value filter : source["filter"].items())
    include.filters.push_back({filter["property"].text(), filter["op"].text(), filter["value"].text()});
  for (const Value other : source["valueSet"].items()) include.value_sets.push_back(other.text());
  if (include.system.empty() && include.value_sets.empty())
    return problem(Kind::incorrect, "it names neither a system nor a value set", place, "invariant");
  if (include.system.empty() && !(include.listed.empty() && include.filters.empty()))
    return problem(Kind::incorrect, "codes and filters need a system", place + ".system", "invariant");
  return include;
}

Result<std::vector<Include>> read_includes(Value compose, std::string_view member) {
  std::vector<Include> all;
  for (std::size_t i = 0; i < compose[member].size(); ++i) {
    auto include = read_include(compose[member].at(i), fmt::format("ValueSet.compose.{}[{}]", member, i));
    if (!include) return include.error();
    all.push_back(std::move(*include));
  }
  return all;
}

// Depth is bounded by the parser's limit.
void read_expansion(Value contains, std::vector<Include>& includes,
                    std::unordered_map<std::string_view, std::size_t>& by_system) {
  for (const Value one : contains.items()) {
    const std::string_view system = one["system"].text();
    if (!one["code"].text().empty() && !one["abstract"].truth()) {
      const auto [place, is_new] = by_system.try_emplace(system, includes.size());
      if (is_new) includes.emplace_back().system = system;
      list(includes[place->second], one);
    }
    read_expansion(one["contains"], includes, by_system);
  }
}

}  // namespace

Result<ValueSet> ValueSet::read(json::Document resource) {
  ValueSet made;
  made.document = std::make_shared<json::Document>(std::move(resource));
  const Value root = made.document->root();
  made.url = root["url"].text();
  made.version = root["version"].text();
  made.name = root["name"].text();
  made.title = root["title"].text();
  if (!root["compose"] && root["expansion"]) {
    std::unordered_map<std::string_view, std::size_t> by_system;
    read_expansion(root["expansion"]["contains"], made.includes, by_system);
    if (made.includes.size() > limits::value_set_parts_max)
      return problem(Kind::incorrect,
                     fmt::format("it has codes of more than {} systems", limits::value_set_parts_max),
                     "ValueSet.expansion", "too-long");
    return made;
  }
  auto includes = read_includes(root["compose"], "include");
  if (!includes) return includes.error();
  auto excludes = read_includes(root["compose"], "exclude");
  if (!excludes) return excludes.error();
  std::size_t parts = 0;
  for (const auto* all : {&*includes, &*excludes})
    for (const Include& one : *all) parts += 1 + one.filters.size() + one.value_sets.size();
  if (parts > limits::value_set_parts_max)
    return problem(Kind::incorrect,
                   fmt::format("it has more than {} includes and filters", limits::value_set_parts_max),
                   "ValueSet.compose", "too-long");
  made.includes = std::move(*includes);
  made.excludes = std::move(*excludes);
  return made;
}

}  // namespace handoff::terminology
