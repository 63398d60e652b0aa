// Long answers leave in pieces, each when its ledger entries are durable.
#include "rest/http/streamed_body.h"

#include "core/limits.h"
#include "net/content_coding.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

constexpr int documents = 6;

class StreamedBodyTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    for (int i = 0; i < documents; ++i) put_document("b" + std::to_string(i), i);
  }
  // 400 KB, so that three of them make a piece.
  void put_document(const std::string& id, int i) {
    const std::string data(400'000, char('A' + i));
    const auto answer =
        send("PUT", "/fhir/Binary/" + id, {{"Content-Type", fhir_type}, {"Prefer", "return=minimal"}},
             R"({"resourceType":"Binary","id":")" + id + R"(","contentType":"text/plain","data":")" + data +
                 "\"}");
    ASSERT_LT(answer.status, 300u) << answer.body.substr(0, 500);
  }
  static Result<std::string> next(net::BodySource& source) {
    std::promise<Result<std::string>> promise;
    source.next([&promise](Result<std::string> piece) { promise.set_value(std::move(piece)); });
    return promise.get_future().get();
  }
  // The body and the number of pieces behind the first.
  static std::pair<std::string, int> whole(const net::Response& response) {
    std::string body = response.body;
    int pieces = 0;
    for (bool more = response.rest != nullptr; more;) {
      const auto piece = next(*response.rest);
      EXPECT_TRUE(piece);
      if (!piece || piece->empty()) break;
      ++pieces;
      body += *piece;
    }
    return {body, pieces};
  }
  // How often a version stands in the ledger as read or found.
  int told(const std::string& reference) const {
    int count = 0;
    for (const auto& entry : store_->ledger_entries_with(reference))
      if (entry.text.find("\"kind\":\"access\"") != std::string::npos) ++count;
    return count;
  }
};

TEST_F(StreamedBodyTest, APageLeavesInPiecesWithTheirEntries) {
  const net::Response page = get("/fhir/Binary?_count=10");
  ASSERT_TRUE(page.rest);
  EXPECT_LT(page.body.size(), limits::disclosed_piece_bytes + 500'000);
  EXPECT_EQ(told("Binary/b5/_history/1"), 1) << "the first piece begins with the newest";
  EXPECT_EQ(told("Binary/b0/_history/1"), 0) << "it did not leave yet";
  const auto [body, pieces] = whole(page);
  EXPECT_EQ(pieces, 1);
  const auto bundle = json::parse(body);
  ASSERT_TRUE(bundle) << body.substr(0, 300);
  EXPECT_EQ(bundle->root()["entry"].size(), std::size_t(documents));
  for (int i = 0; i < documents; ++i) {
    EXPECT_EQ(bundle->root()["entry"].at(std::size_t(i))["resource"]["id"].text(),
              "b" + std::to_string(documents - 1 - i));
    EXPECT_EQ(told("Binary/b" + std::to_string(i) + "/_history/1"), 1) << i;
  }
}

TEST_F(StreamedBodyTest, AShortPageIsWhole) {
  const net::Response page = get("/fhir/Binary?_count=1");
  EXPECT_FALSE(page.rest);
  EXPECT_TRUE(json::parse(page.body));
}

TEST_F(StreamedBodyTest, AHistoryLeavesInPieces) {
  for (int i = 1; i < 5; ++i) put_document("b0", i);
  const net::Response page = get("/fhir/Binary/b0/_history?_count=4");
  ASSERT_TRUE(page.rest);
  const auto bundle = json::parse(whole(page).first);
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->root()["total"].text(), "5");
  ASSERT_EQ(bundle->root()["entry"].size(), 4u);
  EXPECT_EQ(bundle->root()["entry"].at(3)["resource"]["meta"]["versionId"].text(), "2");
  EXPECT_EQ(bundle->root()["link"].at(1)["relation"].text(), "next");
}

TEST_F(StreamedBodyTest, GzipRunsThroughAllPieces) {
  const net::Response coded = get("/fhir/Binary?_count=10", {{"Accept-Encoding", "gzip"}});
  ASSERT_TRUE(coded.rest);
  EXPECT_EQ(header(coded, "Content-Encoding"), "gzip");
  const auto plain = net::gunzip(whole(coded).first, 10u << 20);
  ASSERT_TRUE(plain) << plain.error().summary();
  EXPECT_EQ(json::parse(*plain)->root()["entry"].size(), std::size_t(documents));
}

TEST_F(StreamedBodyTest, AnEntryOfABundleIsWhole) {
  const std::string batch =
      R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Binary?_count=10"}}]})";
  const net::Response answer = post(batch);
  EXPECT_FALSE(answer.rest);
  const auto bundle = json::parse(answer.body);
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->root()["entry"].at(0)["resource"]["entry"].size(), std::size_t(documents));
  EXPECT_EQ(told("Binary/b0/_history/1"), 1);
}

TEST_F(StreamedBodyTest, AClientHasFewLongAnswersUnderWay) {
  std::vector<net::Response> held;
  for (std::size_t i = 0; i < limits::client_streamed_answers_max; ++i)
    held.push_back(get("/fhir/Binary?_count=10"));
  for (const net::Response& each : held) EXPECT_TRUE(each.rest);
  EXPECT_EQ(outcome(get("/fhir/Binary?_count=10")), "429 throttled http.request");
  EXPECT_EQ(get("/fhir/Binary?_count=1").status, 200u);
  held.pop_back();
  EXPECT_TRUE(get("/fhir/Binary?_count=10").rest);
}

TEST_F(StreamedBodyTest, AServiceThatEndsWaitsForNoStream) {
  const net::Response page = get("/fhir/Binary?_count=10");
  ASSERT_TRUE(page.rest);
  service_->end();
  EXPECT_FALSE(next(*page.rest));
}

}  // namespace
}  // namespace handoff::rest
