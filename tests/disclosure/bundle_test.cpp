// Bundles in pieces: what a recipient gets when its consent ends between two of them.
#include "disclosure/bundle.h"

#include "../sample_gateway.h"

namespace handoff::disclosure {
namespace {

constexpr int goals = 14;

class BundleTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    sample::GatewayTest::SetUp();
    admit_record();
    // 400 KB each, so that a piece has few of them.
    for (int i = 0; i < goals; ++i)
      ASSERT_TRUE(admit({sample::changed(record_of("Goal"), "\"id\":\"g1\"",
                                         R"("id":"big)" + std::to_string(i) + R"(","note":[{"text":")" +
                                             std::string(400'000, 'x') + "\"}]")}));
  }
  // The goals, and behind them an entry of the directory, which needs no consent.
  Disclosed first_piece() {
    store::Snapshot snapshot = store_->snapshot();
    BundleContent content;
    content.channel = "search";
    content.type = "searchset";
    content.self = "https://127.0.0.1/fhir/Goal";
    for (int i = 0; i < goals; ++i)
      content.versions.push_back(snapshot.resources().read("Goal", "big" + std::to_string(i))->pk);
    content.versions.push_back(snapshot.resources().read("Organization", "ORG-PCP1")->pk);
    content.write = [](std::size_t, const store::Version&, const Released& released, json::Writer& writer) {
      writer.key("resource");
      write(released, writer);
    };
    auto piece = bundle_of(*gate_, {"pcp", "Organization/ORG-PCP1", "pcp", {"TREAT"}, {}},
                           std::move(snapshot), std::move(content));
    EXPECT_TRUE(piece) << piece.error().summary();
    return std::move(*piece);
  }
  struct Whole {
    std::string bytes;
    int pieces = 0;
    std::string entries;  // of the ledger
  };
  static Whole rest_of(Disclosed piece) {
    Whole whole;
    for (std::shared_ptr<Rest> rest;;) {
      ++whole.pieces;
      whole.bytes += piece.bytes();
      for (const std::string& entry : piece.take_entries()) whole.entries += entry;
      rest = piece.take_rest();
      if (!rest) return whole;
      auto next = rest->next();
      EXPECT_TRUE(next);
      if (!next || next->bytes().empty()) return whole;
      piece = std::move(*next);
    }
  }
  static int count(std::string_view text, std::string_view part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
};

TEST_F(BundleTest, ALongPageComesWholeInPieces) {
  const Whole whole = rest_of(first_piece());
  EXPECT_GT(whole.pieces, 3);
  const auto bundle = json::parse(whole.bytes);
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->root()["entry"].size(), std::size_t(goals + 1));
  EXPECT_EQ(count(whole.entries, "Goal/big"), goals);
}

TEST_F(BundleTest, ARevocationHoldsForThePiecesBehindIt) {
  Disclosed piece = first_piece();
  const int left = count(piece.bytes(), "\"id\":\"big");
  EXPECT_GT(left, 0);
  ASSERT_LT(left, goals);
  ASSERT_TRUE(admit({sample::changed(record_of("Consent"), "\"active\"", "\"inactive\"")}));
  const Whole whole = rest_of(std::move(piece));
  const auto bundle = json::parse(whole.bytes);
  ASSERT_TRUE(bundle) << "the Bundle is closed";
  const json::Value entries = bundle->root()["entry"];
  ASSERT_EQ(entries.size(), std::size_t(left + 1));
  EXPECT_EQ(entries.at(std::size_t(left))["resource"]["id"].text(), "ORG-PCP1")
      << "what is still shown follows";
  EXPECT_EQ(count(whole.entries, "Goal/big"), left) << "the ledger names what left, and nothing else";
}

}  // namespace
}  // namespace handoff::disclosure
