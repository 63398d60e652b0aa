// Requests from bytes (RFC 9112): which are taken, and which are refused with which status. They arrive in
// one piece and byte by byte.
#include "net/framing.h"

#include <gtest/gtest.h>

#include "net/field_syntax.h"

namespace handoff::net {
namespace {

using State = RequestFraming::State;

struct Outcome {
  unsigned status = 0;  // 0: a whole request; 1: more is awaited
  Request request;
  std::size_t taken = 0;
};

constexpr std::size_t body_bytes_max = 1000;

Outcome read(std::string_view bytes, std::size_t step) {
  RequestFraming framing({.header_bytes_max = 2000,
                          .fields_max = 20,
                          .chunk_extension_bytes_max = 100,
                          .trailer_bytes_max = 200});
  Outcome out;
  while (out.taken < bytes.size() && framing.state() != State::complete &&
         framing.state() != State::refused) {
    out.taken += framing.take(bytes.substr(out.taken, step));
    if (framing.state() == State::body && framing.body_bytes() == 0) framing.allow_body(body_bytes_max);
  }
  out.status = framing.state() == State::complete  ? 0
               : framing.state() == State::refused ? framing.fault().status
                                                   : 1;
  EXPECT_EQ(out.status > 1, !framing.fault().what.empty());
  out.request = std::move(framing).take_request();
  return out;
}

// The outcome is the same, however the bytes are cut.
Outcome read_alike(std::string_view bytes) {
  const Outcome whole = read(bytes, bytes.size());
  for (const std::size_t step : {1, 2, 7}) {
    const Outcome cut = read(bytes, step);
    EXPECT_EQ(cut.status, whole.status) << "in steps of " << step;
    EXPECT_EQ(cut.request.body, whole.request.body);
    EXPECT_EQ(cut.request.headers, whole.request.headers);
  }
  return whole;
}

const std::string get = "GET /fhir/metadata HTTP/1.1\r\nHost: a\r\n";
const std::string post = "POST /fhir HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

TEST(Framing, TakesAWholeRequestAndNoByteMore) {
  const std::string one = post + "Content-Length: 5\r\nX-A:  b c \t\r\n\r\nhello";
  const Outcome out = read(one + one, 1 << 20);
  EXPECT_EQ(out.status, 0u);
  EXPECT_EQ(out.taken, one.size());
  EXPECT_EQ(out.request.method, "POST");
  EXPECT_EQ(out.request.target, "/fhir");
  EXPECT_EQ(out.request.header("x-a"), "b c");
  EXPECT_EQ(out.request.body, "hello");
}

TEST(Framing, PutsChunksTogetherAndDropsTrailers) {
  const Outcome out = read_alike(chunked +
                                 "5;a=b;c=\"d \\\" e\" ; f\r\nhello\r\n0A\r\n, my "
                                 "world\r\n000\r\nAuthorization: Bearer x\r\nX-T: 1\r\n\r\n");
  EXPECT_EQ(out.status, 0u);
  EXPECT_EQ(out.request.body, "hello, my world");
  EXPECT_EQ(out.request.header("Authorization"), "");
  EXPECT_EQ(out.request.headers.size(), 2u);
}

struct Case {
  const char* name;
  std::string bytes;
  unsigned status;
};

const Case cases[] = {
    // Start lines.
    {"plain", get + "\r\n", 0},
    {"an empty line before it", "\r\n" + get + "\r\n", 0},
    {"two empty lines before it", "\r\n\r\n" + get + "\r\n", 400},
    {"every printable character",
     "GET /fhir/Patient?identifier=a|b&name=\"x'<>{}[]^`\\~ HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"an absolute target", "GET https://a:8443/fhir/metadata HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"an absolute target without a path", "GET HTTP://a?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"somebody in an absolute target", "GET https://b@a/fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"another scheme", "GET ftp://a/fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"no path", "GET fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a fragment", "GET /fhir#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"* of OPTIONS", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
    {"* of GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a byte beyond ASCII", "GET /fhir/Patient?name=\xC3\x91 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"two blanks", "GET  /fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a tabulator", "GET\t/fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a blank at the end", "GET /fhir HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"a blank before it", " GET /fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a method that is no token", "G(T /fhir HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"HTTP/0.9", "GET /fhir\r\n", 400},
    {"HTTP/1.0", "GET /fhir HTTP/1.0\r\n\r\n", 0},
    {"HTTP/1.9", "GET /fhir HTTP/1.9\r\nHost: a\r\n\r\n", 0},
    {"HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"http/1.1", "GET /fhir http/1.1\r\nHost: a\r\n\r\n", 400},
    {"HTTP/1.10", "GET /fhir HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"LF alone", "GET /fhir HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"CR alone", "GET /fhir HTTP/1.1\rHost: a\r\n\r\n", 400},
    {"bytes of TLS", std::string("\x16\x03\x01\x02\x00\x01\n", 7), 400},
    {"a long target", "GET /" + std::string(2001, 'x'), 414},
    // Fields.
    {"no value", get + "X-A:\r\n\r\n", 0},
    {"a value beyond ASCII", get + "X-A: \xC3\x91\r\n\r\n", 0},
    {"a blank before the colon", get + "X-A : b\r\n\r\n", 400},
    {"a folded field", get + "X-A: b\r\n c\r\n\r\n", 400},
    {"a blank before the first field", "GET /fhir HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"no colon", get + "X-A\r\n\r\n", 400},
    {"no name", get + ": b\r\n\r\n", 400},
    {"a name that is no token", get + "X(A): b\r\n\r\n", 400},
    {"NUL", get + std::string("X-A: b\0c\r\n\r\n", 12), 400},
    {"DEL", get + "X-A: b\x7F\r\n\r\n", 400},
    {"LF within", get + "X-A: b\nX-B: c\r\n\r\n", 400},
    {"CR within", get + "X-A: b\rc\r\n\r\n", 400},
    {"CR CR LF", get + "X-A: b\r\r\n\r\n", 400},
    {"LF at the end", get + "\n", 400},
    {"many fields",
     get +
         [] {
           std::string all;
           for (int i = 0; i < 20; ++i) all += "A: b\r\n";
           return all;
         }() +
         "\r\n",
     431},
    {"long fields", get + "X-A: " + std::string(2000, 'x'), 431},
    {"a long name", get + std::string(2000, 'x'), 431},
    // Host.
    {"no Host", "GET /fhir HTTP/1.1\r\n\r\n", 400},
    {"two Hosts", get + "host: a\r\n\r\n", 400},
    {"an empty Host", "GET /fhir HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"two names as Host", "GET /fhir HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"a URL as Host", "GET /fhir HTTP/1.1\r\nHost: https://a\r\n\r\n", 400},
    {"a Host with a port", "GET /fhir HTTP/1.1\r\nHost: a.example.org:8443\r\n\r\n", 0},
    {"a Host of IPv6", "GET /fhir HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", 0},
    {"a port that is none", "GET /fhir HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
    {"a Host with an open bracket", "GET /fhir HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
    {"a wrong Host of HTTP/1.0", "GET /fhir HTTP/1.0\r\nHost: a b\r\n\r\n", 400},
    // Content-Length.
    {"no body", post + "Content-Length: 0\r\n\r\n", 0},
    {"the rest is awaited", post + "Content-Length: 2\r\n\r\na", 1},
    {"leading zeros", post + "Content-Length: 0002\r\n\r\nab", 0},
    {"a sign", post + "Content-Length: +2\r\n\r\nab", 400},
    {"a negative length", post + "Content-Length: -2\r\n\r\nab", 400},
    {"a fraction", post + "Content-Length: 2.0\r\n\r\nab", 400},
    {"hexadecimal", post + "Content-Length: 0x2\r\n\r\nab", 400},
    {"no length", post + "Content-Length: \r\n\r\nab", 400},
    {"two lengths", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab", 400},
    {"a list of lengths", post + "Content-Length: 2, 2\r\n\r\nab", 400},
    {"the longest", post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x'), 0},
    {"too long", post + "Content-Length: 1001\r\n\r\n", 413},
    {"beyond 64 bits", post + "Content-Length: 99999999999999999999999\r\n\r\n", 413},
    // Transfer-Encoding.
    {"chunked", chunked + "2\r\nab\r\n0\r\n\r\n", 0},
    {"Chunked", post + "Transfer-Encoding: \tChunked \r\n\r\n0\r\n\r\n", 0},
    {"xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
    {"identity", post + "Transfer-Encoding: identity\r\n\r\n", 400},
    {"gzip", post + "Transfer-Encoding: gzip\r\n\r\n", 400},
    {"gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
    {"quoted", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400},
    {"chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
    {"chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked with a parameter", post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", 400},
    {"chunked behind a vertical tabulator", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400},
    {"no coding", post + "Transfer-Encoding:\r\n\r\n", 400},
    {"two codings", post + "Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"with a length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
    {"with a length before it", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400},
    {"of HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    // Chunks.
    {"a chunk is awaited", chunked + "2\r\nab\r\n", 1},
    {"the last line is awaited", chunked + "0\r\n", 1},
    {"no size", chunked + "\r\nab\r\n", 400},
    {"a size that is none", chunked + "g\r\nab\r\n", 400},
    {"0x", chunked + "0x2\r\nab\r\n", 400},
    {"a negative size", chunked + "-2\r\nab\r\n", 400},
    {"a blank before the size", chunked + " 2\r\nab\r\n", 400},
    {"a blank behind the size", chunked + "2 \r\nab\r\n", 400},
    {"LF behind the size", chunked + "2\nab\r\n", 400},
    {"LF behind the data", chunked + "2\r\nab\n0\r\n\r\n", 400},
    {"longer than its size", chunked + "2\r\nabc\r\n0\r\n\r\n", 400},
    {"longer, and no line ends", chunked + "2\r\nabc", 400},
    {"CR and no LF behind the data", chunked + "2\r\nab\rc", 400},
    {"shorter than its size", chunked + "4\r\nab\r\n0\r\n\r\n", 400},
    {"too much", chunked + "3E9\r\n", 413},
    {"too much in two", chunked + "3E8\r\n" + std::string(1000, 'x') + "\r\n1\r\n", 413},
    {"beyond 64 bits", chunked + "10000000000000002\r\nab\r\n", 400},
    {"nearly 64 bits", chunked + "FFFFFFFFFFFFFFFF\r\nab\r\n", 413},
    {"an extension without a name", chunked + "2;\r\nab\r\n", 400},
    {"an extension without a value", chunked + "2;a=\r\nab\r\n", 400},
    {"an open quotation", chunked + "2;a=\"b\r\nab\r\n", 400},
    {"LF in an extension", chunked + "2;a\nab\r\n", 400},
    {"CR in an extension", chunked + "2;a\rb\r\nab\r\n", 400},
    {"a long extension", chunked + "2;a=" + std::string(100, 'x'), 400},
    {"many zeros", chunked + std::string(90, '0') + "1\r\nx\r\n0\r\n\r\n", 0},
    {"many zeros again and again",
     chunked + std::string(90, '0') + "1\r\nx\r\n" + std::string(90, '0') + "1\r\n", 400},
    {"many extensions",
     chunked +
         [] {
           std::string all;
           for (int i = 0; i < 60; ++i) all += "1;a\r\nx\r\n";
           return all;
         }(),
     400},
    // Trailers.
    {"a long trailer", chunked + "0\r\nX-A: " + std::string(200, 'x'), 431},
    {"a trailer with a long name", chunked + "0\r\n" + std::string(70'000, 'x'), 431},
    {"many trailers",
     chunked + "0\r\n" +
         [] {
           std::string all;
           for (int i = 0; i < 30; ++i) all += "X-Abc: d\r\n";
           return all;
         }(),
     431},
    {"a trailer that is no field", chunked + "0\r\nX-A\r\n\r\n", 400},
    {"a folded trailer", chunked + "0\r\nX-A: b\r\n c\r\n\r\n", 400},
    // Other fields that may stand only once.
    {"two tokens", get + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400},
    {"two types", post + "Content-Type: a/b\r\nContent-type: c/d\r\n\r\n", 400},
    {"two of what may be a list", get + "Accept: a/b\r\nAccept: c/d\r\n\r\n", 0},
    {"something else is expected", post + "Expect: a cookie\r\nContent-Length: 2\r\n\r\n", 417},
    {"HTTP/1.0 expects", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", 0},
};

TEST(Framing, KeepsTheRulesOfRfc9112) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(read_alike(each.bytes).status, each.status);
  }
}

TEST(Framing, KnowsWhetherTheConnectionGoesOn) {
  const std::pair<std::string, bool> heads[] = {
      {get, true},
      {get + "Connection: close\r\n", false},
      {get + "Connection: Upgrade ,\tCLOSE\r\n", false},
      {get + "Connection: keep-alive\r\nConnection: close\r\n", false},
      {get + "Connection: closed\r\n", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", false},
  };
  for (const auto& [head, keeps] : heads) {
    RequestFraming framing;
    framing.take(head + "\r\n");
    ASSERT_EQ(framing.state(), State::complete) << head;
    EXPECT_EQ(framing.keeps_connection(), keeps) << head;
  }
}

TEST(Framing, TakesAnAbsoluteTargetForItsPath) {
  EXPECT_EQ(origin_form("GET", "https://a:1/b?c=d"), "/b?c=d");
  EXPECT_EQ(origin_form("GET", "https://a"), "/");
  EXPECT_EQ(origin_form("GET", "https://a?c"), "/?c");
  EXPECT_EQ(origin_form("GET", "https://"), std::nullopt);
  EXPECT_EQ(origin_form("GET", ""), std::nullopt);
  EXPECT_EQ(origin_form("GET", "/a://b"), "/a://b");
}

// Each place has a limit, so that bytes without the end of a line are held only up to it.
TEST(Framing, HoldsNoMoreThanItsLimits) {
  for (const std::string& begin :
       {std::string(), get, chunked, chunked + "5;a=", chunked + "5\r\nhello", chunked + "0\r\n"}) {
    RequestFraming framing;
    std::size_t taken = framing.take(begin);
    if (framing.state() == State::body) {
      framing.allow_body(body_bytes_max);
      taken += framing.take(std::string_view(begin).substr(taken));
    }
    const std::string block(4096, 'x');
    std::size_t more = 0;
    while (framing.state() != State::refused && more < (1u << 20)) more += framing.take(block);
    EXPECT_LE(more, limits::http_header_bytes_max + block.size()) << begin;
  }
}

}  // namespace
}  // namespace handoff::net
