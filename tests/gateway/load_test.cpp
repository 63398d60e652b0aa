#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "net/certificate.h"
#include "net/server.h"
#include "tools/load_command.h"
#include "tools/load_sender.h"
#include "tools/load_source.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

TEST(LoadItem, IsOneRequest) {
  struct Case {
    const char* text;
    std::string method, path;
    bool repeatable;
  };
  const Case cases[] = {
      {R"({"resourceType": "Patient", "id": "p1"})", "PUT", "/Patient/p1", true},
      {R"({"resourceType": "Patient"})", "POST", "/Patient", false},
      {R"({"resourceType": "Bundle", "type": "transaction"})", "POST", "", true},
      {R"({"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "PUT"}}, {"request": {"ifNoneExist": "x"}}]})",
       "POST", "", true},
      {R"({"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "POST"}}]})",
       "POST", "", false},
      {R"({"resourceType": "Bundle", "type": "document", "id": "b"})", "PUT", "/Bundle/b", true},
      {R"({"resourceType": "../x", "id": "a/b"})", "PUT", "/..%2Fx/a%2Fb", true},
  };
  for (const Case& c : cases) {
    const auto item = load_item("here", c.text);
    ASSERT_TRUE(item) << c.text;
    EXPECT_EQ(item->method, c.method);
    EXPECT_EQ(item->path, c.path);
    EXPECT_EQ(item->repeatable, c.repeatable) << c.text;
    EXPECT_EQ(item->body, c.text);
  }
  EXPECT_FALSE(load_item("here", "{"));
  EXPECT_FALSE(load_item("here", "[]"));
}

TEST(LoadDelay, TheAnswerSaysHowLongElseItDoubles) {
  const net::Response told{503, {{"retry-after", "2"}}, {}}, endless{503, {{"Retry-After", "86400"}}, {}},
      date{503, {{"Retry-After", "Mon"}}, {}};
  EXPECT_EQ(load_delay(&told, 1), std::chrono::seconds{2});
  EXPECT_EQ(load_delay(&endless, 1), std::chrono::seconds{10});
  EXPECT_EQ(load_delay(&date, 2), std::chrono::milliseconds{200});
  EXPECT_EQ(load_delay(nullptr, 1), std::chrono::milliseconds{100});
  EXPECT_EQ(load_delay(nullptr, 50), std::chrono::seconds{10});
}

// A server that answers as the test says, and a folder of records.
class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("handoff-load-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    ASSERT_TRUE(net::make_loopback_certificates(folder_));
    std::ofstream(folder_ / "token") << "t\n";
    fs::permissions(folder_ / "token", fs::perms::owner_read | fs::perms::owner_write);
    options_.token_file = folder_ / "token";
    options_.token.ca_file = folder_ / "ca.pem";
    options_.inputs = {folder_ / "in.ndjson"};
    options_.json = true;
  }
  void TearDown() override {
    server_.reset();
    fs::remove_all(folder_);
  }
  // `answer` gets the number of earlier requests for this path.
  void start(std::function<net::Response(std::size_t before)> answer) {
    net::ServerOptions options;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    server_ = net::Server::start(std::move(options), [this, answer](net::Request request, net::Reply reply) {
                const std::lock_guard hold(mutex_);
                reply(answer(asked_[request.target]++));
              }).value();
    options_.to = "https://127.0.0.1:" + std::to_string(server_->port()) + "/fhir";
  }
  std::pair<int, std::string> load(const std::string& lines) {
    std::ofstream(folder_ / "in.ndjson") << lines;
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = run_load(options_);
    said_ = testing::internal::GetCapturedStderr();
    const std::string out = testing::internal::GetCapturedStdout();
    return {code, out.substr(0, out.find(", \"seconds\""))};
  }
  fs::path folder_;
  LoadOptions options_;
  std::unique_ptr<net::Server> server_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> asked_;
  std::string said_;
};

constexpr const char* two = R"({"resourceType": "Patient", "id": "a"}
{"resourceType": "Patient", "id": "b"})";

TEST_F(LoadTest, WhatIsBusyIsTriedAgain) {
  start([](std::size_t before) {
    return before == 0   ? net::Response{503, {{"Retry-After", "0"}}, {}}
           : before == 1 ? net::Response{409, {}, {}}
                         : net::Response{201, {}, {}};
  });
  EXPECT_EQ(
      load(two),
      std::pair(0, std::string(R"({"read": 2, "loaded": 2, "refused": 0, "not_tried": 0, "repeated": 4)")));
  EXPECT_EQ(said_, "");
}

TEST_F(LoadTest, WhatIsRefusedIsNamedAndTheRestGoesOn) {
  start([](std::size_t) {
    return net::Response{
        422, {}, R"({"issue": [{"diagnostics": "is missing", "expression": ["Patient.name"]}]})"};
  });
  EXPECT_EQ(load(two).first, 3);
  EXPECT_NE(said_.find("in.ndjson:1: 422 Patient.name: is missing\n"), std::string::npos) << said_;
  EXPECT_NE(said_.find("in.ndjson:2: 422 Patient.name: is missing\n"), std::string::npos) << said_;
  EXPECT_EQ(asked_.size(), 2u);
}

TEST_F(LoadTest, ATokenThatIsNotAcceptedEndsIt) {
  options_.parallel = 1;
  start([](std::size_t) { return net::Response{401, {}, {}}; });
  const auto [code, report] = load(two);
  EXPECT_EQ(code, 1) << report;
  EXPECT_EQ(asked_.size(), 1u);
}

TEST_F(LoadTest, WrongCallsSayWhatIsWrong) {
  options_.to = "http://127.0.0.1/fhir";
  EXPECT_EQ(load(two).first, 2);
  EXPECT_EQ(said_, "handoff load: --to: must be an https FHIR base without a slash at its end\n");
  options_.to = "https://127.0.0.1/fhir";
  options_.inputs = {folder_ / "none"};
  EXPECT_EQ(load(two).first, 2);
  options_.inputs = {folder_ / "in.ndjson"};
  options_.token_file.reset();
  EXPECT_EQ(load(two).first, 2);
}

}  // namespace
}  // namespace handoff::gateway
