#include "search/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/number.h"
#include "core/text.h"
#include "search/date.h"
#include "search/include.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

Problem at(std::string_view name, std::string why, std::string code = "invalid") {
  return problem(Kind::incorrect, std::move(why), "http." + shown_text(name), std::move(code));
}
Problem unserved(std::string_view name, std::string why) { return at(name, std::move(why), "not-supported"); }

Problem placed(Problem found, std::string_view name) {
  found.issues.front().expression = "http." + shown_text(name);
  return found;
}

// The parameters of one request while they become a Query.
struct Reading {
  const fhir::Definitions& definitions;
  const QueryOptions& options;
  Query query;
  std::size_t keys = 0;                          // of the index, that all conditions together name
  std::set<std::string, std::less<>> seen = {};  // result parameters, which may appear only once
};

Result<void> read_count(Reading& reading, std::string_view value) {
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  if (!digits) return at("_count", "must be a whole number", "value");
  // a number that does not fit is served as the largest count
  const auto count = parse_number<std::size_t>(value).value_or(limits::search_count_max);
  if (count == 0) reading.query.only_total = reading.query.total = true;  // R4: the same as _summary=count
  reading.query.count = std::clamp<std::size_t>(count, 1, limits::search_count_max);
  return {};
}

Result<void> read_sort(Reading& reading, std::string_view value) {
  Sort& sort = reading.query.sort;
  sort.descending = value.starts_with('-');
  sort.asked = true;
  if (sort.descending) value.remove_prefix(1);
  if (value == "_lastUpdated") return {};
  if (value.find(',') != value.npos) return unserved("_sort", "only one sort parameter is served");
  const auto* parameter = reading.definitions.find_search_parameter(reading.query.type, value);
  if (!parameter)
    return at("_sort", fmt::format("{} has no parameter {}", reading.query.type, shown_text(value)), "value");
  const ParameterType* type = parameter_type(parameter->type);
  if (!type || !type->sorts || !is_served(*parameter))
    return unserved("_sort", "only _lastUpdated and parameters of type date or string can sort");
  sort.by = Sort::By{type->index, parameter_key(reading.definitions, reading.query.type, *parameter),
                     std::string(value)};
  return {};
}

Result<void> read_total(Reading& reading, std::string_view value) {
  if (value != "none" && value != "accurate" && value != "estimate")
    return at("_total", "must be none, accurate or estimate", "value");
  reading.query.total |= value != "none";
  return {};
}

Result<void> read_summary(Reading& reading, std::string_view value) {
  if (value == "false") return {};
  if (value != "count") return unserved("_summary", "only count and false are served");
  reading.query.only_total = reading.query.total = true;
  return {};
}

Result<void> read_cursor(Reading& reading, std::string_view value) {
  reading.query.cursor = std::string(value);
  return {};
}

Result<void> leave(Reading&, std::string_view) { return {}; }

Result<void> add_include(Reading& reading, bool reverse, std::string_view value) {
  const std::string_view name = reverse ? "_revinclude" : "_include";
  if (reading.query.includes.size() == limits::search_includes_max)
    return at(name,
              fmt::format("more than {} _include and _revinclude together", limits::search_includes_max),
              "too-long");
  auto include = parse_include(reading.definitions, reading.query.type, value, reverse, reading.options.base);
  if (!include) return placed(include.error(), name);
  reading.query.includes.push_back(std::move(*include));
  return {};
}
Result<void> read_include(Reading& reading, std::string_view value) {
  return add_include(reading, false, value);
}
Result<void> read_revinclude(Reading& reading, std::string_view value) {
  return add_include(reading, true, value);
}

struct ResultParameter {
  std::string_view name;
  Result<void> (*read)(Reading& reading, std::string_view value);
  bool repeats;
  bool kept;  // in the self link
};
constexpr ResultParameter result_parameters[] = {
    {"_count", read_count, false, true},    {"_sort", read_sort, false, true},
    {"_total", read_total, false, true},    {"_summary", read_summary, false, true},
    {"_include", read_include, true, true}, {"_revinclude", read_revinclude, true, true},
    {"_cursor", read_cursor, false, false}, {"_format", leave, true, false},
    {"_pretty", leave, true, false},
};

Result<Condition> read_updated(const ParameterContext& context, Values values) {
  Updated updated;
  for (const auto value : values) {
    const auto spans = read_date(value, context.options.now);
    if (!spans) return spans.error();
    for (const SpanRange& span : *spans)  // both ends are one instant here
      updated.ranges.push_back(
          {std::max(span.first_from, span.last_from), std::min(span.first_to, span.last_to)});
  }
  return Condition{std::move(updated)};
}

std::size_t keys_in(const Condition& condition) {
  if (const auto* test = std::get_if<ParameterTest>(&condition.is)) return test->ranges.size();
  std::size_t keys = 0;
  if (const auto* group = std::get_if<Group>(&condition.is))
    for (const Condition& one : group->conditions) keys += keys_in(one);
  return keys;
}

Result<void> read_condition(Reading& reading, const fhir::SearchParameter& parameter,
                            const Modifier& modifier, std::string_view name, std::string_view whole) {
  const auto values = split_escaped(whole, ',');
  const Index index = parameter_type(parameter.type)->index;
  const bool is_hashed = index == Index::token || index == Index::reference || index == Index::uri;
  const std::size_t most = is_hashed ? limits::search_values_max : limits::search_ranges_max;
  if (values.size() > most) return at(name, fmt::format("more than {} values", most), "too-long");
  for (const auto value : values)
    if (value.empty()) return at(name, "a value is empty", "value");
  const auto colon = name.find(':');
  const std::string_view given = colon == name.npos ? std::string_view{} : name.substr(colon + 1);
  const ParameterContext context{reading.definitions, parameter, reading.query.type, name, given,
                                 reading.options};
  auto condition =
      parameter.code == "_lastUpdated" ? read_updated(context, values) : modifier.read(context, values);
  if (!condition) return placed(condition.error(), name);
  reading.keys += keys_in(*condition);
  if (reading.keys > limits::search_keys_max) return at(name, "the search has too many values", "too-long");
  reading.query.where.conditions.push_back(std::move(*condition));
  return {};
}

// Says what is wrong with a name that is no served parameter of the type.
Problem unknown(const Reading& reading, std::string_view name, std::string_view code) {
  if (code == "_has" || code.find('.') != code.npos)
    return unserved(name, "chained and reverse-chained searches are not served");
  const auto* parameter = reading.definitions.find_search_parameter(reading.query.type, code);
  return unserved(name, parameter ? "searching by this parameter is not served"
                                  : fmt::format("{} has no such search parameter", reading.query.type));
}

Result<void> read_search_parameter(Reading& reading, const std::string& name, std::string_view value) {
  const auto colon = name.find(':');
  const std::string_view code = std::string_view(name).substr(0, colon);
  const std::string_view modifier =
      colon == name.npos ? std::string_view{} : std::string_view(name).substr(colon + 1);
  const auto* parameter = reading.definitions.find_search_parameter(reading.query.type, code);
  if (!parameter || !is_served(*parameter)) {
    if (reading.options.lenient) return {};
    return unknown(reading, name, code);
  }
  const Modifier* known = parameter_type(parameter->type)->find(modifier, reading.definitions);
  if (!known || (colon != name.npos && modifier.empty()))
    return unserved(name, modifier.find('.') == modifier.npos ? "this modifier is not served"
                                                              : "chained searches are not served");
  if (value.empty()) return {};  // nothing is asked; forms send such parameters
  if (auto read = read_condition(reading, *parameter, *known, name, value); !read) return read.error();
  reading.query.parameters.emplace_back(name, value);
  return {};
}

Result<void> read_parameter(Reading& reading, const std::string& name, const std::string& value) {
  if (value.size() > limits::search_value_bytes_max)
    return at(name, fmt::format("is longer than {} bytes", limits::search_value_bytes_max), "too-long");
  const std::string_view code = std::string_view(name).substr(0, name.find(':'));
  for (const ResultParameter& known : result_parameters) {
    if (code != known.name) continue;
    if (code != name) return unserved(name, "this modifier is not served");
    if (!known.repeats && !reading.seen.insert(name).second) return at(name, "was given more than once");
    if (auto read = known.read(reading, value); !read) return read.error();
    if (known.kept) reading.query.parameters.emplace_back(name, value);
    return {};
  }
  return read_search_parameter(reading, name, value);
}

}  // namespace

std::string Query::text() const {
  std::string out;
  for (const auto& [name, value] : parameters)
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

Result<Query> parse(const fhir::Definitions& definitions, std::string_view type, const Parameters& parameters,
                    const QueryOptions& options) {
  if (parameters.size() > limits::search_parameters_max)
    return problem(Kind::incorrect,
                   fmt::format("more than {} search parameters", limits::search_parameters_max), {},
                   "too-long");
  Reading reading{definitions, options, {}};
  reading.query.type = type;
  for (const auto& [name, value] : parameters)
    if (auto read = read_parameter(reading, name, value); !read) return read.error();
  return std::move(reading.query);
}

bool is_served(const fhir::SearchParameter& parameter) {
  return parameter_type(parameter.type) && !parameter.expression.empty();
}

Query without_references(const Query& query, const std::function<bool(const std::string&)>& hides) {
  static const std::uint64_t of_nothing = hash64(std::string_view("\0", 1));  // no reference is this text
  Query seen = query;
  for (Condition& condition : seen.where.conditions)
    condition = with_ranges(condition, [&](const ParameterTest& test) {
      std::vector<KeyRange> ranges = test.ranges;
      for (KeyRange& range : ranges)
        if (const auto* key = std::get_if<HashKey>(&range); key && !key->target.empty() && hides(key->target))
          range = HashKey{of_nothing};
      return ranges;
    });
  return seen;
}

}  // namespace handoff::search
