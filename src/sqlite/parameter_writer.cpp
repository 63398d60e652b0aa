#include "sqlite/parameter_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "fhir/definitions.h"

namespace handoff::sqlite {
namespace {

constexpr std::string_view states[] = {"indexing", "ready", "forgotten"};  // in the order of ParameterState

// The columns of the tables' keys after the parameter.
struct KeyedTable {
  std::string_view name, key;
};
constexpr KeyedTable tables[] = {
    {"token", "hash, npk"},   {"reference", "hash, npk"},         {"uri", "hash, npk"},
    {"string", "value, npk"}, {"date", "first_ms, npk, last_ms"}, {"number", "unit, value, npk"}};

// This table's key begins with the patient. So its rows are found through the tokens that are deleted next.
constexpr std::string_view forget_by_patient =
    "DELETE FROM token_by_patient WHERE (patient, param, hash, npk) IN "
    "(SELECT vis >> 16, param, hash, npk FROM token WHERE param = ?1 ORDER BY hash, npk LIMIT ?2)";

std::string forget_all_rows_of(std::string_view table, std::string_view key) {
  return fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} ORDER BY {1} LIMIT ?1)", table,
                     key);
}

std::string forget_rows_of(const KeyedTable& table) {
  return fmt::format(
      "DELETE FROM {0} WHERE param = ?1 AND ({1}) IN (SELECT {1} FROM {0} WHERE param = ?1 ORDER BY {1} "
      "LIMIT ?2)",
      table.name, table.key);
}

bool same(const AddedParameter& a, const AddedParameter& b) {
  return a.url == b.url && a.definition == b.definition;
}

}  // namespace

std::vector<AddedParameter> added_parameters(const Connection& connection) {
  Statement s(connection,
              "SELECT number, url, definition, state, indexed_pk FROM search_parameter ORDER BY number");
  std::vector<AddedParameter> all;
  while (s.step()) {
    AddedParameter parameter{std::string(s.text(1)), std::string(s.text(2)), std::uint16_t(s.integer(0))};
    const auto state = std::find(std::begin(states), std::end(states), s.text(3));
    if (state == std::end(states)) throw StoreFailure("store: a search parameter has no known state");
    parameter.state = ParameterState(state - std::begin(states));
    parameter.indexed_pk = s.pk(4);
    all.push_back(std::move(parameter));
  }
  return all;
}

void ParameterWriter::take(const ParameterStep& step) {
  if (step.all) settle(*step.all);
  if (step.rows_to_forget > 0)
    for (const AddedParameter& known : added_parameters(connection_))
      if (known.state == ParameterState::forgotten) {
        if (known.url == all_rows) forget_all(known.number, step.rows_to_forget);
        else forget(known.number, step.rows_to_forget);
      }
  if (step.indexed_pk)
    Statement(connection_, "UPDATE search_parameter SET indexed_pk = ?1 WHERE state = 'indexing'")
        .bind(1, *step.indexed_pk)
        .run();
  if (step.is_indexed)
    Statement(connection_, "UPDATE search_parameter SET state = 'ready' WHERE state = 'indexing'").run();
}

void ParameterWriter::settle(const std::vector<AddedParameter>& all) {
  Statement forgotten(connection_, "UPDATE search_parameter SET state = 'forgotten' WHERE number = ?1");
  Statement added(connection_, "INSERT INTO search_parameter VALUES (?1, ?2, ?3, 'indexing', 0)");
  const std::vector<AddedParameter> known = added_parameters(connection_);
  const auto is_in = [](const std::vector<AddedParameter>& list, const AddedParameter& one) {
    return std::any_of(list.begin(), list.end(), [&](const AddedParameter& each) {
      return each.state != ParameterState::forgotten && same(each, one);
    });
  };
  for (const AddedParameter& each : known)
    if (each.state != ParameterState::forgotten && !is_in(all, each))
      forgotten.bind(1, int{each.number}).run();
  std::int64_t number = fhir::SearchParameter::first_added;
  auto taken = known.begin();  // sorted by number; the free numbers lie between
  for (const AddedParameter& wanted : all) {
    if (is_in(known, wanted)) continue;
    for (; taken != known.end() && taken->number == number; ++taken) ++number;
    if (number > UINT16_MAX) throw StoreFailure("store: there is no number left for a search parameter");
    added.bind(1, number++).bind(2, wanted.url).bind(3, wanted.definition).run();
  }
}

void ParameterWriter::forget_all(std::int64_t number, std::size_t rows) {
  Statement changes(connection_, "SELECT changes()");
  std::size_t gone = 0;
  const auto run = [&](const std::string& sql) {
    Statement(connection_, sql).bind(1, std::int64_t(rows)).run();
    changes.step();
    gone += std::size_t(changes.integer(0));
    changes.reset();
  };
  run(forget_all_rows_of("token_by_patient", "patient, param, hash, npk"));
  for (const KeyedTable& table : tables)
    run(forget_all_rows_of(table.name, "param, " + std::string(table.key)));
  if (gone == 0) remove(number);
}

void ParameterWriter::remove(std::int64_t number) {
  Statement(connection_, "DELETE FROM search_parameter WHERE number = ?1").bind(1, number).run();
}

void ParameterWriter::forget(std::int64_t number, std::size_t rows) {
  Statement changes(connection_, "SELECT changes()");
  std::size_t gone = 0;
  const auto run = [&](std::string_view sql) {
    Statement s(connection_, sql);
    for (std::size_t type = 0; type < fhir::Definitions::r4().resources().size(); ++type) {
      s.bind(1, std::int64_t(type) << 16 | number).bind(2, std::int64_t(rows)).run();
      changes.step();
      gone += std::size_t(changes.integer(0));
      changes.reset();
    }
  };
  run(forget_by_patient);
  for (const KeyedTable& table : tables) run(forget_rows_of(table));
  if (gone == 0) remove(number);
}

}  // namespace handoff::sqlite
