// Random histories of consents and resources, and clients that pull every night by _lastUpdated. After each
// pull a client holds exactly what it may hold, and of each resource no less than it is shown. A history is
// one person's over twelve nights, beside other persons in a store. The short run takes as many as fit into
// 16 seconds, at most 1,000; HANDOFF_LONG takes 10,000.
#include <cstdlib>

#include "pulls.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

constexpr int persons = 50, nights = 12;
constexpr auto time_most = std::chrono::seconds(16);

// What happens to one person in one day, as resources of one discloser.
class History {
 public:
  History(int number, sample::RandomWorld& world) : id_(fmt::format("p{}", number)), world_(world) {}

  struct Day {
    std::string discloser;
    std::vector<std::string> resources;
    std::vector<std::string> removed;  // "Type/id" of these
  };
  Day first() {
    Day day{world_.vendor(), {}, {}};
    day.resources.push_back(patient());
    for (int i = world_.between(0, 3); i > 0; --i) add(day);
    return day;
  }
  Day next() {
    Day day{world_.vendor(), {}, {}};
    for (int i = world_.between(0, 2); i > 0; --i) {
      const int what = world_.between(1, 12);
      if (what <= 5)
        day.resources.push_back(
            world_.consent(fmt::format("{}-c{}", id_, world_.between(0, 3)), day.discloser));
      else if (what == 6) day.removed.push_back(fmt::format("Consent/{}-c{}", id_, world_.between(0, 3)));
      else if (what <= 9) add(day);
      else if (what == 10) day.resources.push_back(patient());
      else if (what == 11 && !conditions_.empty())
        day.removed.push_back("Condition/" + world_.any(conditions_));
      else if (!conditions_.empty()) day.resources.push_back(condition(world_.any(conditions_)));
    }
    std::set<std::string> seen;  // each only once
    std::erase_if(day.resources, [&](const std::string& text) { return !seen.insert(name_in(text)).second; });
    std::erase_if(day.removed, [&](const std::string& name) { return !seen.insert(name).second; });
    return day;
  }

 private:
  static std::string name_in(const std::string& text) {
    const auto parsed = json::parse(text);
    return std::string(parsed->root()["resourceType"].text()) + "/" +
           std::string(parsed->root()["id"].text());
  }
  void add(Day& day) {
    const std::string id = fmt::format("{}-{}", id_, ++resources_);
    if (world_.one_in(2) || conditions_.empty()) {
      day.resources.push_back(condition(id));
      conditions_.push_back(id);
      return;
    }
    const std::string addresses = R"("addresses":[{"reference":"Condition/)" + world_.any(conditions_) +
                                  R"("},{"reference":"Condition/)" + world_.any(conditions_) + "\"}]}";
    day.resources.push_back(R"({"resourceType":"CarePlan","id":")" + id +
                            R"(","status":"completed","intent":"plan",)" + subject() + "," + addresses);
  }
  std::string subject() const { return R"("subject":{"reference":"Patient/)" + id_ + "\"}"; }
  std::string condition(const std::string& id) {
    return fmt::format(
        R"({{"resourceType":"Condition","id":"{}",{},"code":{{"coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm",)"
        R"("code":"{}"}}]}}}})",
        id, subject(), world_.any({"I10", "F33.1", "F11.20", "B20", "A53.9", "Z65.1"}));
  }
  std::string patient() {
    std::string text = R"({"resourceType":"Patient","id":")" + id_ + R"(","name":[{"family":")" +
                       world_.any({"Rivera", "Stone"}) + "\"}]";
    if (world_.one_in(2))
      text += R"(,"address":[{"city":")" + world_.any({"Lowell", "Salem", "Quincy"}) + "\"}]";
    return text + "}";
  }

  const std::string id_;
  sample::RandomWorld& world_;
  int resources_ = 0;
  std::vector<std::string> conditions_;
};

class NightlyPullTest : public PullsTest {
 protected:
  void admit_days(const std::vector<History::Day>& days) {
    std::deque<json::Document> kept;
    std::vector<admission::Submission> submissions;
    for (const History::Day& day : days) {
      admission::Submission submission{day.discloser, "test", {}, {}, {}};
      for (const std::string& text : day.resources) {
        const json::Value resource = kept.emplace_back(json::parse(text).value()).root();
        admission::Entry entry;
        entry.type = resource["resourceType"].text();
        entry.id = resource["id"].text();
        entry.resource = resource;
        entry.contributes = entry.type == "Patient";
        submission.entries.push_back(entry);
      }
      for (const std::string& name : day.removed) {
        admission::Entry entry;
        entry.method = admission::Method::remove;
        entry.type = name.substr(0, name.find('/'));
        entry.id = name.substr(name.find('/') + 1);
        submission.entries.push_back(entry);
      }
      if (!submission.entries.empty()) submissions.push_back(std::move(submission));
    }
    for (const auto& receipt : admission_->admit_all(submissions))
      ASSERT_TRUE(receipt) << receipt.error().summary();
  }

  // Every text with its place, except meta.
  static void leaves(json::Value value, const std::string& place, std::multiset<std::string>& all) {
    for (const json::Member& member : value.members())
      if (member.key != "meta") leaves(member.value, place + "." + std::string(member.key), all);
    for (const json::Value item : value.items()) leaves(item, place, all);
    if (!value.text().empty()) all.insert(place + "=" + std::string(value.text()));
  }
  static std::multiset<std::string> leaves_of(const std::string& text) {
    std::multiset<std::string> all;
    const auto parsed = json::parse(text);
    if (parsed) leaves(parsed->root(), "", all);
    return all;
  }

  void check(Client& client) {
    const auto before = client.last;
    pull(client, {"Patient", "Condition", "CarePlan", "Consent"});
    const store::Snapshot snapshot = store_->snapshot();
    const State state(snapshot);
    const RowDecisions decided(state, client.audience, clock_.now());
    const RecipientView view(snapshot, client.scope, client.audience, clock_.now());
    Names held, expected;
    for (const auto& [name, text] : client.held) held.insert(name);
    for (const auto& [name, resource] : decided.visible())
      if (!resource["resourceType"].text().starts_with("Organization") &&
          resource["resourceType"].text() != "Medication")
        expected.insert(name);
    EXPECT_EQ(held, expected);
    for (const std::string& name : expected) {
      if (held.contains(name)) continue;
      ADD_FAILURE() << name << " is shown as of "
                    << format_instant(released_of(view, snapshot, name)->updated) << ", pulled before at "
                    << (before ? format_instant(*before) : "no time");
      for (const auto& version :
           snapshot.resources().history(name.substr(0, name.find('/')), name.substr(name.find('/') + 1)))
        ADD_FAILURE() << version.version << ' ' << format_instant(version.updated) << ' '
                      << snapshot.resources().at(version.pk)->body;
    }
    for (const auto& [name, text] : client.held) {
      const std::string now = shown(view, snapshot, name).value_or("");
      const auto had = leaves_of(text), has = leaves_of(now);
      EXPECT_TRUE(std::includes(had.begin(), had.end(), has.begin(), has.end()))
          << name << "\nheld " << text << "\nis   " << now;
    }
    held_ += held.size();
    pulled_ += client.given.size();
    check_order(client, view, snapshot);
  }

  // Checks that pages come sorted by the times that are shown.
  void check_order(const Client& client, const RecipientView& view, const store::Snapshot& snapshot) {
    std::vector<std::pair<Instant, std::string>> expected;
    for (const auto& [name, text] : client.held)
      if (name.starts_with("Condition/"))
        expected.emplace_back(released_of(view, snapshot, name)->updated, name);
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> names;
    for (const auto& [time, name] : expected) names.push_back(name);
    auto query = query_of("Condition", {{"_sort", "_lastUpdated"}, {"_total", "accurate"}});
    query.count = 7;
    EXPECT_EQ(pages(view, snapshot, query).names, names);
  }

  void live(unsigned seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    sample::RandomWorld world{seed};
    std::deque<Client> clients;
    for (const char* recipient : {"ORG-PCP1", "ORG-MCP1", "ORG-ADV"})
      clients.emplace_back(
          Audience{"Organization/" + std::string(recipient), world.any({"TREAT", "TREAT", "COC"})});
    ASSERT_TRUE(admit(world.directory(), ""));
    std::vector<History> histories;
    for (int i = 0; i < persons; ++i) histories.emplace_back(i, world);
    for (int night = 0; night < nights && !HasFailure(); ++night) {
      SCOPED_TRACE(fmt::format("night {}", night));
      std::vector<History::Day> days;
      for (History& history : histories) days.push_back(night == 0 ? history.first() : history.next());
      admit_days(days);
      pass_hours(world.between(1, 23));
      for (Client& client : clients) {
        SCOPED_TRACE(client.audience.recipient + " for " + client.audience.purpose);
        if (world.one_in(4)) continue;  // not every night
        check(client);
        if (HasFailure()) return;
      }
      pass_hours(1 + 24 * world.between(0, 12));
    }
  }

  std::size_t held_ = 0, pulled_ = 0;
};

TEST_F(NightlyPullTest, AClientHoldsExactlyWhatItMayHold) {
  const bool all = std::getenv("HANDOFF_LONG") != nullptr;
  const int most = all ? 10'000 : 1'000;
  const auto end = std::chrono::steady_clock::now() + time_most;
  int lived = 0;
  for (unsigned seed = 1; lived < most && !HasFailure(); ++seed, lived += persons) {
    if (seed > 1 && !all && std::chrono::steady_clock::now() > end) break;
    if (seed > 1) TearDown(), SetUp();
    live(seed);
  }
  RecordProperty("histories", lived);
  EXPECT_GT(held_, pulled_) << "what has not changed is not given again";
  EXPECT_GT(pulled_, 200u);
}

}  // namespace
}  // namespace handoff::disclosure
