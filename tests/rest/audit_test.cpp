// /operator/ledger and /operator/deliveries: who may ask, what the answers are, and which questions are
// wrong. Also what the log says about requests.
#include "../fhir_names.h"
#include "core/log.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class AuditTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    const std::string written = transaction(
        put_entry("Organization", "ORG-PCP1", R"(,"name":"One")") + "," + put_entry("Patient", "p1") + "," +
        put_entry(
            "Goal", "g1",
            R"(,"lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p1"})"));
    ASSERT_EQ(post(written).status, 200u);
    store::Batch batch;
    store::OutboxRow row;
    row.event = "E5", row.patient = "Patient/p1"_ref, row.recipient = "ORG-PCP1",
    row.focus = "CarePlan/c1/_history/1", row.occurred = clock_.now();
    batch.outbox.push_back(row);
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  net::Response ask_as(const std::string& client, const std::string& method, const std::string& target) {
    return ask({method, target, {{"Authorization", bearer(client)}}, ""});
  }
};

TEST_F(AuditTest, OperatorsListAndShow) {
  ASSERT_EQ(get("/fhir/Goal/g1").status, 200u);
  const auto list = get("/operator/ledger?patient=Patient/p1&limit=1");
  EXPECT_EQ(list.status, 200u) << list.body;
  EXPECT_EQ(header(list, "Content-Type"), "application/json");
  EXPECT_EQ(header(list, "Cache-Control"), "no-store");
  const auto parsed = json::parse(list.body);
  const json::Value entry = parsed->root()["entries"].at(0);
  EXPECT_EQ(entry["kind"].text(), "access");
  EXPECT_EQ(entry["actor"].text(), "op");
  EXPECT_FALSE(parsed->root()["next"].text().empty()) << "the write";
  const auto next = json::parse(
      get("/operator/ledger?patient=p1&cursor=" + std::string(parsed->root()["next"].text())).body);
  EXPECT_EQ(next->root()["entries"].at(0)["kind"].text(), "write");
  EXPECT_EQ(next->root()["entries"].size(), 1u);
  EXPECT_NE(get("/operator/ledger/" + std::string(entry["id"].text())).body.find("Goal/g1/_history/1"),
            std::string::npos);
  const auto deliveries =
      json::parse(get("/operator/deliveries?recipient=ORG-PCP1&event=E5&outcome=queued").body);
  ASSERT_EQ(deliveries->root()["deliveries"].size(), 1u);
  const std::string id(deliveries->root()["deliveries"].at(0)["id"].text());
  EXPECT_EQ(json::parse(get("/operator/deliveries/" + id).body)->root()["focus"].text(),
            "CarePlan/c1/_history/1");
}

TEST_F(AuditTest, AuditorsSeeTheLedgerAlone) {
  EXPECT_EQ(ask_as("auditor", "GET", "/operator/ledger").status, 200u);
  EXPECT_EQ(ask_as("auditor", "GET", "/operator/ledger/1").status, 200u);
  EXPECT_EQ(ask_as("auditor", "GET", "/operator/ledger/99").status, 404u);
  for (const char* path : {"/operator/deliveries", "/operator/deliveries/1"})
    EXPECT_EQ(outcome(ask_as("auditor", "GET", path)), "404 not-supported http.path") << path;
}

// Everybody else gets the same answer, whether or not there is a ledger, an entry or a parameter.
TEST_F(AuditTest, ToEverybodyElseNothingIsThere) {
  const std::pair<const char*, const char*> calls[] = {
      {"GET", "/operator/none"},         {"GET", "/operator/ledger"},
      {"GET", "/operator/ledger/1"},     {"GET", "/operator/ledger/99"},
      {"GET", "/operator/ledger?x=y"},   {"GET", "/operator/deliveries"},
      {"GET", "/operator/deliveries/1"}, {"GET", "/operator/deliveries/99"},
      {"POST", "/operator/ledger"},      {"DELETE", "/operator/deliveries/1"}};
  std::set<std::string> bodies;
  for (const auto& [method, path] : calls) {
    const auto answer = ask_as("pcp", method, path);
    EXPECT_EQ(outcome(answer), "404 not-supported http.path") << method << path;
    EXPECT_EQ(header(answer, "Allow"), "");
    bodies.insert(answer.body);
    EXPECT_EQ(ask({method, path, {}, ""}).status, 401u) << path;
  }
  EXPECT_EQ(bodies.size(), 1u);
  EXPECT_EQ(get("/fhir/metadata").body.find("ledger"), std::string::npos);
}

TEST_F(AuditTest, WhatIsWrongIsNamedAndALookMakesNoEntry) {
  const std::size_t before = store_->verify_ledger().value();
  const std::pair<const char*, const char*> cases[] = {
      {"/operator/ledger?event=E99", "400 invalid http.event"},
      {"/operator/ledger?outcome=withheld", "400 invalid http.outcome"},
      {"/operator/ledger?since=yesterday", "400 invalid http.since"},
      {"/operator/ledger?patient=p9", "400 invalid http.patient"},
      {"/operator/ledger?foo=bar", "400 invalid http.foo"},
      {"/operator/ledger?cursor=x", "400 invalid http.cursor"},
      {"/operator/ledger?limit=501", "400 invalid http.limit"},
      {"/operator/ledger/x", "404 not-found http.id"},
      {"/operator/deliveries?kind=write", "400 invalid http.kind"},
      {"/operator/deliveries?recipient=ORG-X", "400 invalid http.recipient"},
      {"/operator/deliveries/99", "404 not-found http.id"},
  };
  for (const auto& [path, said] : cases) EXPECT_EQ(outcome(get(path)), said) << path;
  EXPECT_EQ(get("/operator/ledger").status, 200u);
  EXPECT_EQ(get("/operator/deliveries").status, 200u);
  EXPECT_EQ(store_->verify_ledger().value(), before);
  register_clients(R"("system/Patient.rs")");
  EXPECT_EQ(get("/operator/ledger").status, 403u);
  EXPECT_EQ(get("/operator/deliveries").status, 403u);
}

// The log has R4's type names and registered clients, but no id and nothing else from a path.
TEST_F(AuditTest, ALogLineHasTheTypeAndTheClient) {
  const std::string token = bearer(), other = bearer("pcp");
  const auto said = [&](const std::string& method, const std::string& target,
                        const std::string& authorization) {
    log::set_level("info");
    testing::internal::CaptureStderr();
    ask({method, target, {{"Authorization", authorization}, {"X-Request-Id", "r-1"}}, ""});
    std::string all = testing::internal::GetCapturedStderr();
    log::set_level("warn");
    all.erase(0, all.find("rest: "));
    const auto ms = all.find(" ms, ");  // the only number that differs each time
    return all.substr(0, all.rfind(' ', ms - 1)) + all.substr(ms + 3, all.find('\n') - ms - 3);
  };
  struct Case {
    const char *method, *target, *client, *line;
  };
  const Case cases[] = {
      {"GET", "/fhir/Goal/g1", "op", "rest: GET read Goal 200, request r-1, client op"},
      {"GET", "/fhir/Goal/g1", "pcp", "rest: GET read Goal 404, request r-1, client pcp"},
      {"GET", "/fhir/Goal/g1", "", "rest: GET read Goal 401, request r-1, client -"},
      {"GET", "/fhir/Patient?identifier=Rivera", "op",
       "rest: GET search-type Patient 200, request r-1, client op"},
      {"GET", "/fhir/ValueSet/$expand?url=x", "op", "rest: GET expand ValueSet 404, request r-1, client op"},
      {"GET", "/fhir/Goal/g1/Rivera", "op", "rest: GET - Goal 404, request r-1, client op"},
      {"GET", "/fhir/Rivera/g1", "op", "rest: GET read - 404, request r-1, client op"},
      {"GET", "/fhir/Rivera", "op", "rest: GET search-type - 404, request r-1, client op"},
      {"GET", "/Rivera", "op", "rest: GET - - 404, request r-1, client op"},
      {"GET", "/fhir/metadata", "", "rest: GET capabilities - 200, request r-1, client -"},
      {"GET", "/operator/ledger", "op", "rest: GET list-ledger - 200, request r-1, client op"},
  };
  for (const Case& one : cases) {
    const std::string client = one.client;
    EXPECT_EQ(said(one.method, one.target,
                   client.empty()   ? ""
                   : client == "op" ? token
                                    : other),
              one.line)
        << one.target;
  }
}

}  // namespace
}  // namespace handoff::rest
