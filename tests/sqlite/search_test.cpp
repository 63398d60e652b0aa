// Random resources, random searches, random visibility. The store's answer must equal a plain loop over
// everything.
#include <chrono>
#include <iostream>

#include "../fhir_names.h"
#include "search_world.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"
#include "store/grants.h"
#include "store/resources.h"
#include "store/search.h"

namespace handoff::sqlite {
namespace {

// Shows everything, unless a subclass hides something.
class Open : public Visibility {
 public:
  Sight sight(PatientNumber, std::uint32_t) const override { return Sight::visible; }
  bool sees_other(PatientNumber) const override { return true; }
  bool holds(Pk) const override { return true; }
};

class Failing : public Open {
 public:
  Sight sight(PatientNumber, std::uint32_t) const override { throw std::runtime_error("no view"); }
};

// Reads the resource in question, and others too. Hides Observations of even length.
class ByReading : public Open {
 public:
  explicit ByReading(const Snapshot& snapshot) : snapshot_(snapshot) {}
  Sight sight(PatientNumber patient, std::uint32_t shape) const override {
    patient_ = patient, shape_ = shape;
    EXPECT_EQ(snapshot_.grants().shape_text(shape),
              shape == 0 ? std::optional<std::string>() : std::to_string(shape));
    return Sight::ask;
  }
  bool holds(Pk pk) const override {
    const Resources& resources = snapshot_.resources();
    const auto resource = resources.at(pk);
    const auto row = resources.find(resource->type, resource->id);
    EXPECT_EQ(resources.read(resource->type, resource->id)->body, resource->body);
    EXPECT_TRUE(row->pk == pk && row->patient == patient_ && row->shape == shape_ % 4);
    EXPECT_EQ(resources.of_patient(*resources.patient_id(patient_), "Patient").size(), 1u);
    EXPECT_EQ(resources.with_token(key("Patient", "_id"), hash64("p1"), 2).size(), 1u);
    EXPECT_TRUE(resources.has_other(patient_, "Patient",
                                    [&](std::uint32_t, Pk other) { return bool(resources.at(other)); }));
    return resource->type != "Observation" || resource->body.size() % 2 != 0;
  }

 private:
  const Snapshot& snapshot_;
  mutable PatientNumber patient_ = PatientNumber::nobody;  // last asked of
  mutable std::uint32_t shape_ = 0;
};

class Searching : public Open {
 public:
  Searching(const Snapshot& snapshot, const Query& query) : snapshot_(snapshot), query_(query) {}
  Sight sight(PatientNumber, std::uint32_t) const override {
    return snapshot_.searches().search(query_, {}, this)->matches.empty() ? Sight::hidden : Sight::visible;
  }

 private:
  const Snapshot& snapshot_;
  const Query& query_;
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
    for (std::size_t i = pick(8); i > 0; --i) visibility.patients.insert(PatientNumber(1 + pick(12)));
    if (pick(3) == 0) visibility.shapes.insert(std::uint32_t(pick(all_shapes)));
    if (pick(2) == 0) visibility.resources = some_resources(2 + pick(6));
    HiddenPatients few = visibility;
    few.those_few.emplace();
    for (std::int64_t number = 1; number <= 12; ++number)
      if (const PatientNumber patient{number}; !few.patients.contains(patient))
        few.those_few->push_back(patient);
    for (const Visibility* eyes :
         {static_cast<const Visibility*>(nullptr), static_cast<const Visibility*>(&visibility),
          static_cast<const Visibility*>(&few)}) {
      const auto must = expected(wanted, eyes);
      std::optional<std::size_t> total;
      // Others write between the pages. No page may show a new resource, or miss another one because of it.
      const auto between = [&] { write({observation("new" + std::to_string(other++), 12)}); };
      const auto ids =
          round % 16 == 0 ? all_pages(wanted, eyes, total, between) : all_pages(wanted, eyes, total, [] {});
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
    const auto ids =
        all_pages(wanted, nullptr, total, [&] { write({observation("o" + std::to_string(pick(60)), 3)}); });
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
  visibility.patients = {PatientNumber(numbers_["p1"_id])};
  visibility.shapes = {2, 5};
  visibility.resources = some_resources(4);
  visibility.resources.erase(known_["Patient/p0"].order);
  visibility.resources.insert(known_["Patient/p2"].order);
  const auto included = [&](const Query& wanted, const Visibility* eyes) {
    std::set<std::string> names;
    const Snapshot snapshot = store_->snapshot();
    const auto result = snapshot.searches().search(wanted, {}, eyes);
    for (const Pk pk : result->included) {
      const auto each = snapshot.resources().at(pk);
      EXPECT_TRUE(names.insert(each->type + "/" + each->id).second) << "twice";
    }
    return names;
  };
  const Query forward = query("Observation", {{"_include", "Observation:subject"}, {"_count", "100"}});
  EXPECT_EQ(included(forward, nullptr), (std::set<std::string>{"Patient/p0", "Patient/p1", "Patient/p2"}));
  EXPECT_EQ(included(forward, &visibility), std::set<std::string>{"Patient/p0"});
  EXPECT_TRUE(included(query("Observation", {{"_include", "Observation:subject:Group"}}), nullptr).empty());
  const Query reverse =
      query("Patient", {{"_revinclude", "Observation:subject"}, {"_revinclude", "Observation:patient"}});
  std::set<std::string> everything, seen_names;
  for (const auto& [name, known] : known_)
    if (known.write.type == "Observation") {
      everything.insert(name);
      if (known.write.patient == "p0"_id && sees(visibility, known) &&
          sees(visibility, known, known.write.rows.references[0].facet))
        seen_names.insert(name);
    }
  EXPECT_EQ(included(reverse, nullptr), everything);
  EXPECT_GT(seen_names.size(), 0u);
  EXPECT_EQ(included(reverse, &visibility), seen_names);
  EXPECT_LT(seen_names.size(), everything.size());
  EXPECT_TRUE(
      included(query("Patient", {{"_summary", "count"}, {"_revinclude", "Observation:subject"}}), nullptr)
          .empty());
}

TEST_F(SearchTest, FindsByTheTimeOfTheUpdate) {
  write({patient("p0")});
  const auto updated = store_->snapshot().resources().read("Patient", "p0")->updated;
  const auto count = [&](const std::string& value) {
    return *store_->snapshot()
                .searches()
                .search(query("Patient", {{"_lastUpdated", value}, {"_total", "accurate"}}), {}, nullptr)
                ->total;
  };
  const std::string exact = format_instant(updated),
                    later = format_instant(updated + std::chrono::milliseconds{1});
  EXPECT_EQ(count(exact), 1u);
  EXPECT_EQ(count("ge" + exact), 1u);
  EXPECT_EQ(count("gt" + exact), 0u);
  EXPECT_EQ(count("lt" + later), 1u);
  EXPECT_EQ(count("lt" + exact), 0u);
  EXPECT_EQ(count("ge" + later + ",lt" + later), 1u) << "one of several";
  Write deletion;
  deletion.type = "Patient", deletion.id = "p0", deletion.previous_patient = "p0"_id, deletion.expected = 1,
  deletion.deleted = true;
  deletion.previous_pk = Pk{order_}, deletion.previous_rows = known_["Patient/p0"].write.rows;
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
    store_ = engine().open({folder_ / "handoff.db", "key"}, clock).value();
  };
  open();
  std::map<std::string, Instant> times;
  for (int i = 0; i < 60; ++i) {
    // Set back while nothing ran: times go on from the last one.
    if (i == 40) clock.set(start - std::chrono::hours{5}), open();
    write({patient("p" + std::to_string(pick(30)))});
    clock.set(clock.now() + std::chrono::minutes{std::int64_t(pick(3))});
  }
  for (const auto& [name, known] : known_)
    times[known.write.id] = store_->snapshot().resources().read("Patient", known.write.id)->updated;
  static constexpr const char* prefixes[] = {"", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  std::size_t found = 0;
  for (int round = 0; round < 200; ++round) {
    const auto moment = [&] {
      return std::string(prefixes[pick(9)]) +
             format_instant(start + std::chrono::minutes{std::int64_t(pick(70))});
    };
    Parameters parameters = {{"_lastUpdated", pick(3) == 0 ? moment() + "," + moment() : moment()},
                             {"_total", "accurate"},
                             {"_count", "100"}};
    if (pick(2) == 0) parameters.emplace_back("_lastUpdated", moment());
    if (pick(3) == 0) parameters.emplace_back("_id", "p1,p2,p3,p4,p5,p6,p7,p8");
    const Query wanted = query("Patient", parameters);
    std::set<std::string> must, ids;
    for (const auto& [id, time] : times) {
      const std::int64_t at = time.time_since_epoch().count();
      if (search::holds({wanted.where}, known_["Patient/" + id].write.rows, at)) must.insert(id);
    }
    const Snapshot snapshot = store_->snapshot();
    const auto result = snapshot.searches().search(wanted, {}, nullptr);
    for (const Pk pk : result->matches) ids.insert(snapshot.resources().at(pk)->id);
    EXPECT_EQ(ids, must) << wanted.text();
    EXPECT_EQ(result->total, must.size());
    found += must.size();
  }
  EXPECT_GT(found, 500u);
  EXPECT_LT(found, 200 * times.size() * 9 / 10);
}

// Some resources were opened later than written. Of others, only a part older than the version is shown.
class ShownAsOf : public Open {
 public:
  std::int64_t shown_ms(const RowTime& row, std::int64_t at_least) const override {
    const std::int64_t time = time_of(row.pk, row.updated_ms);
    EXPECT_LE(time, std::max(row.updated_ms, last_gain));
    return time < at_least ? at_least - 1 : time;
  }
  std::int64_t last_gain_ms() const override { return last_gain; }
  std::int64_t time_of(Pk version, std::int64_t updated_ms) const {
    const auto pk = std::int64_t(version);
    return pk % 3 == 0   ? std::max(updated_ms, last_gain - pk * 1'000)
           : pk % 3 == 1 ? updated_ms - pk * 60'000
                         : updated_ms;
  }
  std::int64_t last_gain = 0;
};

TEST_F(SearchTest, FindsAndSortsByTheTimeThatAResourceIsShownAsOf) {
  const Instant start = span_of("2024-06-30T12:00:00Z")->first;
  ManualClock clock(start);
  store_.reset();
  store_ = engine().open({folder_ / "handoff.db", "key"}, clock).value();
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
      return std::string(prefixes[pick(9)]) +
             format_instant(start + std::chrono::minutes{std::int64_t(pick(90)) - 20});
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
      const auto version = snapshot.resources().read("Patient", known.write.id);
      const std::int64_t at = visibility.time_of(version->pk, version->updated.time_since_epoch().count());
      if (search::holds({wanted.where}, known.write.rows, at)) must.emplace_back(at, known.write.id);
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
  EXPECT_THROW((void)store_->snapshot().searches().search(wanted, {}, &failing), StoreFailure);
  EXPECT_EQ(store_->snapshot().searches().search(wanted, {}, nullptr)->matches.size(), 1u)
      << "and the next one is served";
}

TEST_F(SearchTest, DecidesByReadingWhileItIsAsked) {
  write({patient("p0"), patient("p1"), patient("p2")});
  std::vector<Write> all;
  for (int i = 0; i < 80; ++i) all.push_back(observation("o" + std::to_string(i), 3));
  write(std::move(all));
  const Snapshot snapshot = store_->snapshot();
  const ByReading visibility(snapshot);
  HiddenPatients same;  // the result of its questions, known beforehand
  for (const auto& [name, known] : known_)
    if (known.write.type == "Observation" && known.write.body.size() % 2 == 0)
      same.resources.insert(known.order);
  EXPECT_FALSE(same.resources.empty());
  for (const Parameters& parameters :
       {Parameters{{"code", "c1"}}, Parameters{{"code", "c1,c2"}, {"date", "ge2024-02-10"}},
        Parameters{{"_sort", "date"}}, Parameters{{"subject", "Patient/p1"}, {"_sort", "-value-string"}},
        Parameters{}}) {
    Parameters complete = parameters;
    complete.insert(complete.end(),
                    {{"_count", "100"}, {"_total", "accurate"}, {"_include", "Observation:subject"}});
    const Query wanted = query("Observation", complete);
    const auto result = snapshot.searches().search(wanted, {}, &visibility);
    ASSERT_TRUE(result) << result.error().summary();
    std::vector<std::string> ids;
    for (const Pk pk : result->matches) ids.push_back(snapshot.resources().at(pk)->id);
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
  const auto over = Deadline::after(std::chrono::milliseconds{-1}),
             far = Deadline::after(std::chrono::hours{1});
  EXPECT_THROW((void)snapshot.searches().search(wanted, {}, nullptr, over), TimeOver);
  const ByReading visibility(snapshot);  // the deadline may also pass within a statement of its questions
  EXPECT_THROW((void)snapshot.searches().search(wanted, {}, &visibility, over), TimeOver);
  EXPECT_EQ(snapshot.searches().search(wanted, {}, nullptr, far)->total, 1'000u);
  EXPECT_EQ(snapshot.searches().search(wanted, {}, nullptr)->total, 1'000u)
      << "the next search has a deadline of its own, or none";
}

TEST_F(SearchTest, RefusesASearchWithinASearch) {
  write({patient("p0")});
  const Snapshot snapshot = store_->snapshot();
  const Query wanted = query("Patient", {{"_id", "p0"}});
  EXPECT_THROW(
      (void)snapshot.searches().search(wanted, {}, std::make_unique<Searching>(snapshot, wanted).get()),
      StoreFailure);
  EXPECT_EQ(snapshot.searches().search(wanted, {}, nullptr)->matches.size(), 1u)
      << "and the next one is served";
}

TEST_F(SearchTest, RefusesToIncludeWithoutEnd) {
  std::vector<Write> all = {patient("p0")};
  for (std::size_t i = 0; i <= limits::search_included_max; ++i)
    all.push_back(observation("o" + std::to_string(i), 1));
  write(std::move(all));
  const auto refused = store_->snapshot().searches().search(
      query("Patient", {{"_revinclude", "Observation:subject"}}), {}, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().issues[0].expression, "http._revinclude");
  EXPECT_TRUE(store_->snapshot().searches().search(
      query("Patient", {{"_revinclude", "Observation:subject"}, {"_id", "nobody"}}), {}, nullptr));
}

TEST_F(SearchTest, Speed) {
  constexpr std::size_t resources = 100'000, at_once = 2'000;
  for (std::size_t i = 0; i < resources;) {
    Batch batch;
    for (; batch.writes.size() < at_once; ++i)
      batch.writes.push_back(observation("o" + std::to_string(i), 1'000));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  HiddenPatients visibility;
  for (std::int64_t i = 1; i <= 1'000; i += 10) visibility.patients.insert(PatientNumber{i});
  HiddenPatients few;
  few.those_few = {PatientNumber{7}, PatientNumber{77}, PatientNumber{777}};
  for (std::int64_t i = 1; i <= 1'000; ++i) few.patients.insert(PatientNumber{i});
  for (const PatientNumber i : *few.those_few) few.patients.erase(i);
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
         {static_cast<const Visibility*>(nullptr), static_cast<const Visibility*>(&visibility),
          static_cast<const Visibility*>(&few)}) {
      constexpr int rounds = 20;
      const Snapshot snapshot = store_->snapshot();
      std::size_t found = snapshot.searches().search(wanted, {}, eyes)->matches.size();
      std::vector<double> took_us;
      for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        found = snapshot.searches().search(wanted, {}, eyes)->matches.size();
        took_us.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
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
}  // namespace handoff::sqlite
