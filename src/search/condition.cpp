#include "search/condition.h"

#include <algorithm>

namespace handoff::search {
namespace {

// For std::visit.
template <class... Ways>
struct Overloaded : Ways... {
  using Ways::operator()...;
};
template <class... Ways>
Overloaded(Ways...) -> Overloaded<Ways...>;

}  // namespace

void for_each_parameter(const Condition& condition, std::string_view type, const VisitParameter& visit) {
  std::visit(Overloaded{[&](const Group& group) {
                          for (const Condition& one : group.conditions) for_each_parameter(one, type, visit);
                        },
                        [&](const Updated&) { visit(type, "_lastUpdated"); },
                        [&](const Via& via) {
                          visit(via.reverse ? std::string_view(via.type) : type, via.name);
                          for_each_parameter(*via.condition, via.type, visit);
                        },
                        [&](const auto& leaf) { visit(type, leaf.name); }},
             condition.is);
}

Condition with_ranges(const Condition& condition,
                      const std::function<std::vector<KeyRange>(const ParameterTest&)>& change) {
  Condition changed = condition;
  std::visit(Overloaded{[&](Group& group) {
                          for (Condition& one : group.conditions) one = with_ranges(one, change);
                        },
                        [&](ParameterTest& test) { test.ranges = change(test); },
                        [&](Via& via) {
                          via.condition =
                              std::make_shared<const Condition>(with_ranges(*via.condition, change));
                        },
                        [](auto&) {}},
             changed.is);
  return changed;
}

bool holds(const Condition& condition, const IndexRows& rows, std::int64_t updated_ms,
           const std::function<bool(const Via&)>& via) {
  const auto fits = [&](const Condition& one) { return holds(one, rows, updated_ms, via); };
  return std::visit(
      Overloaded{
          [&](const Group& group) {
            const auto& all = group.conditions;
            if (group.of == Group::Of::all) return std::all_of(all.begin(), all.end(), fits);
            const bool any = std::any_of(all.begin(), all.end(), fits);
            return group.of == Group::Of::any ? any : !any;
          },
          [&](const ParameterTest& test) { return has_row(rows, test.index, test.parameter, test.ranges); },
          [&](const Missing& missing) { return !has_row(rows, missing.index, missing.parameter); },
          [&](const Updated& updated) {
            return std::any_of(updated.ranges.begin(), updated.ranges.end(), [&](const TimeRange& one) {
              return one.first_ms <= updated_ms && updated_ms <= one.last_ms;
            });
          },
          [&](const Via& one) { return via && via(one); }},
      condition.is);
}

}  // namespace handoff::search
