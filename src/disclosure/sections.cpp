#include "disclosure/sections.h"

#include <vector>

#include "consent/codes.h"

namespace handoff::disclosure {
namespace {

using consent::Labels;
using json::Arena;
using json::Value;
using Read = std::function<Value(std::string_view)>;

bool is_of(const Labels& labels, Value coding) {
  const auto code = coding["code"].text();
  if (coding["system"].text() == consent::confidentiality)
    return consent::confidentiality_rank(code) <= consent::confidentiality_rank({&labels.confidentiality, 1});
  const std::string text(code);
  return labels.sensitivities.contains(text) || labels.marks.contains(text) || labels.regimes.contains(text);
}

Value with_security(Arena& arena, Value resource, Value security) {
  const Value meta = resource["meta"].is_object() ? resource["meta"] : Arena::empty_object();
  return json::with_member(arena, resource, "meta", json::with_member(arena, meta, "security", security));
}

}  // namespace

Value with_permitted_sections(Arena& arena, Value composition, std::span<const consent::Source> sources, const Read& read,
                              const std::function<bool(Value)>& permits, const consent::TellingNames* names) {
  const auto labels_of = [&](Value part) {
    Labels all = consent::labels_of(part, sources.empty() ? consent::Source{} : sources.front(), read, names);
    for (std::size_t i = 1; i < sources.size(); ++i) consent::merge(all, consent::labels_of(part, sources[i], read, names));
    return all;
  };
  const Labels of_content = labels_of(with_security(arena, composition, {}));
  std::vector<Value> arrived;
  for (const Value coding : composition["meta"]["security"].items())
    if (!is_of(of_content, coding)) arrived.push_back(coding);
  const auto with_sections = [&](const std::vector<Value>& sections) {
    Value part = json::with_member(arena, composition, "section", sections.empty() ? Value{} : arena.array(sections));
    part = with_security(arena, part, arrived.empty() ? Value{} : arena.array(arrived));
    return consent::with_labels(arena, part, labels_of(part));
  };
  std::vector<Value> kept;
  for (const Value section : composition["section"].items())
    if (permits(with_sections({section}))) kept.push_back(section);
  // The narrative of the whole speaks of every section.
  const bool is_whole = kept.size() == composition["section"].size();
  const Value left = with_sections(kept);
  return is_whole ? left : json::with_member(arena, left, "text", {});
}

}  // namespace handoff::disclosure
