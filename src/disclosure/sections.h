// A Composition as one recipient may have it. Sections stand for themselves: what a section says labels that
// section, not the whole document. Pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::disclosure {

// What the labels of a section are computed from.
struct SectionLabels {
  std::vector<consent::Source> sources;                         // of the Composition's disclosers
  std::function<json::Value(std::string_view reference)> read;  // what the section refers to
  const consent::TellingNames* names = nullptr;                 // what the names of facilities reveal
  // Codings that arrived with the Composition. Absent: not recorded; then those that its content does not
  // give.
  json::Value arrived = {};
};

// The Composition with the sections that `permits` accepts. Each section is asked as a Composition of its
// own, with the labels of its content. Labels that arrived with the document stay on every part. If a section
// is removed, resources contained for it alone and the narrative of the whole go too.
json::Value with_permitted_sections(json::Arena& arena, json::Value composition, const SectionLabels& labels,
                                    const std::function<bool(json::Value part)>& permits);

// Without contained resources that nothing refers to any more.
json::Value without_loose_contained(json::Arena& arena, json::Value composition);

}  // namespace handoff::disclosure
