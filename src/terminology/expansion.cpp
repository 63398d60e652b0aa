#include "terminology/expansion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/civil.h"
#include "core/limits.h"
#include "core/text.h"

namespace handoff::terminology {
namespace {

using fhir::Membership;
using json::Arena;
using json::Member;
using json::Value;

Problem unknown(std::string_view what, std::string_view canonical) {
  return problem(Kind::not_found,
                 fmt::format("the {} {} is not known here, or not all of it", what, shown_text(canonical)),
                 "url", "not-found");
}

class Enumeration {
 public:
  explicit Enumeration(const Terminology& terminology) : terminology_(terminology) {}

  Result<void> add(const ValueSet& value_set, std::size_t depth) {
    if (depth > limits::value_set_depth_max)
      return problem(Kind::unprocessable,
                     shown_text(value_set.url) + " includes too many other value sets, or itself", "url",
                     "too-costly");
    const std::size_t before = codes_.size();
    for (const Include& include : value_set.includes)
      if (auto added = add(include, depth); !added) return added.error();
    return leave_out(value_set, before);
  }
  std::vector<ExpandedCode> take() { return std::move(codes_); }

 private:
  Result<void> add(const Include& include, std::size_t depth) {
    const std::size_t before = codes_.size();
    if (include.system.empty()) {
      const ValueSet* const first = terminology_.find_value_set(include.value_sets.front());
      if (!first) return unknown("value set", include.value_sets.front());
      if (auto added = add(*first, depth + 1); !added) return added.error();
    } else if (auto added = include.listed.empty() ? add_system(include) : add_listed(include); !added) {
      return added.error();
    }
    for (const std::string_view other : include.value_sets) {
      const ValueSet* const set = terminology_.find_value_set(other);
      if (!set) return unknown("value set", other);
      if (auto kept = keep(before, *set); !kept) return kept.error();
    }
    return {};
  }

  static fhir::Coding coding(const ExpandedCode& code) { return {code.system, {}, code.code}; }

  Result<void> add_listed(const Include& include) {
    if (auto spent = spend(include.listed.size()); !spent) return spent.error();
    const CodeSystem* const system = terminology_.find_code_system(include.system);
    for (const Value listed : include.listed) {
      const Concept* const item = system ? system->find(listed["code"].text()) : nullptr;
      ExpandedCode code{.system = include.system,
                        .code = listed["code"].text(),
                        .display = listed["display"].text(),
                        .source = listed};
      if (item) {
        if (code.display.empty()) code.display = item->display;
        if (!code.source["designation"]) code.source = item->source;
        code.is_abstract = item->is_abstract;
        code.is_inactive = item->is_inactive;
      }
      put(code);
    }
    return {};
  }

  Result<void> add_system(const Include& include) {
    const CodeSystem* const system = terminology_.find_code_system(include.system);
    if (!system || !system->is_complete()) return unknown("code system", include.system);
    std::vector<Condition> conditions;
    for (const Filter& filter : include.filters) {
      auto condition = condition_of(*system, filter);
      if (!condition)
        return problem(Kind::unprocessable,
                       fmt::format("the filter {} on {} is not served for {}", shown_text(filter.op),
                                   shown_text(filter.property), shown_text(include.system)),
                       "url", "not-supported");
      conditions.push_back(std::move(*condition));
    }
    if (auto spent = spend(system->concepts().size() * (1 + conditions.size())); !spent) return spent.error();
    for (const Concept& item : system->concepts())
      if (std::all_of(conditions.begin(), conditions.end(),
                      [&](const Condition& holds) { return holds(item); }))
        put({include.system, item.code, item.display, item.is_abstract, item.is_inactive, item.source});
    return {};
  }

  Result<void> leave_out(const ValueSet& value_set, std::size_t before) {
    if (value_set.excludes.empty()) return {};
    return keep(before, value_set);
  }

  // Keeps the codes behind `before` that are in the set. Problem if that is not known of a code.
  Result<void> keep(std::size_t before, const ValueSet& set) {
    if (auto spent = spend(codes_.size() + (codes_.size() - before) * cost_of(set)); !spent)
      return spent.error();
    std::vector<ExpandedCode> kept(codes_.begin(), codes_.begin() + std::ptrdiff_t(before));
    for (std::size_t i = before; i < codes_.size(); ++i) {
      const Membership membership = terminology_.contains(set, coding(codes_[i]));
      if (membership == Membership::unknown) return unknown("value set that decides about", codes_[i].code);
      if (membership == Membership::in) kept.push_back(codes_[i]);
      else met_.erase({codes_[i].system, codes_[i].code});
    }
    codes_ = std::move(kept);
    return {};
  }

  // The cost of asking for one code whether it is in the set: each include and exclude, and the preparation
  // of their filters.
  static std::size_t cost_of(const ValueSet& set) {
    std::size_t cost = 0;
    for (const auto* all : {&set.includes, &set.excludes})
      for (const Include& one : *all) cost += 1 + 10 * one.filters.size();
    return cost;
  }

  // Limits the work, because a client may post a value set that examines every code of every system again and
  // again.
  Result<void> spend(std::size_t steps) {
    if (steps > steps_left_)
      return problem(Kind::unprocessable,
                     fmt::format("it takes more than {} steps to expand", limits::expansion_steps_max), "url",
                     "too-costly");
    steps_left_ -= steps;
    return {};
  }

  void put(const ExpandedCode& code) {
    if (met_.emplace(code.system, code.code).second) codes_.push_back(code);
  }

  const Terminology& terminology_;
  std::vector<ExpandedCode> codes_;
  std::set<std::pair<std::string_view, std::string_view>> met_;
  std::size_t steps_left_ = limits::expansion_steps_max;
};

// Every word occurs in the display or the code.
bool has_words(const ExpandedCode& code, const std::vector<std::string>& words) {
  const std::string text = fold(std::string(code.display) + " " + std::string(code.code));
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != text.npos; });
}

std::vector<std::string> words_of(const std::string& filter) {
  std::vector<std::string> words;
  const std::string folded = fold(filter);
  for (const std::string_view word : split(folded, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

Value contained(Arena& arena, const ExpandedCode& code, const ExpansionRequest& request) {
  std::vector<Member> members{{"system", Arena::borrow(code.system)}};
  if (code.is_abstract) members.push_back({"abstract", Arena::boolean(true)});
  if (code.is_inactive) members.push_back({"inactive", Arena::boolean(true)});
  members.push_back({"code", Arena::borrow(code.code)});
  if (!code.display.empty()) members.push_back({"display", Arena::borrow(code.display)});
  if (request.with_designations && code.source["designation"])
    members.push_back({"designation", code.source["designation"]});
  return arena.object(members);
}

Value parameter(Arena& arena, std::string_view name, std::string_view member, Value value) {
  return arena.object(std::vector<Member>{{"name", arena.string(name)}, {member, value}});
}

Value parameters(Arena& arena, const ExpansionRequest& request) {
  std::vector<Value> all;
  if (!request.filter.empty())
    all.push_back(parameter(arena, "filter", "valueString", arena.string(request.filter)));
  if (request.active_only)
    all.push_back(parameter(arena, "activeOnly", "valueBoolean", Arena::boolean(true)));
  if (request.offset > 0)
    all.push_back(parameter(arena, "offset", "valueInteger", arena.integer((long long)(request.offset))));
  if (request.count)
    all.push_back(parameter(arena, "count", "valueInteger", arena.integer((long long)(*request.count))));
  return all.empty() ? Value{} : arena.array(all);
}

}  // namespace

Result<std::vector<ExpandedCode>> codes_of(const Terminology& terminology, const ValueSet& value_set,
                                           const ExpansionRequest& request) {
  Enumeration enumeration(terminology);
  if (auto added = enumeration.add(value_set, 0); !added) return added.error();
  auto codes = enumeration.take();
  const auto words = words_of(request.filter);
  std::erase_if(codes, [&](const ExpandedCode& code) {
    return (request.active_only && code.is_inactive) || !has_words(code, words);
  });
  return codes;
}

Result<std::string> expand(const Terminology& terminology, const ValueSet& value_set,
                           const ExpansionRequest& request, Instant now) {
  const auto codes = codes_of(terminology, value_set, request);
  if (!codes) return codes.error();
  const std::size_t begin = std::min(request.offset, codes->size());
  const std::size_t size = std::min(request.count.value_or(codes->size()), codes->size() - begin);
  if (size > limits::expansion_codes_max)
    return problem(Kind::unprocessable,
                   fmt::format("it has {} codes; ask with count and offset, at most {} at a time",
                               codes->size(), limits::expansion_codes_max),
                   "count", "too-costly");
  Arena arena;
  std::vector<Value> contains;
  for (std::size_t i = begin; i < begin + size; ++i)
    contains.push_back(contained(arena, (*codes)[i], request));
  std::vector<Member> expansion{{"timestamp", arena.string(format_instant(now))},
                                {"total", arena.integer((long long)(codes->size()))},
                                {"offset", arena.integer((long long)(request.offset))}};
  if (const Value asked = parameters(arena, request)) expansion.push_back({"parameter", asked});
  if (!contains.empty()) expansion.push_back({"contains", arena.array(contains)});
  std::vector<Member> answer;
  for (const Member& member : value_set.document->root().members())
    if (member.key != "compose" && member.key != "expansion" && member.key != "text")
      answer.push_back(member);
  answer.push_back({"expansion", arena.object(expansion)});
  return json::write(arena.object(answer));
}

}  // namespace handoff::terminology
