// A Query as SQL over the index tables (migrations/0001, 0002). Inside the store only. Every alias of an index table and of
// `resource` carries visible(), unless everything is visible.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "search/query.h"

namespace handoff::store {

using Bound = std::variant<std::int64_t, double, std::string>;

// A statement's text, with the values of its question marks in order.
struct Sql {
  std::string text;
  std::vector<Bound> bounds;

  Sql& add(std::string_view more) {
    text += more;
    return *this;
  }
  Sql& put(Bound value) {
    text += '?';
    bounds.push_back(std::move(value));
    return *this;
  }
};

// Where a page begins: behind this resource. `key` is its value of the sort parameter, none if it has none.
struct Position {
  std::int64_t top = 0;  // newest version when the first page was read: what came later is on no page, so that nothing is there twice
  std::int64_t pk = 0;   // 0: from the beginning
  std::variant<std::monostate, std::int64_t, std::string> key = {};

  std::string to_text() const;
  static Position from_text(std::string_view text);  // of what to_text() wrote
};

// What the statement walks along: rows of a criterion; what belongs to a few patients, all of it or what has one of a
// criterion's tokens; or, without either, the resources of the type.
struct Driver {
  const search::Criterion* criterion = nullptr;
  const std::vector<std::int64_t>* patients = nullptr;
};

// Between which versions _lastUpdated lets matches lie: versions are numbered in the order of their time.
struct VersionRange {
  std::int64_t first = 0;
  std::int64_t last = INT64_MAX;
  std::int64_t first_ms = INT64_MIN;  // no match is shown as of an earlier time
};

class SearchCompiler {
 public:
  SearchCompiler(const search::Query& query, Driver driver, VersionRange range, bool claused)
      : query_(query), driver_(driver), range_(range), claused_(claused) {}

  // npk of a page, in key order, without sorting. A driver with several hashes gives one statement each: the page is the first
  // of all together.
  std::vector<Sql> page_by_update(const Position& after, std::size_t count) const;
  // (npk, key) of a page, sorted by the key: that of the sort parameter, or the time that a resource is shown as of, with its id.
  Sql page_by_key(const Position& after, std::size_t count) const;
  Sql total() const;

 private:
  Sql matching(std::string_view columns, const std::uint64_t* one_hash) const;
  void add_driver(Sql& sql, const std::uint64_t* one_hash) const;
  void add_others(Sql& sql) const;
  void add_resource(Sql& sql) const;
  void add_time(Sql& sql, std::string_view alias) const;
  void add_key(Sql& sql) const;
  void add_range(Sql& sql) const;
  void add_position(Sql& sql, const Position& after) const;
  void add_patients(Sql& sql) const;
  bool walks_resources() const { return !driver_.criterion && !driver_.patients; }
  const std::uint64_t* only_hash() const;  // where the driver's rows are those of one hash
  std::string_view npk() const { return walks_resources() ? "-d.pk" : "d.npk"; }

  const search::Query& query_;
  const Driver driver_;
  const VersionRange range_;
  const bool claused_;
};

// How many rows a criterion has, counted to `most`.
Sql count_rows(const search::Criterion& criterion, bool claused, std::size_t most);

}  // namespace handoff::store
