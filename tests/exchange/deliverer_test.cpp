#include "exchange/date_watch.h"

#include <atomic>
#include <mutex>

#include "../sample_gateway.h"
#include "net/certificate.h"
#include "net/server.h"
#include "sqlite/connection.h"
#include "store/outbox.h"

namespace handoff::exchange {
namespace {

using namespace std::chrono_literals;

// The machine's clock. The test sets it forward to make a retry due.
class DelivererTest : public sample::GatewayTest {
 protected:
  struct Message {
    std::string organization, authorization, identifier, focus, number;
    bool in_ledger = false;  // when the bytes arrived
  };

  static constexpr unsigned hold_back = 0;  // an answer that waits until the test gives it

  void SetUp() override {
    GatewayTest::SetUp();
    ASSERT_TRUE(net::make_loopback_certificates(folder_));
    net::ServerOptions options;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    partner_ = net::Server::start(options, [this](net::Request request, net::Reply reply) {
                 const unsigned status = take(request);
                 if (status != hold_back) return reply({status, {}, {}});
                 const std::lock_guard hold(mutex_);
                 held_ = std::move(reply);
               }).value();
    admit_quiet_record();
  }
  void TearDown() override {
    deliverer_.reset();
    partner_.reset();
    GatewayTest::TearDown();
  }

  unsigned take(const net::Request& request) {
    const auto parsed = json::parse(request.body);
    Message message;
    message.organization = request.target.substr(1, request.target.find('/', 1) - 1);
    message.authorization = request.header("authorization");
    message.identifier = parsed->root()["identifier"]["value"].text();
    message.focus = parsed->root()["entry"].at(0)["resource"]["id"].text();
    for (const json::Value parameter : parsed->root()["entry"].at(0)["resource"]["parameter"].items())
      for (const json::Value part : parameter["part"].items())
        if (part["name"].text() == "event-number") message.number = part["valueString"].text();
    message.in_ledger = ledger_entries() > ledger_before_;
    ledger_before_ = ledger_entries();
    const std::lock_guard hold(mutex_);
    messages_.push_back(message);
    if (answers_.empty() || (!silent_.empty() && silent_ != message.organization)) return 201;
    const unsigned status = answers_.front();
    answers_.erase(answers_.begin());
    return status;
  }
  std::vector<Message> messages() {
    const std::lock_guard hold(mutex_);
    return messages_;
  }

  void start(std::vector<unsigned> answers = {},
             const std::vector<std::string>& known = {"ORG-PCP1", "ORG-MC1"}) {
    const bool settles = answers.empty() || answers.front() != hold_back;
    answers_ = std::move(answers);  // the partner's threads use them from here on
    ledger_before_ = ledger_entries();
    Endpoints endpoints;
    for (const std::string& id : known)
      endpoints[id] = {"https://127.0.0.1:" + std::to_string(partner_->port()) + "/" + id + "/fhir",
                       "token of " + id};
    net::ClientOptions client;
    client.ca_file = folder_ / "ca.pem";
    client.allowed_addresses = {"127.0.0.1"};
    client.connect_timeout = 2s;
    deliverer_.emplace(*store_, *gate_, std::move(endpoints), std::move(client), retry_clock_);
    deliverer_->start();
    if (settles) settle();
  }
  // Waits until everything that is due now is done.
  void settle() {
    deliverer_->wake();
    ASSERT_TRUE(deliverer_->wait_idle(20s));
  }
  void wait_and_settle(std::chrono::milliseconds time) {
    retry_clock_.set(retry_clock_.now() + time);
    settle();
  }
  // By a consent of its own, ORG-MC1 may have everything that ORG-PCP1 may have.
  void permit_other() {
    const std::string other = sample::changed(record_of("Consent"), "\"c1\"", "\"c2\"");
    ASSERT_TRUE(admit({sample::changed(sample::changed(other, "CN-1", "CN-2"), "ORG-PCP1", "ORG-MC1")}));
  }
  bool is_held() {
    const std::lock_guard hold(mutex_);
    return bool(held_);
  }
  // A further aftercare plan of the same person.
  void issue_another(const std::string& id) { issue_aftercare({{"\"x1\"", "\"" + id + "\""}}); }
  std::string state(const std::string& focus = "Composition/x1/_history/1",
                    const std::string& recipient = "ORG-PCP1") const {
    static constexpr const char* names[] = {"queued", "delivered", "withheld", "failed"};
    for (const store::OutboxRow& row : store_->snapshot().outbox().all())
      if (row.focus == focus && row.recipient == recipient)
        return std::string(names[int(row.status)]) + " " + std::to_string(row.attempts) + " " + row.reason;
    return "no row";
  }

  // "HTTP status, outcome" of each attempt for a recipient.
  std::vector<std::string> attempts(const std::string& recipient) const {
    const sqlite::Connection file(folder_ / "handoff.db", true);
    sqlite::Statement statement(
        file, "SELECT http_status, outcome FROM delivery_attempt WHERE outbox = ?1 ORDER BY number");
    statement.bind(1, row_for(recipient).id);
    std::vector<std::string> all;
    while (statement.step())
      all.push_back(std::to_string(statement.integer(0)) + ", " + std::string(statement.text(1)));
    return all;
  }

  ManualClock retry_clock_{at("2030-01-01")};
  std::mutex mutex_;
  std::vector<Message> messages_;
  std::vector<unsigned> answers_;
  std::string silent_;  // the recipient that gets these answers; empty: everybody
  net::Reply held_;
  std::size_t ledger_before_ = 0;
  std::unique_ptr<net::Server> partner_;
  std::optional<Deliverer> deliverer_;

 private:
  static Instant at(std::string_view text) { return sample::at(text); }
};

TEST_F(DelivererTest, DeliversOnceWithTheEntryInTheLedgerFirst) {
  issue_aftercare();
  start();
  settle();
  wait_and_settle(24h);
  const auto received = messages();
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].organization, "ORG-PCP1");
  EXPECT_EQ(received[0].authorization, "Bearer token of ORG-PCP1");
  EXPECT_EQ(received[0].focus, "x1");
  EXPECT_TRUE(received[0].in_ledger);
  EXPECT_EQ(state(), "delivered 1 covered by consent CN-1");
  EXPECT_EQ(row_for("ORG-PCP1").consent, "CN-1");
  EXPECT_EQ(state("Composition/x1/_history/1", "ORG-MC1"),
            "withheld 1 no consent on file for this recipient");
}

TEST_F(DelivererTest, EachAttemptIsRecordedAndWhatIsWithheldToo) {
  issue_aftercare();
  start({503});
  wait_and_settle(1s);
  EXPECT_EQ(attempts("ORG-PCP1"),
            (std::vector<std::string>{"503, the recipient answered 503", "201, accepted"}));
  EXPECT_EQ(attempts("ORG-MC1"), std::vector<std::string>{"0, withheld"});
}

TEST_F(DelivererTest, LanesKeepTheirOrder) {
  for (const char* id : {"x1", "x2", "x3"}) issue_another(id);
  start({503});
  ASSERT_EQ(messages().size(), 1u) << "what comes later waits for what came first";
  EXPECT_EQ(state("Composition/x2/_history/1"), "queued 0 ");
  wait_and_settle(1s);
  const auto received = messages();
  ASSERT_EQ(received.size(), 4u);
  const char* expected[] = {"x1", "x1", "x2", "x3"};
  for (std::size_t i = 0; i < received.size(); ++i) EXPECT_EQ(received[i].focus, expected[i]);
}

TEST_F(DelivererTest, RetriesWithGrowingDelayAndOneIdentifier) {
  issue_aftercare();
  start({503, 429, 500, 404});
  EXPECT_EQ(state(), "queued 1 the recipient answered 503");
  std::size_t expected = 1;
  for (const auto delay : {1s, 2s, 4s, 8s}) {
    wait_and_settle(delay - 1ms);
    EXPECT_EQ(messages().size(), expected) << "not before " << delay.count() << " s";
    wait_and_settle(1ms);
    EXPECT_EQ(messages().size(), ++expected);
  }
  EXPECT_EQ(state(), "delivered 5 covered by consent CN-1");
  for (const Message& message : messages()) {
    EXPECT_EQ(message.identifier, messages()[0].identifier);
    EXPECT_TRUE(message.in_ledger) << "each attempt has its own entry";
  }
}

// The numbers that one recipient sees reveal nothing about messages to others.
TEST_F(DelivererTest, NotificationsAreNumberedForEachRecipientAlone) {
  const auto numbers = [this](const std::string& recipient) {
    std::string all;
    for (const Message& message : messages())
      if (message.organization == recipient) all += message.number + " ";
    return all;
  };
  const auto change_plan = [this](const std::string& title) {
    ASSERT_TRUE(admit(
        {sample::changed(record_of("CarePlan"), "\"status\"", "\"title\": \"" + title + "\", \"status\"")}));
  };
  change_plan("first");  // ORG-MC1 may not have this one, so it takes no number there
  start();
  EXPECT_EQ(numbers("ORG-PCP1"), "1 ");
  EXPECT_EQ(numbers("ORG-MC1"), "");
  permit_other();
  change_plan("second");
  settle();
  change_plan("third");
  settle();
  EXPECT_EQ(numbers("ORG-PCP1"), "1 2 3 ");
  EXPECT_EQ(numbers("ORG-MC1"), "1 2 ");
}

TEST_F(DelivererTest, ANotificationKeepsItsNumberInEveryAttemptAndAcrossARestart) {
  ASSERT_TRUE(admit({record_of("CarePlan")}));
  start({503, 503}, {"ORG-PCP1"});
  deliverer_.reset();
  start({503}, {"ORG-PCP1"});
  wait_and_settle(2s);
  wait_and_settle(4s);
  wait_and_settle(8s);
  const auto all = messages();
  ASSERT_GE(all.size(), 3u);
  for (const Message& message : all) EXPECT_EQ(message.number, "1");
  EXPECT_EQ(state("CarePlan/cp1/_history/2").substr(0, 9), "delivered") << state("CarePlan/cp1/_history/2");
}

TEST_F(DelivererTest, ARefusalForGoodFreesTheLane) {
  for (const char* id : {"x1", "x2"}) issue_another(id);
  start({422});
  EXPECT_EQ(state(), "failed 1 the recipient answered 422");
  EXPECT_EQ(state("Composition/x2/_history/1"), "delivered 1 covered by consent CN-1");
  wait_and_settle(24h);
  EXPECT_EQ(messages().size(), 2u);
}

TEST_F(DelivererTest, GivesUpAfterTheLastAttemptAndFreesTheLane) {
  for (const char* id : {"x1", "x2"}) issue_another(id);
  store::Batch batch;
  store::OutboxUpdate update;
  update.id = row_for("ORG-PCP1").id, update.attempts = limits::delivery_attempts_max - 1,
  update.reason = "earlier";
  batch.outbox_updates.push_back(update);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  start({503});
  EXPECT_EQ(state(),
            "failed " + std::to_string(limits::delivery_attempts_max) + " the recipient answered 503");
  EXPECT_EQ(state("Composition/x2/_history/1"), "delivered 1 covered by consent CN-1");
}

TEST_F(DelivererTest, WithoutAnEndpointItFails) {
  issue_aftercare();
  start({}, {"ORG-MC1"});
  EXPECT_EQ(state(), "failed 1 no endpoint is known for ORG-PCP1");
  EXPECT_TRUE(messages().empty());
}

TEST_F(DelivererTest, WhatIsRevokedWhileQueuedStays) {
  issue_aftercare();
  start({503});
  ASSERT_TRUE(admit({sample::changed(record_of("Consent"), "\"active\"", "\"inactive\"")}));
  const std::size_t before = ledger_entries();
  wait_and_settle(1h);
  EXPECT_EQ(messages().size(), 1u);
  EXPECT_EQ(state(), "withheld 2 consent revoked");
  EXPECT_EQ(ledger_entries(), before) << "no disclosure, no entry";
}

TEST_F(DelivererTest, NothingGoesWhileItPauses) {
  start();
  deliverer_->pause();
  issue_aftercare();
  deliverer_->wake();
  EXPECT_FALSE(deliverer_->wait_idle(600ms)) << "there is something to look at";
  EXPECT_EQ(state(), "queued 0 ");
  deliverer_->resume();
  settle();
  EXPECT_EQ(state(), "delivered 1 covered by consent CN-1");
}

// A date passes while nobody writes anything. The recipient that loses by it is told within seconds.
TEST_F(DelivererTest, ADateThatPassesIsTold) {
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Organization","id":"ORG-PCP1","name":"Primary care","type":[{"coding":[{"code":"pcp"}]}]})"}));
  issue_aftercare();
  start();
  ASSERT_EQ(state(), "delivered 1 covered by consent CN-1");
  DateWatch watch(*admission_, *deliverer_);
  watch.start();
  clock_.set(sample::at("2031-01-01"));  // after every consent
  const auto lost = [this] {
    for (const store::OutboxRow& row : store_->snapshot().outbox().all())
      if (row.event == "E16" && row.is_loss() && row.recipient == "ORG-PCP1")
        return row.status == store::DeliveryStatus::delivered;
    return false;
  };
  for (int i = 0; i < 200 && !lost(); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(lost());
}

TEST_F(DelivererTest, APartnerThatIsAwayIsAskedAgain) {
  issue_aftercare();
  const std::uint16_t port = partner_->port();
  partner_.reset();
  net::ClientOptions client;
  client.ca_file = folder_ / "ca.pem";
  client.allowed_addresses = {"127.0.0.1"};
  deliverer_.emplace(*store_, *gate_,
                     Endpoints{{"ORG-PCP1", {"https://127.0.0.1:" + std::to_string(port), "t"}}}, client,
                     retry_clock_);
  deliverer_->start();
  settle();
  EXPECT_EQ(row_for("ORG-PCP1").status, store::DeliveryStatus::queued);
  EXPECT_EQ(row_for("ORG-PCP1").attempts, 1);
}

TEST_F(DelivererTest, APartnerThatDoesNotAnswerHoldsUpNobodyElse) {
  permit_other();
  for (const char* id : {"x1", "x2"}) issue_another(id);
  silent_ = "ORG-PCP1";
  start({hold_back});
  while (!is_held() || state("Composition/x2/_history/1", "ORG-MC1").starts_with("queued"))
    std::this_thread::yield();
  EXPECT_EQ(state("Composition/x1/_history/1", "ORG-MC1"), "delivered 1 covered by consent CN-2");
  EXPECT_EQ(state("Composition/x2/_history/1", "ORG-MC1"), "delivered 1 covered by consent CN-2");
  EXPECT_EQ(state(), "queued 0 ");
  EXPECT_EQ(state("Composition/x2/_history/1"), "queued 0 ") << "its own lane keeps its order";
  EXPECT_FALSE(deliverer_->wait_idle(1ms)) << "one is under way";
  EXPECT_EQ(messages().size(), 3u) << "nothing is tried twice at once, however often it looks";
  silent_.clear();
  held_({201, {}, {}});
  settle();
  EXPECT_EQ(state("Composition/x2/_history/1"), "delivered 1 covered by consent CN-1");
  EXPECT_EQ(messages().size(), 4u);
}

TEST_F(DelivererTest, AClockThatRanAheadDoesNotPutARetryOffForEver) {
  issue_aftercare();
  const Instant before = retry_clock_.now();
  retry_clock_.set(before + 24h * 3650);
  start({503});
  EXPECT_EQ(state(), "queued 1 the recipient answered 503");
  retry_clock_.set(before);
  settle();
  EXPECT_EQ(state(), "delivered 2 covered by consent CN-1");
}

TEST_F(DelivererTest, EndsAfterTheMessageThatIsUnderWay) {
  for (const char* id : {"x1", "x2"}) issue_another(id);
  silent_ = "ORG-PCP1";
  start({hold_back});
  while (!is_held()) std::this_thread::yield();
  std::thread ending([this] { deliverer_.reset(); });
  std::this_thread::sleep_for(50ms);  // it waits for the answer by now; if not yet, the test still passes
  held_({201, {}, {}});
  ending.join();
  EXPECT_EQ(messages().size(), 1u);
  EXPECT_EQ(store_->snapshot().outbox().queued(), 1u) << "the other is sent after the next start";
}

TEST(Deliverer, DelaysDoubleToALimit) {
  for (const auto& [attempts, delay] : {std::pair<int, std::chrono::milliseconds>{0, 1s},
                                        {1, 1s},
                                        {2, 2s},
                                        {3, 4s},
                                        {12, 2048s},
                                        {13, 3600s},
                                        {83, 3600s}})
    EXPECT_EQ(retry_delay(attempts), delay) << attempts;
}

}  // namespace
}  // namespace handoff::exchange
