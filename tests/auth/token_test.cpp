#include "auth/token.h"

#include <gtest/gtest.h>

#include "core/civil.h"

namespace handoff::auth {
namespace {

constexpr std::string_view audience = "https://127.0.0.1:8443/auth/token";
constexpr const char* jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::string clients_json(const Key& key, const std::string& scopes = R"("system/*.cruds","system/Patient.rs")") {
  return R"({"clients":[{"client_id":"op","name":"Operator","role":"operator","purposes":[],"scopes":[)" + scopes +
         R"(],"jwks":{"keys":[)" + key.to_jwk(false) + "]}}]}";
}

class TokenTest : public testing::Test {
 protected:
  TokenTest() { service_.set_clients(read_clients(clients_json(key_)).value()); }
  Result<IssuedToken> ask(const std::string& assertion, const std::string& scope = "") {
    return service_.exchange({"client_credentials", jwt_bearer, assertion, scope});
  }
  std::string claims(const std::string& changed_member = "", const std::string& value = "") const {
    const long long now = std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    std::map<std::string, std::string> members = {{"iss", "\"op\""},
                                                  {"sub", "\"op\""},
                                                  {"aud", '"' + std::string(audience) + '"'},
                                                  {"exp", std::to_string(now + 60)},
                                                  {"jti", "\"j" + std::to_string(++counter_) + '"'}};
    if (!changed_member.empty()) members[changed_member] = value;
    std::string text;
    for (const auto& [name, member] : members) text += (text.empty() ? "{\"" : ",\"") + name + "\":" + member;
    return text + "}";
  }

  ManualClock clock_{span_of("2024-06-30T12:00:00Z")->first};
  Key key_ = Key::generate("k1");
  TokenService service_{std::string(audience), clock_};
  mutable int counter_ = 0;
};

TEST_F(TokenTest, IssuesAndAuthenticates) {
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()));
  ASSERT_TRUE(issued) << issued.error().summary();
  EXPECT_EQ(issued->scope, "system/*.cruds system/Patient.rs");
  EXPECT_EQ(issued->expires_in_s, 300);
  const auto requester = service_.authenticate("Bearer " + issued->access_token);
  ASSERT_TRUE(requester);
  EXPECT_TRUE(requester->is_operator());
  EXPECT_TRUE(allows(requester->scopes, "CarePlan", 'd'));
  clock_.set(clock_.now() + std::chrono::seconds{301});
  EXPECT_EQ(service_.authenticate("Bearer " + issued->access_token).error().kind, Kind::unauthenticated);
}

TEST_F(TokenTest, NarrowsToTheScopesAskedFor) {
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()), "system/Patient.rs");
  ASSERT_TRUE(issued);
  const auto requester = service_.authenticate("Bearer " + issued->access_token);
  EXPECT_TRUE(allows(requester->scopes, "Patient", 'r'));
  EXPECT_FALSE(allows(requester->scopes, "Patient", 'u'));
  EXPECT_FALSE(allows(requester->scopes, "CarePlan", 'r'));
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), "system/Organization.r")->scope, "system/Organization.r")
      << "within system/*.cruds";
  EXPECT_TRUE(service_.authenticate("bearer " + issued->access_token)) << "the scheme is the same in any case";
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), "user/Consent.r").error().issues[0].code, "invalid_scope");
}

TEST_F(TokenTest, IsForThePurposesThatTheAssertionNames) {
  auto clients = read_clients(clients_json(key_)).value();
  clients[0].purposes = {"TREAT", "COC"};
  service_.set_clients(clients);
  const auto purposes = [&](const Result<IssuedToken>& issued) {
    return issued ? service_.authenticate("Bearer " + issued->access_token)->purposes : std::vector<std::string>{issued.error().issues[0].code};
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now()))), (Texts{"TREAT", "COC"})) << "all that it is registered with";
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now(), "COC"))), (Texts{"COC"}));
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now(), "urn:oid:2.16.840.1.113883.5.8#TREAT"))), (Texts{"TREAT"}));
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now(), "HOPERAT"))), (Texts{"invalid_request"}));
  EXPECT_EQ(purposes(ask(encode_jws(key_, claims("extensions", R"({"hl7-b2b":{"version":"1","purpose_of_use":[]}})")))), (Texts{"invalid_request"}));
  EXPECT_EQ(purposes(ask(encode_jws(key_, claims("extensions", R"({"hl7-b2b":{"purpose_of_use":["TREAT","TREAT","JSUPV"]}})")))), (Texts{"invalid_request"}));
}

TEST_F(TokenTest, ADisabledClientsTokensDieAtOnce) {
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()));
  service_.set_clients({});
  EXPECT_FALSE(service_.authenticate("Bearer " + issued->access_token));
}

TEST_F(TokenTest, RefusesForgedStaleAndReplayedAssertions) {
  const std::string good = encode_jws(key_, claims());
  ASSERT_TRUE(ask(good));
  EXPECT_NE(ask(good).error().summary().find("jti was used"), std::string::npos);
  EXPECT_FALSE(ask(encode_jws(Key::generate("k1"), claims()))) << "another key under the same kid";
  EXPECT_FALSE(ask(encode_jws(Key::generate("k2"), claims())));
  const std::pair<const char*, const char*> cases[] = {{"iss", "\"nobody\""}, {"sub", "\"other\""},   {"aud", "\"https://elsewhere/\""},
                                                       {"exp", "1"},          {"exp", "99999999999"}, {"exp", "\"soon\""},
                                                       {"jti", "\"\""},       {"exp", "9223372036854775807"}};
  for (const auto& [member, value] : cases) {
    const auto refused = ask(encode_jws(key_, claims(member, value)));
    ASSERT_FALSE(refused) << member << value;
    EXPECT_EQ(refused.error().issues[0].code, "invalid_client");
  }
  std::string tampered = encode_jws(key_, claims());
  tampered[tampered.size() - 5] = tampered[tampered.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(ask(tampered));
  for (const char* text : {"", "a.b", "a.b.c", "....", "e30.e30.AA"}) EXPECT_FALSE(ask(text)) << text;
  EXPECT_EQ(service_.exchange({"password", jwt_bearer, good, ""}).error().issues[0].code, "unsupported_grant_type");
  EXPECT_EQ(service_.exchange({"client_credentials", "x", good, ""}).error().issues[0].code, "invalid_request");
  for (const char* header : {"", "Basic x", "Bearer ", "Bearer unknown"}) EXPECT_FALSE(service_.authenticate(header));
}

TEST(Jose, KeysSurviveTheirJwk) {
  const Key key = Key::generate("a");
  const auto document = json::parse(key.to_jwk(true));
  const auto again = Key::from_jwk(document->root());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_private());
  const auto pub = json::parse(key.to_jwk(false));
  EXPECT_TRUE(Key::from_jwk(pub->root())->verify("message", again->sign("message")));
  EXPECT_FALSE(Key::from_jwk(pub->root())->verify("other", again->sign("message")));
  for (const char* bad : {R"({"kty":"RSA"})", R"({"kty":"EC","crv":"P-256"})", R"({"kty":"EC","crv":"P-384","kid":"a","x":"AA","y":"AA"})"})
    EXPECT_FALSE(Key::from_jwk(json::parse(bad)->root())) << bad;
}

TEST(Clients, RefusesWhatIsNoRegistrationNamingClientAndMember) {
  const Key key = Key::generate("a");
  const std::string good = clients_json(key);
  ASSERT_TRUE(read_clients(good));
  const std::pair<const char*, const char*> cases[] = {
      {"\"role\":\"operator\"", "\"role\":\"king\""}, {"system/*.cruds", "everything"},
      {"\"purposes\":[]", "\"purposes\":1"},          {"\"name\"", "\"nmae\""},
      {"\"crv\":\"P-384\"", "\"crv\":\"P-1\""},
  };
  for (const auto& [from, to] : cases) {
    std::string text = good;
    text.replace(text.find(from), std::string_view(from).size(), to);
    const auto refused = read_clients(text);
    ASSERT_FALSE(refused) << to;
    EXPECT_NE(refused.error().summary().find("client \"op\""), std::string::npos) << refused.error().summary();
  }
}

TEST(Scopes, ReadsV1AndV2) {
  EXPECT_EQ(parse_scope("system/Patient.read")->interactions, "rs");
  EXPECT_EQ(parse_scope("system/*.*")->interactions, "cruds");
  EXPECT_EQ(parse_scope("system/Patient.cu")->interactions, "cu");
  for (const char* bad :
       {"", "user/Patient.r", "system/Patient", "system/.r", "system/Patient.sr", "system/Patient.rr", "system/Patient.x"})
    EXPECT_FALSE(parse_scope(bad)) << bad;
}

}  // namespace
}  // namespace handoff::auth
