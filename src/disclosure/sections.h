// A Composition as one recipient may have it: its sections stand for themselves. What one of them says in words labels that
// section, not the whole document. Pure.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::disclosure {

// The Composition with those sections that `permits` lets pass, each asked as a Composition of its own with the labels of its
// content; labels that arrived with the document stay on every part. `sources`: of its disclosers; `names`: what facilities tell.
json::Value with_permitted_sections(json::Arena& arena, json::Value composition, std::span<const consent::Source> sources,
                                    const std::function<json::Value(std::string_view reference)>& read,
                                    const std::function<bool(json::Value part)>& permits, const consent::TellingNames* names = nullptr);

}  // namespace handoff::disclosure
