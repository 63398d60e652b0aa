// create and update (R4 "http").
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class WriteTest : public ServiceTest {
 protected:
  net::Response create(const std::string& body, net::Headers headers = {},
                       const std::string& type = "Patient") {
    headers.emplace_back("Content-Type", fhir_type);
    return send("POST", "/fhir/" + type, std::move(headers), body);
  }
  net::Response put(const std::string& id, const std::string& body, net::Headers headers = {}) {
    headers.emplace_back("Content-Type", fhir_type);
    return send("PUT", "/fhir/Patient/" + id, std::move(headers), body);
  }
  static std::string patient(const std::string& id, const std::string& gender) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","gender":")" + gender + "\"}";
  }
  static constexpr const char* identified =
      R"({"resourceType":"Patient","identifier":[{"system":"http://x","value":"1"}]})";
};

TEST_F(WriteTest, CreatesUnderAnIdOfItsOwn) {
  const auto answer = create(patient("mine", "male"));
  ASSERT_EQ(answer.status, 201u) << answer.body;
  const std::string location = header(answer, "Location");
  const std::string prefix = std::string(base_url) + "/fhir/Patient/";
  ASSERT_TRUE(location.starts_with(prefix) && location.ends_with("/_history/1")) << location;
  EXPECT_EQ(header(answer, "ETag"), "W/\"1\"");
  EXPECT_FALSE(header(answer, "Last-Modified").empty());
  const auto read = get(location.substr(std::string(base_url).size()));
  EXPECT_EQ(read.body, answer.body);
  EXPECT_EQ(header(read, "Last-Modified"), header(answer, "Last-Modified"));
  EXPECT_NE(json::parse(answer.body)->root()["id"].text(), "mine");
  EXPECT_EQ(get("/fhir/Patient/mine").status, 404u);
}

TEST_F(WriteTest, AnswersWithWhatIsPreferred) {
  const auto minimal = create(patient("x", "male"), {{"Prefer", "return=minimal"}});
  EXPECT_EQ(minimal.status, 201u);
  EXPECT_TRUE(minimal.body.empty());
  const auto told = create(patient("x", "male"), {{"Prefer", "respond-async, return=OperationOutcome"}});
  const auto success = json::parse(told.body);
  EXPECT_EQ(success->root()["issue"].at(0)["severity"].text(), "information");
  EXPECT_FALSE(success->root()["issue"].at(0)["details"]["text"].text().empty());
  EXPECT_EQ(json::parse(create(patient("x", "male"), {{"Prefer", "return=representation"}}).body)
                ->root()["gender"]
                .text(),
            "male");
  const auto removed = send("DELETE", "/fhir/Patient/none", {{"Prefer", "return=OperationOutcome"}}, "");
  EXPECT_EQ(removed.status, 200u);
  EXPECT_EQ(json::parse(removed.body)->root()["issue"].at(0)["diagnostics"].text(),
            "the resource is deleted");
  EXPECT_EQ(send("DELETE", "/fhir/Patient/none", {{"Prefer", "return=representation"}}, "").status, 204u);
  register_clients(R"("system/Patient.c")");
  const auto blind = create(patient("x", "male"));
  EXPECT_EQ(blind.status, 201u);
  EXPECT_TRUE(blind.body.empty()) << "who may not read gets nothing to read";
}

TEST_F(WriteTest, CreatesOnceWhereNoneExists) {
  const net::Headers condition = {{"If-None-Exist", "identifier=http://x%7C1"}};
  const auto first = create(identified, condition);
  ASSERT_EQ(first.status, 201u);
  const auto second = create(identified, condition);
  EXPECT_EQ(second.status, 200u);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(header(second, "Location"), header(first, "Location"));
  ASSERT_EQ(create(identified).status, 201u);
  EXPECT_EQ(outcome(create(identified, condition)), "412 multiple-matches http.If-None-Exist");
  EXPECT_EQ(outcome(create(identified, {{"If-None-Exist", "name=a"}})),
            "400 not-supported http.If-None-Exist");
  EXPECT_EQ(outcome(create(R"({"resourceType":"Provenance"})", condition, "Provenance")),
            "400 not-supported http.If-None-Exist");
}

// HAPI sends the whole address. Others send the type, or only the part after "?".
TEST_F(WriteTest, AConditionMayBeAnAddressOfThisServer) {
  const std::string query = "identifier=http://x%7C1";
  ASSERT_EQ(create(identified, {{"If-None-Exist", query}}).status, 201u);
  for (const std::string& address :
       {"?" + query, "Patient?" + query, "/fhir/Patient?" + query,
        std::string(base_url) + "/fhir/Patient?" + query, "HTTPS://127.0.0.1:8443/fhir/Patient?" + query})
    EXPECT_EQ(create(identified, {{"If-None-Exist", address}}).status, 200u) << address;
  for (const char* host : {"localhost:8443", "gateway.example.org", "gateway.example.org:443"})
    EXPECT_EQ(
        create(identified,
               {{"Host", host}, {"If-None-Exist", "https://" + std::string(host) + "/fhir/Patient?" + query}})
            .status,
        200u)
        << host;
  EXPECT_EQ(create(identified, {{"Host", "a.example.org:443"},
                                {"If-None-Exist", "https://A.example.org/fhir/Patient?" + query}})
                .status,
            200u);
  for (const char* refused :
       {"Observation?", "https://127.0.0.1:8443/fhir/Observation?", "https://other.example.org/fhir/Patient?",
        "http://127.0.0.1:8443/fhir/Patient?", "https://127.0.0.1:8443/Patient?", "https://127.0.0.1:8443?",
        "patient?", "Patient/p1?", "Patient/_search?", "/Patient?", "//127.0.0.1:8443/fhir/Patient?"})
    EXPECT_EQ(outcome(create(identified, {{"If-None-Exist", refused + query}})),
              "400 value http.If-None-Exist")
        << refused;
  EXPECT_NE(create(identified, {{"If-None-Exist", "Observation?" + query}})
                .body.find("searches Observation, but must search Patient"),
            std::string::npos);
  EXPECT_NE(create(identified, {{"If-None-Exist", "https://o.org/fhir/Patient?" + query}})
                .body.find("another server"),
            std::string::npos);
  for (const char* none : {"", "?", "Patient?", "Patient", "https://127.0.0.1:8443/fhir/Patient?"})
    EXPECT_EQ(outcome(create(identified, {{"If-None-Exist", none}})), "400 not-supported http.If-None-Exist")
        << none << ": never passed over";
  EXPECT_EQ(create(R"({"resourceType":"Patient","identifier":[{"system":"http://x","value":"a?b"}]})",
                   {{"If-None-Exist", "identifier=http://x|a?b"}})
                .status,
            201u)
      << "a mark within the value";
}

// The answer to If-None-Exist reveals what exists, as a search does.
TEST_F(WriteTest, AConditionWantsTheScopeToSearch) {
  const net::Headers condition = {{"If-None-Exist", "identifier=http://x%7C1"}};
  ASSERT_EQ(create(identified, condition).status, 201u);
  register_clients(R"("system/Patient.cru")");
  EXPECT_EQ(outcome(create(identified, condition)), "403 forbidden http.If-None-Exist");
  EXPECT_EQ(outcome(create(identified, {{"If-None-Exist", "identifier=http://x%7C2"}})),
            "403 forbidden http.If-None-Exist");
  EXPECT_EQ(create(identified).status, 201u);
}

TEST_F(WriteTest, AConditionThatIsNotServedIsNeverPassedOver) {
  ASSERT_EQ(put("p1", patient("p1", "male")).status, 201u);
  for (const char* name : {"If-None-Match", "If-Unmodified-Since", "If-None-Exist"}) {
    EXPECT_EQ(outcome(put("p1", patient("p1", "female"), {{name, "*"}})),
              std::string("400 not-supported http.") + name);
    EXPECT_EQ(outcome(send("DELETE", "/fhir/Patient/p1", {{name, "*"}}, "")),
              std::string("400 not-supported http.") + name);
  }
  for (const char* name : {"If-None-Match", "If-Unmodified-Since", "If-Match"})
    EXPECT_EQ(outcome(create(patient("x", "male"), {{name, "W/\"1\""}})),
              std::string("400 not-supported http.") + name);
  EXPECT_EQ(header(get("/fhir/Patient/p1"), "ETag"), "W/\"1\"") << "nothing was changed";
}

// If a Subscription were stored, its client would wait for notifications that never come.
TEST_F(WriteTest, SubscriptionsAreRefusedUntilTheyAreServed) {
  const std::string body =
      R"({"resourceType":"Subscription","id":"s1","status":"requested","reason":"r","criteria":"nonsense","channel":{"type":"rest-hook"}})";
  const auto refused = create(body, {}, "Subscription");
  EXPECT_EQ(outcome(refused), "400 not-supported Subscription");
  EXPECT_NE(refused.body.find("subscriptions are not served yet"), std::string::npos);
  const net::Headers typed = {{"Content-Type", fhir_type}};
  EXPECT_EQ(outcome(send("PUT", "/fhir/Subscription/s1", typed, body)), "400 not-supported Subscription");
  const std::string entry =
      R"({"resource":)" + body + R"(,"request":{"method":"PUT","url":"Subscription/s1"}})";
  EXPECT_EQ(outcome(post(transaction(entry))), "400 not-supported Bundle.entry[0].resource");
  const auto in_batch = post(R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry + "]}");
  EXPECT_NE(in_batch.body.find("400 Bad Request"), std::string::npos) << in_batch.body;
  for (const char* mode : {"create", "update"})
    EXPECT_NE(send("POST", std::string("/fhir/Subscription/$validate?mode=") + mode, typed, body)
                  .body.find("subscriptions are not served yet"),
              std::string::npos);
  EXPECT_EQ(get("/fhir/Subscription/s1").status, 404u) << "nothing was stored";
  EXPECT_EQ(get("/fhir/metadata").body.find("\"type\":\"Subscription\""), std::string::npos);
}

TEST_F(WriteTest, UpdatesAndCreatesByPut) {
  const auto made = put("p1", patient("p1", "male"));
  EXPECT_EQ(made.status, 201u) << made.body;
  EXPECT_EQ(header(made, "Location"), std::string(base_url) + "/fhir/Patient/p1/_history/1");
  const auto changed = put("p1", patient("p1", "female"));
  EXPECT_EQ(changed.status, 200u);
  EXPECT_EQ(header(changed, "ETag"), "W/\"2\"");
  EXPECT_EQ(json::parse(changed.body)->root()["gender"].text(), "female");
  const auto same = put("p1", patient("p1", "female"));
  EXPECT_EQ(header(same, "ETag"), "W/\"2\"") << "nothing changed";
  EXPECT_EQ(same.body, changed.body);
  EXPECT_EQ(put("p1", patient("p1", "other"), {{"If-Match", "W/\"2\""}}).status, 200u);
  EXPECT_EQ(outcome(put("p1", patient("p1", "male"), {{"If-Match", "W/\"2\""}})),
            "412 conflict http.If-Match");
  EXPECT_EQ(outcome(put("p9", patient("p9", "male"), {{"If-Match", "W/\"1\""}})),
            "412 conflict http.If-Match");
  EXPECT_EQ(json::parse(get("/fhir/Patient/p1").body)->root()["gender"].text(), "other");
}

TEST_F(WriteTest, ManyAtOnceLoseNothing) {
  std::vector<std::promise<unsigned>> done(30);
  for (auto& each : done) {
    net::Request request{"POST",
                         "/fhir/Patient",
                         {{"Content-Type", fhir_type},
                          {"If-None-Exist", "identifier=http://x%7C1"},
                          {"Authorization", bearer()}},
                         identified};
    service_->handle(std::move(request),
                     [&each](net::Response response) { each.set_value(response.status); });
  }
  std::map<unsigned, int> statuses;
  for (auto& each : done) ++statuses[each.get_future().get()];
  EXPECT_EQ(statuses, (std::map<unsigned, int>{{200, 29}, {201, 1}}));
}

TEST_F(WriteTest, RefusesWithThePlace) {
  struct Case {
    const char *method, *target, *body, *type, *expected;
  };
  const Case cases[] = {
      {"POST", "/fhir/Patient", "{}", "text/plain", "415 not-supported http.Content-Type"},
      {"POST", "/fhir/Patient", "{", fhir_type, "400 structure http.body"},
      {"POST", "/fhir/Patient", "[]", fhir_type, "400 structure Patient"},
      {"POST", "/fhir/Patient", R"({"resourceType":"Group"})", fhir_type, "400 value Patient.resourceType"},
      {"POST", "/fhir/Patient", R"({"resourceType":"Patient","gender":"x"})", fhir_type,
       "422 code-invalid Patient.gender"},
      {"POST", "/fhir/Patient?x=1", "{}", fhir_type, "400 not-supported http.x"},
      {"POST", "/fhir/Nothing", "{}", fhir_type, "404 not-supported http.path"},
      {"PUT", "/fhir/Patient/p1", R"({"resourceType":"Patient"})", fhir_type, "400 value Patient.id"},
      {"PUT", "/fhir/Patient/p1", R"({"resourceType":"Patient","id":"p2"})", fhir_type,
       "400 value Patient.id"},
      {"PUT", "/fhir/Patient/p_1", R"({"resourceType":"Patient","id":"p_1"})", fhir_type,
       "400 value http.path"},
      {"PUT", "/fhir/Patient", "{}", fhir_type, "405 not-supported http.method"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(outcome(send(each.method, each.target, {{"Content-Type", each.type}}, each.body)),
              each.expected)
        << each.target << ' ' << each.body;
  EXPECT_EQ(outcome(put("p1", patient("p1", "male"), {{"If-Match", "1"}})), "400 value http.If-Match");
  register_clients(R"("system/*.rs")");
  EXPECT_EQ(outcome(create(patient("x", "male"))), "403 forbidden http.Authorization");
  EXPECT_EQ(outcome(put("p1", patient("p1", "male"))), "403 forbidden http.Authorization");
}

}  // namespace
}  // namespace handoff::rest
