#include "rest/http/coding.h"
#include "net/content_coding.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

// The content of an answer, whatever its padding.
std::string plain(const net::Response& response) { return net::gunzip(response.body, 64u << 20).value(); }
std::string packed(const std::string& text) { return net::gzip(text, net::Effort::most); }

class CodingTest : public ServiceTest {
 protected:
  static std::string patient(std::size_t name_bytes, const std::string& id = "p1") {
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"family":")" +
           std::string(name_bytes, 'x') + R"("}]})";
  }
  net::Response put(const std::string& body, net::Headers headers) {
    headers.emplace_back("Content-Type", fhir_type);
    return send("PUT", "/fhir/Patient/p1", std::move(headers), body);
  }
  net::Response coded(const std::string& target, const std::string& accept = "gzip",
                      net::Headers headers = {}) {
    headers.emplace_back("Accept-Encoding", accept);
    return get(target, std::move(headers));
  }
};

TEST_F(CodingTest, LongAnswersComeAsGzipWhereThatIsAskedFor) {
  ASSERT_EQ(put(patient(2000), {}).status, 201u);
  ASSERT_EQ(post(transaction(put_entry("Patient", "p2"))).status, 200u);
  const net::Response as_it_is = get("/fhir/Patient/p1");
  EXPECT_EQ(header(as_it_is, "Content-Encoding"), "");
  EXPECT_EQ(header(as_it_is, "Vary"), "Accept-Encoding") << "whoever keeps it must know";
  const net::Response gzip = coded("/fhir/Patient/p1");
  EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(gzip, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(gzip, "ETag"), header(as_it_is, "ETag")) << "weak: the content is the same";
  EXPECT_EQ(header(gzip, "Content-Type"), header(as_it_is, "Content-Type"));
  EXPECT_LT(gzip.body.size(), as_it_is.body.size() / 2);
  EXPECT_EQ(plain(gzip), as_it_is.body);
  for (const char* target : {"/fhir/Patient/p2", "/fhir/Patient/none"}) {
    EXPECT_EQ(header(coded(target), "Content-Encoding"), "") << "too short: " << target;
    EXPECT_EQ(header(coded(target), "Vary"), "Accept-Encoding") << target;
  }
  for (const char* target :
       {"/fhir/Patient?_id=p1", "/fhir/Patient/p1/_history", "/fhir/Patient/p1/_history/1"})
    EXPECT_EQ(plain(coded(target)), get(target).body) << target;
  for (const char* accept : {"br", "gzip;q=0", "", "identity", "gzip;q=0.5,identity"})
    EXPECT_EQ(coded("/fhir/Patient/p1", accept).body, as_it_is.body) << accept;
}

TEST_F(CodingTest, HeadAndConditionalReadsAgree) {
  ASSERT_EQ(put(patient(2000), {}).status, 201u);
  EXPECT_EQ(header(send("HEAD", "/fhir/Patient/p1", {{"Accept-Encoding", "gzip"}}, ""), "Content-Encoding"),
            "gzip");
  const net::Response known = coded("/fhir/Patient/p1", "gzip", {{"If-None-Match", "W/\"1\""}});
  EXPECT_EQ(known.status, 304u);
  EXPECT_EQ(known.body, "");
  EXPECT_EQ(header(known, "Content-Encoding"), "");
  EXPECT_EQ(header(known, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(known, "ETag"), "W/\"1\"");
  EXPECT_EQ(coded("/fhir/Patient/p1", "identity;q=0,gzip", {{"If-None-Match", "W/\"1\""}}).status, 304u);
}

TEST_F(CodingTest, WhoRefusesPlainAnswersGetsNone) {
  const net::Response missing = coded("/fhir/Patient/none", "gzip, identity;q=0");
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(header(missing, "Content-Encoding"), "gzip");
  EXPECT_NE(plain(missing).find("OperationOutcome"), std::string::npos);
  EXPECT_EQ(outcome(coded("/fhir/Patient/none", "identity;q=0")), "406 not-supported http.Accept-Encoding");
  EXPECT_EQ(outcome(coded("/fhir/metadata", "*;q=0")), "406 not-supported http.Accept-Encoding");
  EXPECT_EQ(outcome(put(patient(1), {{"Accept-Encoding", "br, identity;q=0"}})),
            "406 not-supported http.Accept-Encoding");
  EXPECT_EQ(get("/fhir/Patient/p1").status, 404u) << "refused before anything is done";
}

TEST_F(CodingTest, WritesAndBundlesAreAnsweredSoToo) {
  const net::Response written = put(patient(2000), {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(written.status, 201u);
  EXPECT_EQ(header(written, "Content-Encoding"), "gzip");
  EXPECT_EQ(plain(written), get("/fhir/Patient/p1").body);
  const std::string batch =
      R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/p1"}},{"request":{"method":"GET","url":"Patient/p1"}}]})";
  const net::Response answer =
      send("POST", "/fhir", {{"Content-Type", fhir_type}, {"Accept-Encoding", "gzip"}}, batch);
  EXPECT_EQ(header(answer, "Content-Encoding"), "gzip");
  EXPECT_NE(plain(answer).find(std::string(2000, 'x')), std::string::npos)
      << "its entries are no gzip within gzip";
}

TEST_F(CodingTest, MetadataIsPackedOnce) {
  const std::string as_it_is = ask({"GET", "/fhir/metadata", {}, ""}).body;
  for (const char* accept : {"gzip", "*", "identity;q=0, gzip"}) {
    const net::Response gzip = ask({"GET", "/fhir/metadata", {{"Accept-Encoding", accept}}, ""});
    EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip") << accept;
    EXPECT_EQ(plain(gzip), as_it_is);
    EXPECT_LT(gzip.body.size(), as_it_is.size() / 5);
  }
}

// The sender chooses the scope. If it were packed with the token, the size would reveal the token, letter by
// letter.
TEST_F(CodingTest, TokensAreNeverPacked) {
  std::string scopes;
  for (int i = 0; i < 100; ++i) scopes += "system/Patient.r+";
  const std::string form = "grant_type=client_credentials&client_assertion_type=" +
                           net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                           "&scope=" + scopes + "&client_assertion=" + assertion("op");
  for (const char* accept : {"gzip", "gzip, identity;q=0", "identity;q=0"}) {
    const net::Response issued =
        ask({"POST",
             "/auth/token",
             {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept-Encoding", accept}},
             form + (accept == std::string("gzip") ? "" : "&x=1")});
    EXPECT_EQ(header(issued, "Content-Encoding"), "") << accept;
    EXPECT_TRUE(json::parse(issued.body)) << accept;
  }
}

// An observer of sizes sees equal answers differ. A reader gets the same content each time.
TEST_F(CodingTest, SizesOfOneAnswerVary) {
  ASSERT_EQ(put(patient(2000), {}).status, 201u);
  std::set<std::size_t> sizes;
  std::set<std::string> contents;
  for (int i = 0; i < 40; ++i) {
    const net::Response answer = coded("/fhir/Patient/p1");
    sizes.insert(answer.body.size());
    contents.insert(plain(answer));
  }
  EXPECT_GT(sizes.size(), 5u);
  EXPECT_EQ(contents.size(), 1u);
}

TEST_F(CodingTest, BodiesComeAsGzip) {
  for (const char* coding : {"gzip", "GZIP", "x-gzip"}) {
    const net::Response written = put(packed(patient(2000)), {{"Content-Encoding", coding}});
    EXPECT_TRUE(written.status == 201 || written.status == 200) << written.body;
  }
  EXPECT_NE(get("/fhir/Patient/p1").body.find(std::string(2000, 'x')), std::string::npos);
  EXPECT_EQ(put(patient(2000), {{"Content-Encoding", "identity"}}).status, 200u);
  const std::string form = packed("_id=p1&_summary=count");
  const net::Headers as_form = {{"Content-Type", "application/x-www-form-urlencoded"},
                                {"Content-Encoding", "gzip"}};
  EXPECT_NE(send("POST", "/fhir/Patient/_search", as_form, form).body.find("\"total\":1"), std::string::npos);
  const std::string bundle =
      packed(transaction(put_entry("Patient", "p2") + "," + put_entry("Patient", "p3")));
  EXPECT_EQ(send("POST", "/fhir", {{"Content-Type", fhir_type}, {"Content-Encoding", "gzip"}}, bundle).status,
            200u);
  const net::Headers signing_in = {{"Content-Type", "application/x-www-form-urlencoded"},
                                   {"Content-Encoding", "gzip"}};
  const std::string credentials =
      "grant_type=client_credentials&client_assertion_type=" +
      net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
      "&client_assertion=" + assertion("op");
  EXPECT_EQ(ask({"POST", "/auth/token", signing_in, packed(credentials)}).status, 200u);
  EXPECT_EQ(coded("/fhir/Patient/p1", "identity", {{"Content-Encoding", "gzip"}}).status, 200u)
      << "without a body nothing is coded";
}

TEST_F(CodingTest, OtherCodingsAreRefusedAndTold) {
  for (const char* coding : {"deflate", "br", "gzip, gzip", "gzip, br", "compress"}) {
    const net::Response refused = put(patient(1), {{"Content-Encoding", coding}});
    EXPECT_EQ(outcome(refused), "415 not-supported http.Content-Encoding") << coding;
    EXPECT_EQ(header(refused, "Accept-Encoding"), "gzip") << coding;
  }
  const net::Response wrong_type =
      send("PUT", "/fhir/Patient/p1", {{"Content-Type", "text/plain"}}, patient(1));
  EXPECT_EQ(wrong_type.status, 415u);
  EXPECT_EQ(header(wrong_type, "Accept-Encoding"), "") << "the coding was not what was wrong";
}

TEST_F(CodingTest, BrokenAndLongBodiesAreRefused) {
  const net::Headers as_gzip = {{"Content-Encoding", "gzip"}};
  const std::string good = packed(patient(10));
  EXPECT_EQ(outcome(put(good.substr(0, good.size() - 1), as_gzip)), "400 structure http.body");
  EXPECT_EQ(outcome(put(good.substr(0, good.size() / 2), as_gzip)), "400 structure http.body");
  EXPECT_EQ(outcome(put(good + "{}", as_gzip)), "400 structure http.body");
  EXPECT_EQ(outcome(put(patient(10), as_gzip)), "400 structure http.body");
  EXPECT_EQ(
      put(packed(patient(10) + std::string(limits::http_body_bytes_max - patient(10).size(), ' ')), as_gzip)
          .status,
      201u);
  const std::string bomb = packed(std::string(200u << 20, ' '));
  EXPECT_EQ(outcome(put(bomb, as_gzip)), "413 too-long http.body");
  EXPECT_EQ(outcome(put(packed(patient(10) + std::string(limits::http_body_bytes_max, ' ')), as_gzip)),
            "413 too-long http.body");
  const std::string form = packed("grant_type=" + std::string(limits::http_open_body_bytes_max, 'x'));
  const net::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                {"Content-Encoding", "gzip"}};
  EXPECT_EQ(outcome(ask({"POST", "/auth/token", headers, form})), "413 too-long http.body")
      << "the limit where no token came";
  EXPECT_EQ(outcome(ask({"PUT", "/fhir/Patient/p1", {{"Content-Encoding", "gzip"}}, bomb})),
            "401 login http.Authorization")
      << "who may not ask makes nobody unpack";
}

TEST(UnpackedBodies, AClientHoldsNoMoreThanItMay) {
  UnpackedBodies bodies;
  const auto unpack = [&bodies](std::size_t bytes, Workers::Share share, std::shared_ptr<void>& held) {
    net::Request request{"POST", "/fhir", {{"Content-Encoding", "gzip"}}, packed(std::string(bytes, ' '))};
    const auto unpacked = bodies.unpack(request, 16u << 20, share, held);
    EXPECT_EQ(request.body.size() == bytes, unpacked.has_value());
    return unpacked ? "unpacked" : unpacked.error().kind == Kind::limited ? "limited" : "other";
  };
  std::shared_ptr<void> held[5], another;
  for (int i = 0; i < 4; ++i) EXPECT_STREQ(unpack(16u << 20, 1, held[i]), "unpacked") << i;
  EXPECT_STREQ(unpack(1, 1, held[4]), "limited");
  EXPECT_STREQ(unpack(16u << 20, 2, another), "unpacked") << "another client is not kept from it";
  held[0].reset();
  EXPECT_STREQ(unpack(1, 1, held[4]), "unpacked");
}

}  // namespace
}  // namespace handoff::rest
