// A change of consents (E16). A recipient that gained is told what came into view. One that lost and had
// received something is told to look again, and nothing else. For everybody else nothing happens.
#include <future>

#include "../patterns.h"
#include "ledger/recipient.h"
#include "pulls.h"
#include "store/outbox.h"
#include "terms.h"

namespace handoff::disclosure {
namespace {

using Kind = std::pair<const char*, const char*>;
constexpr Kind kinds[] = {{"ORG-ADV", "bhji_vendor"}, {"ORG-BHN", "bhji_vendor"},
                          {"ORG-PCP1", "pcp"},        {"ORG-MCP1", "managed_care_plan"},
                          {"ORG-PROB", "probation"},  {"ORG-HOC", "corrections"}};

class ViewChangeTest : public PullsTest {
 protected:
  void SetUp() override {
    PullsTest::SetUp();
    gate_.emplace(*store_, clock_, sample::shipped_routes(), "https://127.0.0.1/fhir", sample::id_key());
    for (const auto& [id, kind] : kinds)
      ASSERT_TRUE(admit(
          {fmt::format(
              R"({{"resourceType":"Organization","id":"{}","name":"N","type":[{{"coding":[{{"code":"{}"}}]}}]}})",
              id, kind)},
          ""));
    ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera"}])", adv));
    ASSERT_TRUE(admit({condition("d1", "I10"), condition("d2", "F11.20")}));
    pass_hours(24);
  }
  void give(const Terms& terms) {
    const auto admitted = admit({consent_of(terms)}, terms.discloser);
    ASSERT_TRUE(admitted) << admitted.error().summary();
    pass_hours(24);
  }

  // The rows that were queued since the last call.
  std::vector<store::OutboxRow> rows() {
    std::vector<store::OutboxRow> found;
    for (store::OutboxRow& row : store_->snapshot().outbox().all())
      if (row.event == "E16" && row.id > last_) found.push_back(std::move(row));
    if (!found.empty()) last_ = found.back().id;
    return found;
  }
  using Message = std::variant<PermittedMessage, WithheldMessage>;
  Message sent(const store::OutboxRow& row) {
    auto message = disclosure::message(*gate_, row, store_->snapshot());
    EXPECT_TRUE(message) << message.error().summary();
    return std::move(*message);
  }
  // What a recipient is told, in short: "Consent/c1: Condition/d1 …", "look again", or the reason why nothing
  // is sent.
  std::string told(const store::OutboxRow& row) {
    Message message = sent(row);
    if (const auto* withheld = std::get_if<WithheldMessage>(&message)) return "withheld: " + withheld->reason;
    bytes_ = std::string(std::get<PermittedMessage>(message).message.bytes());
    entries_ = std::get<PermittedMessage>(message).message.take_entries();
    const auto parsed = json::parse(bytes_);
    std::string focus, context;
    for (const json::Value parameter : parsed->root()["entry"].at(0)["resource"]["parameter"].items())
      for (const json::Value part : parameter["part"].items()) {
        const std::string named = fhir::local_reference(part["valueReference"]["reference"].text());
        if (part["name"].text() == "focus") focus = named + ":";
        else if (part["name"].text() == "additional-context") context += " " + named;
      }
    EXPECT_EQ(parsed->root()["entry"].size(),
              1 + std::count(context.begin(), context.end(), ' ') + (focus.empty() ? 0 : 1));
    return focus + context == "" ? "look again" : focus + context;
  }
  // The short texts of all new rows: "ORG-PCP1: …".
  Names all_told() {
    Names all;
    for (const store::OutboxRow& row : rows())
      EXPECT_TRUE(all.insert(row.recipient + ": " + told(row)).second);
    return all;
  }
  static std::string without_uuids(const std::string& message) {
    return sample::replaced(message, "urn:uuid:[0-9a-f-]{36}", "");
  }
  static std::string identifier_of(const std::string& message) {
    const auto parsed = json::parse(message);
    return std::string(parsed->root()["identifier"]["value"].text());
  }
  // What the recipient sees, by the decision on each resource of the person.
  Names visible_to(const char* recipient, const char* purpose) const {
    const store::Snapshot snapshot = store_->snapshot();
    const State state(snapshot);
    const RowDecisions decided(state, {"Organization/" + std::string(recipient), purpose}, clock_.now());
    Names names;
    for (const auto& [name, resource] : decided.visible())
      if (!name.starts_with("Consent/") && !name.starts_with("Organization/")) names.insert(name);
    return names;
  }
  // Writes the ledger entries of an earlier message to the recipient.
  void disclose(const std::string& recipient, const std::string& patient = "Patient/p1") {
    store::Batch batch;
    batch.ledger = {R"({"kind":"disclosure","event":null,"client":null,"patient":")" + patient +
                    R"(","disclosers":["Organization/ORG-ADV"],"recipient":"Organization/)" + recipient +
                    R"("})"};
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }

  // Most are sound. The consents of the random world have many defects.
  std::string any_consent(sample::RandomWorld& world, const std::string& id,
                          const std::string& discloser) const {
    if (world.one_in(4)) return world.consent(id, discloser);
    Terms terms;
    terms.id = id, terms.discloser = discloser;
    terms.recipient = world.any({"ORG-PCP1", "ORG-PCP1", "ORG-MCP1", "ORG-BHN", ""});
    terms.labels = world.any({"PSY MH SUD JI", "PSY MH JI", "SUD", "SUD", "STD"});
    terms.status = world.any({"active", "active", "active", "inactive"});
    terms.type = world.any({"permit", "permit", "permit", "deny"});
    terms.purpose = terms.recipient == "ORG-MCP1" ? "HOPERAT" : "TREAT";
    const auto day_in = [&](int days) {
      return format_instant(clock_.now() + std::chrono::hours{24 * days}).substr(0, 10);
    };
    terms.first = day_in(std::stoi(world.any({"-30", "-30", "-1", "1", "2"})));
    terms.last = day_in(std::stoi(world.any({"3", "4", "200", "200"})));
    return consent_of(terms);
  }

  std::string bytes_;
  std::vector<std::string> entries_;

 private:
  std::int64_t last_ = 0;
};

TEST_F(ViewChangeTest, WhoGainsIsToldWhatCameIntoView) {
  give({.labels = "STD"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: Consent/c1: Condition/d1 Patient/p1"});
  ASSERT_EQ(entries_.size(), 1u);
  for (const char* part :
       {R"("event":"E16")", "Condition/d1/_history/1", "Consent/c1/_history/1", R"("channel":"push")"})
    EXPECT_NE(entries_.front().find(part), std::string::npos) << part;
  EXPECT_EQ(ledger::recipient_of(entries_.front()),
            (ledger::LedgerRecipient{"Patient/p1", "Organization/ORG-PCP1"}));
  give({});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: Consent/c1: Condition/d2"}) << "and not what was there before";
}

TEST_F(ViewChangeTest, ANotificationSaysNothingOfThePerson) {
  give({});
  ASSERT_EQ(all_told().size(), 1u);
  for (const char* word : {"Rivera", "F11.20", "I10", "SUD", "opioid"})
    EXPECT_EQ(bytes_.find(word), std::string::npos) << word;
}

TEST_F(ViewChangeTest, AnotherPeriodThatStillHoldsChangesNothing) {
  give({});
  rows();
  give({.last = "2024-11-30"});
  EXPECT_EQ(all_told(), Names{}) << "nobody sees more or less by it";
}

TEST_F(ViewChangeTest, WhoLosesAndHadSomethingIsToldToLookAgain) {
  give({});
  rows();
  give({.status = "inactive"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: withheld: nothing of this person ever went there"});
  give({});
  rows();
  disclose("ORG-PCP1", "Patient/p2");
  disclose("ORG-MCP1");
  give({.status = "inactive"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: withheld: nothing of this person ever went there"});
  give({});
  rows();
  disclose("ORG-PCP1");
  give({.status = "inactive"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: look again"});
  for (const char* word : {"Patient", "Consent", "Condition", "p1", "c1", "d1"})
    EXPECT_EQ(without_uuids(bytes_).find(word), std::string::npos) << word;
  EXPECT_TRUE(entries_.empty()) << "nothing was disclosed";
}

TEST_F(ViewChangeTest, WhatIsReadOrPulledCountsAsHad) {
  give({});
  rows();
  std::promise<Result<void>> recorded;
  store_->record(
      {R"({"kind":"disclosure","event":null,"client":"pcp","patient":"Patient/p1","disclosers":["Organization/ORG-ADV"],)"
       R"("recipient":"Organization/ORG-PCP1"})"},
      [&](Result<void> done) { recorded.set_value(std::move(done)); });
  ASSERT_TRUE(recorded.get_future().get());
  give({.labels = "PSY MH JI"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: look again"}) << "also while the entry waits in the journal";
}

TEST_F(ViewChangeTest, ARemovedConsentIsALoss) {
  give({});
  rows();
  disclose("ORG-PCP1");
  ASSERT_TRUE(admit({consent_of({})}, adv,
                    [](admission::Entry& entry) { entry.method = admission::Method::remove; }));
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: look again"});
}

TEST_F(ViewChangeTest, WhoIsNotConcernedHearsNothing) {
  give({});
  rows();
  disclose("ORG-PCP1");
  give({.id = "c2", .recipient = "ORG-MCP1"});
  for (const store::OutboxRow& row : rows()) EXPECT_NE(row.recipient, "ORG-PCP1");
  give({.id = "c3", .discloser = bhn});
  EXPECT_EQ(all_told(), Names{}) << "of which there is no record";
  give({.id = "c4", .recipient = ""});
  EXPECT_EQ(all_told(), Names{});
  give({.id = "c5", .discloser = bhn, .recipient = "", .type = "deny"});
  for (const store::OutboxRow& row : rows())
    EXPECT_EQ(told(row).substr(0, 16), "withheld: nothing")
        << "a denial that it does not see, of what it never saw";
}

TEST_F(ViewChangeTest, KindsThatTheRouteDoesNotNameHearNothing) {
  give({.recipient = "ORG-PROB"});
  give({.id = "c2", .recipient = "ORG-HOC"});
  EXPECT_TRUE(rows().empty());
}

TEST_F(ViewChangeTest, WhatIsRevokedWhileItIsQueuedIsNotNamed) {
  give({});
  const auto given = rows();
  give({.status = "inactive"});
  const auto revoked = rows();
  ASSERT_EQ(given.size() + revoked.size(), 2u);
  EXPECT_EQ(told(given[0]), "withheld: nothing came into view");
  EXPECT_EQ(told(revoked[0]), "withheld: nothing of this person ever went there");
  give({});
  disclose("ORG-PCP1");
  EXPECT_EQ(told(revoked[0]), "withheld: nothing went out of view") << "all is there again";
  EXPECT_EQ(told(given[0]), "Consent/c1: Condition/d1 Condition/d2 Patient/p1");
}

TEST_F(ViewChangeTest, SeveralConsentsThatChangeTogetherAreToldOfOnce) {
  ASSERT_TRUE(admit({consent_of({.id = "c1", .labels = "STD"}), consent_of({.id = "c2"})}));
  const auto queued = rows();
  ASSERT_EQ(queued.size(), 1u);
  EXPECT_EQ(told(queued[0]), "Consent/c1: Condition/d1 Condition/d2 Patient/p1");
}

TEST_F(ViewChangeTest, NoMoreIsNamedThanTheLimit) {
  std::vector<std::string> many;
  for (std::size_t i = 0; i < limits::notified_resources_max + 10; ++i)
    many.push_back(condition(fmt::format("m{}", i), "I10"));
  ASSERT_TRUE(admit(many));
  give({});
  const auto queued = rows();
  ASSERT_EQ(queued.size(), 1u);
  const std::string all = told(queued[0]);
  EXPECT_EQ(std::size_t(std::count(all.begin(), all.end(), ' ')), limits::notified_resources_max + 1)
      << "and the Patient";
}

// A resource that is permitted, but has nothing left without a reference to something hidden, counts as
// absent.
TEST_F(ViewChangeTest, WhatRedactionHidesIsNeitherLostNorThere) {
  ASSERT_TRUE(admit({immunization("i1"), evaluation("e1", "i1")}));
  give({.labels = "PSY MH JI"});
  rows();
  disclose("ORG-PCP1");
  Terms hidden{.id = "c2", .recipient = "", .type = "deny", .denied = "STD"};
  give(hidden);
  hidden.status = "inactive";
  give(hidden);
  for (const store::OutboxRow& row : rows())
    EXPECT_EQ(row.recipient, "ORG-ADV") << "of a hidden consent, which changes nothing that is seen";
  give({.labels = "PSY MH JI STD"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: Consent/c1: Immunization/i1 ImmunizationEvaluation/e1"});
}

TEST_F(ViewChangeTest, ThePatientIsThereWithTheFirstThatIsLeft) {
  ASSERT_TRUE(admit({immunization("i1"), evaluation("e1", "i1")}));
  give({.labels = "PSY MH JI", .classes = "ImmunizationEvaluation Patient"});
  EXPECT_EQ(all_told(), Names{});
  give({.labels = "PSY MH JI STD", .classes = "Immunization ImmunizationEvaluation Patient"});
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: Consent/c1: Immunization/i1 ImmunizationEvaluation/e1 Patient/p1"});
}

TEST_F(ViewChangeTest, AConsentThatBecomesAnothersIsALossOfTheFirst) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Stone"}])", adv, "p2"));
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Goal","id":"g2","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p2"}})"}));
  give({});
  rows();
  disclose("ORG-PCP1");
  give({.patient = "p2"});
  Names told_now;
  for (const store::OutboxRow& row : rows()) told_now.insert(row.patient.text() + ": " + told(row));
  EXPECT_EQ(told_now, (Names{"Patient/p1: look again", "Patient/p2: Consent/c1: Goal/g2 Patient/p2"}));
}

// The first consent in a request must not reveal to one recipient that another one gained something.
TEST_F(ViewChangeTest, TheFocusIsTheConsentThatNamesTheRecipient) {
  ASSERT_TRUE(admit({consent_of({.id = "c8", .recipient = "ORG-BHN"}), consent_of({.id = "c9"})}));
  EXPECT_EQ(all_told(), (Names{"ORG-BHN: Consent/c8: Condition/d1 Condition/d2 Patient/p1",
                               "ORG-PCP1: Consent/c9: Condition/d1 Condition/d2 Patient/p1"}));
}

TEST_F(ViewChangeTest, AVersionThatDidNotNameTheRecipientIsNotTold) {
  give({.recipient = "ORG-BHN"});
  rows();
  give({});
  for (const store::OutboxRow& row : rows())
    if (row.recipient == "ORG-PCP1") told(row);
  EXPECT_NE(bytes_.find(R"("request":{"method":"POST","url":"Consent"})"), std::string::npos) << bytes_;
  give({.labels = "PSY"});
  give({});
  for (const store::OutboxRow& row : rows())
    if (row.recipient == "ORG-PCP1") told(row);
  EXPECT_NE(bytes_.find(R"("request":{"method":"PUT","url":"Consent/c1"})"), std::string::npos) << bytes_;
}

// Events of their own tell what is written after the change. So the named resources do not depend on when the
// row is sent.
TEST_F(ViewChangeTest, WhatComesLaterIsNotNamed) {
  give({});
  const auto queued = rows();
  ASSERT_TRUE(admit({condition("d9", "I10")}));
  ASSERT_TRUE(admit({condition("d1", "I11")}));
  ASSERT_EQ(queued.size(), 1u);
  EXPECT_EQ(told(queued[0]), "Consent/c1: Condition/d1 Condition/d2 Patient/p1");
}

TEST_F(ViewChangeTest, WhoGainsAndLosesByOneChangeIsToldBoth) {
  give({.labels = "PSY MH JI"});
  rows();
  ASSERT_TRUE(admit({immunization("i1")}));
  give({.labels = "STD"});
  disclose("ORG-PCP1");
  rows();
  give({.labels = "SUD", .classes = "Condition Patient"});
  const auto queued = rows();
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(told(queued[0]), "Consent/c1: Condition/d2");
  const std::string first = bytes_;
  EXPECT_EQ(told(queued[1]), "look again");
  for (const char* word : {"Patient/", "Consent", "Condition", "Immunization"})
    EXPECT_EQ(bytes_.find(word), std::string::npos) << word;
  EXPECT_NE(identifier_of(first), identifier_of(bytes_)) << "two messages";
}

TEST_F(ViewChangeTest, AConsentThatBeginsLaterIsToldWhenItBegins) {
  give({.first = "2024-03-01"});
  EXPECT_EQ(all_told(), Names{});
  EXPECT_EQ(admission_->pass_dates(), 0u);
  clock_.set(sample::at("2024-03-01T04:59:59.999Z"));  // days are those of New York
  EXPECT_EQ(admission_->pass_dates(), 0u);
  clock_.set(sample::at("2024-03-01T05:00:00.000Z"));
  EXPECT_EQ(admission_->pass_dates(), 1u);
  EXPECT_EQ(admission_->pass_dates(), 0u) << "once";
  EXPECT_EQ(all_told(), Names{"ORG-PCP1: Consent/c1: Condition/d1 Condition/d2 Patient/p1"});
}

TEST_F(ViewChangeTest, AConsentThatRunsOutIsALoss) {
  give({.last = "2024-03-31"});
  rows();
  disclose("ORG-PCP1");
  clock_.set(sample::at("2024-04-02T09:00:00Z"));
  EXPECT_EQ(admission_->pass_dates(), 1u);
  const auto queued = rows();
  ASSERT_EQ(queued.size(), 1u);
  EXPECT_EQ(format_instant(queued[0].occurred), "2024-04-01T04:00:00.000Z")
      << "when it ran out, not when that was seen";
  EXPECT_EQ(told(queued[0]), "look again");
}

// The same version was told when it was given. It gets a row of its own for each of its dates.
TEST_F(ViewChangeTest, OneVersionIsToldOfAtEachOfItsDates) {
  give({.first = "2024-03-01", .last = "2024-03-31"});
  disclose("ORG-PCP1");
  for (const char* date : {"2024-03-01T05:00:00Z", "2024-04-01T04:00:00Z"}) {
    clock_.set(sample::at(date));
    EXPECT_EQ(admission_->pass_dates(), 1u) << date;
  }
  EXPECT_EQ(rows().size(), 2u);
}

TEST_F(ViewChangeTest, ADateThatChangesNothingIsToldToNobody) {
  give({.last = "2024-03-31"});
  give({.id = "c2"});
  rows();
  disclose("ORG-PCP1");
  clock_.set(sample::at("2024-04-01T04:00:00Z"));
  EXPECT_EQ(admission_->pass_dates(), 1u) << "its grants are folded anew";
  EXPECT_EQ(all_told(), Names{}) << "the other consent still gives all of it";
}

// Random consents and dates, one after the other. Each message names exactly what the decision on each
// resource opened.
TEST_F(ViewChangeTest, RandomConsents) {
  const std::pair<const char*, const char*> who[] = {
      {"ORG-PCP1", "TREAT"}, {"ORG-MCP1", "HOPERAT"}, {"ORG-BHN", "TREAT"}};
  ASSERT_TRUE(admit({condition("b1", "F33.1"), condition("b2", "F11.20")}, bhn));
  std::size_t named = 0, lost = 0, both = 0, by_dates = 0;
  std::map<std::string, Names> before;
  const auto look = [&] {
    for (const auto& [recipient, purpose] : who) before[recipient] = visible_to(recipient, purpose);
  };
  const auto check = [&] {
    std::map<std::string, std::map<bool, store::OutboxRow>> queued;
    for (store::OutboxRow& row : rows())
      ASSERT_TRUE(queued[row.recipient].emplace(row.is_loss(), row).second);
    for (const auto& [recipient, purpose] : who) {
      SCOPED_TRACE(recipient);
      const Names now = visible_to(recipient, purpose);
      Names gained, context;
      for (const std::string& name : now)
        if (!before[recipient].contains(name)) gained.insert(name);
      const bool loses =
          !std::includes(now.begin(), now.end(), before[recipient].begin(), before[recipient].end());
      auto& of = queued[recipient];
      if (of.contains(false)) {
        const std::string what = told(of[false]);
        const std::string listed = what.starts_with("withheld") ? "" : what.substr(what.find(':') + 1);
        for (const std::string_view one : split(listed, ' '))
          if (one.find('/') != one.npos) context.emplace(one);
      }
      EXPECT_EQ(context, gained);
      EXPECT_EQ(of.contains(true) && told(of[true]).ends_with("ever went there"), loses);
      named += context.size(), lost += loses, both += loses && !gained.empty();
    }
  };
  for (unsigned seed = 1; seed <= 15; ++seed) {
    sample::RandomWorld world{seed};
    for (int i = 0; i < 25; ++i) {
      SCOPED_TRACE(fmt::format("seed {}, consent {}", seed, i));
      look();
      const std::string discloser = world.any({adv, bhn});
      const std::string text = any_consent(world, fmt::format("p1-c{}", world.between(0, 1)), discloser);
      const auto admitted = admit({text}, discloser, [&](admission::Entry& entry) {
        if (world.one_in(5)) entry.method = admission::Method::remove;
      });
      ASSERT_TRUE(admitted) << admitted.error().summary() << text;
      check();
      look();
      pass_hours(world.between(1, 40));
      by_dates += admission_->pass_dates();
      SCOPED_TRACE("by dates");
      check();
    }
  }
  EXPECT_GT(named, 50u);
  EXPECT_GT(lost, 10u);
  EXPECT_GT(both, 3u);
  EXPECT_GT(by_dates, 3u);
}

}  // namespace
}  // namespace handoff::disclosure
