#include "rest/http/slots.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class BatchTest : public ServiceTest {
 protected:
  static std::string batch(const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"batch","entry":[)" + entries + "]}";
  }
  static std::string ask_entry(const std::string& method, const std::string& url,
                               const std::string& more = "") {
    return R"({"request":{"method":")" + method + R"(","url":")" + url + "\"" + more + "}}";
  }
  std::vector<std::string> statuses(const net::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body;
    answer_ = json::parse(response.body).value();
    EXPECT_EQ(answer_.root()["type"].text(), "batch-response");
    std::vector<std::string> all;
    for (const json::Value entry : answer_.root()["entry"].items())
      all.emplace_back(entry["response"]["status"].text());
    return all;
  }
  json::Value entry(std::size_t i) const { return answer_.root()["entry"].at(i); }
  using Statuses = std::vector<std::string>;
  json::Document answer_;
};

TEST_F(BatchTest, EveryEntryIsAnsweredInItsPlace) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1", R"(,"gender":"male")"))).status, 200u);
  const auto answer = post(batch(
      ask_entry("GET", "Patient/p1") + "," + ask_entry("GET", "Patient/none") + "," +
      put_entry("Patient", "p2", R"(,"gender":"odd")") + "," + put_entry("Patient", "p3") + "," +
      ask_entry("GET", "Patient?gender=male&_summary=count") + "," + ask_entry("DELETE", "Patient/none") +
      "," + ask_entry("GET", "Patient/p1/_history") + "," + ask_entry("GET", "Nonsense/1") + "," +
      ask_entry("PATCH", "Patient/p1") + "," + ask_entry("GET", "Patient/p1", R"(,"ifNoneMatch":"W/\"1\"")") +
      "," + ask_entry("POST", "Patient")));
  EXPECT_EQ(statuses(answer),
            (Statuses{"200 OK", "404 Not Found", "422 Unprocessable Content", "201 Created", "200 OK",
                      "204 No Content", "200 OK", "404 Not Found", "415 Unsupported Media Type",
                      "304 Not Modified", "415 Unsupported Media Type"}))
      << answer.body;
  EXPECT_EQ(entry(0)["resource"]["id"].text(), "p1");
  EXPECT_EQ(entry(0)["response"]["etag"].text(), "W/\"1\"");
  EXPECT_TRUE(entry(0)["response"]["lastModified"].text().starts_with("20"));
  EXPECT_FALSE(entry(1)["response"]["outcome"]["issue"].at(0)["diagnostics"].text().empty());
  EXPECT_TRUE(entry(3)["response"]["location"].text().ends_with("/fhir/Patient/p3/_history/1"));
  EXPECT_FALSE(entry(3)["resource"]) << "minimal, unless asked for";
  EXPECT_EQ(entry(4)["resource"]["total"].text(), "1");
  EXPECT_EQ(entry(6)["resource"]["type"].text(), "history");
  EXPECT_EQ(get("/fhir/Patient/p3").status, 200u);
}

TEST_F(BatchTest, ManyEntriesAndNone) {
  EXPECT_EQ(statuses(post(R"({"resourceType":"Bundle","type":"batch"})")), Statuses{});
  std::string many;
  for (int i = 0; i < 300; ++i)
    many += (many.empty() ? "" : ",") + put_entry("Patient", "m" + std::to_string(i));
  const auto all = statuses(post(batch(many)));
  EXPECT_EQ(all.size(), 300u);
  EXPECT_EQ(std::count(all.begin(), all.end(), "201 Created"), 300);
}

TEST_F(BatchTest, WhatIsNotDoneInTimeIsToldOfEachEntry) {
  std::string many;
  for (int i = 0; i < 2'000; ++i)
    many += (many.empty() ? "" : ",") + ask_entry("GET", "Patient?_total=accurate");
  net::Request request{
      "POST", "/fhir", {{"Content-Type", fhir_type}, {"Authorization", bearer()}}, batch(many)};
  request.deadline = Deadline::after(std::chrono::milliseconds{30});
  const auto all = statuses(ask(std::move(request)));
  ASSERT_EQ(all.size(), 2'000u);
  EXPECT_EQ(all.back(), "503 Service Unavailable");
  EXPECT_EQ(entry(1'999)["response"]["outcome"]["issue"].at(0)["code"].text(), "timeout");
}

// A batch whose answer was complete before all of its turns were taken. An attack found that it ended the
// process.
TEST_F(BatchTest, ShortOnesEndOnce) {
  service_.reset();
  service_ =
      std::make_unique<Service>(ServiceOptions{base_url, 8, 256}, tokens_, *gate_, *admission_, terminology_);
  for (int i = 0; i < 300; ++i)
    for (const int entries : {1, 2, 15, 17}) {
      std::string all;
      for (int n = 0; n < entries; ++n) all += (n > 0 ? "," : "") + ask_entry("GET", "Patient/none");
      EXPECT_EQ(statuses(post(batch(all))).size(), std::size_t(entries));
    }
}

TEST_F(BatchTest, OneClientHasFewUnderWay) {
  Workers::Share ann = 1, bob = 2;
  Slots slots{limits::batches_max, limits::client_batches_max};
  std::vector<std::shared_ptr<void>> taken;
  for (std::size_t i = 0; i < limits::client_batches_max; ++i) taken.push_back(slots.take(ann));
  EXPECT_TRUE(std::all_of(taken.begin(), taken.end(), [](const auto& slot) { return bool(slot); }));
  EXPECT_FALSE(slots.take(ann));
  EXPECT_TRUE(slots.take(bob));
  const auto copy = taken.back();
  taken.pop_back();
  EXPECT_FALSE(slots.take(ann)) << "a copy holds it";
  taken.clear();
  for (Workers::Share share = 10; share < 10 + limits::batches_max - 1; ++share)
    taken.push_back(slots.take(share));
  EXPECT_FALSE(slots.take(99)) << "all together have a limit too";
}

TEST_F(BatchTest, AnEndIsTheEndOfWhatHasNotBegun) {
  service_->end();
  const auto answer = post(batch(ask_entry("GET", "Patient/p1")));
  EXPECT_EQ(outcome(answer), "503 timeout http.request");
}

TEST_F(BatchTest, ALateRequestIsNotBegun) {
  net::Request request{"PUT",
                       "/fhir/Patient/late",
                       {{"Content-Type", fhir_type}, {"Authorization", bearer()}},
                       R"({"resourceType":"Patient","id":"late"})"};
  request.deadline = Deadline::after(std::chrono::milliseconds{-1});
  const net::Response answer = ask(std::move(request));
  EXPECT_EQ(outcome(answer), "503 timeout http.request");
  EXPECT_EQ(header(answer, "Retry-After"), "1");
  EXPECT_EQ(get("/fhir/Patient/late").status, 404u);
}

TEST_F(BatchTest, WhatStandsOutsideOfEntriesIsRefused) {
  EXPECT_EQ(outcome(post(R"({"resourceType":"Bundle","type":"batch","entry":[{"resource":{}}]})")),
            "400 required Bundle.entry[0].request");
  EXPECT_EQ(
      statuses(post(batch(ask_entry("GET", "metadata") + "," + ask_entry("POST", "?_format=json") + "," +
                          ask_entry("GET", "../auth/token") + "," + ask_entry("GET", "Patient/%zz")))),
      (Statuses{"400 Bad Request", "400 Bad Request", "404 Not Found", "400 Bad Request"}));
}

TEST_F(BatchTest, ScopesHoldForEachEntry) {
  register_clients(R"("system/Patient.c")");
  EXPECT_EQ(statuses(post(batch(ask_entry("GET", "Patient/p1") + "," + put_entry("Patient", "p1") + "," +
                                ask_entry("DELETE", "Patient/p1") + "," + ask_entry("GET", "Patient?_id=p1") +
                                "," + ask_entry("GET", "Patient/p1/_history")))),
            (Statuses(5, "403 Forbidden")));
}

}  // namespace
}  // namespace handoff::rest
