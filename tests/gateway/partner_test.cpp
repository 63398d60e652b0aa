// Partners against the test's own gateway: TLS and tokens are real, and the test answers the searches.
#include "demo/partner.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <iterator>

#include "auth/token.h"
#include "core/civil.h"
#include "demo/sandbox_clients.h"
#include "disclosure/notification.h"
#include "json/document.h"
#include "net/certificate.h"
#include "net/server.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

using namespace std::chrono_literals;

constexpr const char* found = R"({"resourceType":"Bundle","type":"searchset","total":1,"entry":[
  {"fullUrl":"https://g/fhir/CarePlan/c1","resource":{"resourceType":"CarePlan","id":"c1"},"search":{"mode":"match"}},
  {"fullUrl":"https://g/fhir/Goal/g1","resource":{"resourceType":"Goal","id":"g1"},"search":{"mode":"include"}},
  {"fullUrl":"https://g/fhir/Goal/g2","resource":{"resourceType":"Goal","id":"g2"},"search":{"mode":"include"}},
  {"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}}]})";

class PartnerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-partner-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(net::make_loopback_certificates(folder_));
    ASSERT_TRUE(write_file(folder_ / "partner-tokens.json",
                           R"({"ORG-PCP1": "t1", "ORG-MC1": "t2", "ORG-HOSP": "t3"})"));
    const auto made =
        make_clients(folder_, {{"ORG-PCP1", "Primary care", "pcp"}, {"ORG-MC1", "Crisis", "mobile_crisis"}});
    ASSERT_TRUE(made) << made.error().summary();
    clients_.clear();
    for (const SandboxClient& each : *made) clients_.push_back(each.client);
    start_gateway();
    start_partners();
  }
  void TearDown() override {
    release({503, {}, {}});
    partners_.reset();
    gateway_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start_gateway() {
    net::ServerOptions options;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    gateway_ = net::Server::start(options, [this](net::Request request, net::Reply reply) {
                 serve(std::move(request), std::move(reply));
               }).value();
    origin_ = "https://127.0.0.1:" + std::to_string(gateway_->port());
    restart_tokens();
  }
  void restart_tokens() {
    tokens_.emplace(origin_ + "/auth/token", clock_);
    tokens_->set_clients(clients_);
  }
  void start_partners() {
    partners_.reset();
    partners_.emplace(folder_, clock_);
    ASSERT_TRUE(partners_->load());
  }

  void serve(net::Request request, net::Reply reply) {
    {
      const std::lock_guard hold(mutex_);
      asked_.push_back(request.method + " " + request.target);
    }
    if (request.target == "/fhir/.well-known/smart-configuration")
      return reply(
          {200,
           {},
           R"({"token_endpoint":")" + (endpoint_.empty() ? origin_ + "/auth/token" : endpoint_) + "\"}"});
    if (request.target == "/auth/token") return reply(issue(request));
    const auto requester = tokens_->authenticate(request.header("authorization"));
    if (!requester) return reply({401, {}, {}});
    const std::lock_guard hold(mutex_);
    organizations_.push_back(requester->organization);
    if (holding_) held_.push_back(std::move(reply));
    else reply(search_answer_);
  }
  net::Response issue(const net::Request& request) {
    auth::TokenRequest wanted;
    const auto form = net::parse_form(request.body);
    for (const auto& [name, value] : *form) {
      if (name == "grant_type") wanted.grant_type = value;
      if (name == "client_assertion_type") wanted.client_assertion_type = value;
      if (name == "client_assertion") wanted.client_assertion = value;
      if (name == "scope") wanted.scope = value;
    }
    const auto issued = tokens_->exchange(wanted);
    if (!issued) return {400, {}, "{}"};
    return {200,
            {},
            R"({"access_token":")" + issued->access_token + R"(","expires_in":)" +
                std::to_string(issued->expires_in_s) + "}"};
  }
  // The requests since the last call.
  std::vector<std::string> asked() {
    const std::lock_guard hold(mutex_);
    return std::exchange(asked_, {});
  }

  std::string notification(const std::string& identifier = "urn:uuid:1", const std::string& base = {}) const {
    disclosure::NotificationParts parts;
    parts.base = base.empty() ? origin_ + "/fhir" : base;
    parts.identifier = identifier, parts.topic = "https://x.example/t", parts.recipient = "ORG-PCP1";
    parts.focus = "CarePlan/c1", parts.context = {"Goal/g1"};
    json::Arena arena;
    return json::write(disclosure::compose_notification(arena, parts));
  }
  static std::string document(const std::string& identifier) {
    return R"({"resourceType":"Bundle","type":"document","identifier":{"value":")" + identifier + "\"}}";
  }
  std::future<net::Response> begin(const std::string& body, const std::string& organization = "ORG-PCP1",
                                   const std::string& token = "t1", const std::string& method = "POST",
                                   const std::string& path = "Bundle") {
    auto promise = std::make_shared<std::promise<net::Response>>();
    partners_->receive(
        {method, "/" + organization + "/fhir/" + path, {{"Authorization", "Bearer " + token}}, body},
        [promise](net::Response response) { promise->set_value(std::move(response)); });
    return promise->get_future();
  }
  net::Response post(const std::string& body, const std::string& organization = "ORG-PCP1",
                     const std::string& token = "t1") {
    return begin(body, organization, token).get();
  }
  std::string file(int number, const std::string& organization = "ORG-PCP1") const {
    const auto text = read_file(folder_ / "received" / organization / (std::to_string(number) + ".json"));
    return text ? *text : "none";
  }
  // While `holding`, searches wait until release() answers them. Otherwise they are answered at once.
  void hold_searches(bool holding) {
    const std::lock_guard hold(mutex_);
    holding_ = holding;
  }
  std::size_t held() {
    const std::lock_guard hold(mutex_);
    return held_.size();
  }
  void release(const net::Response& answer) {
    std::vector<net::Reply> replies;
    {
      const std::lock_guard hold(mutex_);
      replies.swap(held_);
    }
    for (net::Reply& reply : replies) reply(answer);
  }
  void answer_searches(net::Response answer) {
    const std::lock_guard hold(mutex_);
    search_answer_ = std::move(answer);
  }

  const std::string search_ = "GET /fhir/CarePlan?_id=c1&_include=CarePlan:goal";
  const std::string configuration_ = "GET /fhir/.well-known/smart-configuration";
  std::filesystem::path folder_;
  ManualClock clock_{SystemClock().now()};
  std::vector<auth::Client> clients_;
  std::optional<auth::TokenService> tokens_;
  std::string origin_, endpoint_;
  std::mutex mutex_;
  std::vector<std::string> asked_, organizations_;
  net::Response search_answer_{200, {}, found};
  bool holding_ = false;
  std::vector<net::Reply> held_;
  std::unique_ptr<net::Server> gateway_;
  std::optional<Partners> partners_;
};

TEST_F(PartnerTest, ANotificationIsWrittenAndWhatItNamesIsPulled) {
  EXPECT_EQ(post(notification()).status, 201u);
  EXPECT_EQ(asked(), (std::vector<std::string>{configuration_, "POST /auth/token", search_}));
  EXPECT_EQ(organizations_, std::vector<std::string>{"Organization/ORG-PCP1"}) << "with its own client";
  EXPECT_EQ(file(1), notification()) << "as it came";
  EXPECT_EQ(
      file(2),
      R"({"resourceType":"Bundle","type":"searchset","total":1,"entry":[)"
      R"({"fullUrl":"https://g/fhir/CarePlan/c1","resource":{"resourceType":"CarePlan","id":"c1"},"search":{"mode":"match"}},)"
      R"({"fullUrl":"https://g/fhir/Goal/g1","resource":{"resourceType":"Goal","id":"g1"},"search":{"mode":"include"}}],)"
      R"("identifier":{"system":"https://handoff.example.org/id/pulled-for","value":"urn:uuid:1"}})")
      << "nothing that was not named";
  EXPECT_EQ(file(3), "none");
}

TEST_F(PartnerTest, TheSameTwiceHasOneEffectAlsoAfterARestart) {
  ASSERT_EQ(post(notification()).status, 201u);
  ASSERT_EQ(post(document("urn:uuid:d")).status, 201u);
  asked();
  for (const bool restarted : {false, true}) {
    if (restarted) start_partners();
    EXPECT_EQ(post(notification()).status, 200u);
    EXPECT_EQ(post(document("urn:uuid:d")).status, 200u);
    EXPECT_TRUE(asked().empty());
    EXPECT_EQ(file(4), "none");
  }
  EXPECT_EQ(post(notification("urn:uuid:2")).status, 201u);
  EXPECT_EQ(file(4), notification("urn:uuid:2"));
  EXPECT_NE(file(5).find("urn:uuid:2"), std::string::npos);
}

TEST_F(PartnerTest, WhatCannotBePulledNowIsPulledWhenTheMessageComesAgain) {
  for (const net::Response& failing : {net::Response{503, {}, {}},
                                       {403, {}, "{}"},
                                       {200, {}, "no JSON"},
                                       {200, {}, R"({"type":"batch"})"}}) {
    TearDown();
    SetUp();
    answer_searches(failing);
    for (int attempt = 0; attempt < 2; ++attempt) {
      const net::Response answer = post(notification());
      EXPECT_EQ(answer.status, 503u);
      EXPECT_EQ(answer.headers, (net::Headers{{"Retry-After", "1"}}));
    }
    EXPECT_EQ(file(1), notification());
    EXPECT_EQ(file(2), "none") << "the notification once, and nothing else yet";
    answer_searches({200, {}, found});
    if (failing.status == 403) start_partners();  // they remember that there is something to pull
    EXPECT_EQ(post(notification()).status, 201u);
    EXPECT_NE(file(2).find("searchset"), std::string::npos);
    EXPECT_EQ(file(3), "none");
  }
}

TEST_F(PartnerTest, AGatewayThatIsAwayIsAskedAgain) {
  const std::string told = notification();
  gateway_.reset();
  EXPECT_EQ(post(told).status, 503u);
  EXPECT_EQ(file(1), told);
}

TEST_F(PartnerTest, ATokenIsKeptUntilShortlyBeforeItsEnd) {
  const auto asks_for_token = [this](const std::string& identifier) {
    EXPECT_EQ(post(notification(identifier)).status, 201u);
    const auto all = asked();
    EXPECT_EQ(all.back(), search_);
    return all.size() == 3;
  };
  EXPECT_TRUE(asks_for_token("a"));
  EXPECT_FALSE(asks_for_token("b"));
  clock_.set(clock_.now() + std::chrono::seconds{auth::TokenService::token_life_s - 31});
  EXPECT_FALSE(asks_for_token("c"));
  clock_.set(clock_.now() + 1s);
  EXPECT_TRUE(asks_for_token("d"));
  restart_tokens();
  EXPECT_EQ(post(notification("e")).status, 201u);
  EXPECT_EQ(asked(), (std::vector<std::string>{search_, configuration_, "POST /auth/token", search_}))
      << "a gateway that began anew";
}

TEST_F(PartnerTest, NobodyElseIsAsked) {
  EXPECT_EQ(post(notification("far", "https://10.1.2.3/fhir")).status, 201u);
  EXPECT_EQ(post(notification("name", "https://127.0.0.1.example.org:1/fhir")).status, 201u);
  EXPECT_TRUE(asked().empty());
  endpoint_ = origin_ + "1/auth/token";
  EXPECT_EQ(post(notification("endpoint")).status, 503u)
      << "a token endpoint of another server gets no assertion";
  EXPECT_EQ(asked(), std::vector<std::string>{configuration_});
}

TEST_F(PartnerTest, WhoHasNoClientKeepsTheNotificationOnly) {
  EXPECT_EQ(post(notification(), "ORG-HOSP", "t3").status, 201u);
  EXPECT_EQ(post(notification(), "ORG-HOSP", "t3").status, 200u);
  EXPECT_NE(file(1, "ORG-HOSP"), "none");
  EXPECT_EQ(file(2, "ORG-HOSP"), "none");
}

TEST_F(PartnerTest, ASlowPullHoldsUpNobody) {
  hold_searches(true);
  auto slow = begin(notification());
  while (held() == 0) std::this_thread::yield();
  EXPECT_EQ(post(notification()).status, 503u) << "it is being pulled";
  EXPECT_EQ(post(document("urn:uuid:d")).status, 201u);
  EXPECT_EQ(post(document("urn:uuid:d"), "ORG-MC1", "t2").status, 201u);
  hold_searches(false);
  EXPECT_EQ(post(notification("urn:uuid:2")).status, 201u);
  EXPECT_EQ(slow.wait_for(0s), std::future_status::timeout);
  release({200, {}, found});
  EXPECT_EQ(slow.get().status, 201u);
  EXPECT_NE(file(5), "none");
  EXPECT_EQ(file(6), "none");
}

TEST_F(PartnerTest, TheEndAnswersWhatWaits) {
  hold_searches(true);
  std::vector<std::future<net::Response>> all;
  for (const char* identifier : {"1", "2", "3", "4"}) all.push_back(begin(notification(identifier)));
  while (held() < 4) std::this_thread::yield();
  auto waiting = begin(notification("5"));
  std::thread ending([this] { partners_->stop(); });
  EXPECT_EQ(waiting.get().status, 503u);
  release({200, {}, found});
  ending.join();
  for (auto& each : all) EXPECT_EQ(each.get().status, 201u);
  EXPECT_EQ(post(notification("6")).status, 503u);
}

TEST_F(PartnerTest, OnlyMessagesForItsPartnersAreTaken) {
  struct Case {
    std::string body, organization, token, method, path;
    unsigned status;
  };
  const std::string focusless = R"({"type":"history","identifier":{"value":"x"}})";
  const Case cases[] = {
      {document("a"), "ORG-NONE", "t1", "POST", "Bundle", 404},
      {document("a"), "ORG-PCP1", "t1", "POST", "Patient", 404},
      {document("a"), "ORG-PCP1", "t2", "POST", "Bundle", 401},
      {document("a"), "ORG-PCP1", "", "POST", "Bundle", 401},
      {document("a"), "ORG-PCP1", "t1", "PUT", "Bundle", 405},
      {"{", "ORG-PCP1", "t1", "POST", "Bundle", 422},
      {"{}", "ORG-PCP1", "t1", "POST", "Bundle", 422},
      {focusless, "ORG-PCP1", "t1", "POST", "Bundle", 422},
      {document("a"), "ORG-PCP1", "t1", "POST", "Bundle/x", 404},
  };
  for (const Case& c : cases)
    EXPECT_EQ(begin(c.body, c.organization, c.token, c.method, c.path).get().status, c.status) << c.body;
  EXPECT_EQ(file(1), "none");
}

}  // namespace
}  // namespace handoff::gateway
