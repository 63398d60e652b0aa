#include "store/search_sql.h"

#include <fmt/format.h>

#include <charconv>

#include "store/types.h"

namespace handoff::store {
namespace {

using search::Criterion;
using search::Index;
using search::Prefix;

struct Table {
  std::string_view name;
  std::string_view of_resource;  // the index by which one resource's rows are found; empty: the key itself does
  std::string_view sort_column;
};
// In the order of search::Index.
constexpr Table tables[] = {{"token", "", ""},
                            {"reference", "", ""},
                            {"uri", "", ""},
                            {"string", " INDEXED BY string_of_resource", "value"},
                            {"date", " INDEXED BY date_of_resource", "first_ms"},
                            {"number", " INDEXED BY number_of_resource", "value"}};
const Table& table_of(Index index) { return tables[std::size_t(index)]; }

// What each prefix asks of a row's span f..l and the value's span F..L (R4 "search", date). In the order of search::Prefix;
// terms that say no more than the others let the key's order help.
constexpr std::string_view span_rules[] = {"f >= F AND f <= L AND l <= L",
                                           "(f < F OR l > L)",
                                           "l > L",
                                           "f < F",
                                           "(l > L OR f >= F)",
                                           "(f < F OR l <= L)",
                                           "f > L",
                                           "l < F AND f < F",
                                           "f <= L AND l >= F"};
// The same of a point v and the value V, or its range from F to before L (R4 "search", number).
constexpr std::string_view point_rules[] = {"v >= F AND v < L", "(v < F OR v >= L)", "v > V", "v < V", "v >= V", "v <= V", "v > V", "v < V",
                                            "v >= F AND v < L"};

// Letters of a rule become columns or values.
template <class Replace>
void add_rule(Sql& sql, std::string_view rule, Replace replace) {
  for (std::size_t i = 0; i < rule.size(); ++i) {
    const bool alone =
        (i == 0 || rule[i - 1] == ' ' || rule[i - 1] == '(') && (i + 1 == rule.size() || rule[i + 1] == ' ' || rule[i + 1] == ')');
    if (!alone || !std::isalpha(static_cast<unsigned char>(rule[i])) || !replace(rule[i])) sql.text += rule[i];
  }
}

template <class AddFirst, class AddLast>
void add_span_test(Sql& sql, const search::DateTest& test, AddFirst add_first, AddLast add_last) {
  add_rule(sql, span_rules[std::size_t(test.prefix)], [&](char letter) {
    if (letter == 'F') sql.put(test.first_ms);
    else if (letter == 'L') sql.put(test.last_ms);
    else if (letter == 'f') add_first();
    else if (letter == 'l') add_last();
    else return false;
    return true;
  });
}

void add_date_test(Sql& sql, const search::DateTest& test) {
  add_span_test(
      sql, test, [&] { sql.add("x.first_ms"); }, [&] { sql.add("x.last_ms"); });
}

void add_point_test(Sql& sql, const search::NumberTest& test) {
  sql.add("x.unit = ").put(std::int64_t(test.unit_hash)).add(" AND ");
  add_rule(sql, point_rules[std::size_t(test.prefix)], [&](char letter) {
    if (letter == 'F') sql.put(test.low);
    else if (letter == 'L') sql.put(test.high);
    else if (letter == 'V') sql.put(test.value);
    else if (letter == 'v') sql.add("x.value");
    else return false;
    return true;
  });
}

template <class Tests, class Add>
void add_any(Sql& sql, const Tests& tests, Add add) {
  if (tests.size() == 1) return add(tests.front());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    sql.add(i == 0 ? "((" : ") OR (");
    add(tests[i]);
  }
  sql.add("))");
}

// "x.param = ? AND …" for rows of a criterion's table under the alias x.
void add_tests(Sql& sql, const Criterion& criterion) {
  sql.add("x.param = ").put(std::int64_t{criterion.parameter}).add(" AND ");
  if (criterion.index == Index::string)
    return add_any(sql, criterion.strings,
                   [&](const search::StringTest& test) { sql.add("x.value >= ").put(test.first).add(" AND x.value < ").put(test.behind); });
  if (criterion.index == Index::date) return add_any(sql, criterion.dates, [&](const search::DateTest& test) { add_date_test(sql, test); });
  if (criterion.index == Index::number)
    return add_any(sql, criterion.numbers, [&](const search::NumberTest& test) { add_point_test(sql, test); });
  sql.add("x.hash IN (");
  for (std::size_t i = 0; i < criterion.hashes.size(); ++i) sql.add(i == 0 ? "" : ", ").put(std::int64_t(criterion.hashes[i]));
  sql.add(")");
}

}  // namespace

std::string Position::to_text() const {
  std::string text = fmt::format("{:019} {:019} ", top, pk);
  if (const auto* number = std::get_if<std::int64_t>(&key)) text += fmt::format("i{:020}", *number);
  else if (const auto* string = std::get_if<std::string>(&key)) text += "s" + *string;
  else text += "-";
  return text;
}

Position Position::from_text(std::string_view text) {
  const auto number = [](std::string_view digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  Position position{number(text.substr(0, 19)), number(text.substr(20, 19))};
  if (text[40] == 'i') position.key = number(text.substr(41));
  if (text[40] == 's') position.key = std::string(text.substr(41));
  return position;
}

// FROM and the driver's own conditions.
void SearchCompiler::add_driver(Sql& sql, const std::uint64_t* one_hash) const {
  if (walks_resources()) {
    sql.add(" FROM resource d INDEXED BY resource_newest WHERE d.deleted = 0 AND d.type = ").put(type_number(query_.type));
    return;
  }
  if (driver_.patients) return add_patients(sql);
  const Criterion& criterion = *driver_.criterion;
  if (one_hash) {
    sql.add(fmt::format(" FROM {} d WHERE d.param = ", table_of(criterion.index).name)).put(std::int64_t{criterion.parameter});
    sql.add(" AND d.hash = ").put(std::int64_t(*one_hash)).add(claused_ ? " AND visible(d.vis, d.npk)" : "");
    return;
  }
  sql.add(fmt::format(" FROM (SELECT DISTINCT x.npk AS npk FROM {} x WHERE ", table_of(criterion.index).name));
  add_tests(sql, criterion);
  sql.add(claused_ ? " AND visible(x.vis, x.npk)) d WHERE 1" : ") d WHERE 1");
}

// One text however many they are, so that it stays prepared.
void SearchCompiler::add_patients(Sql& sql) const {
  std::string list = "[";
  for (const std::int64_t patient : *driver_.patients) list += (list.size() > 1 ? "," : "") + std::to_string(patient);
  sql.add(" FROM (SELECT DISTINCT x.npk AS npk FROM ").add(driver_.criterion ? "token_by_patient x" : "compartment x");
  sql.add(" WHERE x.patient IN (SELECT value FROM json_each(").put(list + "]").add(")) AND ");
  if (driver_.criterion) add_tests(sql, *driver_.criterion);
  else sql.add("x.type = ").put(type_number(query_.type));
  sql.add(claused_ ? " AND visible(x.patient << 16 | x.shape, x.npk)) d WHERE 1" : ") d WHERE 1");
}

const std::uint64_t* SearchCompiler::only_hash() const {
  const bool one = driver_.criterion && !driver_.patients && driver_.criterion->hashes.size() == 1;
  return one ? &driver_.criterion->hashes.front() : nullptr;
}

// The criteria beside the driver's, each by the rows of the one resource.
void SearchCompiler::add_others(Sql& sql) const {
  for (const Criterion& criterion : query_.criteria) {
    if (&criterion == driver_.criterion) continue;
    const Table& table = table_of(criterion.index);
    sql.add(fmt::format(" AND EXISTS (SELECT 1 FROM {} x{} WHERE x.npk = {} AND ", table.name, table.of_resource, npk()));
    add_tests(sql, criterion);
    sql.add(claused_ ? " AND visible(x.vis, x.npk))" : ")");
  }
}

// The resource itself: was it updated when it should be, and may it be seen? Where nothing but the clause would ask for it,
// the index row answers for it: no row is more visible than its resource (Snapshot::search checks that of what it gives out).
void SearchCompiler::add_resource(Sql& sql) const {
  const std::string_view alias = walks_resources() ? "d" : "r";
  if (query_.updated.empty() && !(claused_ && walks_resources())) return;
  if (!walks_resources()) sql.add(" AND EXISTS (SELECT 1 FROM resource r WHERE r.pk = -d.npk");
  if (claused_) sql.add(fmt::format(" AND visible({0}.patient << 16 | {0}.shape, {0}.pk)", alias));
  for (const auto& tests : query_.updated) {
    sql.add(" AND ");
    add_any(sql, tests, [&](const search::DateTest& test) {
      const auto time = [&] { add_time(sql, alias); };
      add_span_test(sql, test, time, time);
    });
  }
  if (!walks_resources()) sql.add(")");
}

// What _lastUpdated is compared with.
void SearchCompiler::add_time(Sql& sql, std::string_view alias) const {
  if (!claused_) sql.add(fmt::format("{}.updated_ms", alias));
  else sql.add(fmt::format("shown_ms({0}.type, {0}.patient, {0}.pk, {0}.version, {0}.updated_ms, ", alias)).put(range_.first_ms).add(")");
}

void SearchCompiler::add_range(Sql& sql) const {
  const bool resources = walks_resources();
  if (range_.first > 0) sql.add(resources ? " AND d.pk >= " : " AND d.npk <= ").put(resources ? range_.first : -range_.first);
  if (range_.last < INT64_MAX) sql.add(resources ? " AND d.pk <= " : " AND d.npk >= ").put(resources ? range_.last : -range_.last);
}

// What is older than the first page, and comes behind the last one.
void SearchCompiler::add_position(Sql& sql, const Position& after) const {
  const bool resources = walks_resources();
  sql.add(resources ? " AND d.pk <= " : " AND d.npk >= ").put(resources ? after.top : -after.top);
  if (after.pk == 0 || query_.sort.by || (claused_ && query_.sort.asked)) return;
  const bool newest_first = query_.sort.descending;
  sql.add(resources ? (newest_first ? " AND d.pk < " : " AND d.pk > ") : (newest_first ? " AND d.npk > " : " AND d.npk < "));
  sql.put(resources ? after.pk : -after.pk);
}

Sql SearchCompiler::matching(std::string_view columns, const std::uint64_t* one_hash) const {
  Sql sql;
  sql.add("SELECT ").add(columns);
  add_driver(sql, one_hash);
  add_range(sql);
  add_others(sql);
  add_resource(sql);
  return sql;
}

std::vector<Sql> SearchCompiler::page_by_update(const Position& after, std::size_t count) const {
  const bool ascending_npk = query_.sort.descending;  // newest first
  const std::string_view order = walks_resources() ? (ascending_npk ? " ORDER BY d.pk DESC" : " ORDER BY d.pk")
                                                   : (ascending_npk ? " ORDER BY d.npk" : " ORDER BY d.npk DESC");
  std::vector<Sql> all;
  const auto add = [&](const std::uint64_t* one_hash) {
    Sql sql = matching(npk(), one_hash);
    add_position(sql, after);
    sql.add(order).add(" LIMIT ").put(std::int64_t(count));
    all.push_back(std::move(sql));
  };
  if (driver_.criterion && !driver_.patients && !driver_.criterion->hashes.empty())
    for (const std::uint64_t& hash : driver_.criterion->hashes) add(&hash);
  else add(nullptr);
  return all;
}

// Of equal times the id decides, not the version: its number counts what others changed, too.
void SearchCompiler::add_key(Sql& sql) const {
  sql.add(fmt::format("{} AS npk, (SELECT ", npk()));
  if (!query_.sort.by) {
    sql.add("printf('%015d ', ");
    add_time(sql, "r");
    sql.add(fmt::format(") || r.id FROM resource r WHERE r.pk = abs({})", npk()));
    sql.add(claused_ ? " AND visible(r.patient << 16 | r.shape, r.pk)) AS key" : ") AS key");
    return;
  }
  const search::Sort::By& by = *query_.sort.by;
  const Table& table = table_of(by.index);
  sql.add(fmt::format("{1}(x.{2}) FROM {3} x{4} WHERE x.npk = {0} AND x.param = ", npk(), query_.sort.descending ? "max" : "min",
                      table.sort_column, table.name, table.of_resource));
  sql.put(std::int64_t{by.parameter}).add(claused_ ? " AND visible(x.vis, x.npk)) AS key" : ") AS key");
}

Sql SearchCompiler::page_by_key(const Position& after, std::size_t count) const {
  const bool descending = query_.sort.descending;
  Sql inner;  // its values stand before those of the driver
  add_key(inner);
  Sql body = matching(inner.text, only_hash());
  add_position(body, after);
  Sql sql;
  sql.add("WITH found AS MATERIALIZED (").add(body.text).add(") SELECT npk, key FROM found");
  sql.bounds = std::move(inner.bounds);
  sql.bounds.insert(sql.bounds.end(), body.bounds.begin(), body.bounds.end());
  if (after.pk != 0) {
    if (std::holds_alternative<std::monostate>(after.key)) {
      sql.add(" WHERE key IS NULL AND npk > ").put(-after.pk);
    } else {
      const auto key = [&]() -> Bound {
        if (const auto* number = std::get_if<std::int64_t>(&after.key)) return *number;
        return std::get<std::string>(after.key);
      }();
      sql.add(descending ? " WHERE key IS NULL OR key < " : " WHERE key IS NULL OR key > ").put(key);
      sql.add(" OR (key = ").put(key).add(" AND npk > ").put(-after.pk).add(")");
    }
  }
  sql.add(descending ? " ORDER BY key IS NULL, key DESC, npk LIMIT " : " ORDER BY key IS NULL, key, npk LIMIT ").put(std::int64_t(count));
  return sql;
}

Sql SearchCompiler::total() const { return matching("count(*)", only_hash()); }

Sql count_rows(const Criterion& criterion, bool claused, std::size_t most) {
  Sql sql;
  sql.add(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} x WHERE ", table_of(criterion.index).name));
  add_tests(sql, criterion);
  sql.add(claused ? " AND visible(x.vis, x.npk) LIMIT " : " LIMIT ").put(std::int64_t(most)).add(")");
  return sql;
}

}  // namespace handoff::store
