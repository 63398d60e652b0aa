#include "auth/token.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "core/civil.h"
#include "core/hash.h"
#include "core/log.h"

namespace handoff::auth {
namespace {

constexpr std::string_view audience = "https://127.0.0.1:8443/auth/token";
constexpr const char* jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::string clients_json(const Key& key,
                         const std::string& scopes = R"("system/*.cruds","system/Patient.rs")") {
  return R"({"clients":[{"client_id":"op","name":"Operator","role":"operator","purposes":[],"scopes":[)" +
         scopes + R"(],"jwks":{"keys":[)" + key.to_jwk(false) + "]}}]}";
}

class TokenTest : public testing::Test {
 protected:
  TokenTest() { service_.set_clients(read_clients(clients_json(key_)).value()); }
  Result<IssuedToken> ask(const std::string& assertion, const std::string& scope = "") {
    return service_.exchange({"client_credentials", jwt_bearer, assertion, scope});
  }
  std::string claims(const std::string& changed_member = "", const std::string& value = "") const {
    const long long now =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
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

// The log names only registered clients, because anybody may write anything into an assertion.
TEST_F(TokenTest, TheLogNamesTheClientAndTheReason) {
  log::set_level("info");
  testing::internal::CaptureStderr();
  ask(make_assertion(key_, "op", audience, clock_.now()));
  ask(make_assertion(key_, "op", "https://elsewhere.example.org", clock_.now()));
  ask(make_assertion(key_, "op", audience, clock_.now()), "system/Consent.c system/x");
  ask(make_assertion(key_, "op", audience, clock_.now()), "user/Consent.r");
  for (int i = 0; i < 11; ++i) ask(make_assertion(key_, "Jane Doe", audience, clock_.now()));
  for (int i = 0; i < 11; ++i) ask(make_assertion(Key::generate("k1"), "op", audience, clock_.now()));
  const std::string said = testing::internal::GetCapturedStderr();
  log::set_level("warn");
  for (const char* part :
       {"auth: client op: a token\n", "auth: client op: no token: aud must be the token endpoint\n",
        "auth: client op: no token: the client is not registered with any of these "
        "scopes; it has system/*.cruds system/Patient.rs\n",
        "auth: client -: no token: too many attempts failed; wait before the next\n",
        "auth: client op: no token: too many attempts failed; wait before the next\n"})
    EXPECT_NE(said.find(part), said.npos) << part << said;
  EXPECT_EQ(said.find("Jane"), said.npos) << said;
}

TEST_F(TokenTest, AClockThatRanAheadMakesNoTokenLiveLonger) {
  const Instant before = clock_.now();
  clock_.set(before + std::chrono::hours{24 * 365});
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()));
  ASSERT_TRUE(issued);
  EXPECT_TRUE(service_.authenticate("Bearer " + issued->access_token));
  clock_.set(before + std::chrono::seconds{200});
  EXPECT_FALSE(service_.authenticate("Bearer " + issued->access_token));
  const auto again = ask(make_assertion(key_, "op", audience, clock_.now()));
  ASSERT_TRUE(again) << "and nobody is shut out";
  clock_.set(clock_.now() - std::chrono::seconds{20});
  EXPECT_TRUE(service_.authenticate("Bearer " + again->access_token))
      << "a clock that is set a little is no matter";
}

// A critical header parameter that is not understood (RFC 7515, section 4.1.11), and a jti that is not a
// string.
TEST_F(TokenTest, WhatIsCriticalMustBeUnderstood) {
  const auto signed_as = [&](const std::string& header, const std::string& body) {
    const std::string text = base64url_encode(header) + "." + base64url_encode(body);
    return text + "." + base64url_encode(key_.sign(text));
  };
  EXPECT_TRUE(ask(signed_as(R"({"alg":"ES384","typ":"JWT","kid":"k1"})", claims())));
  EXPECT_FALSE(ask(signed_as(R"({"alg":"ES384","typ":"JWT","kid":"k1","crit":["b64"]})", claims())));
  EXPECT_FALSE(ask(signed_as(R"({"alg":"ES384","typ":"JWT","kid":"k1"})", claims("jti", "5"))));
}

// RFC 7515, section 4.1; RFC 8725, section 3.11: the kind of token that the header claims, and the place of
// its key.
TEST_F(TokenTest, AHeaderNamesNoOtherKeysAndNoOtherKind) {
  const auto signed_as = [&](const std::string& more) {
    const std::string text =
        base64url_encode(R"({"alg":"ES384","kid":"k1")" + more + "}") + "." + base64url_encode(claims());
    return text + "." + base64url_encode(key_.sign(text));
  };
  for (const char* good : {"", R"(,"typ":"JWT")", R"(,"typ":"jwt")", R"(,"typ":"application/jwt")",
                           R"(,"typ":"client-authentication+jwt")"})
    EXPECT_TRUE(ask(signed_as(good))) << good;
  for (const char* bad : {R"(,"typ":"at+jwt")", R"(,"typ":"application/at+jwt")", R"(,"typ":"AT+JWT")",
                          R"(,"typ":"secevent+jwt")", R"(,"typ":"")", R"(,"typ":1)",
                          R"(,"jku":"https://evil.example.org/keys")", R"(,"jku":"")", R"(,"jku":null)"})
    EXPECT_FALSE(ask(signed_as(bad))) << bad;
}

TEST_F(TokenTest, NoClaimComesFromATimeToCome) {
  const long long now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  for (const char* claim : {"iat", "nbf"}) {
    EXPECT_TRUE(ask(encode_jws(key_, claims(claim, std::to_string(now + 20)))));
    EXPECT_FALSE(ask(encode_jws(key_, claims(claim, std::to_string(now + 40)))));
    EXPECT_FALSE(ask(encode_jws(key_, claims(claim, "\"" + std::to_string(now) + "\""))));
  }
}

TEST_F(TokenTest, ATimeIsAWholeNumberOrADecimalOne) {
  const std::string now = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count());
  EXPECT_TRUE(ask(encode_jws(key_, claims("iat", now + ".25"))));
  for (const char* bad : {"4e9", "1.0e30", "99e99", "1e0"})
    EXPECT_FALSE(ask(encode_jws(key_, claims("iat", bad)))) << bad;
  EXPECT_FALSE(ask(encode_jws(key_, claims("exp", now + "e9"))));
}

// Nobody can find out which clients are registered, or with which keys.
TEST_F(TokenTest, WhatDoesNotFitIsToldAlike) {
  const Key wrong_kid = Key::generate("k2"), wrong_key = Key::generate("k1");
  std::set<std::string> told;
  for (const auto& assertion : {make_assertion(wrong_key, "op", audience, clock_.now()),
                                make_assertion(wrong_kid, "op", audience, clock_.now()),
                                make_assertion(key_, "nobody", audience, clock_.now())})
    told.insert(ask(assertion).error().issues[0].diagnostics);
  EXPECT_EQ(told.size(), 1u);
}

TEST_F(TokenTest, ScopesAreGrantedOnce) {
  std::string many;
  for (int i = 0; i < 400; ++i) many += "system/Patient.rs ";
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), many)->scope, "system/Patient.rs");
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), many + many).error().issues[0].code,
            "invalid_scope")
      << "too long";
}

TEST_F(TokenTest, IsAskedForByWhoMadeTheAssertion) {
  TokenRequest request{"client_credentials", jwt_bearer, make_assertion(key_, "op", audience, clock_.now()),
                       "", "another"};
  EXPECT_EQ(service_.exchange(request).error().issues[0].code, "invalid_client");
  request.client_id = "op";
  EXPECT_TRUE(service_.exchange(request)) << "and it was not used up";
}

TEST_F(TokenTest, RefusesWhatIsTooLongUnread) {
  const auto refused = ask(std::string(16'385, 'x'));
  EXPECT_EQ(refused.error().issues[0].code, "invalid_request");
  EXPECT_EQ(service_.exchange({"", jwt_bearer, "", ""}).error().issues[0].code, "invalid_request")
      << "no grant_type";
  EXPECT_EQ(service_.exchange({"password", jwt_bearer, "", ""}).error().issues[0].code,
            "unsupported_grant_type");
}

TEST_F(TokenTest, SlowsDownWhoSignsWronglyAgainAndAgain) {
  const Key other = Key::generate("k1");
  const auto attempt = [&](const Key& key, const std::string& client, const std::string& address) {
    return service_.exchange({"client_credentials", jwt_bearer,
                              make_assertion(key, client, audience, clock_.now()), "", "", address});
  };
  for (const char* client : {"op", "nobody"}) {
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(attempt(other, client, "192.0.2.1").error().kind, Kind::unauthenticated) << client << i;
    EXPECT_EQ(attempt(other, client, "192.0.2.1").error().kind, Kind::limited) << "registered or not, alike";
  }
  long long wait = 0;
  const TokenRequest right{
      "client_credentials", jwt_bearer, make_assertion(key_, "op", audience, clock_.now()), "", "",
      "192.0.2.1"};
  EXPECT_EQ(service_.exchange(right, &wait).error().kind, Kind::limited);
  EXPECT_EQ(wait, 60);
  EXPECT_TRUE(attempt(key_, "op", "192.0.2.2")) << "the same client from elsewhere";
  EXPECT_EQ(attempt(key_, "third", "192.0.2.1").error().kind, Kind::unauthenticated)
      << "another client from there";
  clock_.set(clock_.now() + std::chrono::seconds{61});
  EXPECT_TRUE(attempt(key_, "op", "192.0.2.1"));
}

TEST_F(TokenTest, NoClientTakesTheRoomOfAll) {
  TokenOptions options{std::string(audience), {}, {}};
  options.client_tokens_max = 5;
  TokenService service(options, clock_);
  service.set_clients(read_clients(clients_json(key_)).value());
  const auto attempt = [&] {
    return service.exchange(
        {"client_credentials", jwt_bearer, make_assertion(key_, "op", audience, clock_.now()), ""});
  };
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(attempt()) << i;
  EXPECT_EQ(attempt().error().kind, Kind::limited);
  clock_.set(clock_.now() + std::chrono::seconds{301});
  EXPECT_TRUE(attempt());
}

TEST_F(TokenTest, NarrowsToTheScopesAskedFor) {
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()), "system/Patient.rs");
  ASSERT_TRUE(issued);
  const auto requester = service_.authenticate("Bearer " + issued->access_token);
  EXPECT_TRUE(allows(requester->scopes, "Patient", 'r'));
  EXPECT_FALSE(allows(requester->scopes, "Patient", 'u'));
  EXPECT_FALSE(allows(requester->scopes, "CarePlan", 'r'));
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), "system/Organization.r")->scope,
            "system/Organization.r")
      << "within system/*.cruds";
  EXPECT_TRUE(service_.authenticate("bearer " + issued->access_token))
      << "the scheme is the same in any case";
  EXPECT_EQ(ask(make_assertion(key_, "op", audience, clock_.now()), "user/Consent.r").error().issues[0].code,
            "invalid_scope");
}

TEST_F(TokenTest, IsForThePurposesThatTheAssertionNames) {
  auto clients = read_clients(clients_json(key_)).value();
  clients[0].purposes = {"TREAT", "COC"};
  service_.set_clients(clients);
  const auto purposes = [&](const Result<IssuedToken>& issued) {
    return issued ? service_.authenticate("Bearer " + issued->access_token)->purposes
                  : std::vector<std::string>{issued.error().issues[0].code};
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now()))), (Texts{"TREAT", "COC"}))
      << "all that it is registered with";
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now(), "COC"))), (Texts{"COC"}));
  EXPECT_EQ(purposes(ask(
                make_assertion(key_, "op", audience, clock_.now(), "urn:oid:2.16.840.1.113883.5.8#TREAT"))),
            (Texts{"TREAT"}));
  EXPECT_EQ(purposes(ask(make_assertion(key_, "op", audience, clock_.now(), "HOPERAT"))),
            (Texts{"invalid_request"}));
  EXPECT_EQ(purposes(ask(encode_jws(
                key_, claims("extensions", R"({"hl7-b2b":{"version":"1","purpose_of_use":[]}})")))),
            (Texts{"invalid_request"}));
  EXPECT_EQ(purposes(ask(encode_jws(
                key_, claims("extensions", R"({"hl7-b2b":{"purpose_of_use":["TREAT","TREAT","JSUPV"]}})")))),
            (Texts{"invalid_request"}));
}

TEST_F(TokenTest, TakesRsaKeysToo) {
  const Key rsa = Key::generate("r1", rs384);
  const auto again = Key::from_jwk(json::parse(rsa.to_jwk(true))->root());
  ASSERT_TRUE(again) << again.error().summary();
  EXPECT_EQ(again->to_jwk(true), rsa.to_jwk(true));
  EXPECT_EQ(rsa.to_jwk(false).find("\"d\""), std::string::npos);
  service_.set_clients(read_clients(clients_json(rsa)).value());
  EXPECT_TRUE(ask(make_assertion(*again, "op", audience, clock_.now())));
  EXPECT_FALSE(ask(make_assertion(Key::generate("r1", rs384), "op", audience, clock_.now())))
      << "another's key under the same id";
  EXPECT_FALSE(ask(make_assertion(Key::generate("r1"), "op", audience, clock_.now())))
      << "another algorithm than the key's";
  for (const char* jwk : {R"({"kty":"RSA","kid":"k","n":"AQAB","e":"AQAB"})",
                          R"({"kty":"RSA","kid":"k","e":"AQAB"})", R"({"kty":"oct","kid":"k","k":"AQAB"})"})
    EXPECT_FALSE(Key::from_jwk(json::parse(jwk)->root())) << jwk;
}

TEST_F(TokenTest, AnAssertionIsGoodOnceWhoeverRemembersIt) {
  std::set<std::string> remembered;
  std::optional<Problem> failing;
  const UseOnce use_once = [&](const std::string& digest, Instant) -> Result<bool> {
    if (failing) return *failing;
    return remembered.insert(digest).second;
  };
  const std::string assertion = make_assertion(key_, "op", audience, clock_.now());
  const TokenRequest request{"client_credentials", jwt_bearer, assertion, ""};
  for (const bool first : {true, false}) {  // the second is a restarted service
    TokenService service(TokenOptions{std::string(audience), {}, use_once}, clock_);
    service.set_clients(read_clients(clients_json(key_)).value());
    EXPECT_EQ(service.exchange(request).has_value(), first);
    failing = problem(Kind::unavailable, "no disk");
    EXPECT_EQ(service
                  .exchange({"client_credentials", jwt_bearer,
                             make_assertion(key_, "op", audience, clock_.now()), ""})
                  .error()
                  .kind,
              Kind::unavailable);
    failing.reset();
  }
  ASSERT_EQ(remembered.size(), 1u);
  EXPECT_EQ(remembered.begin()->size(), 64u) << "a digest, not the id";
}

TEST_F(TokenTest, KeysComeFromWhereTheClientPublishesThem) {
  std::string published = "{\"keys\":[" + key_.to_jwk(false) + "]}";
  int fetched = 0;
  bool away = false;
  const auto fetch = [&](const std::string& url) -> Result<std::string> {
    EXPECT_EQ(url, "https://client.example/jwks");
    ++fetched;
    if (away) return problem(Kind::unavailable, "away");
    return published;
  };
  TokenService service(TokenOptions{std::string(audience), fetch, {}}, clock_);
  service.set_clients(
      read_clients(
          R"({"clients":[{"client_id":"op","name":"N","role":"operator","purposes":[],"scopes":["system/*.rs"],"jwks_uri":"https://client.example/jwks"}]})")
          .value());
  const auto works = [&](const Key& key) {
    return service
        .exchange({"client_credentials", jwt_bearer, make_assertion(key, "op", audience, clock_.now()), ""})
        .has_value();
  };
  const auto later = [&](int seconds) { clock_.set(clock_.now() + std::chrono::seconds{seconds}); };
  EXPECT_TRUE(works(key_));
  EXPECT_TRUE(works(key_));
  EXPECT_EQ(fetched, 1) << "known keys are not fetched again";
  const Key next = Key::generate("k2");
  EXPECT_FALSE(works(next));
  EXPECT_EQ(fetched, 1) << "not twice in ten seconds, whatever is asked";
  published = "{\"keys\":[" + next.to_jwk(false) + "]}";
  later(11);
  EXPECT_TRUE(works(next)) << "an unknown key is looked for";
  EXPECT_FALSE(works(key_)) << "and one that was taken away is refused";
  later(400);
  away = true;
  EXPECT_TRUE(works(next)) << "old keys do while their owner's server is away";
  later(3600);
  EXPECT_FALSE(works(next)) << "but not for ever";
  away = false;
  clock_.set(clock_.now() - std::chrono::hours{24});
  EXPECT_TRUE(works(next)) << "a clock that was set back keeps nobody from asking";
  published = "{\"keys\":[" + key_.to_jwk(false) + "]}";
  later(11);
  EXPECT_TRUE(works(key_));
  clock_.set(clock_.now() - std::chrono::hours{24});
  published = "{\"keys\":[" + next.to_jwk(false) + "]}";
  EXPECT_FALSE(works(key_)) << "what was taken away does not stay fresh until the clock has caught up";
  EXPECT_FALSE(read_clients(
      R"({"clients":[{"client_id":"op","name":"N","role":"operator","purposes":[],"scopes":[],"jwks_uri":"http://x"}]})"));
  EXPECT_FALSE(read_clients(
      R"({"clients":[{"client_id":"op","name":"N","role":"operator","purposes":[],"scopes":[],"jwks":{"keys":[]},"jwks_uri":"https://x"}]})"));
}

TEST_F(TokenTest, ADisabledClientsTokensDieAtOnce) {
  const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()));
  service_.set_clients({});
  EXPECT_FALSE(service_.authenticate("Bearer " + issued->access_token));
  service_.set_clients(read_clients(clients_json(key_)).value());
  EXPECT_FALSE(service_.authenticate("Bearer " + issued->access_token)) << "and do not come to life again";
}

TEST_F(TokenTest, TokensEndWithWhatTheyWereIssuedBy) {
  const auto registered = read_clients(clients_json(key_)).value();
  const auto lives_with = [&](const std::function<void(Client&)>& change) {
    service_.set_clients(registered);
    const auto issued = ask(make_assertion(key_, "op", audience, clock_.now()));
    auto clients = registered;
    change(clients[0]);
    service_.set_clients(clients);
    return service_.authenticate("Bearer " + issued->access_token).has_value();
  };
  EXPECT_TRUE(lives_with([](Client&) {}));
  EXPECT_TRUE(lives_with([](Client& c) { c.keys.push_back(Key::generate("k2")); })) << "a key beside the old";
  EXPECT_FALSE(lives_with([](Client& c) { c.keys = {Key::generate("k1")}; }));
  EXPECT_FALSE(lives_with([](Client& c) { c.scopes = {"system/Patient.rs"}; }));
  EXPECT_FALSE(lives_with([](Client& c) { c.purposes = {"TREAT"}; }));
  EXPECT_FALSE(lives_with([](Client& c) { c.role = "auditor"; }));
  EXPECT_FALSE(lives_with([](Client& c) { c.organization = "Organization/ORG-X"; }));
}

TEST_F(TokenTest, RefusesForgedStaleAndReplayedAssertions) {
  const std::string good = encode_jws(key_, claims());
  ASSERT_TRUE(ask(good));
  EXPECT_NE(ask(good).error().summary().find("jti was used"), std::string::npos);
  EXPECT_FALSE(ask(encode_jws(Key::generate("k1"), claims()))) << "another key under the same kid";
  EXPECT_FALSE(ask(encode_jws(Key::generate("k2"), claims())));
  const std::pair<const char*, const char*> cases[] = {
      {"iss", "\"nobody\""}, {"sub", "\"other\""},          {"aud", "\"https://elsewhere/\""},
      {"exp", "1"},          {"exp", "99999999999"},        {"exp", "\"soon\""},
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
  EXPECT_EQ(service_.exchange({"password", jwt_bearer, good, ""}).error().issues[0].code,
            "unsupported_grant_type");
  EXPECT_EQ(service_.exchange({"client_credentials", "x", good, ""}).error().issues[0].code,
            "invalid_request");
  for (const char* header : {"", "Basic x", "Bearer ", "Bearer unknown"})
    EXPECT_FALSE(service_.authenticate(header));
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
  for (const char* bad : {R"({"kty":"RSA"})", R"({"kty":"EC","crv":"P-256"})",
                          R"({"kty":"EC","crv":"P-384","kid":"a","x":"AA","y":"AA"})"})
    EXPECT_FALSE(Key::from_jwk(json::parse(bad)->root())) << bad;
}

TEST(Clients, RefusesWhatIsNoRegistrationNamingClientAndMember) {
  const Key key = Key::generate("a");
  const std::string good = clients_json(key);
  ASSERT_TRUE(read_clients(good));
  const std::pair<const char*, const char*> cases[] = {
      {"\"role\":\"operator\"", "\"role\":\"king\""}, {"system/*.cruds", "everything"},
      {"\"purposes\":[]", "\"purposes\":1"},          {"\"name\"", "\"nmae\""},
      {"\"crv\":\"P-384\"", "\"crv\":\"P-1\""},       {"\"name\":", "\"mtls_subject\":\"CN=op\",\"name\":"},
  };
  for (const auto& [from, to] : cases) {
    std::string text = good;
    text.replace(text.find(from), std::string_view(from).size(), to);
    const auto refused = read_clients(text);
    ASSERT_FALSE(refused) << to;
    EXPECT_NE(refused.error().summary().find("client \"op\""), std::string::npos)
        << refused.error().summary();
  }
}

TEST(Scopes, ReadsV1AndV2) {
  EXPECT_EQ(parse_scope("system/Patient.read")->interactions, "rs");
  EXPECT_EQ(parse_scope("system/*.*")->interactions, "cruds");
  EXPECT_EQ(parse_scope("system/Patient.cu")->interactions, "cu");
  for (const char* bad : {"", "user/Patient.r", "system/Patient", "system/.r", "system/Patient.sr",
                          "system/Patient.rr", "system/Patient.x"})
    EXPECT_FALSE(parse_scope(bad)) << bad;
}

}  // namespace
}  // namespace handoff::auth
