// The whole gateway over HTTPS, from one start to the next.
#include "serve/composition.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../shipped_routes.h"
#include "auth/token.h"
#include "net/certificate.h"
#include "net/client.h"

namespace handoff::gateway {
namespace {

// The same after a restart, whatever the port.
constexpr const char* base_url = "https://handoff.example.org";

class CompositionTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-composition-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(net::make_loopback_certificates(folder_));
    start();
  }
  void TearDown() override {
    gateway_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::vector<auth::Client> clients() const {
    return auth::read_clients(
               R"({"clients": [{"client_id": "op", "role": "operator", "purposes": [], "scopes": ["system/*.r"], "jwks": {"keys": [)" +
               key_.to_jwk(false) + "]}}]}")
        .value();
  }
  void start() {
    gateway_.reset();
    GatewayOptions options;
    options.store_file = folder_ / "handoff.db";
    options.ledger_key = "key";
    options.id_key = std::string(32, 'k');
    options.port = 0;
    options.base_url = base_url;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    options.partner_ca_file = folder_ / "ca.pem";
    options.clients = clients();
    options.routes = *sample::shipped_routes().now();
    auto started = Gateway::start(std::move(options), clock_);
    ASSERT_TRUE(started) << started.error().summary();
    gateway_ = std::move(*started);
  }
  std::string assertion() const {
    return auth::make_assertion(key_, "op", gateway_->token_url(), clock_.now());
  }
  unsigned token_status(const std::string& assertion) const {
    net::ClientOptions http;
    http.ca_file = folder_ / "ca.pem";
    http.allowed_addresses = {"127.0.0.1"};
    net::Client client(http);
    const std::string form = "grant_type=client_credentials&client_assertion_type=" +
                             net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                             "&client_assertion=" + assertion;
    const auto answer = client.send({"POST",
                                     "https://127.0.0.1:" + std::to_string(gateway_->port()) + "/auth/token",
                                     {{"Content-Type", "application/x-www-form-urlencoded"}},
                                     form});
    return answer ? answer->status : 0;
  }

  SystemClock clock_;
  std::filesystem::path folder_;
  auth::Key key_ = auth::Key::generate("k1");
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(CompositionTest, AnAssertionIsGoodOnceAcrossARestart) {
  const std::string once = assertion();
  EXPECT_EQ(token_status(once), 200u);
  EXPECT_EQ(token_status(once), 401u);
  start();
  EXPECT_EQ(token_status(once), 401u) << "the store remembers";
  EXPECT_EQ(token_status(assertion()), 200u);
}

TEST_F(CompositionTest, ClientsAreTakenWhileItServes) {
  gateway_->set_clients({});
  EXPECT_EQ(token_status(assertion()), 401u);
  gateway_->set_clients(clients());
  EXPECT_EQ(token_status(assertion()), 200u);
}

}  // namespace
}  // namespace handoff::gateway
