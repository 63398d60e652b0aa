#include "narrative/narrative.h"

#include <vector>

#include "narrative/facts.h"

namespace handoff::narrative {

using json::Arena;
using json::Member;
using json::Value;

bool tells(std::string_view type) { return !kind_of(type).empty(); }

std::string div_of(Value resource) {
  const Summary summary = summary_of(resource, {});
  if (summary.kind.empty()) return {};
  std::string div = std::string(div_begin) + "<p><b>" + std::string(summary.kind) + "</b>";
  if (!summary.subject.empty()) div += ": " + escaped(summary.subject);
  div += "</p>";
  if (!summary.facts.empty()) div += "<ul>";
  for (const Fact& fact : summary.facts)
    div += "<li>" + std::string(fact.label) + ": " + escaped(fact.text) + "</li>";
  return div + (summary.facts.empty() ? "" : "</ul>") + "</div>";
}

bool has_own_text(Value resource) {
  const Value text = resource["text"];
  return text.size() == 2 && text["status"].text() == "generated" && text["div"] &&
         text["div"].text() == div_of(resource);
}

Value with_text(Arena& arena, Value resource) {
  const std::string div = div_of(resource);
  if (div.empty()) return resource;
  std::vector<Member> members;
  for (const std::string_view first : {"resourceType", "id", "meta"})
    if (resource[first]) members.push_back({first, resource[first]});
  members.push_back({"text", generated(arena, div)});
  for (const Member& member : resource.members())
    if (member.key != "resourceType" && member.key != "id" && member.key != "meta" && member.key != "text")
      members.push_back(member);
  return arena.object(members);
}

Value generated(Arena& arena, std::string_view div) {
  const Member members[] = {{"status", Arena::borrow("generated")}, {"div", arena.string(div)}};
  return arena.object(members);
}

}  // namespace handoff::narrative
