// Consents are given, revoked and replaced, resources change, and periods begin and end, while other threads
// search. Each answer belongs to its own snapshot and its own instant, although all threads share one Scope
// for each audience.
#include <atomic>
#include <thread>

#include "views.h"

namespace handoff::disclosure {
namespace {

constexpr int persons = 12;
constexpr auto time_most = std::chrono::seconds(6);
constexpr std::size_t searches_enough = 40'000;

class ChangingConsentsTest : public ViewsTest {
 protected:
  // A state that is kept, and searched again after many changes.
  struct Kept {
    explicit Kept(store::Snapshot taken) : snapshot(std::move(taken)), state(snapshot) {}
    store::Snapshot snapshot;
    State state;
  };

  void SetUp() override {
    ViewsTest::SetUp();
    clock_.set(sample::at("2024-02-01"));
    admit_world(world_, persons);
    for (const char* recipient : {"ORG-PCP1", "ORG-MCP1", "ORG-ADV", "ORG-PROB"})
      for (const char* purpose : {"TREAT", "COC"}) {
        const Audience audience{"Organization/" + std::string(recipient), purpose,
                                recipient == std::string("ORG-PROB")};
        scopes_[audience] = std::make_unique<Scope>(audience);
      }
  }

  // Makes a change: a consent is new, changed, revoked or moved, a resource gets another patient, or some
  // time passes.
  void change() {
    if (!world_.one_in(4)) {  // other threads fold what is due, with these consents or older ones
      clock_.set(clock_.now() + std::chrono::minutes(world_.between(1, 600)));
      return std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    const std::string vendor = world_.vendor();
    const std::string consent =
        world_.consent(fmt::format("p{}-c{}", world_.between(0, persons - 1), world_.between(0, 5)), vendor);
    const auto admitted = world_.one_in(6)
                              ? admit({sample::changed(consent, "Patient/p", "Patient/p1")}, vendor)
                              : admit({consent}, vendor);
    EXPECT_TRUE(admitted) << admitted.error().summary();
    const std::string moving = fmt::format(
        R"({{"resourceType":"Condition","id":"moving","subject":{{"reference":"Patient/p{}"}},"code":{{)"
        R"("coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{}"}}]}}}})",
        world_.between(0, persons - 1), world_.any({"I10", "F11.20"}));
    EXPECT_TRUE(admit({moving}, vendor));
    ++changes_;
  }

  void search(const Kept& kept, Instant now) {
    for (const auto& [audience, scope] : scopes_) {
      const RecipientView view(kept.snapshot, *scope, audience, now);
      const RowDecisions decided(kept.state, audience, now);
      for (const char* type : {"Patient", "Condition", "Consent", "EpisodeOfCare", "Provenance"}) {
        const Found found = pages(view, kept.snapshot, all_of(type));
        Names expected;
        for (const auto& [name, resource] : decided.visible())
          if (name.starts_with(std::string(type) + "/")) expected.insert(name);
        EXPECT_EQ(Names(found.names.begin(), found.names.end()), expected)
            << audience.recipient << ' ' << audience.purpose;
        EXPECT_EQ(found.total, expected.size());
        for (const std::string& name : expected) EXPECT_TRUE(released(view, kept.snapshot, name)) << name;
        visible_ += expected.size();
        ++searches_;
      }
    }
  }
  static search::Query all_of(const char* type) {
    search::Query query = query_of(type, {{"_total", "accurate"}});
    query.count = 50;
    return query;
  }

  void search_while_it_changes() {
    std::optional<Kept> kept;
    for (int round = 0; !done_; ++round) {
      const Kept fresh(store_->snapshot());
      const Instant now = clock_.now();
      search(fresh, now);
      if (round % 8 == 0) kept.emplace(store_->snapshot());
      search(*kept, clock_.now());
      search(fresh, now);  // by now other searches have changed the classes
      if (HasFailure()) done_ = true;
    }
  }

  sample::RandomWorld world_{7};
  std::map<Audience, std::unique_ptr<Scope>> scopes_;
  std::atomic<bool> done_ = false;
  std::atomic<std::size_t> searches_ = 0, visible_ = 0;
  std::size_t changes_ = 0;
};

TEST_F(ChangingConsentsTest, EveryAnswerIsOfItsOwnSnapshotAndInstant) {
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back([this] { search_while_it_changes(); });
  const auto end = std::chrono::steady_clock::now() + time_most;
  while (!done_ && searches_ < searches_enough && std::chrono::steady_clock::now() < end) change();
  done_ = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(searches_, 500u);  // tens of thousands on an idle machine
  EXPECT_GT(changes_, 10u);    // and hundreds of these
  EXPECT_GT(visible_, searches_.load());
}

}  // namespace
}  // namespace handoff::disclosure
