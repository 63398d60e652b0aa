#include "mapping/refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "mapping/known_values.h"
#include "mapping/origin.h"
#include "mapping/run.h"

namespace handoff::mapping {
namespace {

constexpr std::size_t columns_named_max = 3;  // if several columns make an element; more do not help

// The entry that an expression is about, and the expression within that entry's resource.
std::pair<const Entry*, std::string> entry_of(const Mapped& mapped, std::string expression) {
  constexpr std::string_view bundle = "Bundle.entry[", inside = "].resource";
  if (expression.starts_with(bundle)) {
    std::size_t index = mapped.entries.size();
    std::from_chars(expression.data() + bundle.size(), expression.data() + expression.size(), index);
    const std::size_t end = expression.find(inside);
    if (index >= mapped.entries.size()) return {nullptr, {}};
    const Entry& entry = mapped.entries[index];
    return {&entry, entry.type + (end == expression.npos ? "" : expression.substr(end + inside.size()))};
  }
  for (const Entry& entry : mapped.entries)
    if (expression == entry.type || expression.starts_with(entry.type + ".")) return {&entry, expression};
  return {nullptr, std::move(expression)};
}

bool is_any_within(const std::vector<std::string>& values, const std::vector<std::string>& texts) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.find(value) != text.npos; });
  });
}

// True if the match is not a part of a longer word ("a" within "an").
bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
  const auto is_in_word = [&](std::size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]));
  };
  return (at == 0 || !is_in_word(at - 1)) && !is_in_word(at + size);
}

// The first element that the type requires and the value lacks.
std::string missing_element(const fhir::Type* type, json::Value resource, const std::vector<Step>& steps) {
  for (const Step& step : steps)
    if (type) type = type->find_json(step.key).type;
  const json::Value value = element_at(resource, steps);
  if (!type) return {};
  for (const fhir::Element& element : type->elements) {
    const auto is_there = [&](const json::Member& m) {
      return m.key == element.name || (element.is_choice && m.key.starts_with(element.name));
    };
    if (element.min > 0 && std::none_of(value.members().begin(), value.members().end(), is_there))
      return std::string(element.name);
  }
  return {};
}

// Looks for the column that caused one issue.
class Explanation {
 public:
  Explanation(const Plan& plan, const SourceRecord& record, const Entry& entry, std::string expression)
      : plan_(plan),
        record_(record),
        entry_(entry),
        expression_(std::move(expression)),
        steps_(steps_of(expression_)) {
    const auto made = std::find_if(plan.produced.begin(), plan.produced.end(),
                                   [&](const Produced& p) { return p.name == entry.name; });
    if (made != plan.produced.end()) made_ = &*made;
  }

  Rejection rejection(const Issue& issue) {
    if (issue.code == "required" && made_) look_for_missing();
    texts_ = texts_in(element_at(entry_.resource, steps_));
    const std::vector<Origin> origins = chosen(candidates());
    std::vector<std::string> columns;
    for (const Origin& origin : origins) add_columns(columns, origin.columns);
    const bool is_too_much = columns.size() > columns_named_max && origins.size() > 1;
    if (is_too_much) columns.clear();
    const std::string field = column_among(columns, origins.size() > 1);
    Rejection rejection{record_.number,    record_.key, field.empty() ? expression_ : field, {},
                        issue.diagnostics, {}};
    rejection.value = field.empty() && texts_.size() == 1 ? texts_.front()
                      : field.empty()                     ? std::string()
                                                          : shown(field);
    for (const std::string& column : columns) mask(column, rejection.reason);
    if (columns.size() > 1 && origins.size() > 1) rejection.reason += named_columns(columns);
    rejection.mapping =
        fmt::format("{} → {}", place(is_too_much ? std::vector<Origin>() : origins, field), expression_);
    return rejection;
  }

 private:
  void look_for_missing() {
    const std::string name = missing_element(made_->type, entry_.resource, steps_);
    if (name.empty()) return;
    steps_.push_back({name, 0});
    expression_ += "." + name;
  }

  std::vector<Origin> candidates() const {
    if (!made_) return origins_of(plan_.discloser);
    const bool is_key = !steps_.empty() && (steps_.front().key == "id" || steps_.front().key == "identifier");
    if (is_key && steps_.front().key == "id" && made_->id) return origins_of(*made_->id);
    if (is_key && (steps_.front().key == "id" || is_any_within({entry_.key.value}, texts_)))
      return origins_of(made_->key_value);
    return steps_.empty() ? std::vector<Origin>() : origins_of(made_->resource, made_->type->name, steps_);
  }

  // If several parts of a template made the element, chooses those whose columns have the element's value.
  std::vector<Origin> chosen(std::vector<Origin> all) const {
    std::vector<Origin> fitting;
    for (const Origin& origin : all)
      if (std::any_of(origin.columns.begin(), origin.columns.end(),
                      [&](const std::string& column) { return fits(column); }))
        fitting.push_back(origin);
    if (!fitting.empty()) return fitting;
    if (all.size() > 1) all.resize(1);
    return all;
  }

  json::Value value_of(const std::string& column) const { return value_at(record_.values, column); }
  bool fits(const std::string& column) const { return is_any_within(texts_in(value_of(column)), texts_); }

  // If two columns contradict each other, the later one is named.
  std::string column_among(const std::vector<std::string>& columns, bool is_last) const {
    std::string found = columns.empty() ? std::string() : columns.front();
    for (const std::string& column : columns) {
      if (!fits(column)) continue;
      found = column;
      if (!is_last) break;
    }
    return found;
  }

  bool is_sensitive(const std::string& column) const {
    const Column* declared = plan_.contract.find(column);
    return declared && declared->sensitive;
  }
  std::string shown(const std::string& column) const {
    const auto values = texts_in(value_of(column));
    if (is_sensitive(column) && !values.empty()) return "***";
    for (const std::string& value : values)
      if (is_any_within({value}, texts_)) return value;
    return values.size() == 1 ? values.front()
           : values.empty()   ? std::string()
                              : json::write(value_of(column));
  }
  void mask(const std::string& column, std::string& reason) const {
    if (!is_sensitive(column)) return;
    for (const std::string& value : texts_in(value_of(column)))
      for (auto at = reason.find(value); at != reason.npos; at = reason.find(value, at + 1))
        if (stands_alone(reason, at, value.size())) reason.replace(at, value.size(), "***");
  }
  std::string named_columns(const std::vector<std::string>& columns) const {
    std::string all;
    for (const std::string& column : columns)
      all += fmt::format("{}{} \"{}\"", all.empty() ? " (" : ", ", column, shown(column));
    return all + ")";
  }
  std::string place(const std::vector<Origin>& origins, const std::string& field) const {
    for (const Origin& origin : origins)
      if (std::find(origin.columns.begin(), origin.columns.end(), field) != origin.columns.end())
        return origin.place;
    if (!origins.empty() && !origins.front().place.empty()) return origins.front().place;
    return made_ ? made_->place : "map.json";
  }

  const Plan& plan_;
  const SourceRecord& record_;
  const Entry& entry_;
  std::string expression_;
  std::vector<Step> steps_;
  const Produced* made_ = nullptr;  // null: the Provenance
  std::vector<std::string> texts_;  // of the element
};

bool is_error(const Issue& issue) {
  return issue.severity == Severity::error || issue.severity == Severity::fatal;
}

bool is_among(const Issue& issue, const std::vector<Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(), [&](const Issue& i) {
    return i.expression == issue.expression && i.diagnostics == issue.diagnostics;
  });
}

}  // namespace

Rejection rejection_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped,
                       const Problem& refused) {
  const Issue issue = refused.issues.empty() ? Issue{} : refused.issues.front();
  auto [entry, expression] = entry_of(mapped, issue.expression);
  if (!entry) return {record.number, record.key, std::move(expression), {}, issue.diagnostics, "map.json"};
  return Explanation(plan, record, *entry, std::move(expression)).rejection(issue);
}

std::optional<Rejection> refusal_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped,
                                    const RunContext& context) {
  if (!context.refusals) return std::nullopt;
  for (const Entry& entry : mapped.entries) {
    const std::vector<Issue> before = entry.before ? context.refusals(entry.before) : std::vector<Issue>();
    for (const Issue& issue : context.refusals(entry.resource))
      if (is_error(issue) && !is_among(issue, before))
        return Explanation(plan, record, entry, issue.expression).rejection(issue);
  }
  return std::nullopt;
}

}  // namespace handoff::mapping
