// /operator/reviews: who may ask, what a body may say, and that nothing is disclosed without its ledger
// entry.
#include "../fhir_names.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

class FakeDesk final : public ReviewDesk {
 public:
  Answer list(std::string_view patient, std::int64_t after) const override {
    return {"{\"list\":\"" + std::string(patient) + " " + std::to_string(after) + "\"}",
            {"Patient/b"_ref, "Patient/a"_ref, "Patient/b"_ref}};
  }
  Result<Answer> show(std::int64_t id) const override {
    if (id == 404) return problem(Kind::not_found, "there is no review 404", "id");
    return Answer{"{\"show\":" + std::to_string(id) + "}", {"Patient/a"_ref}};
  }
  Result<Answer> decide(const ReviewRuling& ruling) override {
    if (ruling.reason == "refuse") return problem(Kind::conflict, "was decided before", "id");
    std::string text =
        ruling.action + " " + ruling.id + " " + ruling.patient + " " + ruling.actor + " " + ruling.reason;
    for (const auto& [field, value] : ruling.fields) text += " " + field + "=" + value;
    return Answer{"\"" + text + "\"", {"Patient/a"_ref}};
  }
};

class ReviewsTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    service_.reset();
    ServiceOptions options{base_url, 2, 256};
    options.reviews = &desk_;
    service_ = std::make_unique<Service>(options, tokens_, *gate_, *admission_, terminology_);
  }
  net::Response decide(const std::string& path, const std::string& body,
                       const std::string& type = "application/json") {
    return send("POST", "/operator/reviews" + path, {{"Content-Type", type}}, body);
  }
  FakeDesk desk_;
};

TEST_F(ReviewsTest, OperatorsListShowAndDecide) {
  const auto list = get("/operator/reviews?patient=p1&cursor=7");
  EXPECT_EQ(list.status, 200u);
  EXPECT_EQ(list.body, R"({"list":"p1 7"})");
  EXPECT_EQ(header(list, "Content-Type"), "application/json");
  EXPECT_EQ(header(list, "Cache-Control"), "no-store");
  EXPECT_EQ(get("/operator/reviews/3").body, R"({"show":3})");
  EXPECT_EQ(decide("/3/same", R"({"patient":"Patient/x","reason":"why"})").body,
            R"("same 3 Patient/x client op why")");
  EXPECT_EQ(decide("/3/different", "").body, R"("different 3  client op ")");
  EXPECT_EQ(decide("/3/correct", R"({"fields":{"DOB":"1991","Sex":""}})").body,
            R"("correct 3  client op  DOB=1991 Sex=")");
  EXPECT_EQ(decide("/p1/split", R"({"reason":"why"})").body, R"("split p1  client op why")");
  const auto entries = store_->ledger_entries_with(R"("channel":"review")");
  ASSERT_EQ(entries.size(), 6u) << "each stands in the ledger";
  EXPECT_EQ(
      entries[0].text,
      R"({"kind":"access","client":"op","basis":["policy.operator"],"resources":["Patient/a","Patient/b"],"channel":"review"})");
}

TEST_F(ReviewsTest, ToEverybodyElseNothingIsThere) {
  const std::pair<const char*, const char*> calls[] = {
      {"GET", "/operator/reviews"},         {"GET", "/operator/reviews/3"},
      {"GET", "/operator/reviews/404"},     {"POST", "/operator/reviews/3/same"},
      {"DELETE", "/operator/reviews"},      {"PUT", "/operator/reviews/3/same"},
      {"GET", "/operator/reviews/3/same"},  {"GET", "/operator/reviews?x=y"},
      {"POST", "/operator/reviews/3/none"}, {"GET", "/operator/none"}};
  for (const char* client : {"pcp", "auditor"})
    for (const auto& [method, path] : calls) {
      const auto answer = ask({method, path, {{"Authorization", bearer(client)}}, ""});
      EXPECT_EQ(outcome(answer), "404 not-supported http.path") << client << method << path;
      EXPECT_EQ(header(answer, "Allow"), "");
      EXPECT_NE(answer.body.find("nothing is served at this path"), std::string::npos);
    }
  for (const auto& [method, path] : calls) EXPECT_EQ(ask({method, path, {}, ""}).status, 401u) << path;
  EXPECT_TRUE(store_->ledger_entries_with("review").empty());
  const auto statement = get("/fhir/metadata");
  EXPECT_EQ(statement.body.find("review"), std::string::npos);
}

TEST_F(ReviewsTest, WhatIsWrongIsNamed) {
  const std::string of_65 = [] {
    std::string fields;
    for (int i = 0; i < 65; ++i) fields += (i ? ",\"f" : "\"f") + std::to_string(i) + "\":\"x\"";
    return R"({"fields":{)" + fields + "}}";
  }();
  struct Case {
    net::Response answer;
    const char* told;
  };
  const Case cases[] = {
      {get("/operator/reviews/404"), "404 not-found id"},
      {get("/operator/reviews/x"), "404 not-supported http.path"},
      {get("/operator/reviews?event=E5"), "400 invalid http.event"},
      {get("/operator/reviews?cursor=x"), "400 invalid http.cursor"},
      {decide("/3/same", ""), "400 required patient"},
      {decide("/3/correct", "{}"), "400 required fields"},
      {decide("/3/none", "{}"), "404 not-supported http.path"},
      {decide("/x/same", "{}"), "404 not-supported http.path"},
      {decide("/3/different", R"({"patient":"p"})"), "400 structure patient"},
      {decide("/3/same", R"({"patient":3})"), "400 structure patient"},
      {decide("/3/same", R"({"patient":"p","reason":")" + std::string(2001, 'x') + "\"}"),
       "400 too-long reason"},
      {decide("/3/correct", R"({"fields":["DOB"]})"), "400 structure fields"},
      {decide("/3/correct", R"({"fields":{"DOB":1}})"), "400 structure fields.DOB"},
      {decide("/3/correct", of_65), "400 too-long fields"},
      {decide("/3/different", "[]"), "400 structure http.body"},
      {decide("/3/different", R"({"reason":")" + std::string(70'000, 'x') + "\"}"), "400 too-long http.body"},
      {decide("/3/different", "{}", "text/plain"), "415 not-supported http.Content-Type"},
      {decide("/3/different", R"({"reason":"refuse"})"), "409 conflict id"},
      {send("DELETE", "/operator/reviews", {}, ""), "405 not-supported http.method"},
  };
  for (const Case& one : cases) EXPECT_EQ(outcome(one.answer), one.told) << one.answer.body;
}

TEST_F(ReviewsTest, ScopesBoundWhatAnOperatorMay) {
  register_clients(R"("system/Patient.rs")");
  EXPECT_EQ(get("/operator/reviews").status, 200u);
  EXPECT_EQ(decide("/3/different", "{}").status, 403u);
  register_clients(R"("system/CarePlan.cruds")");
  EXPECT_EQ(get("/operator/reviews").status, 403u);
  EXPECT_EQ(get("/operator/reviews/3").status, 403u);
}

}  // namespace
}  // namespace handoff::rest
