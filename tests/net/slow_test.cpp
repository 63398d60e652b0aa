// Limits end a client that sends or reads slowly, and it is told if a request had begun. Others are served
// meanwhile.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

#include "net/certificate.h"
#include "net/client.h"
#include "net/server.h"
#include "peer.h"

namespace handoff::net {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class SlowTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-slow-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(make_loopback_certificates(folder_));
    options_.certificate_file = folder_ / "server.pem";
    options_.key_file = folder_ / "server.key";
    options_.header_timeout = 300ms;
    options_.body_timeout = 600ms;
    options_.idle_timeout = 500ms;
    options_.refusal = [](unsigned status, std::string_view) { return Response{status, {}, "too slow"}; };
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start(std::string answer = "answer") {
    server_ = Server::start(options_, [answer = std::move(answer)](Request, Reply reply) {
                reply({200, {}, answer});
              }).value();
  }
  bool others_are_served() const {
    ClientOptions options;
    options.ca_file = folder_ / "ca.pem";
    options.allowed_addresses = {"127.0.0.1"};
    const auto answer =
        Client(options).send({"GET", "https://127.0.0.1:" + std::to_string(server_->port()) + "/", {}, ""});
    return answer && answer->status == 200;
  }
  bool all_gone(std::chrono::milliseconds within) const {
    const auto end = std::chrono::steady_clock::now() + within;
    while (server_->connections() > 0 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(5ms);
    return server_->connections() == 0;
  }

  std::filesystem::path folder_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

constexpr std::string_view request =
    "GET / HTTP/1.1\r\nHost: localhost\r\nX-Padding: 0123456789012345678901234567890123456789\r\n\r\n";

TEST_F(SlowTest, AHeaderThatDoesNotComeToItsEndIsAnswered408) {
  start();
  Peer slow(server_->port());
  EXPECT_FALSE(slow.send_slowly(request) && slow.send(request)) << "1.5 s of it were taken";
  const std::string told = slow.read_to_end();
  EXPECT_TRUE(told.starts_with("HTTP/1.1 408 ")) << told;
  EXPECT_NE(told.find("too slow"), told.npos);
  EXPECT_TRUE(all_gone(5s));
}

TEST_F(SlowTest, ALaterHeaderHasNoMoreTimeThanTheFirst) {
  options_.idle_timeout = 10s;
  start();
  Peer slow(server_->port());
  ASSERT_TRUE(slow.send(request));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(slow.send("GET / HT"));
  const std::string told = slow.read_to_end();
  EXPECT_TRUE(told.starts_with("HTTP/1.1 200 ")) << told;
  EXPECT_NE(told.find("HTTP/1.1 408 "), told.npos) << told;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(SlowTest, ABodyThatDoesNotComeToItsEndIsAnswered408) {
  start();
  Peer slow(server_->port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"));
  slow.send_slowly(std::string(100, 'x'));
  EXPECT_TRUE(others_are_served());
  EXPECT_TRUE(slow.read_to_end().starts_with("HTTP/1.1 408 "));
}

TEST_F(SlowTest, WhoDoesNotReadIsLeft) {
  start(std::string(8u << 20, 'x'));
  Peer slow(server_->port());
  ASSERT_TRUE(slow.send(request));
  EXPECT_TRUE(all_gone(10s)) << "it never reads, and goes nevertheless";
  EXPECT_LT(slow.read_to_end().size(), 8u << 20);
}

TEST_F(SlowTest, WhoSaysNothingIsLeftWithoutAWord) {
  start();
  Peer silent(server_->port());
  Peer idle(server_->port());
  ASSERT_TRUE(idle.send(request));
  EXPECT_TRUE(others_are_served());
  EXPECT_EQ(silent.read_to_end(), "");
  const std::string told = idle.read_to_end();
  EXPECT_TRUE(told.starts_with("HTTP/1.1 200 ")) << told;
  EXPECT_EQ(told.find("408"), told.npos);
  EXPECT_TRUE(all_gone(5s));
}

// The peer lives in this process too, and the limit is lowered for the process. So the peer's descriptors are
// made first.
TEST_F(SlowTest, WithoutDescriptorsItWaitsForThemAndGoesOn) {
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
  GTEST_SKIP() << "the sanitizer looks at objects through a pipe, for which there would be no descriptors";
#endif
#endif
  start();
  ASSERT_TRUE(others_are_served());
  ASSERT_TRUE(all_gone(10s));
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> waiting;
  for (int i = 0; i < 20; ++i) waiting.emplace_back(io, asio::ip::tcp::v4());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);
  ::close(next);
  const rlimit none{rlim_t(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  for (auto& each : waiting) each.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
  const std::clock_t begin = std::clock();
  std::this_thread::sleep_for(500ms);
  const double busy_s = double(std::clock() - begin) / CLOCKS_PER_SEC;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(server_->connections(), 0u) << "there were descriptors left";
  EXPECT_LT(busy_s, 0.25) << "the accept loop spins";
  EXPECT_TRUE(others_are_served());
}

TEST(Certificates, SayWhenTheyEnd) {
  const auto folder = std::filesystem::temp_directory_path() / ("handoff-ends-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(make_loopback_certificates(folder));
  const auto ends = certificate_ends(folder / "server.pem");
  ASSERT_TRUE(ends);
  ASSERT_EQ(ends->size(), 1u);
  const auto left = ends->front() - SystemClock().now();
  EXPECT_GT(left, 364 * 24h);
  EXPECT_LT(left, 366 * 24h);
  EXPECT_FALSE(certificate_ends(folder / "server.key"));
  EXPECT_FALSE(certificate_ends(folder / "none"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace handoff::net
