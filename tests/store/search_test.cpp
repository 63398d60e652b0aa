// Random resources, random searches, random visibility: the store's answer is that of a plain loop over everything.
#include "store/search.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <limits>
#include <random>

#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "store/grants.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace handoff::store {
namespace {

using search::Parameters;
using search::Query;

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

search::ParameterKey key(std::string_view type, std::string_view code) {
  return search::parameter_key(r4(), type, *r4().find_search_parameter(type, code));
}

class HiddenPatients : public Visibility {
 public:
  bool visible(std::int64_t patient, std::uint32_t shape, std::int64_t pk) const override {
    if (patients.contains(patient) || resources.contains(pk)) return false;
    return !shapes.contains(shape) && !shapes.contains(shape % 4);  // what hides a resource hides its facets
  }
  const std::vector<std::int64_t>* few(std::string_view) const override { return those_few ? &*those_few : nullptr; }
  std::set<std::int64_t> patients;
  std::set<std::uint32_t> shapes;
  std::set<std::int64_t> resources;  // by version number
  std::optional<std::vector<std::int64_t>> those_few;
};

// One Observation as written, or one Patient.
struct Known {
  Write write;
  std::int64_t order = 0;  // of its current version
  std::int64_t patient_number = 0;
};

template <class Visit>
void each_table(search::IndexRows& rows, Visit visit) {
  visit(rows.tokens), visit(rows.references), visit(rows.uris), visit(rows.strings), visit(rows.dates), visit(rows.numbers);
}
template <class Visit>
void each_row(search::IndexRows& rows, Visit visit) {
  each_table(rows, [&](auto& table) { std::for_each(table.begin(), table.end(), visit); });
}

bool holds(const search::DateTest& test, std::int64_t first, std::int64_t last) {
  const bool within = test.first_ms <= first && last <= test.last_ms;
  const bool above = last > test.last_ms, below = first < test.first_ms;
  switch (test.prefix) {
    case search::Prefix::eq: return within;
    case search::Prefix::ne: return !within;
    case search::Prefix::gt: return above;
    case search::Prefix::lt: return below;
    case search::Prefix::ge: return above || within;
    case search::Prefix::le: return below || within;
    case search::Prefix::sa: return first > test.last_ms;
    case search::Prefix::eb: return last < test.first_ms;
    case search::Prefix::ap: return !(last < test.first_ms || first > test.last_ms);
  }
  return false;
}

bool holds(const search::NumberTest& test, double value) {
  const bool within = test.low <= value && value < test.high;
  switch (test.prefix) {
    case search::Prefix::eq:
    case search::Prefix::ap: return within;
    case search::Prefix::ne: return !within;
    case search::Prefix::gt:
    case search::Prefix::sa: return value > test.value;
    case search::Prefix::lt:
    case search::Prefix::eb: return value < test.value;
    case search::Prefix::ge: return value >= test.value;
    case search::Prefix::le: return value <= test.value;
  }
  return false;
}

bool holds(const search::Criterion& criterion, const search::IndexRows& rows) {
  const auto has_hash = [&](const std::vector<search::HashRow>& of) {
    return std::any_of(of.begin(), of.end(), [&](const search::HashRow& row) {
      return row.parameter == criterion.parameter && std::count(criterion.hashes.begin(), criterion.hashes.end(), row.hash) > 0;
    });
  };
  for (const auto& row : rows.strings)
    for (const auto& test : criterion.strings)
      if (row.parameter == criterion.parameter && row.value.starts_with(test.first)) return true;
  for (const auto& row : rows.dates)
    for (const auto& test : criterion.dates)
      if (row.parameter == criterion.parameter && holds(test, row.first_ms, row.last_ms)) return true;
  for (const auto& row : rows.numbers)
    for (const auto& test : criterion.numbers)
      if (row.parameter == criterion.parameter && row.unit_hash == test.unit_hash && holds(test, row.value)) return true;
  return (criterion.index == search::Index::token && has_hash(rows.tokens)) ||
         (criterion.index == search::Index::reference && has_hash(rows.references));
}

class Failing : public Visibility {
 public:
  bool visible(std::int64_t, std::uint32_t, std::int64_t) const override { throw std::runtime_error("no view"); }
};

// Reads the resource that it is asked for, and more beside it: hides Observations of even length.
class ByReading : public Visibility {
 public:
  explicit ByReading(const Snapshot& snapshot) : snapshot_(snapshot) {}
  bool visible(std::int64_t patient, std::uint32_t shape, std::int64_t pk) const override {
    const auto resource = snapshot_.at(pk);
    const auto row = snapshot_.find(resource->type, resource->id);
    EXPECT_EQ(snapshot_.read(resource->type, resource->id)->body, resource->body);
    EXPECT_TRUE(row->pk == pk && row->patient == patient && row->shape == shape % 4);
    EXPECT_EQ(snapshot_.of_patient(*snapshot_.patient_id(patient), "Patient").size(), 1u);
    EXPECT_EQ(snapshot_.with_token(key("Patient", "_id"), hash64("p1"), 2).size(), 1u);
    EXPECT_EQ(Grants(snapshot_).shape_text(shape), shape == 0 ? std::optional<std::string>() : std::to_string(shape));
    EXPECT_TRUE(snapshot_.has_other(patient, "Patient", [&](std::uint32_t, std::int64_t other) { return bool(snapshot_.at(other)); }));
    return resource->type != "Observation" || resource->body.size() % 2 != 0;
  }

 private:
  const Snapshot& snapshot_;
};

class Searching : public Visibility {
 public:
  Searching(const Snapshot& snapshot, const Query& query) : snapshot_(snapshot), query_(query) {}
  bool visible(std::int64_t, std::uint32_t, std::int64_t) const override { return !snapshot_.search(query_, {}, this)->matches.empty(); }

 private:
  const Snapshot& snapshot_;
  const Query& query_;
};

// Shapes are interned in the order in which they come: the fixture writes "1" to "11" first, and none is 0. Resources have
// one of 0 to 3; the shapes of their facets are 4 and 8 more.
constexpr std::uint32_t resource_shapes = 4, all_shapes = 12;
std::string shape_text(std::uint32_t number) { return number == 0 ? std::string() : std::to_string(number); }
std::uint32_t shape_number(const std::string& text) { return text.empty() ? 0 : std::uint32_t(std::stoul(text)); }

class SearchTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-store-search-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = Store::open({folder_ / "handoff.db", "key"}, clock_).value();
    for (std::uint32_t number = 1; number < all_shapes; ++number) {
      Batch batch;
      batch.writes.push_back({.type = "Basic", .id = std::to_string(number), .shapes = {shape_text(number)}, .body = std::string(24, ' ')});
      ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
    }
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  // Random rows under a few values, so that searches find some and not all.
  Write observation(const std::string& id, std::size_t patients) {
    Write write;
    write.type = "Observation";
    write.id = id;
    write.patient = "p" + std::to_string(pick(patients));
    const auto shape = std::uint32_t(pick(resource_shapes));
    write.shapes = {shape_text(shape), shape_text(shape + 4), shape_text(shape + 8)};
    const std::string subject = "Patient/" + write.patient;
    write.rows.tokens = {{key("Observation", "code"), hash64("c" + std::to_string(pick(4)))}, {key("Observation", "_id"), hash64(id)}};
    if (pick(2) == 0) write.rows.tokens.push_back({key("Observation", "status"), hash64("final")});
    write.rows.references = {{key("Observation", "subject"), hash64(subject)}};
    for (std::size_t i = pick(3); i > 0; --i)
      write.rows.strings.push_back({key("Observation", "value-string"), std::string(1, char('a' + pick(5))) + std::to_string(pick(9))});
    for (std::size_t i = pick(3); i > 0; --i) {
      const std::int64_t first = day(pick(28)),
                         last = pick(4) == 0 ? std::numeric_limits<std::int64_t>::max() : first + std::int64_t(pick(5)) * 86'400'000;
      write.rows.dates.push_back({key("Observation", "date"), first, last});
    }
    if (pick(3) > 0) write.rows.numbers.push_back({key("Observation", "value-quantity"), 0, double(pick(40)) / 4});
    each_row(write.rows, [this](auto& row) { row.facet.number = std::uint16_t(pick(4) == 0 ? 1 + pick(2) : 0); });
    settle(write, R"(,"subject":{"reference":")" + subject + "\"}");
    return write;
  }
  Write patient(const std::string& id) {
    Write write;
    write.type = "Patient";
    write.id = write.patient = id;
    write.rows.tokens = {{key("Patient", "_id"), hash64(id)}};
    settle(write, "");
    return write;
  }
  static void settle(Write& write, const std::string& members) {
    each_table(write.rows, [](auto& table) {
      std::sort(table.begin(), table.end());
      table.erase(std::unique(table.begin(), table.end()), table.end());
    });
    write.body = R"({"resourceType":")" + write.type + R"(","id":")" + write.id + R"(","meta":{"lastUpdated":")";
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
        if (!numbers_.contains(each.previous_patient)) numbers_.emplace(each.previous_patient, numbers_.size() + 1);
      }
      if (!numbers_.contains(each.patient)) numbers_.emplace(each.patient, numbers_.size() + 1);
      known_[name] = {each, ++order_, std::int64_t(numbers_[each.patient])};
      batch.writes.push_back(each);
    }
    const auto committed = store_->commit_and_wait(std::move(batch));
    ASSERT_TRUE(committed) << committed.error().summary();
  }

  static bool sees(const Visibility& visibility, const Known& known, search::Facet facet = {}) {
    const auto& shapes = known.write.shapes;
    return visibility.visible(known.patient_number, shapes.empty() ? 0 : shape_number(shapes[facet.number]), known.order);
  }
  // As it is for whom this is visible.
  static Known seen(const Visibility* visibility, Known known) {
    if (visibility)
      each_table(known.write.rows,
                 [&](auto& table) { std::erase_if(table, [&](const auto& row) { return !sees(*visibility, known, row.facet); }); });
    return known;
  }
  std::set<std::int64_t> some_resources(std::size_t one_in) {
    std::set<std::int64_t> some;
    for (const auto& [name, known] : known_)
      if (pick(one_in) == 0) some.insert(known.order);
    return some;
  }
  // The ids that must be found, in order.
  std::vector<std::string> expected(const Query& query, const Visibility* visibility) const {
    std::vector<Known> found;
    for (const auto& [name, known] : known_) {
      if (known.write.type != query.type || (visibility && !sees(*visibility, known))) continue;
      Known as_seen = seen(visibility, known);
      if (std::all_of(query.criteria.begin(), query.criteria.end(),
                      [&](const auto& criterion) { return holds(criterion, as_seen.write.rows); }))
        found.push_back(std::move(as_seen));
    }
    std::sort(found.begin(), found.end(), [&](const Known& a, const Known& b) { return before(query.sort, a, b); });
    if (visibility && query.sort.asked && !query.sort.by) sort_by_time(found, query.sort.descending);
    std::vector<std::string> ids;
    for (const Known& each : found) ids.push_back(each.write.id);
    return ids;
  }
  // To whom not everything is visible the version's number tells nothing: of equal times the id decides.
  void sort_by_time(std::vector<Known>& found, bool descending) const {
    const Snapshot snapshot = store_->snapshot();
    const auto key = [&](const Known& one) { return std::pair(snapshot.read(one.write.type, one.write.id)->updated, one.write.id); };
    std::sort(found.begin(), found.end(), [&](const Known& a, const Known& b) { return descending ? key(b) < key(a) : key(a) < key(b); });
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
    if (pick(5) == 0) parameters.emplace_back("subject", "Patient/p" + std::to_string(pick(12)) + ",Patient/p" + std::to_string(pick(12)));
    if (pick(5) == 0)
      parameters.emplace_back("value-string",
                              std::string(1, char('A' + pick(5))) + (pick(2) == 0 ? "," + std::string(1, char('a' + pick(5))) : ""));
    static constexpr const char* prefixes[] = {"", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    static constexpr const char* dates[] = {"2024-02", "2024-02-10", "2024-02-15T12:00:00Z", "2024-02-20", "2024"};
    if (pick(2) == 0)
      parameters.emplace_back("date",
                              std::string(prefixes[pick(10)]) + dates[pick(5)] + (pick(3) == 0 ? std::string(",") + dates[pick(5)] : ""));
    if (pick(4) == 0)
      parameters.emplace_back("value-quantity", std::string(prefixes[pick(10)]) + std::to_string(pick(10)) + (pick(2) == 0 ? ".0" : ""));
    static constexpr const char* sorts[] = {"_lastUpdated", "-_lastUpdated", "date", "-date", "value-string", "-value-string"};
    if (pick(2) == 0) parameters.emplace_back("_sort", sorts[pick(6)]);
    parameters.emplace_back("_count", std::to_string(15 + pick(60)));
    parameters.emplace_back("_total", "accurate");
    return query("Observation", parameters);
  }

  // Every page's ids, one after another; `between` is called after each page.
  template <class Between>
  std::vector<std::string> all_pages(const Query& wanted, const Visibility* visibility, std::optional<std::size_t>& total,
                                     Between between) {
    std::vector<std::string> ids;
    std::string after;
    do {
      auto page = store_->snapshot().search(wanted, after, visibility);
      EXPECT_TRUE(page) << page.error().summary();
      if (!page) return ids;
      if (after.empty()) total = page->total;
      EXPECT_LE(page->matches.size(), wanted.count);
      EXPECT_TRUE(page->next.empty() || page->matches.size() == wanted.count);
      for (const Version& match : page->matches) ids.push_back(match.id);
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
  std::map<std::string, std::size_t> numbers_;
  std::int64_t order_ = all_shapes - 1;  // the fixture wrote these
};

TEST_F(SearchTest, FindsWhatALoopFinds) {
  std::vector<Write> first;
  for (int i = 0; i < 300; ++i) first.push_back(observation("o" + std::to_string(i), 12));
  write(std::move(first));
  std::vector<Write> again;
  for (int i = 0; i < 300; i += 7) again.push_back(observation("o" + std::to_string(i), 12));
  write(std::move(again));
  std::size_t found = 0, hidden = 0;
  int other = 0;
  for (int round = 0; round < 300; ++round) {
    const Query wanted = random_query();
    HiddenPatients visibility;
    for (std::size_t i = pick(8); i > 0; --i) visibility.patients.insert(std::int64_t(1 + pick(12)));
    if (pick(3) == 0) visibility.shapes.insert(std::uint32_t(pick(all_shapes)));
    if (pick(2) == 0) visibility.resources = some_resources(2 + pick(6));
    HiddenPatients few = visibility;
    few.those_few.emplace();
    for (std::int64_t patient = 1; patient <= 12; ++patient)
      if (!few.patients.contains(patient)) few.those_few->push_back(patient);
    for (const Visibility* eyes :
         {static_cast<const Visibility*>(nullptr), static_cast<const Visibility*>(&visibility), static_cast<const Visibility*>(&few)}) {
      const auto must = expected(wanted, eyes);
      std::optional<std::size_t> total;
      // Others write between the pages: new resources, that no page may show or miss one for.
      const auto between = [&] { write({observation("new" + std::to_string(other++), 12)}); };
      const auto ids = round % 16 == 0 ? all_pages(wanted, eyes, total, between) : all_pages(wanted, eyes, total, [] {});
      ASSERT_EQ(ids, must) << wanted.text();
      ASSERT_EQ(total, must.size()) << wanted.text();
      (eyes ? hidden : found) += must.size();
    }
  }
  EXPECT_GT(found, 10'000u) << "or the searches find too little to show anything";
  EXPECT_LT(hidden, 2 * found * 9 / 10);
}

TEST_F(SearchTest, UpdatesBetweenPagesBringNothingTwice) {
  std::vector<Write> all;
  for (int i = 0; i < 60; ++i) all.push_back(observation("o" + std::to_string(i), 3));
  write(std::move(all));
  for (const char* sort : {"-_lastUpdated", "_lastUpdated", "date", "-value-string"}) {
    const Query wanted = query("Observation", {{"_sort", sort}, {"_count", "7"}});
    std::optional<std::size_t> total;
    const auto ids = all_pages(wanted, nullptr, total, [&] { write({observation("o" + std::to_string(pick(60)), 3)}); });
    EXPECT_FALSE(total) << "only if asked for";
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size()) << sort;
    EXPECT_GT(ids.size(), 30u);
  }
}

TEST_F(SearchTest, IncludesOnlyWhatIsVisible) {
  write({patient("p0"), patient("p1"), patient("p2")});
  std::vector<Write> all;
  for (int i = 0; i < 40; ++i) all.push_back(observation("o" + std::to_string(i), 3));
  write(std::move(all));
  HiddenPatients visibility;
  visibility.patients = {std::int64_t(numbers_["p1"])};
  visibility.shapes = {2, 5};
  visibility.resources = some_resources(4);
  visibility.resources.erase(known_["Patient/p0"].order);
  visibility.resources.insert(known_["Patient/p2"].order);
  const auto included = [&](const Query& wanted, const Visibility* eyes) {
    std::set<std::string> names;
    const auto result = store_->snapshot().search(wanted, {}, eyes);
    for (const Version& each : result->included) EXPECT_TRUE(names.insert(each.type + "/" + each.id).second) << "twice";
    return names;
  };
  const Query forward = query("Observation", {{"_include", "Observation:subject"}, {"_count", "100"}});
  EXPECT_EQ(included(forward, nullptr), (std::set<std::string>{"Patient/p0", "Patient/p1", "Patient/p2"}));
  EXPECT_EQ(included(forward, &visibility), std::set<std::string>{"Patient/p0"});
  EXPECT_TRUE(included(query("Observation", {{"_include", "Observation:subject:Group"}}), nullptr).empty());
  const Query reverse = query("Patient", {{"_revinclude", "Observation:subject"}, {"_revinclude", "Observation:patient"}});
  std::set<std::string> everything, seen_names;
  for (const auto& [name, known] : known_)
    if (known.write.type == "Observation") {
      everything.insert(name);
      if (known.write.patient == "p0" && sees(visibility, known) && sees(visibility, known, known.write.rows.references[0].facet))
        seen_names.insert(name);
    }
  EXPECT_EQ(included(reverse, nullptr), everything);
  EXPECT_GT(seen_names.size(), 0u);
  EXPECT_EQ(included(reverse, &visibility), seen_names);
  EXPECT_LT(seen_names.size(), everything.size());
  EXPECT_TRUE(included(query("Patient", {{"_summary", "count"}, {"_revinclude", "Observation:subject"}}), nullptr).empty());
}

TEST_F(SearchTest, FindsByTheTimeOfTheUpdate) {
  write({patient("p0")});
  const auto updated = store_->snapshot().read("Patient", "p0")->updated;
  const auto count = [&](const std::string& value) {
    return *store_->snapshot().search(query("Patient", {{"_lastUpdated", value}, {"_total", "accurate"}}), {}, nullptr)->total;
  };
  const std::string exact = format_instant(updated), later = format_instant(updated + std::chrono::milliseconds{1});
  EXPECT_EQ(count(exact), 1u);
  EXPECT_EQ(count("ge" + exact), 1u);
  EXPECT_EQ(count("gt" + exact), 0u);
  EXPECT_EQ(count("lt" + later), 1u);
  EXPECT_EQ(count("lt" + exact), 0u);
  EXPECT_EQ(count("ge" + later + ",lt" + later), 1u) << "one of several";
  Write deletion;
  deletion.type = "Patient", deletion.id = deletion.previous_patient = "p0", deletion.expected = 1, deletion.deleted = true;
  deletion.previous_pk = order_, deletion.previous_rows = known_["Patient/p0"].write.rows;
  Batch batch;
  batch.writes.push_back(deletion);
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  EXPECT_EQ(count(exact), 0u) << "what was deleted is not found";
  EXPECT_EQ(count("ge2024"), 0u);
}

TEST_F(SearchTest, VersionsStandInTheOrderOfTheirTimes) {
  const Instant start = span_of("2024-06-30T12:00:00Z")->first;
  ManualClock clock(start);
  const auto open = [&] {
    store_.reset();
    store_ = Store::open({folder_ / "handoff.db", "key"}, clock).value();
  };
  open();
  std::map<std::string, Instant> times;
  for (int i = 0; i < 60; ++i) {
    if (i == 40) clock.set(start - std::chrono::hours{5}), open();  // set back while nobody ran: times go on from the last
    write({patient("p" + std::to_string(pick(30)))});
    clock.set(clock.now() + std::chrono::minutes{std::int64_t(pick(3))});
  }
  for (const auto& [name, known] : known_) times[known.write.id] = store_->snapshot().read("Patient", known.write.id)->updated;
  static constexpr const char* prefixes[] = {"", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  std::size_t found = 0;
  for (int round = 0; round < 200; ++round) {
    const auto moment = [&] {
      return std::string(prefixes[pick(9)]) + format_instant(start + std::chrono::minutes{std::int64_t(pick(70))});
    };
    Parameters parameters = {
        {"_lastUpdated", pick(3) == 0 ? moment() + "," + moment() : moment()}, {"_total", "accurate"}, {"_count", "100"}};
    if (pick(2) == 0) parameters.emplace_back("_lastUpdated", moment());
    if (pick(3) == 0) parameters.emplace_back("_id", "p1,p2,p3,p4,p5,p6,p7,p8");
    const Query wanted = query("Patient", parameters);
    std::set<std::string> must, ids;
    for (const auto& [id, time] : times) {
      const std::int64_t at = time.time_since_epoch().count();
      const auto fits = [at](const auto& tests) {
        return std::any_of(tests.begin(), tests.end(), [at](const auto& test) { return holds(test, at, at); });
      };
      const bool named = wanted.criteria.empty() || holds(wanted.criteria[0], known_["Patient/" + id].write.rows);
      if (named && std::all_of(wanted.updated.begin(), wanted.updated.end(), fits)) must.insert(id);
    }
    const auto result = store_->snapshot().search(wanted, {}, nullptr);
    for (const Version& match : result->matches) ids.insert(match.id);
    EXPECT_EQ(ids, must) << wanted.text();
    EXPECT_EQ(result->total, must.size());
    found += must.size();
  }
  EXPECT_GT(found, 500u);
  EXPECT_LT(found, 200 * times.size() * 9 / 10);
}

// Some were opened since, of some a part is older than the version.
class ShownAsOf : public Visibility {
 public:
  bool visible(std::int64_t, std::uint32_t, std::int64_t) const override { return true; }
  std::int64_t shown_ms(const RowTime& row, std::int64_t at_least) const override {
    const std::int64_t time = time_of(row.pk, row.updated_ms);
    EXPECT_LE(time, std::max(row.updated_ms, last_gain));
    return time < at_least ? at_least - 1 : time;
  }
  std::int64_t last_gain_ms() const override { return last_gain; }
  std::int64_t time_of(std::int64_t pk, std::int64_t updated_ms) const {
    return pk % 3 == 0 ? std::max(updated_ms, last_gain - pk * 1'000) : pk % 3 == 1 ? updated_ms - pk * 60'000 : updated_ms;
  }
  std::int64_t last_gain = 0;
};

TEST_F(SearchTest, FindsAndSortsByTheTimeThatAResourceIsShownAsOf) {
  const Instant start = span_of("2024-06-30T12:00:00Z")->first;
  ManualClock clock(start);
  store_.reset();
  store_ = Store::open({folder_ / "handoff.db", "key"}, clock).value();
  for (int i = 0; i < 60; ++i) {
    write({patient("p" + std::to_string(i))});
    clock.set(clock.now() + std::chrono::minutes{1});
  }
  static constexpr const char* prefixes[] = {"", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  std::size_t found = 0;
  for (int round = 0; round < 200; ++round) {
    ShownAsOf visibility;
    visibility.last_gain = (start + std::chrono::minutes{std::int64_t(pick(90))}).time_since_epoch().count();
    const auto moment = [&] {
      return std::string(prefixes[pick(9)]) + format_instant(start + std::chrono::minutes{std::int64_t(pick(90)) - 20});
    };
    Parameters parameters = {{"_lastUpdated", pick(3) == 0 ? moment() + "," + moment() : moment()},
                             {"_sort", round % 2 == 0 ? "_lastUpdated" : "-_lastUpdated"},
                             {"_total", "accurate"},
                             {"_count", std::to_string(1 + pick(30))}};
    if (pick(2) == 0) parameters.emplace_back("_lastUpdated", moment());
    const Query wanted = query("Patient", parameters);
    std::vector<std::pair<std::int64_t, std::string>> must;
    const Snapshot snapshot = store_->snapshot();
    for (const auto& [name, known] : known_) {
      const auto version = snapshot.read("Patient", known.write.id);
      const std::int64_t at = visibility.time_of(version->pk, version->updated.time_since_epoch().count());
      const auto fits = [at](const auto& tests) {
        return std::any_of(tests.begin(), tests.end(), [at](const auto& test) { return holds(test, at, at); });
      };
      if (std::all_of(wanted.updated.begin(), wanted.updated.end(), fits)) must.emplace_back(at, known.write.id);
    }
    std::sort(must.begin(), must.end());
    if (wanted.sort.descending) std::reverse(must.begin(), must.end());
    std::vector<std::string> expected;
    for (const auto& [time, id] : must) expected.push_back(id);
    std::optional<std::size_t> total;
    EXPECT_EQ(all_pages(wanted, &visibility, total, [] {}), expected) << wanted.text();
    EXPECT_EQ(total, must.size());
    found += must.size();
  }
  EXPECT_GT(found, 500u);
}

TEST_F(SearchTest, FailsRatherThanGuessWhatIsVisible) {
  write({patient("p0")});
  const Query wanted = query("Patient", {{"_id", "p0"}});
  const Failing failing;
  EXPECT_THROW((void)store_->snapshot().search(wanted, {}, &failing), StoreFailure);
  EXPECT_EQ(store_->snapshot().search(wanted, {}, nullptr)->matches.size(), 1u) << "and the next one is served";
}

TEST_F(SearchTest, DecidesByReadingWhileItIsAsked) {
  write({patient("p0"), patient("p1"), patient("p2")});
  std::vector<Write> all;
  for (int i = 0; i < 80; ++i) all.push_back(observation("o" + std::to_string(i), 3));
  write(std::move(all));
  const Snapshot snapshot = store_->snapshot();
  const ByReading visibility(snapshot);
  HiddenPatients same;  // what it will find out, told beforehand
  for (const auto& [name, known] : known_)
    if (known.write.type == "Observation" && known.write.body.size() % 2 == 0) same.resources.insert(known.order);
  EXPECT_FALSE(same.resources.empty());
  for (const Parameters& parameters :
       {Parameters{{"code", "c1"}}, Parameters{{"code", "c1,c2"}, {"date", "ge2024-02-10"}}, Parameters{{"_sort", "date"}},
        Parameters{{"subject", "Patient/p1"}, {"_sort", "-value-string"}}, Parameters{}}) {
    Parameters complete = parameters;
    complete.insert(complete.end(), {{"_count", "100"}, {"_total", "accurate"}, {"_include", "Observation:subject"}});
    const Query wanted = query("Observation", complete);
    const auto result = snapshot.search(wanted, {}, &visibility);
    ASSERT_TRUE(result) << result.error().summary();
    std::vector<std::string> ids;
    for (const Version& match : result->matches) ids.push_back(match.id);
    EXPECT_EQ(ids, expected(wanted, &same)) << wanted.text();
    EXPECT_EQ(result->total, ids.size());
    EXPECT_GT(result->included.size(), 0u);
  }
}

TEST_F(SearchTest, EndsWhereItsDeadlinePasses) {
  std::vector<Write> all = {patient("p0"), patient("p1")};
  for (int i = 0; i < 1'000; ++i) all.push_back(observation("o" + std::to_string(i), 1));
  write(std::move(all));
  const Snapshot snapshot = store_->snapshot();
  const Query wanted = query("Observation", {{"_total", "accurate"}});
  const auto over = Deadline::after(std::chrono::milliseconds{-1}), far = Deadline::after(std::chrono::hours{1});
  EXPECT_THROW((void)snapshot.search(wanted, {}, nullptr, over), TimeOver);
  const ByReading visibility(snapshot);  // it may pass within a statement of what is asked, too
  EXPECT_THROW((void)snapshot.search(wanted, {}, &visibility, over), TimeOver);
  EXPECT_EQ(snapshot.search(wanted, {}, nullptr, far)->total, 1'000u);
  EXPECT_EQ(snapshot.search(wanted, {}, nullptr)->total, 1'000u) << "the next search has a deadline of its own, or none";
}

TEST_F(SearchTest, RefusesASearchWithinASearch) {
  write({patient("p0")});
  const Snapshot snapshot = store_->snapshot();
  const Query wanted = query("Patient", {{"_id", "p0"}});
  EXPECT_THROW((void)snapshot.search(wanted, {}, std::make_unique<Searching>(snapshot, wanted).get()), StoreFailure);
  EXPECT_EQ(snapshot.search(wanted, {}, nullptr)->matches.size(), 1u) << "and the next one is served";
}

TEST_F(SearchTest, RefusesToIncludeWithoutEnd) {
  std::vector<Write> all = {patient("p0")};
  for (std::size_t i = 0; i <= limits::search_included_max; ++i) all.push_back(observation("o" + std::to_string(i), 1));
  write(std::move(all));
  const auto refused = store_->snapshot().search(query("Patient", {{"_revinclude", "Observation:subject"}}), {}, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().issues[0].expression, "http._revinclude");
  EXPECT_TRUE(store_->snapshot().search(query("Patient", {{"_revinclude", "Observation:subject"}, {"_id", "nobody"}}), {}, nullptr));
}

TEST_F(SearchTest, Speed) {
  constexpr std::size_t resources = 100'000, at_once = 2'000;
  for (std::size_t i = 0; i < resources;) {
    Batch batch;
    for (; batch.writes.size() < at_once; ++i) batch.writes.push_back(observation("o" + std::to_string(i), 1'000));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  HiddenPatients visibility;
  for (std::int64_t i = 1; i <= 1'000; i += 10) visibility.patients.insert(i);
  HiddenPatients few;
  few.those_few = {7, 77, 777};
  for (std::int64_t i = 1; i <= 1'000; ++i) few.patients.insert(i);
  for (const std::int64_t i : *few.those_few) few.patients.erase(i);
  const Parameters cases[] = {{{"code", "c1"}},
                              {{"code", "c1,c2"}},
                              {{"code", "c1"}, {"status", "final"}},
                              {{"subject", "Patient/p7"}, {"code", "c1"}},
                              {{"code", "c1"}, {"date", "ge2024-02-10"}},
                              {{"date", "2024-02-10"}},
                              {{"value-string", "a1"}},
                              {},
                              {{"subject", "Patient/p7"}, {"_sort", "-date"}},
                              {{"code", "c1"}, {"_sort", "date"}},
                              {{"code", "c1"}, {"_summary", "count"}}};
  for (const Parameters& parameters : cases) {
    const Query wanted = query("Observation", parameters);
    std::cout << "  " << wanted.text() << ":";
    for (const Visibility* eyes :
         {static_cast<const Visibility*>(nullptr), static_cast<const Visibility*>(&visibility), static_cast<const Visibility*>(&few)}) {
      constexpr int rounds = 20;
      const Snapshot snapshot = store_->snapshot();
      std::size_t found = snapshot.search(wanted, {}, eyes)->matches.size();
      std::vector<double> took_us;
      for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        found = snapshot.search(wanted, {}, eyes)->matches.size();
        took_us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
      }
      std::sort(took_us.begin(), took_us.end());
      std::cout << " " << took_us[rounds / 2] << " us"
                << (!eyes                 ? ", "
                    : eyes == &visibility ? " with nine tenths visible, "
                                          : " with three patients");
      EXPECT_EQ(found, wanted.only_total ? 0u : eyes == &few ? found : 20u);
    }
    std::cout << "\n";
  }
}

}  // namespace
}  // namespace handoff::store
