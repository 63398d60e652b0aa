#include "net/content_coding.h"

#include <gtest/gtest.h>

namespace handoff::net {
namespace {

AcceptedCoding accepted(std::initializer_list<const char*> fields) {
  Request request;
  for (const char* field : fields) request.headers.emplace_back("accept-encoding", field);
  return accepted_coding(request);
}

TEST(ContentCoding, WhatIsAcceptedFollowsTheWeights) {
  using enum AcceptedCoding;
  struct Case {
    const char* field;
    AcceptedCoding expected;
  };
  const Case cases[] = {
      {"", identity},
      {"gzip", gzip},
      {"GZip", gzip},
      {"x-gzip", gzip},
      {"deflate, gzip, br, zstd", gzip},
      {"br", identity},
      {"deflate", identity},
      {"*", gzip},
      {"*;q=0.1", gzip},
      {"br, *;q=0.1", gzip},
      {"gzip;q=0", identity},
      {"gzip;q=0.000", identity},
      {"gzip;q=0, *", identity},
      {"gzip;q=0.001", gzip},
      {"gzip ; q=0.5 , identity;q=0.4", gzip},
      {"gzip;q=0.5, identity;q=0.6", identity},
      {"gzip;q=0.5, identity;q=0.5", gzip},
      {"identity", identity},
      {"identity;q=0.5, *;q=0.1", identity},
      {"identity;q=0, gzip", gzip_only},
      {"identity;q=0, *", gzip_only},
      {"*;q=0, gzip", gzip_only},
      {"identity;q=0", none},
      {"identity;q=0, br", none},
      {"*;q=0", none},
      {"identity;q=0, gzip;q=0", none},
      {"*;q=0, identity", identity},
      {"*;q=0, identity;q=0.1", identity},
      {"gzip;q=2", identity},
      {"gzip;q=1.001", identity},
      {"gzip;q=", identity},
      {"gzip;q=-1", identity},
      {"gzip;q=0.5x", identity},
      {"gzip;level=1", identity},
      {",,gzip,,", gzip},
      {"gzipped", identity},
      {"identity;q=nonsense", identity},
  };
  for (const Case& each : cases) EXPECT_EQ(accepted({each.field}), each.expected) << each.field;
  EXPECT_EQ(accepted({}), identity);
  EXPECT_EQ(accepted({"br", "gzip"}), gzip) << "several fields are one list";
  EXPECT_EQ(accepted({"gzip", "identity;q=0"}), gzip_only);
}

TEST(ContentCoding, OfABodyIsOneOrOther) {
  const auto of = [](Headers headers) { return content_coding({"POST", "/", std::move(headers), ""}); };
  EXPECT_EQ(of({}), ContentCoding::identity);
  EXPECT_EQ(of({{"Content-Encoding", " identity "}}), ContentCoding::identity);
  EXPECT_EQ(of({{"content-encoding", "GZIP"}}), ContentCoding::gzip);
  EXPECT_EQ(of({{"Content-Encoding", "x-gzip"}}), ContentCoding::gzip);
  for (const char* other : {"deflate", "br", "gzip, gzip", "gzip,", "gzip;q=1", "utf-8"})
    EXPECT_EQ(of({{"Content-Encoding", other}}), ContentCoding::other) << other;
  EXPECT_EQ(of({{"Content-Encoding", "gzip"}, {"Content-Encoding", "br"}}), ContentCoding::other)
      << "a second field is not passed over";
}

std::string unpacked(const std::string& packed, std::size_t bytes_max = 1u << 20) {
  const auto out = gunzip(packed, bytes_max);
  return out ? *out : out.error().issues.front().code;
}

TEST(Gzip, WhatWasPackedComesBack) {
  std::string long_text;
  for (int i = 0; i < 20'000; ++i) long_text += std::to_string(i * 7919);
  for (const std::string& text : {std::string(), std::string("a"), long_text, std::string(70'000, '\0')}) {
    for (const Effort effort : {Effort::quick, Effort::most}) {
      EXPECT_EQ(unpacked(gzip(text, effort)), text);
      EXPECT_EQ(unpacked(gzip(text, effort, 255)), text);
    }
  }
  EXPECT_EQ(gzip("a", Effort::quick, 100).size(), gzip("a", Effort::quick).size() + 101)
      << "and the comment's end";
}

TEST(Gzip, SeveralMembersAreOneContent) {
  EXPECT_EQ(unpacked(gzip("one ", Effort::quick) + gzip("two", Effort::quick)), "one two");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += gzip("", Effort::quick);
  EXPECT_EQ(unpacked(gzip(std::string(1u << 20, 'x'), Effort::quick) + many).size(), 1u << 20);
}

TEST(Gzip, WhatIsNoneIsRefused) {
  const std::string packed = gzip("a body that is long enough to be cut in many places", Effort::quick);
  for (std::size_t bytes = 0; bytes < packed.size(); ++bytes)
    EXPECT_EQ(unpacked(packed.substr(0, bytes)), "structure") << bytes;
  for (const std::string& behind :
       {std::string("x"), std::string("\0", 1), packed.substr(0, 5), std::string("{\"a\":1}")})
    EXPECT_EQ(unpacked(packed + behind), "structure") << behind;
  for (std::size_t at = packed.size() - 8; at < packed.size(); ++at) {  // checksum, length
    std::string wrong = packed;
    wrong[at] = char(wrong[at] ^ 1);
    EXPECT_EQ(unpacked(wrong), "structure") << at;
  }
  EXPECT_EQ(unpacked("{\"resourceType\":\"Patient\"}"), "structure");
}

TEST(Gzip, TheLimitIsOfWhatComesOut) {
  EXPECT_EQ(unpacked(gzip(std::string(1000, 'x'), Effort::quick), 1000).size(), 1000u);
  EXPECT_EQ(unpacked(gzip(std::string(1001, 'x'), Effort::quick), 1000), "too-long");
  EXPECT_EQ(unpacked(gzip(std::string(64u << 20, 'x'), Effort::most), 16u << 20), "too-long")
      << "64 KB that would be 64 MiB";
  EXPECT_EQ(unpacked(gzip("", Effort::quick), 0), "");
  EXPECT_EQ(unpacked(gzip("x", Effort::quick), 0), "too-long");
}

TEST(ContentCoding, PiecesMakeOneBody) {
  GzipStream stream(Effort::quick, 20);
  std::string packed, plain;
  for (int i = 0; i < 50; ++i) {
    const std::string piece(std::size_t(i) * 997, char('a' + i % 26));
    plain += piece;
    packed += stream.add(piece);
  }
  packed += stream.end();
  EXPECT_EQ(gunzip(packed, plain.size()).value(), plain);
  GzipStream empty(Effort::quick);
  packed = empty.add("");
  packed += empty.end();
  EXPECT_EQ(gunzip(packed, 1).value(), "");
}

}  // namespace
}  // namespace handoff::net
