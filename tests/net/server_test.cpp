#include "net/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "net/certificate.h"
#include "net/client.h"
#include "peer.h"

namespace handoff::net {
namespace {

// A server on a free port with a certificate of its own, and a client that trusts it.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-net-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(make_loopback_certificates(folder_));
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start(Handler handler, std::size_t body_bytes_max = 1000) {
    ServerOptions options;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    options.body_bytes_max = body_bytes_max;
    options.header_bytes_max = 2000;
    options.threads = 2;
    options.refusal = [](unsigned status, std::string_view) { return Response{status, {}, "refused"}; };
    server_ = Server::start(std::move(options), std::move(handler)).value();
  }
  Client client(std::vector<std::string> allowed = {"127.0.0.1"}) {
    ClientOptions options;
    options.ca_file = folder_ / "ca.pem";
    options.allowed_addresses = std::move(allowed);
    return Client(options);
  }
  std::string url(const std::string& path) const {
    return "https://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
};

void echo(Request request, Reply reply) {
  reply({200,
         {{"X-Method", request.method}, {"X-Accept", std::string(request.header("accept"))}},
         request.target + "|" + request.body});
}

TEST_F(ServerTest, AnswersOverTlsAndKeepsTheConnection) {
  start(echo);
  Client c = client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = c.send({"POST", url("/a?b=1"), {{"Accept", "x/y"}}, "body" + std::to_string(i)});
    ASSERT_TRUE(answer) << answer.error().summary();
    EXPECT_EQ(answer->status, 200u);
    EXPECT_EQ(answer->body, "/a?b=1|body" + std::to_string(i));
    EXPECT_EQ(answer->headers.at(1).second, "x/y");
  }
  EXPECT_EQ(server_->connections(), 1u);
}

// Pieces of a body from another thread, and then the end or a failure.
class Pieces final : public BodySource {
 public:
  Pieces(std::vector<std::string> pieces, bool fails) : pieces_(std::move(pieces)), fails_(fails) {}
  void next(Take take) override {
    ++asked;
    std::thread([this, take] {
      if (next_ < pieces_.size()) return take(pieces_[next_++]);
      take(fails_ ? Result<std::string>(problem(Kind::fault, "no more"))
                  : Result<std::string>(std::string()));
    }).detach();
  }
  std::atomic<std::size_t> asked{0};

 private:
  const std::vector<std::string> pieces_;
  const bool fails_;
  std::size_t next_ = 0;
};

TEST_F(ServerTest, ALongBodyComesInPieces) {
  const std::vector<std::string> pieces = {"b", std::string(700'000, 'c'), "d"};
  auto source = std::make_shared<Pieces>(pieces, false);
  start([&](Request, Reply reply) { reply({200, {}, "a", source}); });
  Client c = client();
  const auto answer = c.send({"GET", url("/"), {}, {}});
  ASSERT_TRUE(answer) << answer.error().summary();
  EXPECT_EQ(answer->body, "ab" + pieces[1] + "d");
  source = std::make_shared<Pieces>(pieces, false);
  Peer peer(server_->port());
  peer.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(peer.read_to_end().ends_with("\r\n\r\n"));
  EXPECT_EQ(source->asked, 0u) << "nobody asks for the body";
  Peer old(server_->port());
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.read_to_end().ends_with("\r\n\r\nab" + pieces[1] + "d")) << "HTTP/1.0 knows no chunks";
  source = std::make_shared<Pieces>(std::vector<std::string>{}, false);
  EXPECT_EQ(c.send({"GET", url("/"), {}, {}})->body, "a");
}

TEST_F(ServerTest, ABodyThatCannotGoOnIsNotTakenForWhole) {
  auto source = std::make_shared<Pieces>(std::vector<std::string>{"b"}, true);
  start([&](Request, Reply reply) { reply({200, {}, "a", source}); });
  Client c = client();
  EXPECT_FALSE(c.send({"GET", url("/"), {}, {}})) << "the last chunk is missing";
  source = std::make_shared<Pieces>(std::vector<std::string>{"b"}, false);
  EXPECT_TRUE(c.send({"GET", url("/"), {}, {}})) << "and the server lives";
}

TEST_F(ServerTest, RepliesFromAnotherThread) {
  start([](Request request, Reply reply) {
    std::thread([reply, body = request.body] { reply({201, {}, body}); }).detach();
  });
  Client c = client();
  const auto answer = c.send({"POST", url("/"), {}, "later"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201u);
  EXPECT_EQ(answer->body, "later");
}

TEST_F(ServerTest, RefusesWhatIsTooLongAndLives) {
  start(echo);
  Client c = client();
  const auto long_body = c.send({"POST", url("/"), {}, std::string(1001, 'x')});
  ASSERT_TRUE(long_body) << long_body.error().summary();
  EXPECT_EQ(long_body->status, 413u);
  EXPECT_EQ(long_body->body, "refused");
  const auto long_header = c.send({"GET", url("/"), {{"X-Long", std::string(3000, 'x')}}, ""});
  ASSERT_TRUE(long_header);
  EXPECT_EQ(long_header->status, 431u);
  EXPECT_EQ(c.send({"GET", url("/"), {}, ""})->status, 200u);
}

TEST_F(ServerTest, ClientGuardsAddressesAndVerifiesCertificates) {
  start(echo);
  EXPECT_EQ(client({}).send({"GET", url("/"), {}, ""}).error().kind, Kind::forbidden);
  ClientOptions untrusting;
  untrusting.allowed_addresses = {"127.0.0.1"};
  EXPECT_EQ(Client(untrusting).send({"GET", url("/"), {}, ""}).error().kind, Kind::unavailable);
  EXPECT_EQ(client().send({"GET", "http://127.0.0.1/", {}, ""}).error().kind, Kind::incorrect);
}

TEST_F(ServerTest, DrainsRunningRequests) {
  start([](Request, Reply reply) {
    std::thread([reply] {
      std::this_thread::sleep_for(std::chrono::milliseconds{200});
      reply({200, {}, "done"});
    }).detach();
  });
  std::string body;
  std::thread asker([&] {
    Client c = client();
    const auto answer = c.send({"GET", url("/"), {}, ""});
    body = answer ? answer->body : "failed";
  });
  while (server_->connections() == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  server_->drain(std::chrono::seconds{5});
  asker.join();
  EXPECT_EQ(body, "done");
  EXPECT_EQ(server_->connections(), 0u);
  EXPECT_FALSE(client().send({"GET", url("/"), {}, ""})) << "nobody is accepted any more";
}

TEST_F(ServerTest, StartFailsWithAReason) {
  ServerOptions options;
  options.certificate_file = folder_ / "none.pem";
  options.key_file = folder_ / "server.key";
  const auto started = Server::start(options, echo);
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().summary().find("none.pem"), std::string::npos);
}

TEST_F(ServerTest, TakesANewCertificateWithoutDroppingConnections) {
  start(echo);
  Client before = client();
  ASSERT_EQ(before.send({"GET", url("/"), {}, ""})->status, 200u);
  const auto other = folder_ / "other";
  std::filesystem::create_directories(other);
  ASSERT_TRUE(make_loopback_certificates(other));
  EXPECT_FALSE(server_->reload(other / "server.pem", folder_ / "server.key"))
      << "they do not belong together";
  EXPECT_EQ(client().send({"GET", url("/"), {}, ""})->status, 200u) << "the old one stays";
  ASSERT_TRUE(server_->reload(other / "server.pem", other / "server.key"));
  EXPECT_EQ(before.send({"GET", url("/"), {}, ""})->status, 200u)
      << "a new connection would not be trusted: this one stands";
  EXPECT_EQ(client().send({"GET", url("/"), {}, ""}).error().kind, Kind::unavailable)
      << "the new one is of another authority";
  ClientOptions options;
  options.ca_file = other / "ca.pem";
  options.allowed_addresses = {"127.0.0.1"};
  EXPECT_EQ(Client(options).send({"GET", url("/"), {}, ""})->status, 200u);
}

TEST(Http, FormsAndEscapes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_FALSE(percent_decode("%4"));
  EXPECT_FALSE(percent_decode("%zz"));
  EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
  const auto form = parse_form("a=1&b=%26&c&&a=2");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->size(), 4u);
  EXPECT_EQ(form->at(1).second, "&");
}

}  // namespace
}  // namespace handoff::net
