// A service over a store of its own, with an operator and a provider as clients. It has functions to ask and
// wait.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "../sample_validator.h"
#include "../shipped_routes.h"
#include "core/civil.h"
#include "json/document.h"
#include "rest/http/service.h"
#include "sqlite/engine.h"

namespace handoff::rest {

inline const search::Indexer& shared_indexer() {
  static const search::Indexer indexer = search::Indexer::create().value();
  return indexer;
}

class ServiceTest : public testing::Test {
 protected:
  static constexpr const char* base_url = "https://127.0.0.1:8443";
  static constexpr const char* fhir_type = "application/fhir+json";

  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-rest-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = sqlite::engine().open({folder_ / "handoff.db", "key"}, clock_).value();
    gate_.emplace(*store_, clock_, sample::shipped_routes(), std::string(base_url) + "/fhir",
                  IdKey(std::string(32, 'k')));
    admission_.emplace(*store_, shared_indexer(), sample::shipped_routes(), clock_,
                       sample::shared_validator());
    register_clients(R"("system/*.cruds")");
    start(256);
  }
  void TearDown() override {
    service_.reset();
    gate_.reset();
    admission_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start(std::size_t queue_max) {
    service_.reset();
    service_ = std::make_unique<Service>(ServiceOptions{base_url, 2, queue_max}, tokens_, *gate_, *admission_,
                                         terminology_);
  }
  void register_clients(const std::string& operator_scopes) {
    const auto client = [this](const std::string& id, const std::string& members) {
      return R"({"client_id":")" + id + R"(","name":"N","jwks":{"keys":[)" + key_.to_jwk(false) + "]}," +
             members + "}";
    };
    tokens_.set_clients(
        auth::read_clients(
            R"({"clients":[)" +
            client("op", R"("role":"operator","purposes":[],"scopes":[)" + operator_scopes + "]") + "," +
            client(
                "pcp",
                R"("role":"pcp","organization":"Organization/ORG-PCP1","purposes":["TREAT"],"scopes":["system/*.cruds"])") +
            "," + client("auditor", R"("role":"auditor","purposes":[],"scopes":["system/*.cruds"])") + "]}")
            .value());
  }
  std::string assertion(const std::string& client) const {
    return auth::make_assertion(key_, client, std::string(base_url) + "/auth/token", clock_.now());
  }
  std::string bearer(const std::string& client = "op") {
    return "Bearer " +
           tokens_
               .exchange({"client_credentials", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                          assertion(client), ""})
               ->access_token;
  }

  net::Response ask(net::Request request) {
    std::promise<net::Response> promise;
    auto answer = promise.get_future();
    service_->handle(std::move(request),
                     [&promise](net::Response response) { promise.set_value(std::move(response)); });
    return answer.get();
  }
  net::Response get(const std::string& target, net::Headers headers = {}) {
    return send("GET", target, std::move(headers), "");
  }
  net::Response post(const std::string& body, const std::string& content_type = fhir_type) {
    return send("POST", "/fhir", {{"Content-Type", content_type}}, body);
  }
  net::Response send(const std::string& method, const std::string& target, net::Headers headers,
                     const std::string& body) {
    headers.emplace_back("Authorization", bearer());
    return ask({method, target, std::move(headers), body});
  }

  static std::string header(const net::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (net::equal_ignoring_case(key, name)) return value;
    return {};
  }
  // "status code expression" of an OperationOutcome's first issue. Checks every member that an error must
  // have.
  static std::string outcome(const net::Response& response) {
    const auto document = json::parse(response.body);
    if (!document || document->root()["resourceType"].text() != "OperationOutcome")
      return "no outcome: " + response.body;
    const json::Value issue = document->root()["issue"].at(0);
    EXPECT_FALSE(issue["severity"].text().empty());
    EXPECT_FALSE(issue["details"]["text"].text().empty());
    EXPECT_FALSE(issue["diagnostics"].text().empty());
    EXPECT_FALSE(issue["expression"].at(0).text().empty());
    EXPECT_EQ(header(response, "Content-Type"), "application/fhir+json; charset=utf-8");
    EXPECT_FALSE(header(response, "X-Request-Id").empty());
    return std::to_string(response.status) + " " + std::string(issue["code"].text()) + " " +
           std::string(issue["expression"].at(0).text());
  }
  static std::string transaction(const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entries + "]}";
  }
  static std::string put_entry(const std::string& type, const std::string& id,
                               const std::string& members = "", const std::string& request = "") {
    return R"({"resource":{"resourceType":")" + type + R"(","id":")" + id + "\"" + members +
           R"(},"request":{"method":"PUT","url":")" + type + "/" + id + "\"" + request + "}}";
  }

  SystemClock clock_;
  std::filesystem::path folder_;
  auth::Key key_ = auth::Key::generate("k1");
  auth::TokenService tokens_{std::string(base_url) + "/auth/token", clock_};
  terminology::Terminology terminology_;
  std::unique_ptr<store::Store> store_;
  std::optional<disclosure::Gate> gate_;
  std::optional<admission::Admission> admission_;
  std::unique_ptr<Service> service_;
};

}  // namespace handoff::rest
