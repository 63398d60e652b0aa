// Random resources that the test knows row by row, and a store that holds them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <random>

#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"
#include "store/resources.h"
#include "store/search.h"
#include "store/store.h"

namespace handoff::sqlite {

using search::Parameters;
using search::Query;

inline const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

inline search::ParameterKey key(std::string_view type, std::string_view code) {
  return search::parameter_key(r4(), type, *r4().find_search_parameter(type, code));
}

class HiddenPatients : public Visibility {
 public:
  Sight sight(PatientNumber patient, std::uint32_t shape) const override {
    // What hides a resource also hides its facets.
    if (patients.contains(patient) || shapes.contains(shape) || shapes.contains(shape % 4))
      return Sight::hidden;
    return resources.empty() ? Sight::visible : Sight::ask;
  }
  bool sees_other(PatientNumber) const override { return false; }
  bool holds(Pk pk) const override { return !resources.contains(pk); }
  const std::vector<PatientNumber>* small_cohort(std::string_view) const override {
    return those_few ? &*those_few : nullptr;
  }
  std::set<PatientNumber> patients;
  std::set<std::uint32_t> shapes;
  std::set<Pk> resources;
  std::optional<std::vector<PatientNumber>> those_few;
};

// One Observation or one Patient, as it was written.
struct Known {
  Write write;
  Pk order = Pk::none;  // of its current version
  PatientNumber patient_number = PatientNumber::nobody;
};

template <class Visit>
void each_table(search::IndexRows& rows, Visit visit) {
  visit(rows.tokens), visit(rows.references), visit(rows.uris), visit(rows.strings), visit(rows.dates),
      visit(rows.numbers);
}
template <class Visit>
void each_row(search::IndexRows& rows, Visit visit) {
  each_table(rows, [&](auto& table) { std::for_each(table.begin(), table.end(), visit); });
}

// Shapes are interned in the order in which they arrive. The fixture writes "1" to "11" first, and none is 0.
// Resources have one of 0 to 3; the shapes of their facets are 4 and 8 more.
inline constexpr std::uint32_t resource_shapes = 4, all_shapes = 12;
inline std::string shape_text(std::uint32_t number) {
  return number == 0 ? std::string() : std::to_string(number);
}
inline std::uint32_t shape_number(const std::string& text) {
  return text.empty() ? 0 : std::uint32_t(std::stoul(text));
}

class SearchTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-store-search-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = engine().open({folder_ / "handoff.db", "key"}, clock_).value();
    for (std::uint32_t number = 1; number < all_shapes; ++number) {
      Batch batch;
      batch.writes.push_back({.type = "Basic",
                              .id = std::to_string(number),
                              .shapes = {shape_text(number)},
                              .body = std::string(24, ' ')});
      ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
    }
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  // Random rows with a few values, so that searches find some of them, but not all.
  Write observation(const std::string& id, std::size_t patients) {
    Write write;
    write.type = "Observation";
    write.id = id;
    write.patient = fhir::ResourceId("p" + std::to_string(pick(patients)));
    const auto shape = std::uint32_t(pick(resource_shapes));
    write.shapes = {shape_text(shape), shape_text(shape + 4), shape_text(shape + 8)};
    const std::string subject = "Patient/" + write.patient.text();
    write.rows.tokens = {{key("Observation", "code"), hash64("c" + std::to_string(pick(4)))},
                         {key("Observation", "_id"), hash64(id)}};
    if (pick(2) == 0) write.rows.tokens.push_back({key("Observation", "status"), hash64("final")});
    write.rows.references = {{key("Observation", "subject"), hash64(subject)}};
    for (std::size_t i = pick(3); i > 0; --i)
      write.rows.strings.push_back({key("Observation", "value-string"),
                                    std::string(1, char('a' + pick(5))) + std::to_string(pick(9))});
    for (std::size_t i = pick(3); i > 0; --i) {
      const std::int64_t first = day(pick(28)), last = pick(4) == 0
                                                           ? std::numeric_limits<std::int64_t>::max()
                                                           : first + std::int64_t(pick(5)) * 86'400'000;
      write.rows.dates.push_back({key("Observation", "date"), first, last});
    }
    if (pick(3) > 0)
      write.rows.numbers.push_back({key("Observation", "value-quantity"), 0, double(pick(40)) / 4});
    each_row(write.rows,
             [this](auto& row) { row.facet.number = std::uint16_t(pick(4) == 0 ? 1 + pick(2) : 0); });
    settle(write, R"(,"subject":{"reference":")" + subject + "\"}");
    return write;
  }
  Write patient(const std::string& id) {
    Write write;
    write.type = "Patient";
    write.id = id, write.patient = fhir::ResourceId(id);
    write.rows.tokens = {{key("Patient", "_id"), hash64(id)}};
    settle(write, "");
    return write;
  }
  static void settle(Write& write, const std::string& members) {
    each_table(write.rows, [](auto& table) {
      std::sort(table.begin(), table.end());
      table.erase(std::unique(table.begin(), table.end()), table.end());
    });
    write.body =
        R"({"resourceType":")" + write.type + R"(","id":")" + write.id + R"(","meta":{"lastUpdated":")";
    write.updated_offset = write.body.size();
    write.body += "0000-00-00T00:00:00.000Z\"}" + members + "}";
  }
  static std::int64_t day(std::size_t n) {
    return start_of_day(*parse_date("2024-02-01")).time_since_epoch().count() + std::int64_t(n) * 86'400'000;
  }

  void write(std::vector<Write> writes) {
    Batch batch;
    for (Write& each : writes) {
      const std::string name = each.type + "/" + each.id;
      if (const auto before = known_.find(name); before != known_.end()) {
        each.expected = before->second.write.expected + 1;
        each.previous_rows = before->second.write.rows;
        each.previous_patient = before->second.write.patient;
        each.previous_pk = before->second.order;
        if (!numbers_.contains(each.previous_patient))
          numbers_.emplace(each.previous_patient, numbers_.size() + 1);
      }
      if (!numbers_.contains(each.patient)) numbers_.emplace(each.patient, numbers_.size() + 1);
      known_[name] = {each, Pk{++order_}, PatientNumber(numbers_[each.patient])};
      batch.writes.push_back(each);
    }
    const auto committed = store_->commit_and_wait(std::move(batch));
    ASSERT_TRUE(committed) << committed.error().summary();
  }

  static bool sees(const Visibility& visibility, const Known& known, search::Facet facet = {}) {
    const auto& shapes = known.write.shapes;
    return is_visible(visibility, known.patient_number,
                      shapes.empty() ? 0 : shape_number(shapes[facet.number]), known.order);
  }
  // What is left of it under this visibility.
  static Known seen(const Visibility* visibility, Known known) {
    if (visibility)
      each_table(known.write.rows, [&](auto& table) {
        std::erase_if(table, [&](const auto& row) { return !sees(*visibility, known, row.facet); });
      });
    return known;
  }
  std::set<Pk> some_resources(std::size_t one_in) {
    std::set<Pk> some;
    for (const auto& [name, known] : known_)
      if (pick(one_in) == 0) some.insert(known.order);
    return some;
  }
  // The ids that the search must find, in order.
  std::vector<std::string> expected(const Query& query, const Visibility* visibility) const {
    std::vector<Known> found;
    for (const auto& [name, known] : known_) {
      if (known.write.type != query.type || (visibility && !sees(*visibility, known))) continue;
      Known as_seen = seen(visibility, known);
      if (search::holds({query.where}, as_seen.write.rows, 0)) found.push_back(std::move(as_seen));
    }
    std::sort(found.begin(), found.end(),
              [&](const Known& a, const Known& b) { return before(query.sort, a, b); });
    if (visibility && query.sort.asked && !query.sort.by) sort_by_time(found, query.sort.descending);
    std::vector<std::string> ids;
    for (const Known& each : found) ids.push_back(each.write.id);
    return ids;
  }
  // For a client that does not see everything, the version's number must not decide. At equal times the id
  // decides.
  void sort_by_time(std::vector<Known>& found, bool descending) const {
    const Snapshot snapshot = store_->snapshot();
    const auto key = [&](const Known& one) {
      return std::pair(snapshot.resources().read(one.write.type, one.write.id)->updated, one.write.id);
    };
    std::sort(found.begin(), found.end(),
              [&](const Known& a, const Known& b) { return descending ? key(b) < key(a) : key(a) < key(b); });
  }
  static std::vector<std::string> sort_values(const search::Sort& sort, const Known& known) {
    std::vector<std::string> values;
    for (const auto& row : known.write.rows.strings)
      if (row.parameter == sort.by->parameter) values.push_back(row.value);
    for (const auto& row : known.write.rows.dates)
      if (row.parameter == sort.by->parameter) values.push_back(std::to_string(row.first_ms));
    std::sort(values.begin(), values.end());
    return values;
  }
  static bool before(const search::Sort& sort, const Known& a, const Known& b) {
    if (!sort.by) return sort.descending ? a.order > b.order : a.order < b.order;
    const auto left = sort_values(sort, a), right = sort_values(sort, b);
    if (left.empty() != right.empty()) return right.empty();
    if (!left.empty()) {
      const std::string& x = sort.descending ? left.back() : left.front();
      const std::string& y = sort.descending ? right.back() : right.front();
      if (x != y) return sort.descending ? x > y : x < y;
    }
    return a.order > b.order;
  }

  Query query(const std::string& type, const Parameters& parameters) const {
    auto parsed = search::parse(r4(), type, parameters, {clock_.now()});
    EXPECT_TRUE(parsed) << parsed.error().summary();
    return *parsed;
  }
  Query random_query() {
    Parameters parameters;
    const auto code = [this] { return "c" + std::to_string(pick(5)); };
    if (pick(2) == 0) parameters.emplace_back("code", pick(2) == 0 ? code() : code() + "," + code());
    if (pick(4) == 0) parameters.emplace_back("status", "final");
    if (pick(5) == 0)
      parameters.emplace_back(
          "subject", "Patient/p" + std::to_string(pick(12)) + ",Patient/p" + std::to_string(pick(12)));
    if (pick(5) == 0)
      parameters.emplace_back("value-string",
                              std::string(1, char('A' + pick(5))) +
                                  (pick(2) == 0 ? "," + std::string(1, char('a' + pick(5))) : ""));
    static constexpr const char* prefixes[] = {"", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    static constexpr const char* dates[] = {"2024-02", "2024-02-10", "2024-02-15T12:00:00Z", "2024-02-20",
                                            "2024"};
    if (pick(2) == 0)
      parameters.emplace_back("date", std::string(prefixes[pick(10)]) + dates[pick(5)] +
                                          (pick(3) == 0 ? std::string(",") + dates[pick(5)] : ""));
    if (pick(4) == 0)
      parameters.emplace_back("value-quantity", std::string(prefixes[pick(10)]) + std::to_string(pick(10)) +
                                                    (pick(2) == 0 ? ".0" : ""));
    static constexpr const char* sorts[] = {"_lastUpdated", "-_lastUpdated", "date",
                                            "-date",        "value-string",  "-value-string"};
    if (pick(2) == 0) parameters.emplace_back("_sort", sorts[pick(6)]);
    parameters.emplace_back("_count", std::to_string(15 + pick(60)));
    parameters.emplace_back("_total", "accurate");
    return query("Observation", parameters);
  }

  // The ids of all pages, in order. Calls `between` after each page.
  template <class Between>
  std::vector<std::string> all_pages(const Query& wanted, const Visibility* visibility,
                                     std::optional<std::size_t>& total, Between between) {
    std::vector<std::string> ids;
    std::string after;
    do {
      const Snapshot snapshot = store_->snapshot();
      auto page = snapshot.searches().search(wanted, after, visibility);
      EXPECT_TRUE(page) << page.error().summary();
      if (!page) return ids;
      if (after.empty()) total = page->total;
      EXPECT_LE(page->matches.size(), wanted.count);
      EXPECT_TRUE(page->next.empty() || page->matches.size() == wanted.count);
      for (const Pk pk : page->matches) ids.push_back(snapshot.resources().at(pk)->id);
      after = page->next;
      between();
    } while (!after.empty());
    return ids;
  }

  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  std::mt19937 random_{20240630};
  std::map<std::string, Known> known_;
  std::map<fhir::ResourceId, std::size_t> numbers_;
  std::int64_t order_ = all_shapes - 1;  // the fixture wrote these
};

}  // namespace handoff::sqlite
