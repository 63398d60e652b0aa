#include "disclosure/sections.h"

#include <algorithm>
#include <set>
#include <vector>

#include "consent/codes.h"
#include "consent/signals.h"

namespace handoff::disclosure {
namespace {

using consent::Labels;
using json::Arena;
using json::Value;

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

// Ids of contained resources that something here refers to ("#id"). The parser's limit bounds the depth.
void collect_fragments(Value value, std::set<std::string, std::less<>>& found) {
  for (const json::Member& member : value.members()) {
    if (member.key == "reference" && member.value.text().starts_with('#'))
      found.emplace(member.value.text().substr(1));
    if (member.key != "contained") collect_fragments(member.value, found);
  }
  for (const Value item : value.items()) collect_fragments(item, found);
}

// A Composition, split into its parts.
class Parts {
 public:
  Parts(Arena& arena, Value whole, const SectionLabels& given) : arena_(arena), whole_(whole), given_(given) {
    const Labels of_content = labels_of(with_security(arena_, whole_, {}));
    for (const std::string& sensitivity : of_content.sensitivities)
      supported_.emplace(consent::family_of(sensitivity));
    for (const Value coding : whole_["meta"]["security"].items())
      if (given_.arrived ? is_among(coding, given_.arrived) : !is_of(of_content, coding))
        arrived_.push_back(coding);
  }

  // If a section is missing, the narrative goes, because it covers every section.
  Value with_sections(const std::vector<Value>& sections) const {
    Value part = with_security(arena_, whole_, arrived_.empty() ? Value{} : arena_.array(arrived_));
    if (sections.size() < whole_["section"].size()) {
      part = json::with_member(arena_, part, "section", sections.empty() ? Value{} : arena_.array(sections));
      part = without_loose_contained(arena_, json::with_member(arena_, part, "text", {}));
    }
    return consent::with_labels(arena_, part, labels_of(part));
  }

 private:
  static bool is_among(Value coding, Value all) {
    const auto items = all.items();
    return std::any_of(items.begin(), items.end(), [&](Value one) {
      return one["system"].text() == coding["system"].text() && one["code"].text() == coding["code"].text();
    });
  }

  // A weak signal in one section is strong if another section says it plainly.
  Labels labels_of(Value part) const {
    Labels all = labels_by(given_.sources.empty() ? consent::Source{} : given_.sources.front(), part);
    for (std::size_t i = 1; i < given_.sources.size(); ++i)
      consent::merge(all, labels_by(given_.sources[i], part));
    return all;
  }
  Labels labels_by(const consent::Source& source, Value part) const {
    return consent::labels_of(part, source, given_.read, given_.names, supported_);
  }

  Arena& arena_;
  const Value whole_;
  const SectionLabels& given_;
  std::set<std::string, std::less<>> supported_;  // families
  std::vector<Value> arrived_;
};

}  // namespace

Value without_loose_contained(Arena& arena, Value composition) {
  if (!composition["contained"]) return composition;
  std::set<std::string, std::less<>> reached, before;
  collect_fragments(composition, reached);
  while (reached.size() > before.size()) {
    before = reached;
    for (const Value each : composition["contained"].items())
      if (reached.contains(each["id"].text())) collect_fragments(each, reached);
  }
  std::vector<Value> kept;
  for (const Value each : composition["contained"].items())
    if (reached.contains(each["id"].text())) kept.push_back(each);
  return json::with_member(arena, composition, "contained", kept.empty() ? Value{} : arena.array(kept));
}

Value with_permitted_sections(Arena& arena, Value composition, const SectionLabels& labels,
                              const std::function<bool(Value)>& permits) {
  const Parts parts(arena, composition, labels);
  std::vector<Value> kept;
  for (const Value section : composition["section"].items())
    if (permits(parts.with_sections({section}))) kept.push_back(section);
  return parts.with_sections(kept);
}

}  // namespace handoff::disclosure
