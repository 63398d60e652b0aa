// A Composition as one recipient may have it: its sections stand for themselves. What one of them says labels that section, not the
// whole document. Pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::disclosure {

// What the labels of a section are read from.
struct SectionLabels {
  std::vector<consent::Source> sources;                         // of the Composition's disclosers
  std::function<json::Value(std::string_view reference)> read;  // what it refers to
  const consent::TellingNames* names = nullptr;                 // what facilities tell
  json::Value arrived = {};  // codings that arrived with the Composition; absent: not told, those that its content does not give
};

// The Composition with those sections that `permits` lets pass, each asked as a Composition of its own with the labels of its
// content. Labels that arrived with the document stay on every part. With a section goes what is contained for it alone, and the
// narrative of the whole.
json::Value with_permitted_sections(json::Arena& arena, json::Value composition, const SectionLabels& labels,
                                    const std::function<bool(json::Value part)>& permits);

// Without contained resources to which nothing leads that is left: they went with what named them.
json::Value without_loose_contained(json::Arena& arena, json::Value composition);

}  // namespace handoff::disclosure
