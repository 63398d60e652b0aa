// A search's condition as SQL over the index tables (migrations/0001, 0002). It knows kinds of rows and
// ranges of their keys, but no type of search parameter. In a filtered search every alias of an index table
// and of `resource` carries visible().
#pragma once

#include <string>
#include <string_view>

#include "search/condition.h"
#include "sqlite/sql.h"

namespace handoff::sqlite {

// The table for one kind of rows.
struct RowTable {
  std::string_view name;
  std::string_view of_resource;  // index that finds one resource's rows; empty: the key itself
  std::string_view sort_column;
};
const RowTable& table_of(search::Index index);

// "x.param = ? AND …": rows of the test's table, under the alias x, that are in one of its ranges.
void add_ranges(Sql& sql, const search::ParameterTest& test);

// Conditions on one version's resource.
class ConditionSql {
 public:
  // `first_ms`: times of a match before this one need not be exact (Visibility::shown_ms).
  ConditionSql(bool filtered, std::int64_t first_ms) : filtered_(filtered), first_ms_(first_ms) {}

  // The condition as an expression. `npk`: SQL for the negated number of the version.
  Sql expression(const search::Condition& condition, std::string_view npk) const;
  // True if the row of `resource` under this alias is shown as of one of these times.
  Sql times(const search::Updated& updated, std::string_view alias) const;
  // The time that this row is shown as of.
  Sql time(std::string_view alias) const;

 private:
  Sql group(const search::Group& group, std::string_view npk) const;
  Sql test(const search::ParameterTest& test, std::string_view npk) const;
  Sql missing(const search::Missing& missing, std::string_view npk) const;
  Sql updated(const search::Updated& updated, std::string_view npk) const;
  Sql via(const search::Via& via, std::string_view npk) const;
  Sql matching(const search::Condition& condition, std::string_view type, std::string_view column) const;
  std::string_view seen_row() const { return filtered_ ? " AND visible(x.vis, x.npk)" : ""; }
  std::string seen_resource(std::string_view alias) const;

  const bool filtered_;
  const std::int64_t first_ms_;
};

}  // namespace handoff::sqlite
