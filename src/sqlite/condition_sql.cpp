#include "sqlite/condition_sql.h"

#include <fmt/format.h>

#include <cmath>

#include "sqlite/types.h"

namespace handoff::sqlite {
namespace {

using search::Index;

// In the order of search::Index.
constexpr RowTable tables[] = {{"token", "", ""},
                               {"reference", "", ""},
                               {"uri", "", ""},
                               {"string", " INDEXED BY string_of_resource", "value"},
                               {"date", " INDEXED BY date_of_resource", "first_ms"},
                               {"number", " INDEXED BY number_of_resource", "value"}};

// The constant is a bound value. If SQLite could see that nothing matches, it would find no plan for INDEXED
// BY.
void add_truth(Sql& sql, bool truth) { sql.put(std::int64_t{truth}); }

// Comparisons that must all hold. Without any, it is always true.
class All {
 public:
  explicit All(Sql& sql) : sql_(sql) {}
  void compare(std::string_view column_and_sign, Bound value) {
    sql_.add(any_ ? " AND " : "").add(column_and_sign).put(std::move(value));
    any_ = true;
  }
  void end() {
    if (!any_) add_truth(sql_, true);
  }

 private:
  Sql& sql_;
  bool any_ = false;
};

void add_range(Sql& sql, const search::TextRange& range) {
  sql.add("x.value >= ").put(range.first).add(" AND x.value < ").put(range.behind);
}

void add_range(Sql& sql, const search::SpanRange& range) {
  All all(sql);
  if (range.first_from != range.earliest) all.compare("x.first_ms >= ", range.first_from);
  if (range.first_to != range.latest) all.compare("x.first_ms <= ", range.first_to);
  if (range.last_from != range.earliest) all.compare("x.last_ms >= ", range.last_from);
  if (range.last_to != range.latest) all.compare("x.last_ms <= ", range.last_to);
  all.end();
}

void add_range(Sql& sql, const search::NumberRange& range) {
  sql.add("x.unit = ").put(std::int64_t(range.unit_hash));
  if (std::isfinite(range.low)) sql.add(" AND x.value >= ").put(range.low);
  if (std::isfinite(range.high)) sql.add(" AND x.value <= ").put(range.high);
}

void add_range(Sql& sql, const search::HashKey& key) { sql.add("x.hash = ").put(std::int64_t(key.hash)); }

void add_hashes(Sql& sql, const std::vector<search::KeyRange>& ranges) {
  sql.add("x.hash IN (");
  for (std::size_t i = 0; i < ranges.size(); ++i)
    sql.add(i == 0 ? "" : ", ").put(std::int64_t(std::get<search::HashKey>(ranges[i]).hash));
  sql.add(")");
}

}  // namespace

const RowTable& table_of(Index index) { return tables[std::size_t(index)]; }

void add_ranges(Sql& sql, const search::ParameterTest& test) {
  sql.add("x.param = ").put(std::int64_t{test.parameter}).add(" AND ");
  if (test.ranges.empty()) add_truth(sql, false);
  else if (std::holds_alternative<search::HashKey>(test.ranges.front())) add_hashes(sql, test.ranges);
  else if (test.ranges.size() == 1)
    std::visit([&](const auto& range) { add_range(sql, range); }, test.ranges.front());
  else {
    for (std::size_t i = 0; i < test.ranges.size(); ++i) {
      sql.add(i == 0 ? "((" : ") OR (");
      std::visit([&](const auto& range) { add_range(sql, range); }, test.ranges[i]);
    }
    sql.add("))");
  }
}

std::string ConditionSql::seen_resource(std::string_view alias) const {
  return filtered_ ? fmt::format(" AND visible({0}.patient << 16 | {0}.shape, {0}.pk)", alias)
                   : std::string();
}

Sql ConditionSql::expression(const search::Condition& condition, std::string_view npk) const {
  if (const auto* one = std::get_if<search::Group>(&condition.is)) return group(*one, npk);
  if (const auto* one = std::get_if<search::ParameterTest>(&condition.is)) return test(*one, npk);
  if (const auto* one = std::get_if<search::Missing>(&condition.is)) return missing(*one, npk);
  if (const auto* one = std::get_if<search::Updated>(&condition.is)) return updated(*one, npk);
  return via(std::get<search::Via>(condition.is), npk);
}

Sql ConditionSql::group(const search::Group& group, std::string_view npk) const {
  using Of = search::Group::Of;
  Sql sql;
  if (group.conditions.empty()) {
    add_truth(sql, group.of != Of::any);
    return sql;
  }
  sql.add(group.of == Of::none ? "NOT (" : "(");
  for (std::size_t i = 0; i < group.conditions.size(); ++i)
    sql.add(i == 0                ? ""
            : group.of == Of::all ? " AND "
                                  : " OR ")
        .append(expression(group.conditions[i], npk));
  return std::move(sql.add(")"));
}

Sql ConditionSql::test(const search::ParameterTest& test, std::string_view npk) const {
  const RowTable& table = table_of(test.index);
  Sql sql;
  sql.add(
      fmt::format("EXISTS (SELECT 1 FROM {} x{} WHERE x.npk = {} AND ", table.name, table.of_resource, npk));
  add_ranges(sql, test);
  return std::move(sql.add(seen_row()).add(")"));
}

Sql ConditionSql::missing(const search::Missing& missing, std::string_view npk) const {
  const RowTable& table = table_of(missing.index);
  Sql sql;
  sql.add(fmt::format("NOT EXISTS (SELECT 1 FROM {} x{} WHERE x.npk = {} AND x.param = ", table.name,
                      table.of_resource, npk));
  return std::move(sql.put(std::int64_t{missing.parameter}).add(seen_row()).add(")"));
}

Sql ConditionSql::time(std::string_view alias) const {
  Sql sql;
  if (!filtered_) return std::move(sql.add(fmt::format("{}.updated_ms", alias)));
  sql.add(fmt::format("shown_ms({0}.type, {0}.patient, {0}.pk, {0}.version, {0}.updated_ms, ", alias));
  return std::move(sql.put(first_ms_).add(")"));
}

Sql ConditionSql::times(const search::Updated& updated, std::string_view alias) const {
  Sql sql;
  sql.add("(");
  if (updated.ranges.empty()) add_truth(sql, false);
  for (std::size_t i = 0; i < updated.ranges.size(); ++i) {
    sql.add(i == 0 ? "" : " OR ").append(time(alias));
    sql.add(" BETWEEN ").put(updated.ranges[i].first_ms).add(" AND ").put(updated.ranges[i].last_ms);
  }
  return std::move(sql.add(")"));
}

Sql ConditionSql::updated(const search::Updated& updated, std::string_view npk) const {
  Sql sql;
  sql.add(fmt::format("EXISTS (SELECT 1 FROM resource own WHERE own.pk = -({})", npk))
      .add(seen_resource("own"))
      .add(" AND ");
  return std::move(sql.append(times(updated, "own")).add(")"));
}

// The matching resources of the other type do not depend on the current one, so SQLite finds them once.
Sql ConditionSql::via(const search::Via& via, std::string_view npk) const {
  Sql sql;
  if (!via.reverse) {
    sql.add(fmt::format("EXISTS (SELECT 1 FROM reference x WHERE x.npk = {} AND x.param = ", npk))
        .put(std::int64_t{via.parameter});
    sql.add(seen_row())
        .add(" AND x.hash IN (")
        .append(matching(*via.condition, via.type, "reference_hash(other.type, other.id)"));
    return std::move(sql.add("))"));
  }
  sql.add(fmt::format("EXISTS (SELECT 1 FROM resource own WHERE own.pk = -({})", npk))
      .add(seen_resource("own"));
  sql.add(" AND reference_hash(own.type, own.id) IN (SELECT x.hash FROM reference x WHERE x.param = ")
      .put(std::int64_t{via.parameter});
  sql.add(seen_row()).add(" AND x.npk IN (").append(matching(*via.condition, via.type, "-other.pk"));
  return std::move(sql.add(")))"));
}

// SELECT of a column of every matching resource of this type, under the alias `other`. If all conditions must
// hold, it begins with the rows of the first test.
Sql ConditionSql::matching(const search::Condition& condition, std::string_view type,
                           std::string_view column) const {
  const auto* group = std::get_if<search::Group>(&condition.is);
  const auto* first = std::get_if<search::ParameterTest>(&condition.is);
  if (group && group->of == search::Group::Of::all && !group->conditions.empty())
    first = std::get_if<search::ParameterTest>(&group->conditions.front().is);
  Sql sql;
  sql.add("SELECT ").add(column).add(" FROM ");
  if (first) {
    sql.add(fmt::format("(SELECT DISTINCT x.npk AS npk FROM {} x WHERE ", table_of(first->index).name));
    add_ranges(sql, *first);
    sql.add(seen_row()).add(") d CROSS JOIN resource other ON other.pk = -d.npk WHERE other.deleted = 0");
  } else {
    sql.add("resource other INDEXED BY resource_newest WHERE other.deleted = 0 AND other.type = ")
        .put(type_number(type));
  }
  sql.add(seen_resource("other"));
  if (!first || group) sql.add(" AND ").append(expression(condition, "-other.pk"));
  return sql;
}

}  // namespace handoff::sqlite
