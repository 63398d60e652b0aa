// A Query as SQL over the index tables (migrations/0001, 0002). Every alias of an index table and of
// `resource` carries visible(), unless everything is visible.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "search/query.h"
#include "sqlite/condition_sql.h"
#include "store/numbers.h"

namespace handoff::sqlite {

// A page begins after this resource. `key` is the resource's value of the sort parameter, or nothing if it
// has none.
struct Position {
  // Newest version when the first page was read. Later versions are on no page, so nothing appears twice.
  store::Pk top = store::Pk::none;
  store::Pk pk = store::Pk::none;  // none: from the beginning
  std::variant<std::monostate, std::int64_t, std::string> key = {};

  std::string to_text() const;
  static Position from_text(std::string_view text);  // reads the result of to_text()
};

// What the statement walks along. Either the rows of a test, or the resources of a few patients (all, or
// those with a token of a test), or all resources of the type.
struct Driver {
  const search::ParameterTest* test = nullptr;
  const std::vector<store::PatientNumber>* patients = nullptr;
};

// The versions that _lastUpdated allows. Versions are numbered in the order of their times.
struct VersionRange {
  store::Pk first = store::Pk::none;
  store::Pk last = store::Pk{INT64_MAX};
  std::int64_t first_ms = INT64_MIN;  // no match is shown as of an earlier time
};

class SearchCompiler {
 public:
  SearchCompiler(const search::Query& query, Driver driver, VersionRange range, bool filtered)
      : query_(query),
        driver_(driver),
        range_(range),
        conditions_(filtered, range.first_ms),
        filtered_(filtered) {}

  // The npk of a page, in key order, without sorting. A driver with several hashes gives one statement for
  // each. The page is the first part of all results together.
  std::vector<Sql> page_by_update(const Position& after, std::size_t count) const;
  // (npk, key) of a page, sorted by the key. The key is the value of the sort parameter, or the time that a
  // resource is shown as of, with its id.
  Sql page_by_key(const Position& after, std::size_t count) const;
  Sql total() const;

 private:
  Sql matching(std::string_view columns, const search::HashKey* one_key) const;
  void add_driver(Sql& sql, const search::HashKey* one_key) const;
  void add_others(Sql& sql) const;
  void add_resource(Sql& sql) const;
  void add_key(Sql& sql) const;
  void add_range(Sql& sql) const;
  void add_position(Sql& sql, const Position& after) const;
  void add_patients(Sql& sql) const;
  std::int64_t key_of(store::Pk pk) const;
  bool walks_resources() const { return !driver_.test && !driver_.patients; }
  const search::HashKey* only_key() const;  // if the driver's rows are those of one hash
  std::string_view npk() const { return walks_resources() ? "-d.pk" : "d.npk"; }

  const search::Query& query_;
  const Driver driver_;
  const VersionRange range_;
  const ConditionSql conditions_;
  const bool filtered_;
};

// The number of rows of a test, counted up to `most`.
Sql count_rows(const search::ParameterTest& test, bool filtered, std::size_t most);
// The conditions of this kind among those that must all hold.
template <class Kind>
std::vector<const Kind*> all_of(const search::Query& query) {
  std::vector<const Kind*> found;
  for (const search::Condition& condition : query.where.conditions)
    if (const auto* one = std::get_if<Kind>(&condition.is)) found.push_back(one);
  return found;
}

}  // namespace handoff::sqlite
