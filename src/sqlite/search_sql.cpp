#include "sqlite/search_sql.h"

#include <fmt/format.h>

#include "core/number.h"
#include "json/writer.h"
#include "sqlite/types.h"

namespace handoff::sqlite {

std::string Position::to_text() const {
  std::string text = fmt::format("{:019} {:019} ", std::int64_t(top), std::int64_t(pk));
  if (const auto* number = std::get_if<std::int64_t>(&key)) text += fmt::format("i{:020}", *number);
  else if (const auto* string = std::get_if<std::string>(&key)) text += "s" + *string;
  else text += "-";
  return text;
}

Position Position::from_text(std::string_view text) {
  const auto number = [](std::string_view digits) { return parse_number<std::int64_t>(digits).value_or(0); };
  Position position{store::Pk{number(text.substr(0, 19))}, store::Pk{number(text.substr(20, 19))}};
  if (text[40] == 'i') position.key = number(text.substr(41));
  if (text[40] == 's') position.key = std::string(text.substr(41));
  return position;
}

// FROM and the driver's own conditions.
void SearchCompiler::add_driver(Sql& sql, const search::HashKey* one_key) const {
  if (walks_resources()) {
    sql.add(" FROM resource d INDEXED BY resource_newest WHERE d.deleted = 0 AND d.type = ")
        .put(type_number(query_.type));
    return;
  }
  if (driver_.patients) return add_patients(sql);
  const search::ParameterTest& test = *driver_.test;
  if (one_key) {
    sql.add(fmt::format(" FROM {} d WHERE d.param = ", table_of(test.index).name))
        .put(std::int64_t{test.parameter});
    sql.add(" AND d.hash = ")
        .put(std::int64_t(one_key->hash))
        .add(filtered_ ? " AND visible(d.vis, d.npk)" : "");
    return;
  }
  sql.add(fmt::format(" FROM (SELECT DISTINCT x.npk AS npk FROM {} x WHERE ", table_of(test.index).name));
  add_ranges(sql, test);
  sql.add(filtered_ ? " AND visible(x.vis, x.npk)) d WHERE 1" : ") d WHERE 1");
}

// The text is the same for any number of patients, so that the statement stays prepared.
void SearchCompiler::add_patients(Sql& sql) const {
  std::string list;
  json::Writer writer(list);
  writer.begin_array();
  for (const store::PatientNumber patient : *driver_.patients) writer.number(std::int64_t(patient));
  writer.end_array();
  sql.add(" FROM (SELECT DISTINCT x.npk AS npk FROM ")
      .add(driver_.test ? "token_by_patient x" : "compartment x");
  sql.add(" WHERE x.patient IN (SELECT value FROM json_each(").put(list).add(")) AND ");
  if (driver_.test) add_ranges(sql, *driver_.test);
  else sql.add("x.type = ").put(type_number(query_.type));
  sql.add(filtered_ ? " AND visible(x.patient << 16 | x.shape, x.npk)) d WHERE 1" : ") d WHERE 1");
}

const search::HashKey* SearchCompiler::only_key() const {
  const bool one = driver_.test && !driver_.patients && driver_.test->ranges.size() == 1;
  return one ? std::get_if<search::HashKey>(&driver_.test->ranges.front()) : nullptr;
}

// The conditions besides the driver's. Each checks the rows of one resource.
void SearchCompiler::add_others(Sql& sql) const {
  for (const search::Condition& condition : query_.where.conditions) {
    const bool is_driver = driver_.test && std::get_if<search::ParameterTest>(&condition.is) == driver_.test;
    const bool is_of_resource = std::holds_alternative<search::Updated>(condition.is);  // add_resource()
    if (!is_driver && !is_of_resource) sql.add(" AND ").append(conditions_.expression(condition, npk()));
  }
}

// Checks the resource's own row: its update time and its visibility. If only visibility would need that row,
// the index row is enough, because no row is more visible than its resource. add_match() in search.cpp
// verifies that for each match.
void SearchCompiler::add_resource(Sql& sql) const {
  const std::string_view alias = walks_resources() ? "d" : "r";
  const auto updated = all_of<search::Updated>(query_);
  if (updated.empty() && !(filtered_ && walks_resources())) return;
  if (!walks_resources()) sql.add(" AND EXISTS (SELECT 1 FROM resource r WHERE r.pk = -d.npk");
  if (filtered_) sql.add(fmt::format(" AND visible({0}.patient << 16 | {0}.shape, {0}.pk)", alias));
  for (const search::Updated* one : updated) sql.add(" AND ").append(conditions_.times(*one, alias));
  if (!walks_resources()) sql.add(")");
}

// A version as the walked rows have it.
std::int64_t SearchCompiler::key_of(store::Pk pk) const {
  return walks_resources() ? std::int64_t(pk) : npk_of(pk);
}

void SearchCompiler::add_range(Sql& sql) const {
  const bool resources = walks_resources();
  const VersionRange all;
  if (range_.first > all.first)
    sql.add(resources ? " AND d.pk >= " : " AND d.npk <= ").put(key_of(range_.first));
  if (range_.last < all.last)
    sql.add(resources ? " AND d.pk <= " : " AND d.npk >= ").put(key_of(range_.last));
}

// Only versions that were there when the first page was read, and only those behind the last page.
void SearchCompiler::add_position(Sql& sql, const Position& after) const {
  const bool resources = walks_resources();
  sql.add(resources ? " AND d.pk <= " : " AND d.npk >= ").put(key_of(after.top));
  if (after.pk == store::Pk::none || query_.sort.by || (filtered_ && query_.sort.asked)) return;
  const bool newest_first = query_.sort.descending;
  sql.add(resources ? (newest_first ? " AND d.pk < " : " AND d.pk > ")
                    : (newest_first ? " AND d.npk > " : " AND d.npk < "));
  sql.put(key_of(after.pk));
}

Sql SearchCompiler::matching(std::string_view columns, const search::HashKey* one_key) const {
  Sql sql;
  sql.add("SELECT ").add(columns);
  add_driver(sql, one_key);
  add_range(sql);
  add_others(sql);
  add_resource(sql);
  return sql;
}

std::vector<Sql> SearchCompiler::page_by_update(const Position& after, std::size_t count) const {
  const bool ascending_npk = query_.sort.descending;  // newest first
  const std::string_view order = walks_resources()
                                     ? (ascending_npk ? " ORDER BY d.pk DESC" : " ORDER BY d.pk")
                                     : (ascending_npk ? " ORDER BY d.npk" : " ORDER BY d.npk DESC");
  std::vector<Sql> all;
  const auto add = [&](const search::HashKey* one_key) {
    Sql sql = matching(npk(), one_key);
    add_position(sql, after);
    sql.add(order).add(" LIMIT ").put(std::int64_t(count));
    all.push_back(std::move(sql));
  };
  const bool by_keys = driver_.test && !driver_.patients && !driver_.test->ranges.empty() &&
                       std::holds_alternative<search::HashKey>(driver_.test->ranges.front());
  if (!by_keys) add(nullptr);
  else
    for (const search::KeyRange& range : driver_.test->ranges) add(&std::get<search::HashKey>(range));
  return all;
}

// With equal times the id decides. The version's number does not, because it also counts changes by others.
void SearchCompiler::add_key(Sql& sql) const {
  sql.add(fmt::format("{} AS npk, (SELECT ", npk()));
  if (!query_.sort.by) {
    sql.add("printf('%015d ', ");
    sql.append(conditions_.time("r"));
    sql.add(fmt::format(") || r.id FROM resource r WHERE r.pk = abs({})", npk()));
    sql.add(filtered_ ? " AND visible(r.patient << 16 | r.shape, r.pk)) AS key" : ") AS key");
    return;
  }
  const search::Sort::By& by = *query_.sort.by;
  const RowTable& table = table_of(by.index);
  sql.add(fmt::format("{1}(x.{2}) FROM {3} x{4} WHERE x.npk = {0} AND x.param = ", npk(),
                      query_.sort.descending ? "max" : "min", table.sort_column, table.name,
                      table.of_resource));
  sql.put(std::int64_t{by.parameter}).add(filtered_ ? " AND visible(x.vis, x.npk)) AS key" : ") AS key");
}

Sql SearchCompiler::page_by_key(const Position& after, std::size_t count) const {
  const bool descending = query_.sort.descending;
  Sql inner;  // its values come before those of the driver
  add_key(inner);
  Sql body = matching(inner.text, only_key());
  add_position(body, after);
  Sql sql;
  sql.add("WITH found AS MATERIALIZED (").add(body.text).add(") SELECT npk, key FROM found");
  sql.bounds = std::move(inner.bounds);
  sql.bounds.insert(sql.bounds.end(), body.bounds.begin(), body.bounds.end());
  if (after.pk != store::Pk::none) {
    if (std::holds_alternative<std::monostate>(after.key)) {
      sql.add(" WHERE key IS NULL AND npk > ").put(npk_of(after.pk));
    } else {
      const auto key = [&]() -> Bound {
        if (const auto* number = std::get_if<std::int64_t>(&after.key)) return *number;
        return std::get<std::string>(after.key);
      }();
      sql.add(descending ? " WHERE key IS NULL OR key < " : " WHERE key IS NULL OR key > ").put(key);
      sql.add(" OR (key = ").put(key).add(" AND npk > ").put(npk_of(after.pk)).add(")");
    }
  }
  sql.add(descending ? " ORDER BY key IS NULL, key DESC, npk LIMIT "
                     : " ORDER BY key IS NULL, key, npk LIMIT ")
      .put(std::int64_t(count));
  return sql;
}

Sql SearchCompiler::total() const { return matching("count(*)", only_key()); }

Sql count_rows(const search::ParameterTest& test, bool filtered, std::size_t most) {
  Sql sql;
  sql.add(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} x WHERE ", table_of(test.index).name));
  add_ranges(sql, test);
  sql.add(filtered ? " AND visible(x.vis, x.npk) LIMIT " : " LIMIT ").put(std::int64_t(most)).add(")");
  return sql;
}

}  // namespace handoff::sqlite
