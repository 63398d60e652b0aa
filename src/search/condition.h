// What a search demands of a resource, as a tree (R4 "search").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "search/key_range.h"

namespace handoff::search {

struct Condition;

// All of these conditions hold, any of them, or none.
struct Group {
  enum class Of : std::uint8_t { all, any, none };
  Of of = Of::all;
  std::vector<Condition> conditions;
};

// Some row of one parameter lies in one of the ranges.
struct ParameterTest {
  Index index = Index::token;
  ParameterKey parameter = 0;
  std::string name = {};  // as it was given: "subject:Patient"
  std::vector<KeyRange> ranges = {};
};

// There is no row of the parameter.
struct Missing {
  Index index = Index::token;
  ParameterKey parameter = 0;
  std::string name = {};
};

// _lastUpdated: the time lies in one of these ranges, both ends included.
struct TimeRange {
  std::int64_t first_ms = SpanRange::earliest;
  std::int64_t last_ms = SpanRange::latest;
};
struct Updated {
  std::vector<TimeRange> ranges = {};
};

// A resource of another type fits: one that this resource refers to, or, if reverse, one that refers to this
// resource.
struct Via {
  bool reverse = false;
  ParameterKey parameter = 0;  // of the reference; reverse: a parameter of `type`
  std::string name = {};
  std::string type = {};  // of the other resource
  std::shared_ptr<const Condition> condition = {};
};

struct Condition {
  std::variant<Group, ParameterTest, Missing, Updated, Via> is;
};

// Visits every parameter that the condition tests on resources of this type and, behind references, of other
// types, in the order in which they are written.
using VisitParameter = std::function<void(std::string_view type, std::string_view name)>;
void for_each_parameter(const Condition& condition, std::string_view type, const VisitParameter& visit);

// The same tree with other ranges. `change` is called for each test.
Condition with_ranges(const Condition& condition,
                      const std::function<std::vector<KeyRange>(const ParameterTest&)>& change);

// Does the condition hold for a resource with these index rows and this time of update? `via`: does it hold
// for what is behind a reference?
bool holds(const Condition& condition, const IndexRows& rows, std::int64_t updated_ms,
           const std::function<bool(const Via&)>& via = {});

}  // namespace handoff::search
