// The shipped mappings over the sample records of whole networks. They produce valid R4, exactly the bad
// records are rejected, and plans follow enrolments. Skipped if the generator of the sample records is not
// available.
#include "network.h"

#include "core/hash.h"
#include "mapping/bundle.h"
#include "mapping/csv.h"
#include "validation/structure.h"

namespace handoff::mapping {

std::vector<Network::Step> Network::steps() {
  std::vector<Step> all;
  for (std::size_t feed = 0; feed < sources_.size(); ++feed) {
    FeedCounts& count = counts[feeds()[feed].file];
    for (const SourceRecord& record : sources_[feed].records) {
      ++count.records;
      if (record.is_duplicate) ++count.duplicates;
      if (record.rejection) {
        ++count.rejected;
        rejections.push_back(*record.rejection);
        files.push_back(feeds()[feed].file);
      }
      if (record.is_duplicate || record.rejection) continue;
      const auto stages = mappings_[feed]->stages(record);
      if (stages.empty()) all.push_back({Instant{}, feed, &record, true, {}});
      for (const Instant stage : stages) all.push_back({stage, feed, &record, stage == stages.back(), stage});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Step& a, const Step& b) {
    const auto day = [](Instant at) { return std::chrono::sys_days{local_date(at)}; };
    return std::pair(day(a.at), a.feed) < std::pair(day(b.at), b.feed);
  });
  return all;
}

bool Network::take(const Step& step) {
  const Source& source = sources_[step.feed];
  const RunContext context{&memory, step.stage.value_or(span_of("2023-01-01")->first), source.file,
                           source.file_hash, nullptr};
  Outcome outcome = mappings_[step.feed]->run(*step.record, step.stage, context);
  if (std::get_if<Waiting>(&outcome)) return false;
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    rejections.push_back(*rejection);
    files.push_back(feeds()[step.feed].file);
    return true;
  }
  auto& mapped = std::get<Mapped>(outcome);
  disclosers.insert(mapped.discloser);
  if (seen)
    for (const Entry& entry : mapped.entries) seen(entry);
  memory.take(std::move(mapped));
  if (step.is_last) ++counts[feeds()[step.feed].file].mapped;
  return true;
}

void Network::run(const std::filesystem::path& records) {
  const Instant now = span_of("2024-06-30T23:59:59-04:00")->first;
  for (const Feed& feed : feeds()) {
    auto mapping = Mapping::load(shipped(feed.mapping), feed.mapping);
    ASSERT_TRUE(mapping) << feed.mapping << ": " << mapping.error().summary();
    auto source = (*mapping)->read(slurp(records / feed.file), feed.file, now);
    ASSERT_TRUE(source) << feed.file << ": " << source.error().summary();
    mappings_.push_back(*mapping);
    sources_.push_back(std::move(*source));
  }
  std::vector<Step> waiting;
  for (const Step& step : steps()) {
    if (take(step)) std::erase_if(waiting, [&](const Step& other) { return take(other); });
    else waiting.push_back(step);
  }
  for (const Step& step : waiting)
    if (step.is_last) ++counts[feeds()[step.feed].file].waiting;
}

namespace {

class Networks : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    records_ = sample_records(GetParam());
    if (records_.empty()) GTEST_SKIP() << "no generator of sample records (HANDOFF_SHARED)";
  }
  std::filesystem::path records_;
};

TEST_P(Networks, RejectExactlyWhatIsBad) {
  Network network;
  network.run(records_);
  std::vector<std::string> found, expected;
  for (std::size_t i = 0; i < network.rejections.size(); ++i) {
    const Rejection& r = network.rejections[i];
    found.push_back(network.files[i] + " " + std::to_string(r.record) + " " + r.key + " " + r.field + " " +
                    r.reason);
  }
  const auto truth = read_csv(slurp(records_ / "truth/rejects.csv"), ',');
  ASSERT_TRUE(truth);
  for (std::size_t i = 1; i < truth->size(); ++i) {
    const Row& row = (*truth)[i];
    expected.push_back(row[0] + " " + row[1] + " " + row[2] + " " + row[3] + " " + row[4]);
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(found, expected);
}

TEST_P(Networks, CountEveryRecordOnce) {
  Network network;
  network.run(records_);
  for (const auto& [file, count] : network.counts)
    EXPECT_EQ(count.records, count.mapped + count.rejected + count.duplicates + count.waiting) << file;
  std::set<std::string> lines;
  std::size_t repeated = 0;
  const std::string text = slurp(records_ / "corrections/referrals.csv");
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty() && !lines.insert(std::string(line)).second) ++repeated;
  EXPECT_EQ(network.counts["corrections/referrals.csv"].duplicates, repeated);
  EXPECT_EQ(network.counts["vendor/enrollments.csv"].mapped,
            network.counts["vendor/enrollments.csv"].records);
}

TEST_P(Networks, AreValid) {
  std::map<std::string, std::size_t> faults;
  std::size_t resources = 0;
  Network network;
  network.seen = [&](const Entry& entry) {
    ++resources;
    for (const Issue& issue : validation::validate_structure(entry.resource, fhir::Definitions::r4()))
      if (issue.severity == Severity::error || issue.severity == Severity::fatal)
        ++faults[entry.type + " " + issue.expression + ": " + issue.diagnostics];
  };
  network.run(records_);
  EXPECT_GT(resources, 10'000u);
  for (const auto& [fault, count] : faults) ADD_FAILURE() << fault << " (" << count << " times)";
}

TEST_P(Networks, HangTogether) {
  Network network;
  network.run(records_);
  const Memory& memory = network.memory;
  const auto exits = split(slurp(records_ / "vendor/discharges.jsonl"), '\n').size() - 1;
  EXPECT_EQ(memory.count("EpisodeOfCare", "finished"), exits);
  EXPECT_EQ(memory.count("CarePlan", "completed"), exits);
  EXPECT_EQ(memory.count("Composition"), exits);
  for (const auto& [reference, resource] : memory.current()) {
    // The target of every reference exists.
    std::vector<json::Value> open{resource};
    while (!open.empty()) {
      const json::Value value = open.back();
      open.pop_back();
      open.insert(open.end(), value.items().begin(), value.items().end());
      for (const json::Member& member : value.members()) {
        open.push_back(member.value);
        if (member.key != "reference" || !member.value.is_string()) continue;
        EXPECT_TRUE(network.memory.read(member.value.text())) << reference << " → " << member.value.text();
      }
    }
  }
}

TEST_P(Networks, AreTheSameEveryTime) {
  const auto digest = [&] {
    Network network;
    network.run(records_);
    std::string all;
    for (const auto& [reference, resource] : network.memory.current()) json::write(resource, all);
    return sha256_hex(all);
  };
  EXPECT_EQ(digest(), digest());
}

TEST_P(Networks, AreValidTransactionsOffline) {
  const Instant now = span_of("2024-06-30T23:59:59-04:00")->first;
  OfflineWorld world;
  for (const Feed& feed : feeds()) {
    const auto mapping = Mapping::load(shipped(feed.mapping), feed.mapping);
    ASSERT_TRUE(mapping);
    const auto source = (*mapping)->read(slurp(records_ / feed.file), feed.file, now);
    ASSERT_TRUE(source);
    const RunContext context{&world, now, source->file, source->file_hash, nullptr};
    for (std::size_t i = 0; i < std::min<std::size_t>(source->records.size(), 40); ++i) {
      const Outcome outcome = (*mapping)->run(source->records[i], {}, context);
      const auto* mapped = std::get_if<Mapped>(&outcome);
      if (!mapped) continue;
      json::Arena arena;
      for (const Issue& issue :
           validation::validate_structure(to_transaction(arena, *mapped), fhir::Definitions::r4()))
        EXPECT_NE(issue.severity, Severity::error)
            << feed.file << " " << issue.expression << ": " << issue.diagnostics;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Networks, testing::Values(1, 7));

}  // namespace
}  // namespace handoff::mapping
