// The statements themselves: no table is read without the clause of visibility.
#include "sqlite/search_sql.h"

#include <gtest/gtest.h>

#include <sstream>

#include "sqlite/connection.h"

namespace handoff::sqlite {
namespace {

// Aliases of tables that hold something of a resource, in the order of appearance.
std::vector<std::string> aliases(const std::string& sql) {
  static const std::set<std::string> tables = {
      "token", "reference", "uri", "string", "date", "number", "resource", "token_by_patient", "compartment"};
  std::vector<std::string> found;
  std::istringstream words(sql);
  for (std::string word, before; words >> word; before = word) {
    if ((before != "FROM" && before != "JOIN") || !tables.contains(word)) continue;
    std::string alias;
    words >> alias;
    found.push_back(alias);
  }
  return found;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

void expect_clause(const Sql& sql, bool filtered) {
  const auto found = aliases(sql.text);
  EXPECT_FALSE(found.empty()) << sql.text;
  EXPECT_EQ(count_of(sql.text, "visible("), filtered ? found.size() : 0u) << sql.text;
  for (const std::string& alias : found) {
    EXPECT_EQ(sql.text.find("visible(" + alias + ".") != std::string::npos, filtered)
        << alias << " in " << sql.text;
    EXPECT_EQ(sql.text.find(", " + alias + ".npk)") != std::string::npos ||
                  sql.text.find(", " + alias + ".pk)") != std::string::npos,
              filtered)
        << "which version, of " << alias << " in " << sql.text;
  }
  EXPECT_EQ(count_of(sql.text, "?"), sql.bounds.size()) << sql.text;
}

TEST(SearchSql, EveryAliasCarriesTheClause) {
  const char* names[] = {"code", "subject", "value-string", "date", "value-quantity", "_profile"};
  const char* values[] = {"a,b", "Patient/1", "a,b", "ge2024,lt2023", "1,gt2", "http://x"};
  for (int mask = 0; mask < 64; ++mask) {
    search::Parameters parameters;
    for (std::size_t i = 0; i < 6; ++i)
      if (mask >> i & 1) parameters.emplace_back(names[i], values[i]);
    if (mask % 3 == 0) parameters.emplace_back("_lastUpdated", "ge2024");
    for (const char* sort : {"_lastUpdated", "-_lastUpdated", "date", "-value-string"}) {
      auto wanted = parameters;
      wanted.emplace_back("_sort", sort);
      const auto query = search::parse(fhir::Definitions::r4(), "Observation", wanted, {});
      ASSERT_TRUE(query) << query.error().summary();
      const std::vector<PatientNumber> patients = {PatientNumber{1}, PatientNumber{2}};
      std::vector<Driver> drivers = {{nullptr, nullptr}, {nullptr, &patients}};
      const auto tests = all_of<search::ParameterTest>(*query);
      for (const search::ParameterTest* test : tests) drivers.push_back({test, nullptr});
      if (mask & 1) drivers.push_back({tests[0], &patients});
      for (const Driver& driver : drivers)
        for (const bool filtered : {true, false}) {
          const SearchCompiler compiler(*query, driver, {Pk{3}, Pk{9}}, filtered);
          expect_clause(compiler.total(), filtered);
          for (const Pk pk : {Pk::none, Pk{5}}) {
            if (query->sort.by)
              expect_clause(compiler.page_by_key({Pk{9}, pk, std::int64_t{1}}, 20), filtered);
            else if (filtered)
              expect_clause(compiler.page_by_key({Pk{9}, pk, std::string("000000000000001 a")}, 20),
                            filtered);
            if (!query->sort.by)
              for (const Sql& sql : compiler.page_by_update({Pk{9}, pk, {}}, 20))
                expect_clause(sql, filtered);
          }
          if (driver.test && !driver.patients)
            expect_clause(count_rows(*driver.test, filtered, 10), filtered);
        }
    }
  }
}

// It also holds for a condition inside another one, or behind a reference.
TEST(SearchSql, EveryAliasOfATreeCarriesTheClause) {
  const auto condition = [](const char* type, const char* name, const char* value) {
    return search::parse(fhir::Definitions::r4(), type, {{name, value}}, {})->where.conditions.at(0);
  };
  using search::Group;
  const auto shared = [](search::Condition one) {
    return std::make_shared<const search::Condition>(std::move(one));
  };
  const search::Condition code = condition("Observation", "code", "a"),
                          text = condition("Observation", "value-string", "a"),
                          time = condition("Observation", "_lastUpdated", "ge2024"),
                          name = condition("Patient", "name", "a");
  const search::Missing missing{search::Index::date, 7, "date"};
  const search::Via forward{false, 7, "subject", "Patient",
                            shared({Group{Group::Of::all, {name, {Group{Group::Of::none, {name}}}}}})};
  const search::Via reverse{true, 7, "subject", "Observation",
                            shared({Group{Group::Of::any, {code, time, text}}})};
  const search::Via chain{true, 7, "subject", "Observation", shared({forward})};
  for (const search::Condition& one :
       {search::Condition{Group{Group::Of::none, {code, time, {missing}}}}, search::Condition{forward},
        search::Condition{reverse}, search::Condition{chain}})
    for (const bool filtered : {true, false})
      for (const char* type : {"Observation", "Patient"}) {
        search::Query query;
        query.type = type;
        query.where.conditions = {one, code};
        for (const Driver& driver : {Driver{}, Driver{all_of<search::ParameterTest>(query)[0], nullptr}})
          expect_clause(SearchCompiler(query, driver, {Pk{3}, Pk{9}}, filtered).total(), filtered);
      }
}

TEST(SearchSql, PositionsComeBackAsTheyWere) {
  for (const Position& position :
       {Position{Pk{9}, Pk::none, {}}, Position{Pk{900}, Pk{5}, std::int64_t{-7}},
        Position{Pk{9}, Pk{5}, INT64_MIN}, Position{Pk{INT64_MAX}, Pk{5}, std::string("a b")}}) {
    const Position read = Position::from_text(position.to_text());
    EXPECT_EQ(read.top, position.top);
    EXPECT_EQ(read.pk, position.pk);
    EXPECT_EQ(read.key, position.key);
  }
  EXPECT_EQ((Position{Pk{9}, Pk{1}, {}}.to_text().size()),
            (Position{Pk{999}, Pk{100'000}, {}}.to_text().size()))
      << "its length tells nothing";
}

}  // namespace
}  // namespace handoff::sqlite
