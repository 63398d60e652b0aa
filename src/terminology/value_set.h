// A value set as it is defined: what it takes from which systems and other value sets, and what it leaves out (R4 "valueset",
// compose). Immutable once read.
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

// All that it says must hold: of the system, one of the codes or all of the filters, and in all the value sets.
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
  std::vector<Include> includes, excludes;  // without compose: the codes of its expansion, an include for each system

  // Problem: incorrect (an include that takes nothing, too many of them), naming the element. One that is only asked with needs no url.
  static Result<ValueSet> read(json::Document resource);
};

}  // namespace handoff::terminology
