// Hostile bytes: they are answered and their connection is closed, other clients are served, and the memory
// is given back.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <fstream>

#include "net/certificate.h"
#include "net/server.h"
#include "peer.h"

namespace handoff::net {
namespace {

using namespace std::chrono_literals;

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

std::size_t resident_bytes() {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * std::size_t(::sysconf(_SC_PAGESIZE));
}

class HostileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-hostile-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(make_loopback_certificates(folder_));
    options_.certificate_file = folder_ / "server.pem";
    options_.key_file = folder_ / "server.key";
    options_.refusal = [](unsigned status, std::string_view what) {
      return Response{status, {}, std::string(what)};
    };
    // "X-Token: yes" is a token. Without one, /open takes 100 bytes, and every other path none.
    options_.reception = [](const Request& head) {
      if (head.target == "/throws") throw std::length_error("thrown by a reception");
      if (head.header("X-Token") == "yes") return Reception{{}, 1u << 20, true};
      if (head.target == "/open") return Reception{{}, 100, false};
      return Reception{Response{401, {}, "a token is needed"}, 0, false};
    };
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start(Handler handler = {}) {
    if (!handler)
      handler = [this](Request request, Reply reply) {
        ++handled_;
        reply({200,
               {{"X-Headers", std::to_string(request.headers.size())}},
               request.target + "|" + request.body});
      };
    server_ = Server::start(options_, std::move(handler)).value();
  }
  // The answer to these bytes, until the server closes the connection.
  std::string answer(std::string_view bytes) {
    Peer peer(server_->port());
    peer.send(bytes);
    return peer.read_to_end();
  }
  void expect_served() {
    Peer peer(server_->port());
    ASSERT_TRUE(peer.send(get));
    EXPECT_TRUE(peer.read_some().starts_with("HTTP/1.1 200 ")) << "another client";
  }

  std::filesystem::path folder_;
  ServerOptions options_;
  std::atomic<int> handled_{0};
  std::unique_ptr<Server> server_;
};

std::size_t answers_in(std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find("HTTP/1.1 "); at != text.npos; at = text.find("HTTP/1.1 ", at + 1)) ++count;
  return count;
}

// One input ended the process: Boost 1.81 throws std::length_error if a trailer field is longer than 64 KiB.
TEST_F(HostileTest, LongTrailersAreRefused) {
  start();
  const std::string with_token =
      "POST / HTTP/1.1\r\nHost: a\r\nX-Token: yes\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& trailer : {"X-A: " + std::string(66'000, 'x') + "\r\n\r\n",
                                     std::string(66'000, 'x') + ": a\r\n\r\n", std::string(66'000, 'x')}) {
    EXPECT_TRUE(answer(with_token + "0\r\n" + trailer).starts_with("HTTP/1.1 431 "));
    expect_served();
  }
  EXPECT_EQ(handled_, 3) << "nothing but the other client's requests";
}

TEST_F(HostileTest, ChunkExtensionsTakeNoMemory) {
  start();
  expect_served();
  const std::size_t before = resident_bytes();
  Peer peer(server_->port());
  ASSERT_TRUE(
      peer.send("POST / HTTP/1.1\r\nHost: a\r\nX-Token: yes\r\nTransfer-Encoding: chunked\r\n\r\n5;a="));
  const std::string block(1u << 20, 'x');
  for (int i = 0; i < 20 && peer.send(block); ++i) {}
  EXPECT_TRUE(peer.read_to_end().starts_with("HTTP/1.1 400 "));
  EXPECT_LT(resident_bytes(), before + (8u << 20));
}

TEST_F(HostileTest, AFramingThatIsNotUnderstoodHasNoSecondRequest) {
  start();
  for (const char* coding :
       {"xchunked", "identity", "gzip", "\"chunked\"", "chunked, identity", "chunked, chunked", ""}) {
    const std::string told = answer(post + "Transfer-Encoding: " + coding + "\r\n\r\n" + get);
    EXPECT_TRUE(told.starts_with("HTTP/1.1 400 ")) << coding;
    EXPECT_EQ(answers_in(told), 1u) << coding;
    EXPECT_NE(told.find("Connection: close"), told.npos) << coding;
  }
  const std::string both =
      answer(post + "Content-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get);
  EXPECT_TRUE(both.starts_with("HTTP/1.1 400 "));
  EXPECT_EQ(answers_in(both), 1u);
  EXPECT_EQ(handled_, 0);
}

TEST_F(HostileTest, TrailersAreNoHeaders) {
  start();
  Peer peer(server_->port());
  ASSERT_TRUE(
      peer.send("POST /open HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                "chunked\r\n\r\n2\r\nab\r\n0\r\nX-Token: yes\r\n\r\n"));
  const std::string told = peer.read_some();
  EXPECT_NE(told.find("X-Headers: 2\r\n"), told.npos) << told;
  EXPECT_TRUE(
      answer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Token: yes\r\n\r\n")
          .starts_with("HTTP/1.1 401 "));
}

TEST_F(HostileTest, WithoutATokenNoBodyIsRead) {
  start();
  for (const char* expect : {"", "Expect: 100-continue\r\n"}) {
    Peer peer(server_->port());
    ASSERT_TRUE(peer.send(post + expect + "Content-Length: 15000000\r\n\r\n"));
    EXPECT_TRUE(peer.read_some().starts_with("HTTP/1.1 401 ")) << "before a byte of the body came";
  }
  EXPECT_TRUE(
      answer("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(handled_, 0);
}

// If the server closed with unread bytes, the connection would be reset, and the sender could not read the
// reason.
TEST_F(HostileTest, WhoeverSendsABodyNeverthelessSeesTheRefusal) {
  start();
  for (int i = 0; i < 5; ++i) {
    const std::string told = answer(post + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
    EXPECT_TRUE(told.starts_with("HTTP/1.1 401 ")) << i;
    EXPECT_TRUE(told.ends_with("a token is needed")) << i;
  }
}

TEST_F(HostileTest, OneAddressHoldsNoMoreThanItsShareOfBodies) {
  options_.address_limits.body_bytes_max = 2u << 20;
  options_.address_limits.body_bytes_without_token_max = 6'000;  // it is counted in steps of 4 KiB
  start();
  const std::string long_body =
      "POST / HTTP/1.1\r\nHost: a\r\nX-Token: yes\r\nContent-Length: 1000000\r\n\r\n";
  std::vector<std::unique_ptr<Peer>> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(std::make_unique<Peer>(server_->port()));
    ASSERT_TRUE(slow.back()->send(long_body + std::string(999'999, 'x')));
  }
  Peer announcing(server_->port());  // an announced body takes nothing yet
  ASSERT_TRUE(announcing.send(long_body));
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(answer(long_body + std::string(500'000, 'x')).starts_with("HTTP/1.1 429 "));
  expect_served();
  slow.clear();
  std::string again;
  for (int i = 0; i < 100 && !again.starts_with("HTTP/1.1 200 "); ++i) {
    std::this_thread::sleep_for(10ms);
    Peer peer(server_->port());
    peer.send(long_body + std::string(1'000'000, 'x'));
    again = peer.read_some();
  }
  EXPECT_TRUE(again.starts_with("HTTP/1.1 200 ")) << "what was given up is no longer counted";
  Peer open(server_->port());
  ASSERT_TRUE(open.send("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx"));
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(
      answer("POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx").starts_with("HTTP/1.1 429 "));
}

TEST_F(HostileTest, BodiesOfUnknownLengthAreCountedAsTheyCome) {
  options_.address_limits.body_bytes_max = 512u << 10;
  start();
  const std::string told =
      answer("POST / HTTP/1.1\r\nHost: a\r\nX-Token: yes\r\nTransfer-Encoding: chunked\r\n\r\n" +
             std::string("A0000\r\n") + std::string(0xA0000, 'x') + "\r\n0\r\n\r\n");
  EXPECT_TRUE(told.starts_with("HTTP/1.1 429 ")) << told.substr(0, 30);
}

TEST_F(HostileTest, OneAddressHasNoMoreThanItsShareOfConnections) {
  options_.address_limits.connections_max = 3;
  start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 3; ++i) peers.push_back(std::make_unique<Peer>(server_->port()));
  for (const auto& peer : peers) EXPECT_TRUE(peer->is_greeted());
  EXPECT_FALSE(Peer(server_->port()).is_greeted());
  peers.pop_back();
  bool greeted = false;
  for (int i = 0; i < 100 && !greeted; ++i) {
    std::this_thread::sleep_for(10ms);
    greeted = Peer(server_->port()).is_greeted();
  }
  EXPECT_TRUE(greeted);
}

TEST_F(HostileTest, ConnectionsThatGreetNobodyAreFewer) {
  options_.address_limits.greetings_max = 2;
  start();
  boost::asio::io_context io;
  std::vector<boost::asio::ip::tcp::socket> silent;
  for (int i = 0; i < 2; ++i)
    silent.emplace_back(io).connect({boost::asio::ip::make_address("127.0.0.1"), server_->port()});
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(Peer(server_->port()).is_greeted());
  silent.pop_back();
  std::this_thread::sleep_for(50ms);
  Peer first(server_->port());
  EXPECT_TRUE(first.send(get) && !first.read_some().empty())
      << "an answer shows that the server has seen the whole greeting";
  EXPECT_TRUE(Peer(server_->port()).is_greeted()) << "who has greeted is no longer counted so";
}

// Bytes that arrive at the very moment of the deadline do not extend it. An attack found this.
TEST_F(HostileTest, ADeadlineHoldsWhateverComes) {
  options_.header_timeout = 200ms;
  start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 20; ++i) {
    peers.push_back(std::make_unique<Peer>(server_->port()));
    ASSERT_TRUE(peers.back()->send("GET / HTTP/1.1\r\nHost: a\r\nX: "));
  }
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> senders;
  for (auto& peer : peers)
    senders.emplace_back([&peer, begin] {
      while (std::chrono::steady_clock::now() - begin < 400ms && peer->send("a")) {}
    });
  for (std::thread& sender : senders) sender.join();
  for (int i = 0; i < 400 && server_->connections() > 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server_->connections(), 0u) << "some are there without a deadline";
  EXPECT_EQ(handled_, 0);
}

TEST_F(HostileTest, WhoDoesNotReadHoldsNoMoreThanItsShareOfAnswers) {
  options_.address_limits.body_bytes_max = 40u << 20;
  start([](Request request, Reply reply) {
    reply({200, {}, request.target == "/long" ? std::string(16u << 20, 'x') : std::string()});
  });
  std::vector<std::unique_ptr<Peer>> silent;
  for (int i = 0; i < 2; ++i) {
    silent.push_back(std::make_unique<Peer>(server_->port()));
    ASSERT_TRUE(silent.back()->send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n"));
  }
  std::this_thread::sleep_for(100ms);
  const std::string refused = answer("GET /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused.substr(0, 200) << refused.size();
  expect_served();
  const std::string written = answer("POST /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(written.starts_with("HTTP/1.1 200 ")) << "what may have been written is answered as it is";
}

TEST_F(HostileTest, WhatIsThrownEndsNoThread) {
  start([](Request request, Reply reply) {
    if (request.target == "/handler") throw std::length_error("thrown by a handler");
    if (request.target == "/number") throw 1;
    reply({200, {}, {}});
  });
  for (const char* target : {"/handler", "/number"})
    EXPECT_TRUE(answer("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .starts_with("HTTP/1.1 500 "))
        << target;
  EXPECT_TRUE(
      answer("POST /throws HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n").starts_with("HTTP/1.1 500 "));
  expect_served();
}

TEST_F(HostileTest, WhatIsNotAnsweredInTimeIsTold) {
  options_.request_timeout = -limits::http_answer_grace + 100ms;
  Reply late;
  start([&](Request request, Reply reply) {
    if (request.target == "/") return reply({200, {}, {}});
    late = std::move(reply);
  });
  const std::string told = answer("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(told.starts_with("HTTP/1.1 504 ")) << told;
  late({200, {}, "late"});
  expect_served();
}

TEST_F(HostileTest, EveryAnswerSaysHowItIsToBeTaken) {
  start();
  Peer peer(server_->port());
  ASSERT_TRUE(peer.send(get));
  const std::string told = peer.read_some();
  for (const char* field :
       {"\r\nDate: ", "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nStrict-Transport-Security: max-age="})
    EXPECT_NE(told.find(field), told.npos) << field;
}

TEST_F(HostileTest, OldTlsHasSuitesThatAuthenticateOnly) {
  start();
  const auto offer = [](const char* suites) {
    return [suites](SSL* tls) {
      SSL_set_max_proto_version(tls, TLS1_2_VERSION);
      ASSERT_EQ(SSL_set_cipher_list(tls, suites), 1);
    };
  };
  EXPECT_FALSE(Peer(server_->port(),
                    offer("ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES128-SHA:AES128-SHA256:AES256-GCM-SHA384"))
                   .is_greeted());
  Peer weakest_first(
      server_->port(),
      offer("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
            "ECDHE-RSA-AES256-GCM-SHA384"));
  ASSERT_TRUE(weakest_first.is_greeted());
  EXPECT_NE(std::string_view(SSL_get_cipher_name(weakest_first.tls())).find("AES256-GCM"),
            std::string_view::npos)
      << "the server's order";
  const auto older = [](SSL* tls) { SSL_set_max_proto_version(tls, TLS1_1_VERSION); };
  EXPECT_FALSE(Peer(server_->port(), older).is_greeted());
}

TEST_F(HostileTest, SpeaksHttp11ByAlpn) {
  start();
  const auto offer = [](std::string_view protocols) {
    return [protocols](SSL* tls) {
      SSL_set_alpn_protos(tls, reinterpret_cast<const unsigned char*>(protocols.data()),
                          unsigned(protocols.size()));
    };
  };
  Peer two(server_->port(), offer("\x02h2\x08http/1.1"));
  ASSERT_TRUE(two.is_greeted());
  const unsigned char* chosen = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(two.tls(), &chosen, &length);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(chosen), length), "http/1.1");
  EXPECT_FALSE(Peer(server_->port(), offer("\x02h2")).is_greeted());
}

}  // namespace
}  // namespace handoff::net
