
#include "../patterns.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class HistoryTest : public ServiceTest {
 protected:
  void put(const std::string& members) {
    const auto answer = send("PUT", "/fhir/Patient/p1", {{"Content-Type", fhir_type}},
                             R"({"resourceType":"Patient","id":"p1")" + members + "}");
    ASSERT_LT(answer.status, 300u) << answer.body;
  }
};

TEST_F(HistoryTest, ListsVersionsNewestFirst) {
  put("");
  put(R"(,"gender":"male")");
  EXPECT_EQ(send("DELETE", "/fhir/Patient/p1", {{"If-Match", "W/\"1\""}}, "").status, 412u);
  const auto removed = send("DELETE", "/fhir/Patient/p1", {{"If-Match", "W/\"2\""}}, "");
  EXPECT_EQ(removed.status, 204u);
  EXPECT_EQ(header(removed, "ETag"), "W/\"3\"");
  EXPECT_EQ(get("/fhir/Patient/p1").status, 410u);
  EXPECT_EQ(get("/fhir/Patient/p1/_history/2").status, 200u);
  EXPECT_EQ(get("/fhir/Patient?_id=p1&_summary=count").body.find("\"total\":0") == std::string::npos, false);
  put(R"(,"gender":"female")");
  const auto answer = get("/fhir/Patient/p1/_history");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto bundle = json::parse(answer.body).value();
  EXPECT_EQ(bundle.root()["type"].text(), "history");
  EXPECT_EQ(bundle.root()["total"].text(), "4");
  std::string story;
  for (const json::Value entry : bundle.root()["entry"].items())
    story += std::string(entry["request"]["method"].text()) + " " +
             std::string(entry["request"]["url"].text()) + " " +
             std::string(entry["response"]["status"].text().substr(0, 3)) + " " +
             std::string(entry["resource"]["gender"].text()) + ";";
  EXPECT_EQ(story,
            "PUT Patient/p1 200 female;DELETE Patient/p1 204 ;PUT Patient/p1 200 male;POST Patient 201 ;");
}

TEST_F(HistoryTest, PagesToTheEnd) {
  for (int i = 0; i < 5; ++i) put(R"(,"multipleBirthInteger":)" + std::to_string(i + 1));
  std::string target = "/fhir/Patient/p1/_history?_count=2";
  std::vector<std::string> seen;
  while (!target.empty()) {
    const std::string body = get(target).body;
    const auto page = json::parse(body).value();
    for (const json::Value entry : page.root()["entry"].items())
      seen.emplace_back(entry["resource"]["meta"]["versionId"].text());
    target = sample::first_group(body, R"re("relation":"next","url":"https://127\.0\.0\.1:8443([^"]*)")re")
                 .value_or("");
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"5", "4", "3", "2", "1"}));
}

TEST_F(HistoryTest, Refusals) {
  put("");
  EXPECT_EQ(outcome(get("/fhir/Patient/none/_history")), "404 not-found http.path");
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/_history?_count=0")), "400 value http._count");
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/_history?_since=2024")), "400 not-supported http._since");
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/_history?_cursor=made-up")), "400 value http._cursor");
  EXPECT_EQ(outcome(send("DELETE", "/fhir/Patient/p1", {{"If-Match", "x"}}, "")), "400 value http.If-Match");
  EXPECT_EQ(send("DELETE", "/fhir/Patient/none", {}, "").status, 204u);
  EXPECT_EQ(outcome(send("DELETE", "/fhir/Patient/none", {{"If-Match", "W/\"1\""}}, "")),
            "412 conflict http.If-Match");
  register_clients(R"("system/Patient.cu")");
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/_history")), "403 forbidden http.Authorization");
  EXPECT_EQ(outcome(send("DELETE", "/fhir/Patient/p1", {}, "")), "403 forbidden http.Authorization");
}

}  // namespace
}  // namespace handoff::rest
