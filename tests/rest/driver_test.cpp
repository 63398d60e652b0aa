// What the driver of interactions guarantees: ledger entries come before answers, conflicts are tried again,
// and exceptions become answers.
#include "rest/http/driver.h"

#include <future>

#include "service_fixture.h"

namespace handoff::rest {
namespace {

class DriverTest : public ServiceTest {
 protected:
  // The number of ledger entries when the answer comes, before anybody could have its bytes.
  std::size_t entries_at_answer(const std::string& method, const std::string& target,
                                net::Headers headers = {}, const std::string& body = {}) {
    headers.emplace_back("Authorization", bearer());
    std::promise<std::size_t> promise;
    auto counted = promise.get_future();
    service_->handle({method, target, std::move(headers), body}, [&](net::Response response) {
      status_ = response.status;
      promise.set_value(store_->verify_ledger().value());
    });
    return counted.get();
  }
  unsigned status_ = 0;
};

TEST_F(DriverTest, WhatIsDisclosedStandsInTheLedgerBeforeItsAnswer) {
  ASSERT_EQ(post(transaction(put_entry("Organization", "o1", R"(,"name":"A")"))).status, 200u);
  const net::Headers json = {{"Content-Type", fhir_type}};
  const std::string gets = R"({"resourceType":"Bundle","type":")";
  const std::string entry = R"(","entry":[{"request":{"method":"GET","url":"Organization/o1"}}]})";
  struct Case {
    const char *method, *target;
    net::Headers headers;
    std::string body;
    unsigned status;
    std::size_t entries;
  };
  const Case cases[] = {
      {"GET", "/fhir/Organization/o1", {}, "", 200, 1},
      {"GET", "/fhir/Organization/o1/_history/1", {}, "", 200, 1},
      {"GET", "/fhir/Organization/o1", {{"If-None-Match", "W/\"1\""}}, "", 304, 1},
      {"GET", "/fhir/Organization/o1/_history", {}, "", 200, 1},
      {"GET", "/fhir/Organization", {}, "", 200, 1},
      {"POST", "/fhir/Organization/o1/$validate", {}, "", 200, 1},
      {"POST", "/fhir", json, gets + "batch" + entry, 200, 1},
      {"POST", "/fhir", json, gets + "transaction" + entry, 200, 1},
      {"GET", "/fhir/Organization/o2", {}, "", 404, 0},
      // The write, and its answer.
      {"PUT", "/fhir/Organization/o3", json, R"({"resourceType":"Organization","id":"o3","name":"C"})", 201,
       2},
  };
  std::size_t before = store_->verify_ledger().value();
  for (const Case& c : cases) {
    const std::size_t now = entries_at_answer(c.method, c.target, c.headers, c.body);
    EXPECT_EQ(status_, c.status) << c.method << ' ' << c.target;
    EXPECT_EQ(now, before + c.entries) << c.method << ' ' << c.target;
    before = now;
  }
}

class DrivenTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    authoring_.emplace(*gate_, *admission_, fhir::Definitions::r4());
    context_.reset(new Context{
        base_url, tokens_, *gate_, *admission_, *authoring_, fhir::Definitions::r4(), terminology_, {}, {}});
    driver_.emplace(*context_, workers_);
  }
  net::Response run(Interaction interaction) {
    std::promise<net::Response> promise;
    auto answer = promise.get_future();
    workers_.offer(0, [&] {
      driver_->run(interaction, Call{},
                   [&promise](net::Response response) { promise.set_value(std::move(response)); });
    });
    return answer.get();
  }
  static inline int runs = 0;

  std::optional<authoring::Authoring> authoring_;
  std::unique_ptr<const Context> context_;
  Workers workers_{2, 16};
  std::optional<Driver> driver_;
};

TEST_F(DrivenTest, WhatIsThrownIsAnAnswer) {
  EXPECT_EQ(run([](const Context&, Call&) -> Step { throw std::runtime_error("secret"); }).status, 500u);
  EXPECT_EQ(run([](const Context&, Call&) -> Step { throw TimeOver(); }).status, 503u);
  const net::Response later = run([](const Context&, Call&) -> Step {
    return Later{[]() -> Step { throw std::runtime_error("secret"); }};
  });
  EXPECT_EQ(later.status, 500u);
  EXPECT_EQ(later.body.find("secret"), std::string::npos);
}

// A write that expects an old version is a conflict each time.
TEST_F(DrivenTest, AConflictBeginsAnewAndThenIsTheAnswer) {
  runs = 0;
  const net::Response refused = run([](const Context&, Call&) -> Step {
    ++runs;
    admission::Prepared prepared;
    store::Write& write = prepared.batch.writes.emplace_back();
    write.type = "Basic", write.id = "b", write.expected = 7, write.deleted = true;
    return Commit{std::move(prepared), [](Instant) -> Step { return net::Response{200, {}, {}}; }};
  });
  EXPECT_EQ(refused.status, 409u);
  EXPECT_EQ(runs, 4);
}

// The journal's files cannot be made, so no disclosure can be recorded. The answer still says that the write
// was done.
TEST_F(DrivenTest, WithoutAnEntryNothingIsDisclosed) {
  for (int i = 0; i < 4; ++i)
    std::filesystem::create_directory(folder_ / ("handoff.db-ledger-" + std::to_string(i)));
  EXPECT_EQ(run([](const Context&, Call&) -> Step {
              return Record{{"{}"}, {200, {}, "disclosed"}};
            }).status,
            503u);
  const net::Response bare = run([](const Context&, Call&) -> Step {
    return Record{{"{}"}, {201, {}, "disclosed"}, net::Response{201, {}, {}}};
  });
  EXPECT_EQ(bare.status, 201u);
  EXPECT_EQ(bare.body, "");
}

TEST_F(DrivenTest, WhatFollowsComesInItsOrder) {
  const net::Response answer = run([](const Context&, Call&) -> Step {
    return Later{[]() -> Step {
                   admission::Prepared prepared;
                   prepared.batch.ledger = {"{}"};
                   return Commit{std::move(prepared), [](Instant) -> Step {
                                   return Record{{"{}"}, {201, {}, "done"}};
                                 }};
                 },
                 {"{}"}};
  });
  EXPECT_EQ(answer.status, 201u);
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(store_->verify_ledger().value(), 3u);
}

}  // namespace
}  // namespace handoff::rest
