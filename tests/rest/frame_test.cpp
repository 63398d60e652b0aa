// What every interaction does alike (R4 "http"): general parameters, addresses, conditions of versions and
// times, media types.
#include <thread>

#include "rest/http/http_date.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class FrameTest : public ServiceTest {
 protected:
  net::Response put(const std::string& reference, const std::string& members, net::Headers headers = {}) {
    const auto slash = reference.find('/');
    headers.emplace_back("Content-Type", fhir_type);
    return send("PUT", "/fhir/" + reference, std::move(headers),
                R"({"resourceType":")" + reference.substr(0, slash) + R"(","id":")" +
                    reference.substr(slash + 1) + "\"" + members + "}");
  }
};

TEST_F(FrameTest, MetadataIgnoresTheMode) {
  for (const char* query : {"", "?mode=full", "?mode=normative", "?mode=terminology", "?_pretty=false"}) {
    const net::Response answer = ask({"GET", std::string("/fhir/metadata") + query, {}, ""});
    EXPECT_EQ(answer.status, 200u) << query;
    EXPECT_EQ(json::parse(answer.body)->root()["resourceType"].text(), "CapabilityStatement") << query;
  }
  EXPECT_EQ(outcome(ask({"GET", "/fhir/metadata?mode=half", {}, ""})), "400 value http.mode");
  EXPECT_EQ(outcome(ask({"GET", "/fhir/metadata?x=y", {}, ""})), "400 not-supported http.x");
}

TEST_F(FrameTest, PrettyIsServedEverywhere) {
  const std::string patient = R"({"resourceType":"Patient","gender":"male"})";
  const std::string begin = "{\n  \"resourceType\":";
  ASSERT_EQ(put("Patient/a", R"(,"gender":"male")").status, 201u);
  for (const char* target : {"/fhir/Patient/a?_pretty=true", "/fhir/Patient?_pretty=true",
                             "/fhir/Patient/a/_history?_pretty=true", "/fhir/metadata?_pretty=true",
                             "/fhir/Patient/a/_history/1?_pretty=true", "/fhir/Patient/none?_pretty=true"})
    EXPECT_TRUE(get(target).body.starts_with(begin)) << target;
  const net::Headers json_body{{"Content-Type", fhir_type}};
  EXPECT_TRUE(send("POST", "/fhir/Patient?_pretty=true", json_body, patient).body.starts_with(begin));
  EXPECT_TRUE(
      send("POST", "/fhir/Patient/$validate?_pretty=true", json_body, patient).body.starts_with(begin));
  EXPECT_TRUE(send("POST", "/fhir?_pretty=true", json_body, transaction(put_entry("Patient", "b")))
                  .body.starts_with(begin));
  EXPECT_TRUE(get("/fhir/Patient/a?_pretty=false").body.starts_with("{\"resourceType\""));
  EXPECT_EQ(outcome(get("/fhir/Patient/a?_pretty=perhaps")), "400 value http._pretty");
  EXPECT_EQ(get("/fhir/Patient?_pretty=true").body.find("_pretty"), std::string::npos) << "links do without";
}

TEST_F(FrameTest, ASlashAtTheEndSaysNothing) {
  const net::Headers json_body{{"Content-Type", fhir_type}};
  EXPECT_EQ(send("POST", "/fhir/Patient/", json_body, R"({"resourceType":"Patient"})").status, 201u);
  ASSERT_EQ(put("Patient/a", "").status, 201u);
  for (const char* target :
       {"/fhir/Patient/", "/fhir/Patient/a/", "/fhir/Patient/a/_history/", "/fhir/metadata/"})
    EXPECT_EQ(get(target).status, 200u) << target;
  EXPECT_EQ(outcome(get("/fhir/Patient//")), "400 value http.path");
}

TEST_F(FrameTest, TwoChangesWithinASecondAreTwoTimes) {
  const net::Response first = put("Patient/a", R"(,"gender":"male")");
  const std::string modified = header(first, "Last-Modified");
  ASSERT_EQ(put("Patient/a", R"(,"gender":"female")").status, 200u);
  EXPECT_EQ(get("/fhir/Patient/a", {{"If-Modified-Since", modified}}).status, 200u);
  std::this_thread::sleep_for(std::chrono::milliseconds{2'100});
  const net::Response now = get("/fhir/Patient/a");
  EXPECT_EQ(get("/fhir/Patient/a", {{"If-Modified-Since", header(now, "Last-Modified")}}).status, 304u)
      << "a time whose second is over has one value";
  EXPECT_EQ(get("/fhir/Patient/a", {{"If-Modified-Since", modified}}).status, 200u);
}

TEST(LastModified, IsRoundedUpWhenTheSecondIsOver) {
  const Instant second = parse_http_date("Sun, 30 Jun 2024 12:00:00 GMT").value();
  using std::chrono::milliseconds;
  const Instant updated = second + milliseconds{300};
  EXPECT_EQ(format_last_modified(updated, second + milliseconds{301}), "Sun, 30 Jun 2024 12:00:00 GMT");
  EXPECT_EQ(format_last_modified(updated, second + milliseconds{1'000}), "Sun, 30 Jun 2024 12:00:00 GMT");
  EXPECT_EQ(format_last_modified(updated, second + milliseconds{1'001}), "Sun, 30 Jun 2024 12:00:01 GMT");
  EXPECT_FALSE(is_unmodified_since(updated, second));
  EXPECT_TRUE(is_unmodified_since(updated, second + milliseconds{1'000}));
}

TEST_F(FrameTest, IfMatchTakesAListAndAnyVersion) {
  ASSERT_EQ(put("Patient/a", "").status, 201u);
  EXPECT_EQ(put("Patient/a", R"(,"active":true)", {{"If-Match", "*"}}).status, 200u);
  EXPECT_EQ(put("Patient/a", R"(,"active":false)", {{"If-Match", "W/\"1\", W/\"2\""}}).status, 200u);
  EXPECT_EQ(outcome(put("Patient/a", "", {{"If-Match", "W/\"1\", W/\"2\""}})), "412 conflict http.If-Match");
  EXPECT_EQ(outcome(put("Patient/none", "", {{"If-Match", "*"}})), "412 conflict http.If-Match");
  for (const char* bad : {"1", "*, W/\"1\"", "W/\"1\","})
    EXPECT_EQ(outcome(put("Patient/a", "", {{"If-Match", bad}})), "400 value http.If-Match") << bad;
  const auto ask_bundle = [&](const std::string& condition) {
    return post(
        transaction(put_entry("Patient", "a", R"(,"gender":"other")", R"(,"ifMatch":")" + condition + "\"")));
  };
  EXPECT_EQ(ask_bundle("*").status, 200u);
  EXPECT_EQ(ask_bundle("W/\\\"9\\\"").status, 412u);
}

TEST_F(FrameTest, JsonHasThreeNames) {
  ASSERT_EQ(put("Patient/a", "").status, 201u);
  for (const char* accept :
       {"text/json", "text/*", "application/json;q=0.5, text/html", "text/html, */*;q=0.1"})
    EXPECT_EQ(get("/fhir/Patient/a", {{"Accept", accept}}).status, 200u) << accept;
  EXPECT_EQ(get("/fhir/Patient/a", {{"Accept", "text/html"}}).status, 406u);
  EXPECT_EQ(
      send("POST", "/fhir/Patient", {{"Content-Type", "text/json"}}, R"({"resourceType":"Patient"})").status,
      201u);
}

TEST_F(FrameTest, AConditionWithoutAValueIsRefused) {
  const net::Headers headers{{"Content-Type", fhir_type}, {"If-None-Exist", ""}};
  const net::Response answer = send("POST", "/fhir/Patient", headers, R"({"resourceType":"Patient"})");
  EXPECT_GE(answer.status, 400u);
  EXPECT_LT(answer.status, 500u);
}

TEST_F(FrameTest, SomeTypesHaveNoEndpoint) {
  for (const char* type : {"Parameters", "Subscription"}) {
    const std::string body = R"({"resourceType":")" + std::string(type) + "\"}";
    EXPECT_EQ(outcome(send("POST", "/fhir/" + std::string(type), {{"Content-Type", fhir_type}}, body)),
              "400 not-supported " + std::string(type));
    EXPECT_EQ(get("/fhir/metadata").body.find("\"type\":\"" + std::string(type) + "\""), std::string::npos);
  }
}

TEST_F(FrameTest, ABinaryComesAsItsContent) {
  ASSERT_EQ(put("Binary/a", R"(,"contentType":"text/plain; charset=utf-8","data":"aGVsbG8gd29ybGQ=")").status,
            201u);
  ASSERT_EQ(put("Binary/page", R"(,"contentType":"text/html","data":"PGI+")").status, 201u);
  ASSERT_EQ(put("Binary/odd", ",\"contentType\":\"text/plain\\u0001\",\"data\":\"PGI+\"").status, 201u);
  ASSERT_EQ(put("Binary/empty", R"(,"contentType":"text/plain")").status, 201u);
  for (const char* accept : {"text/plain", "text/*", "image/png, text/plain;q=0.2"}) {
    const net::Response content = get("/fhir/Binary/a", {{"Accept", accept}});
    EXPECT_EQ(content.status, 200u) << accept;
    EXPECT_EQ(content.body, "hello world") << accept;
    EXPECT_EQ(header(content, "Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(header(content, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(content, "Content-Security-Policy"), "default-src 'none'; sandbox");
    EXPECT_EQ(header(content, "ETag"), "W/\"1\"");
  }
  for (const char* accept : {"application/fhir+json", "*/*", "application/json, text/plain", ""})
    EXPECT_TRUE(get("/fhir/Binary/a", {{"Accept", accept}}).body.starts_with("{\"resourceType\"")) << accept;
  EXPECT_TRUE(get("/fhir/Binary/a?_format=json", {{"Accept", "text/plain"}}).body.starts_with("{"));
  EXPECT_EQ(get("/fhir/Binary/a/_history/1", {{"Accept", "text/plain"}}).body, "hello world");
  EXPECT_EQ(header(get("/fhir/Binary/odd", {{"Accept", "text/*"}}), "Content-Type"),
            "application/octet-stream")
      << "no header is split";
  EXPECT_EQ(outcome(get("/fhir/Binary/empty", {{"Accept", "text/plain"}})), "404 not-found http.path");
  EXPECT_EQ(get("/fhir/Binary/page", {{"Accept", "text/html"}}).body, "<b>");
  EXPECT_EQ(outcome(get("/fhir/Binary/a", {{"Accept", "image/png"}})), "406 not-supported http.Accept");
  EXPECT_EQ(outcome(get("/fhir/Binary/none", {{"Accept", "text/plain"}})), "404 not-found http.path");
  EXPECT_EQ(get("/fhir/Binary?_id=a", {{"Accept", "text/plain"}}).status, 406u) << "only one is read so";
  EXPECT_EQ(get("/fhir/Binary/a", {{"Accept", "text/plain"}, {"If-None-Match", "W/\"1\""}}).status, 304u);
}

}  // namespace
}  // namespace handoff::rest
