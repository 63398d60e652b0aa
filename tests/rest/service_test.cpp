#include "rest/http/outcome.h"
#include "rest/http/workers.h"
#include "service_fixture.h"
#include "store/resources.h"
#include "validation/structure.h"

namespace handoff::rest {
namespace {

TEST(Outcome, EveryKindHasItsStatus) {
  const std::pair<Kind, unsigned> cases[] = {
      {Kind::incorrect, 400},    {Kind::unauthenticated, 401},
      {Kind::forbidden, 403},    {Kind::not_found, 404},
      {Kind::gone, 410},         {Kind::conflict, 409},
      {Kind::precondition, 412}, {Kind::unprocessable, 422},
      {Kind::unsupported, 400},  {Kind::busy, 503},
      {Kind::limited, 429},      {Kind::unavailable, 503},
      {Kind::fault, 500},
  };
  for (const auto& [kind, status] : cases) {
    const auto answer = failure(problem(kind, "a secret of the server", "Patient.name"));
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body.find("secret") == std::string::npos, kind == Kind::fault)
        << "only a fault never explains itself";
    bool challenges = false, retries = false;
    for (const auto& [name, value] : answer.headers)
      challenges |= name == "WWW-Authenticate", retries |= name == "Retry-After";
    EXPECT_EQ(challenges, status == 401);
    EXPECT_EQ(retries, status == 503 || status == 429);
    const auto body = json::parse(answer.body);
    EXPECT_TRUE(validation::validate_structure(body->root(), fhir::Definitions::r4()).empty()) << answer.body;
  }
  const std::pair<std::string_view, unsigned> places[] = {
      {at_content_type, 415}, {at_accept, 406}, {at_format, 406}, {at_method, 405}, {"Bundle.type", 400}};
  for (const auto& [place, status] : places)
    EXPECT_EQ(status_of(problem(Kind::unsupported, "x", std::string(place))), status) << place;
  EXPECT_EQ(shown_text(std::string(70, 'a')).substr(60), "aaaa…");
}

TEST_F(ServiceTest, CapabilitiesSayWhatRuns) {
  const auto answer = ask({"GET", "/fhir/metadata", {}, ""});
  ASSERT_EQ(answer.status, 200u);
  const auto document = json::parse(answer.body);
  const auto root = document->root();
  for (const Issue& issue : validation::validate_structure(root, fhir::Definitions::r4()))
    ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
  EXPECT_EQ(root["fhirVersion"].text(), "4.0.1");
  const auto rest = root["rest"].at(0);
  EXPECT_EQ(json::write(rest["interaction"]), R"([{"code":"transaction"},{"code":"batch"}])");
  EXPECT_EQ(
      json::write(rest["resource"].at(0)["interaction"]),
      R"([{"code":"read"},{"code":"vread"},{"code":"update"},{"code":"patch"},{"code":"create"},{"code":"search-type"},{"code":"delete"},{"code":"history-instance"}])");
  EXPECT_EQ(rest["resource"].size(), fhir::Definitions::r4().resources().size() - 2)
      << "all but Subscription and Parameters";
  for (const json::Value resource : rest["resource"].items()) {
    const auto type = resource["type"].text();
    const std::size_t wanted = type == "ServiceRequest" ? 2 : type == "Patient" ? 1 : 0;
    if (wanted > 0 || type == "Basic") {
      EXPECT_EQ(resource["supportedProfile"].size(), wanted) << type;
    }
  }
  EXPECT_FALSE(rest["security"]["extension"]) << "oauth-uris wants authorize, and nobody is asked there";
  EXPECT_NE(rest["security"]["description"].text().find(
                "https://127.0.0.1:8443/fhir/.well-known/smart-configuration"),
            std::string::npos);
  EXPECT_EQ(ask({"GET", "/fhir/metadata?_format=xml", {}, ""}).status, 406u);
  EXPECT_EQ(ask({"POST", "/fhir/metadata", {}, ""}).status, 405u);
}

TEST_F(ServiceTest, WhatPackagesBringIsToldAndServed) {
  const fhir::SearchParameter added[] = {{"http://x.org/tongue",
                                          "tongue",
                                          fhir::SearchType::token,
                                          fhir::SearchParameter::first_added,
                                          {"Patient"},
                                          "Patient.communication.language"},
                                         {"http://x.org/near",
                                          "keeper",
                                          fhir::SearchType::reference,
                                          fhir::SearchParameter::first_added + 1,
                                          {"Patient"},
                                          "Patient.managingOrganization",
                                          {"Organization"}}};
  const auto definitions = fhir::Definitions::r4().with(added);
  const auto indexer = search::Indexer::create(*definitions).value();
  service_.reset();
  admission_.emplace(*store_, indexer, sample::shipped_routes(), clock_, sample::shared_validator());
  ServiceOptions options{base_url, 2, 256};
  options.definitions = &*definitions;
  options.guides.canonicals = {"http://x.org/guide|1"};
  options.guides.profiles["Patient"] = {"http://x.org/a", "http://x.org/b"};
  service_ = std::make_unique<Service>(std::move(options), tokens_, *gate_, *admission_, terminology_);
  const auto statement = json::parse(ask({"GET", "/fhir/metadata", {}, ""}).body);
  for (const Issue& issue : validation::validate_structure(statement->root(), fhir::Definitions::r4()))
    ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
  EXPECT_EQ(json::write(statement->root()["implementationGuide"]), R"(["http://x.org/guide|1"])");
  for (const json::Value each : statement->root()["rest"].at(0)["resource"].items()) {
    const bool is_patient = each["type"].text() == "Patient";
    const std::string text = json::write(each);
    EXPECT_EQ(
        text.find(R"("supportedProfile":["http://x.org/a","http://x.org/b","https://handoff)") != text.npos,
        is_patient);
    EXPECT_EQ(
        text.find(R"({"name":"tongue","definition":"http://x.org/tongue","type":"token"})") != text.npos,
        is_patient);
    EXPECT_EQ(text.find(R"("Patient:keeper")") != text.npos, is_patient);
  }
  const auto written = post(transaction(
      put_entry("Organization", "o1", R"(,"name":"O")") + "," +
      put_entry(
          "Patient", "p1",
          R"(,"managingOrganization":{"reference":"Organization/o1"},"communication":[{"language":{"coding":[{"code":"nl"}]}}])")));
  ASSERT_EQ(written.status, 200u) << written.body;
  const auto found = [this](const std::string& query, const std::string& client) {
    const auto answer =
        json::parse(ask({"GET", "/fhir/Patient?" + query, {{"Authorization", bearer(client)}}, ""}).body);
    return json::write(answer->root()["total"]) + " " + std::to_string(answer->root()["entry"].size());
  };
  EXPECT_EQ(found("tongue=nl&_total=accurate", "op"), "1 1");
  EXPECT_EQ(found("keeper=o1&_include=Patient:keeper&_total=accurate", "op"), "1 2");
  EXPECT_EQ(found("tongue=fr&_total=accurate", "op"), "0 0");
  EXPECT_EQ(found("tongue=nl&_total=accurate", "pcp"), "0 0") << "nobody released it";
  EXPECT_EQ(outcome(get("/fhir/Person?tongue=nl")), "400 not-supported http.tongue");
  start(256);
}

TEST_F(ServiceTest, SmartConfigurationNamesTheTokenEndpoint) {
  const auto answer = ask({"GET", "/fhir/.well-known/smart-configuration", {{"Accept", "text/html"}}, ""});
  ASSERT_EQ(answer.status, 200u);
  EXPECT_EQ(header(answer, "Content-Type"), "application/json");
  const auto document = json::parse(answer.body);
  EXPECT_EQ(document->root()["token_endpoint"].text(), "https://127.0.0.1:8443/auth/token");
  EXPECT_EQ(document->root()["token_endpoint_auth_signing_alg_values_supported"].at(0).text(), "ES384");
}

TEST_F(ServiceTest, IssuesTokensThatWork) {
  const std::string form = "grant_type=client_credentials&client_assertion_type=" +
                           net::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
                           "&client_assertion=";
  const auto token = [this](const std::string& body,
                            const std::string& type = "application/x-www-form-urlencoded") {
    return ask({"POST", "/auth/token", {{"Content-Type", type}}, body});
  };
  const auto issued = token(form + assertion("op") + "&unknown=ignored");
  ASSERT_EQ(issued.status, 200u) << issued.body;
  EXPECT_EQ(header(issued, "Cache-Control"), "no-store");
  EXPECT_EQ(header(issued, "Content-Type"), "application/json");
  const auto document = json::parse(issued.body);
  EXPECT_EQ(document->root()["token_type"].text(), "bearer");
  EXPECT_EQ(document->root()["expires_in"].text(), "300");
  const std::string bearer_header = "Bearer " + std::string(document->root()["access_token"].text());
  EXPECT_EQ(ask({"GET", "/fhir/Patient/none", {{"Authorization", bearer_header}}, ""}).status, 404u);

  struct Case {
    std::string body, type;
    unsigned status;
    const char* error;
  };
  const std::string form_type = "application/x-www-form-urlencoded; charset=utf-8";
  const Case cases[] = {
      {form + assertion("op"), "application/json", 415, "invalid_request"},
      {form + assertion("op"), "", 415, "invalid_request"},
      {form + assertion("op") + "&scope=a&scope=a", form_type, 400, "invalid_request"},
      {form + "%zz", form_type, 400, "invalid_request"},
      {"", form_type, 400, "invalid_request"},
      {"grant_type=password", form_type, 400, "unsupported_grant_type"},
      {form + assertion("op") + "&scope=system/Nonsense.r", form_type, 400, "invalid_scope"},
      {form + assertion("op") + "&scope=system/Patient.r+system/patient.r", form_type, 400, "invalid_scope"},
      {form + assertion("op") + "&scope=system/DomainResource.r", form_type, 400, "invalid_scope"},
      {form + assertion("op") + "&client_id=pcp", form_type, 401, "invalid_client"},
      {form + assertion("op") + "&client_secret=s", form_type, 400, "invalid_request"},
      {form + assertion("op") + "&scope=user/Patient.d", form_type, 400, "invalid_scope"},
      {form + assertion("nobody"), form_type, 401, "invalid_client"},
      {form + "x.y.z", form_type, 401, "invalid_client"},
  };
  for (const Case& each : cases) {
    const auto refused = token(each.body, each.type);
    EXPECT_EQ(refused.status, each.status) << refused.body;
    EXPECT_EQ(header(refused, "Cache-Control"), "no-store");
    EXPECT_EQ(header(refused, "WWW-Authenticate").empty(), each.status != 401);
    const auto body = json::parse(refused.body);
    EXPECT_EQ(body->root()["error"].text(), each.error);
    EXPECT_FALSE(body->root()["error_description"].text().empty());
  }
  EXPECT_EQ(ask({"GET", "/auth/token", {}, ""}).status, 405u);
  const net::Headers twice = {{"Content-Type", form_type}, {"Authorization", "Basic b3A6cw=="}};
  EXPECT_EQ(ask({"POST", "/auth/token", twice, form + assertion("op")}).status, 400u)
      << "two ways to sign in";
}

TEST_F(ServiceTest, ReceivesBodiesOfThoseOnlyWhoMaySendThem) {
  const auto received = [this](const std::string& method, const std::string& target,
                               const std::string& authorization) {
    return service_->receive({method, target, {{"Authorization", authorization}}, {}});
  };
  EXPECT_EQ(received("POST", "/fhir/Patient", bearer()).body_bytes_max, limits::http_body_bytes_max);
  EXPECT_TRUE(received("POST", "/fhir/Patient", bearer()).has_token);
  EXPECT_EQ(received("POST", "/auth/token", "").body_bytes_max, limits::http_open_body_bytes_max);
  EXPECT_FALSE(received("POST", "/auth/token", bearer()).has_token) << "it needs none";
  for (const char* authorization : {"", "Bearer x", "Basic eA=="}) {
    for (const char* target : {"/fhir", "/fhir/Patient", "/nowhere", "/fhir/%zz", ""}) {
      const auto refused = received("POST", target, authorization);
      ASSERT_TRUE(refused.refusal) << target;
      EXPECT_EQ(outcome(*refused.refusal), "401 login http.Authorization");
      EXPECT_EQ(refused.body_bytes_max, 0u);
      EXPECT_FALSE(header(*refused.refusal, "WWW-Authenticate").empty());
      EXPECT_FALSE(header(*refused.refusal, "X-Request-Id").empty());
    }
  }
}

TEST_F(ServiceTest, AsksForATokenBeforeAnythingElse) {
  for (const char* target : {"/fhir/Patient/p1", "/fhir/Nonsense/p1", "/fhir", "/nowhere",
                             "/fhir/Patient/%zz", "/fhir/Patient/p1?_format=xml"})
    for (const char* authorization : {"", "Basic b3A6b3A=", "Bearer made-up"}) {
      const auto answer = ask({"GET", target, {{"Authorization", authorization}}, ""});
      EXPECT_EQ(outcome(answer), "401 login http.Authorization") << target;
      const bool has_token = std::string_view(authorization).starts_with("Bearer");
      EXPECT_EQ(header(answer, "WWW-Authenticate"),
                has_token ? R"(Bearer realm="fhir", error="invalid_token")" : R"(Bearer realm="fhir")")
          << target;
    }
}

TEST_F(ServiceTest, WhoIsNotServedCannotTellWhatIsThere) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  std::set<std::string> answers;
  for (const char* target :
       {"/fhir/Patient/p1", "/fhir/Patient/none", "/fhir/Patient/p1/_history/1",
        "/fhir/Patient/p1/_history/9", "/fhir/Patient?_id=p1", "/fhir/Patient?_id=none&_total=accurate"}) {
    auto answer = ask({"GET", target, {{"Authorization", bearer("auditor")}, {"X-Request-Id", "same"}}, ""});
    std::string whole = std::to_string(answer.status) + answer.body;
    for (const auto& [name, value] : answer.headers) whole += name + ":" + value + "\n";
    EXPECT_EQ(outcome(answer), "403 forbidden http.Authorization");
    answers.insert(whole);
  }
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(ServiceTest, ScopesNarrowAnOperatorToo) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1"))).status, 200u);
  register_clients(R"("system/Patient.r","system/Observation.c")");
  EXPECT_EQ(get("/fhir/Patient/p1").status, 200u);
  EXPECT_EQ(outcome(get("/fhir/Observation/o1")), "403 forbidden http.Authorization");
  EXPECT_EQ(outcome(post(transaction(put_entry("Patient", "p1")))), "403 forbidden Bundle.entry[0].request");
  EXPECT_EQ(outcome(post(transaction(
                R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}})"))),
            "403 forbidden Bundle.entry[0].request");
}

TEST_F(ServiceTest, EveryAnswerCarriesARequestId) {
  const auto id_for = [this](const std::string& given) {
    return header(ask({"GET", "/fhir/metadata", {{"X-Request-Id", given}}, ""}), "X-Request-Id");
  };
  EXPECT_EQ(id_for("abc-123"), "abc-123");
  EXPECT_EQ(id_for(std::string(64, 'a')), std::string(64, 'a'));
  for (const std::string& bad :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\nb"), std::string("a_b")}) {
    EXPECT_NE(id_for(bad), bad);
    EXPECT_EQ(id_for(bad).size(), 16u);
  }
  EXPECT_NE(id_for(""), id_for(""));
}

TEST_F(ServiceTest, RefusesWhatNeverBecameARequest) {
  const std::pair<unsigned, const char*> cases[] = {{400, "400 structure http.request"},
                                                    {408, "408 timeout http.request"},
                                                    {413, "413 too-long http.body"},
                                                    {431, "431 too-long http.headers"}};
  for (const auto& [status, expected] : cases) EXPECT_EQ(outcome(service_->refusal(status, "why")), expected);
}

TEST_F(ServiceTest, AFullQueueAnswersAtOnce) {
  start(0);
  const auto answer = ask({"GET", "/fhir/metadata", {}, ""});
  EXPECT_EQ(outcome(answer), "503 throttled http.request");
  EXPECT_EQ(header(answer, "Retry-After"), "1");
}

// Writers of one resource get in each other's way. Each write is derived again a few times, and no change is
// lost.
TEST_F(ServiceTest, WritersOfOneResourceDoNotLoseEachOther) {
  const auto write_all = [this](int count) {
    const std::string authorization = bearer();
    std::atomic<int> succeeded{0}, conflicts{0};
    for (int i = 0; i < count; ++i)
      service_->handle({"POST",
                        "/fhir",
                        {{"Authorization", authorization}, {"Content-Type", fhir_type}},
                        transaction(put_entry("Patient", "p" + std::to_string(count),
                                              R"(,"birthDate":")" + std::to_string(1900 + i) + "\""))},
                       [&](net::Response response) {
                         succeeded += response.status == 200, conflicts += response.status == 409;
                       });
    start(256);  // the service before ends only after everybody is answered
    EXPECT_EQ(succeeded + conflicts, count);
    EXPECT_EQ(store_->snapshot().resources().read("Patient", "p" + std::to_string(count))->version,
              unsigned(succeeded));
    return int(succeeded);
  };
  EXPECT_EQ(write_all(4), 4) << "of four writers the last comes through at its fourth attempt";
  EXPECT_GE(write_all(50), 4);
}

TEST_F(ServiceTest, ManyConditionalCreatesMakeOneResource) {
  const std::string create =
      R"({"resource":{"resourceType":"Patient","identifier":[{"system":"http://x","value":"1"}]},)"
      R"("request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=http://x|1"}})";
  std::atomic<int> created{0}, found{0};
  const std::string authorization = bearer();
  constexpr int count = 20;
  for (int i = 0; i < count; ++i)
    service_->handle({"POST",
                      "/fhir",
                      {{"Authorization", authorization}, {"Content-Type", fhir_type}},
                      transaction(create)},
                     [&](net::Response response) {
                       created += response.body.find("201 Created") != std::string::npos;
                       found += response.body.find("200 OK") != std::string::npos;
                     });
  service_.reset();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(found, count - 1);
}

TEST_F(ServiceTest, LostInfrastructureIsAFaultThatExplainsNothing) {
  std::filesystem::remove_all(folder_);  // no reader is open yet, and none can be opened now
  const auto answer = get("/fhir/Patient/p1");
  EXPECT_EQ(outcome(answer), "500 exception http.request");
  EXPECT_EQ(answer.body.find("handoff.db"), std::string::npos);
  EXPECT_EQ(get("/fhir/metadata").status, 200u) << "the worker lives on";
}

}  // namespace
}  // namespace handoff::rest
