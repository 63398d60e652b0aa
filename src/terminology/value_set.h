// A value set as it is defined: what it takes from which systems and other value sets, and what it leaves out
// (R4 "valueset", compose). Immutable once read.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "json/document.h"

namespace handoff::terminology {

struct Filter {
  std::string_view property, op, value;
};

// All its parts must hold: the code is of the system, is one of the listed codes or satisfies all filters,
// and is in all the value sets.
struct Include {
  std::string_view system, version;
  std::vector<json::Value> listed;                           // concept: code, display, designation
  std::unordered_map<std::string_view, std::size_t> places;  // in `listed`, by code
  std::vector<Filter> filters;
  std::vector<std::string_view> value_sets;
};

struct ValueSet {
  std::shared_ptr<json::Document> document;
  std::string url, version, name, title;
  // Without compose: the codes of its expansion, one include per system.
  std::vector<Include> includes, excludes;

  // Problem: incorrect (an include that takes nothing, too many of them), naming the element. A set that is
  // only part of a question needs no url.
  static Result<ValueSet> read(json::Document resource);
};

}  // namespace handoff::terminology
