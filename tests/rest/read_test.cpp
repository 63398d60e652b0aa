#include "../fhir_names.h"
#include "rest/http/http_date.h"
#include "service_fixture.h"
#include "store/resources.h"

namespace handoff::rest {
namespace {

TEST_F(ServiceTest, ReadsVersionsWithTheirTags) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1", R"(,"gender":"male")"))).status, 200u);
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1", R"(,"gender":"female")"))).status, 200u);
  const auto current = get("/fhir/Patient/p1");
  EXPECT_EQ(current.status, 200u);
  EXPECT_EQ(header(current, "ETag"), "W/\"2\"");
  EXPECT_EQ(header(current, "Content-Type"), "application/fhir+json; charset=utf-8");
  const auto resource = json::parse(current.body);
  EXPECT_EQ(resource->root()["gender"].text(), "female");
  const auto updated = span_of(resource->root()["meta"]["lastUpdated"].text())->first;
  EXPECT_EQ(header(current, "Last-Modified"), format_http_date(updated));
  const auto first = get("/fhir/Patient/p1/_history/1");
  EXPECT_EQ(header(first, "ETag"), "W/\"1\"");
  EXPECT_EQ(json::parse(first.body)->root()["gender"].text(), "male");
  const auto head = send("HEAD", "/fhir/Patient/p1", {}, "");
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.body.size(), current.body.size()) << "net sends its length and leaves it out";
}

TEST_F(ServiceTest, ReadsOnlyWhatChanged) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  const Instant updated =
      span_of(json::parse(get("/fhir/Patient/p1").body)->root()["meta"]["lastUpdated"].text())->first;
  const std::string modified = format_http_date(updated + std::chrono::seconds{1});
  struct Case {
    net::Headers headers;
    unsigned status;
  };
  const Case cases[] = {
      {{{"If-None-Match", "W/\"1\""}}, 304},
      {{{"If-None-Match", "W/\"7\", W/\"1\""}}, 304},
      {{{"If-None-Match", "*"}}, 304},
      {{{"If-None-Match", "W/\"2\""}}, 200},
      {{{"If-None-Match", "junk"}, {"If-Modified-Since", modified}}, 200},
      {{{"If-Modified-Since", modified}}, 304},
      {{{"If-Modified-Since", "Sun, 30 Jun 2019 12:00:00 GMT"}}, 200},
      {{{"If-Modified-Since", "yesterday"}}, 200},
  };
  for (const Case& each : cases) {
    const auto answer = get("/fhir/Patient/p1", each.headers);
    EXPECT_EQ(answer.status, each.status) << each.headers[0].second;
    EXPECT_EQ(answer.body.empty(), each.status == 304);
    EXPECT_EQ(header(answer, "ETag"), "W/\"1\"");
  }
}

TEST_F(ServiceTest, RefusesReads) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  struct Case {
    const char* method;
    const char* target;
    net::Headers headers;
    const char* expected;
  };
  const Case cases[] = {
      {"GET", "/fhir/Patient/none", {}, "404 not-found http.path"},
      {"GET", "/fhir/Patient/p1/_history/2", {}, "404 not-found http.path"},
      {"GET", "/fhir/Patient/p1/_history/0", {}, "404 not-found http.path"},
      {"GET", "/fhir/Patient/p1/_history/x", {}, "404 not-found http.path"},
      {"GET", "/fhir/Patient/p1/_history/99999999999999999999", {}, "404 not-found http.path"},
      {"GET", "/fhir/Patient/a_b", {}, "400 value http.path"},
      {"GET", "/fhir/Patient/_history", {}, "404 not-supported http.path"},
      {"GET", "/fhir/Patient/$everything", {}, "404 not-supported http.path"},
      {"POST", "/fhir/Patient/$everything", {}, "404 not-supported http.path"},
      {"GET", "/fhir/Patient/_search", {}, "405 not-supported http.method"},
      {"GET", "/fhir/Patient/%2e%2e%2f", {}, "400 value http.path"},
      {"GET", "/fhir/Patient/%zz", {}, "400 invalid http.path"},
      {"GET", "/fhir/Patient/p1?x=%4", {}, "400 invalid http.path"},
      {"GET", "/fhir/Patientt/p1", {}, "404 not-supported http.path"},
      {"GET", "/fhir/DomainResource/p1", {}, "404 not-supported http.path"},
      {"PUT", "/fhir/Patientt/p1", {}, "404 not-supported http.path"},
      {"GET", "/fhir/Patientt", {}, "404 not-supported http.path"},
      {"GET", "/elsewhere", {}, "404 not-supported http.path"},
      {"GET", "fhir", {}, "404 not-supported http.path"},
      {"PATCH", "/fhir/Patient", {}, "405 not-supported http.method"},
      {"PATCH", "/fhir/Patient/p1", {}, "415 not-supported http.Content-Type"},
      {"BREW", "/fhir/Patient/p1", {}, "405 not-supported http.method"},
      {"GET", "/fhir", {}, "405 not-supported http.method"},
      {"GET", "/fhir/Patient/p1?_format=xml", {}, "406 not-supported http._format"},
      {"GET",
       "/fhir/Patient/p1?_format=application/fhir%2Bxml",
       {{"Accept", "*/*"}},
       "406 not-supported http._format"},
      {"GET", "/fhir/Patient/p1", {{"Accept", "application/fhir+xml"}}, "406 not-supported http.Accept"},
      {"GET", "/fhir/Patient/p1", {{"Accept", "application/fhir+json;q=0"}}, "406 not-supported http.Accept"},
      {"GET",
       "/fhir/Patient/p1",
       {{"Accept", "application/fhir+json; fhirVersion=5.0"}},
       "406 not-supported http.Accept"},
      {"GET", "/fhir/Patient/p1?_summary=true", {}, "400 not-supported http._summary"},
      {"GET", "/fhir/Patient/p1?%C3%BC=1", {}, "400 not-supported http.??"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(outcome(send(each.method, each.target, each.headers, "")), each.expected)
        << each.method << ' ' << each.target;
  EXPECT_EQ(header(send("BREW", "/fhir/Patient/p1", {}, ""), "Allow"), "GET, HEAD, PUT, PATCH, DELETE");
  EXPECT_EQ(header(send("GET", "/fhir", {}, ""), "Allow"), "POST");
  EXPECT_NE(get("/fhir/Patientt/p1").body.find("Patientt is no resource type"), std::string::npos);
}

// An operation or a history without a route is reported as not served, and not as a misspelt type.
TEST_F(ServiceTest, WhatIsNotServedIsToldByItsName) {
  const std::pair<const char*, const char*> cases[] = {
      {"GET /fhir/_history", "this history is not served"},
      {"GET /fhir/_history?_since=2024-01-01", "this history is not served"},
      {"GET /fhir/Patient/_history", "this history is not served"},
      {"GET /fhir/$export", "the operation $export is not served"},
      {"POST /fhir/$export", "the operation $export is not served"},
      {"GET /fhir/%24export", "the operation $export is not served"},
      {"PUT /fhir/$export", "the operation $export is not served"},
      {"POST /fhir/$process-message", "the operation $process-message is not served"},
      {"GET /fhir/$nonsense", "the operation $nonsense is not served"},
      {"GET /fhir/Patient/$export", "the operation $export is not served"},
      {"POST /fhir/Patient/$match", "the operation $match is not served"},
      {"GET /fhir/Group/g1/$export", "the operation $export is not served"},
      {"GET /fhir/Patient/p1/$everything", "the operation $everything is not served"},
      {"POST /fhir/Subscription/s1/$status", "the operation $status is not served"},
      {"GET /fhir/_search?_type=Patient", "this search is not served"},
      {"POST /fhir/_search", "this search is not served"},
      {"GET /fhir/_async/1", "_async is not served"},
      {"GET /fhir/Patient/p1/Observation", "nothing is served at this path"},
      {"GET /fhir/Patientt/$export", "Patientt is no resource type of R4"},
      {"GET /fhir/patient", "patient is no resource type of R4"},
  };
  for (const auto& [call, told] : cases) {
    const std::string_view text = call;
    const auto blank = text.find(' ');
    const auto answer = send(std::string(text.substr(0, blank)), std::string(text.substr(blank + 1)),
                             {{"Content-Type", fhir_type}}, "{}");
    EXPECT_EQ(outcome(answer), "404 not-supported http.path") << call;
    EXPECT_NE(answer.body.find(told), std::string::npos) << call << ' ' << answer.body;
  }
  const auto in_batch = post(
      R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"_history"}},{"request":{"method":"GET","url":"Patient/$export"}}]})");
  for (const char* told : {"this history is not served", "the operation $export is not served"})
    EXPECT_NE(in_batch.body.find(told), std::string::npos) << in_batch.body;
}

TEST_F(ServiceTest, WhatWasDeletedIsGone) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  store::Batch batch;
  store::Write deletion;
  deletion.type = "Patient";
  deletion.id = "p1", deletion.previous_patient = "p1"_id;
  deletion.expected = 1;
  deletion.deleted = true;
  deletion.previous_pk = store_->snapshot().resources().read("Patient", "p1")->pk;
  batch.writes.push_back(deletion);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  EXPECT_EQ(outcome(get("/fhir/Patient/p1")), "410 deleted http.path");
  EXPECT_EQ(get("/fhir/Patient/p1/_history/1").status, 200u);
}

TEST_F(ServiceTest, SpeaksJsonUnderAllItsNames) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  for (const char* accept :
       {"", "*/*", "application/json", "application/fhir+json", "text/html, application/xml;q=0.9, */*;q=0.8",
        "application/fhir+xml, application/fhir+json; fhirVersion=4.0; charset=UTF-8",
        "APPLICATION/FHIR+JSON"})
    EXPECT_EQ(get("/fhir/Patient/p1", {{"Accept", accept}}).status, 200u) << accept;
  for (const char* format : {"json", "application/json", "application/fhir%2Bjson", "application/fhir+json"})
    EXPECT_EQ(
        get("/fhir/Patient/p1?_format=" + std::string(format), {{"Accept", "application/fhir+xml"}}).status,
        200u)
        << format;
}

TEST(HttpDate, ReadsWhatItWrites) {
  const Instant instant = span_of("2024-02-29T23:59:58Z")->first;
  EXPECT_EQ(format_http_date(instant), "Thu, 29 Feb 2024 23:59:58 GMT");
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:58 GMT"), instant);
  for (const char* bad :
       {"", "Thu, 30 Feb 2024 23:59:58 GMT", "Thu, 29 Xxx 2024 23:59:58 GMT", "Thu, 29 Feb 2024 24:00:00 GMT",
        "Thu, 29 Feb 2024 23:59:58 EST", "Thu, aa Feb 2024 23:59:58 GMT"})
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  for (const char* bad : {"", "1", "\"", "\"\"", "W/", "W/\"x y\"", "W/\"1", "*", "\"1\", \"2\""})
    EXPECT_FALSE(version_in_etag(bad)) << bad;
  EXPECT_EQ(version_in_etag(" W/\"12\" "), "12");
  for (const char* bad : {"", "1", "*, \"1\"", "\"1\",", "W/"}) EXPECT_FALSE(parse_if_match(bad)) << bad;
  EXPECT_TRUE(parse_if_match(" * ")->any);
  EXPECT_EQ(parse_if_match("W/\"1\" , \"v2\"")->versions, (std::vector<std::string>{"1", "v2"}));
}

}  // namespace
}  // namespace handoff::rest
