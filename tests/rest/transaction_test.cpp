#include "service_fixture.h"

namespace handoff::rest {
namespace {

std::string post_entry(const std::string& type, const std::string& full_url, const std::string& members = "",
                       const std::string& request = "") {
  return "{" + (full_url.empty() ? "" : R"("fullUrl":")" + full_url + "\",") +
         R"("resource":{"resourceType":")" + type + "\"" + members +
         R"(},"request":{"method":"POST","url":")" + type + "\"" + request + "}}";
}

class TransactionTest : public ServiceTest {
 protected:
  // "201 Created" and so on, for each entry. The outcome's summary if the transaction failed.
  std::vector<std::string> statuses(const net::Response& response) {
    if (response.status != 200) return {outcome(response) + " " + response.body};
    std::vector<std::string> all;
    answer_ = json::parse(response.body).value();
    EXPECT_EQ(answer_.root()["type"].text(), "transaction-response");
    for (const json::Value entry : answer_.root()["entry"].items())
      all.emplace_back(entry["response"]["status"].text());
    return all;
  }
  std::string location(std::size_t entry) const {
    return std::string(answer_.root()["entry"].at(entry)["response"]["location"].text());
  }
  std::string read_member(const std::string& reference, std::string_view member) {
    const auto document = json::parse(get("/fhir/" + reference).body);
    return json::write(document->root()[member]);
  }
  using Statuses = std::vector<std::string>;

  static constexpr const char* identified = R"(,"identifier":[{"system":"http://x","value":"1"}])";
  json::Document answer_;
};

TEST_F(TransactionTest, CreatesUpdatesAndLeavesAlone) {
  EXPECT_EQ(statuses(post(transaction(put_entry("Patient", "p1", R"(,"gender":"male")")))),
            (Statuses{"201 Created"}));
  EXPECT_EQ(location(0), "Patient/p1/_history/1");
  const std::string modified(answer_.root()["entry"].at(0)["response"]["lastModified"].text());
  EXPECT_EQ(answer_.root()["entry"].at(0)["response"]["etag"].text(), "W/\"1\"");
  EXPECT_EQ(statuses(post(transaction(put_entry("Patient", "p1", R"(,"gender":"male")")))),
            (Statuses{"200 OK"}));
  EXPECT_EQ(location(0), "Patient/p1/_history/1") << "nothing changed";
  EXPECT_EQ(answer_.root()["entry"].at(0)["response"]["lastModified"].text(), modified);
  EXPECT_EQ(statuses(post(transaction(put_entry("Patient", "p1", R"(,"gender":"other")")))),
            (Statuses{"200 OK"}));
  EXPECT_EQ(location(0), "Patient/p1/_history/2");
  EXPECT_EQ(statuses(post(R"({"resourceType":"Bundle","type":"transaction"})")), Statuses{});
  EXPECT_EQ(send("POST", "/fhir/", {{"Content-Type", "application/json; charset=UTF-8"}},
                 transaction(put_entry("Patient", "p2")))
                .status,
            200u);
}

TEST_F(TransactionTest, ReferencesBecomeTheIdsGiven) {
  const std::string patient = "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a01",
                    other = "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a02";
  const std::string link = R"(,"link":[{"type":"seealso","other":{"reference":")";
  const std::string group =
      R"(,"type":"person","actual":true,"member":[{"entity":{"reference":")" + patient +
      R"("}},{"entity":{"reference":"#g"}}],"contained":[{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[{"entity":{"reference":")" +
      other + R"("}}]}])";
  ASSERT_EQ(statuses(post(
                transaction(post_entry("Patient", patient, link + other + "\"}}]") + "," +
                            post_entry("Patient", other, link + patient + "\"}}]") + "," +
                            post_entry("Group", "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a03", group)))),
            (Statuses{"201 Created", "201 Created", "201 Created"}));
  const auto id = [this](std::size_t i) { return location(i).substr(0, location(i).find("/_history")); };
  const std::string first = id(0), second = id(1), third = id(2);
  EXPECT_EQ(first.size(), std::string("Patient/").size() + 32);
  EXPECT_EQ(read_member(first, "link"), R"([{"type":"seealso","other":{"reference":")" + second + "\"}}]")
      << "a cycle is no obstacle";
  EXPECT_EQ(read_member(second, "link"), R"([{"type":"seealso","other":{"reference":")" + first + "\"}}]");
  EXPECT_EQ(read_member(third, "member"),
            R"([{"entity":{"reference":")" + first + R"("}},{"entity":{"reference":"#g"}}])");
  EXPECT_NE(read_member(third, "contained").find(second), std::string::npos);
}

TEST_F(TransactionTest, IfNoneExistCreatesOnce) {
  const std::string condition = R"(,"ifNoneExist":"identifier=http://x|1")";
  const std::string url = "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a01";
  const std::string observer = post_entry(
      "Group", "", R"(,"type":"person","actual":true,"member":[{"entity":{"reference":")" + url + "\"}}]");
  const std::string bundle = transaction(post_entry("Patient", url, identified, condition) + "," + observer);
  EXPECT_EQ(statuses(post(bundle)), (Statuses{"201 Created", "201 Created"}));
  const std::string created = location(0);
  EXPECT_EQ(statuses(post(bundle)), (Statuses{"200 OK", "201 Created"}));
  EXPECT_EQ(location(0), created);
  const std::string group = location(1).substr(0, location(1).find("/_history"));
  EXPECT_NE(read_member(group, "member").find(created.substr(0, created.find("/_history"))),
            std::string::npos)
      << "references go to the one that was there";
  const std::string another = transaction(
      post_entry("Patient", "",
                 R"(,"identifier":[{"system":"http://x","value":"1"},{"system":"http://y","value":"1"}])"));
  ASSERT_EQ(statuses(post(another)), (Statuses{"201 Created"}));
  EXPECT_EQ(outcome(post(bundle)), "412 multiple-matches Bundle.entry[0].request.ifNoneExist");
}

TEST_F(TransactionTest, ConditionalReferencesFindOneResource) {
  const std::string group = put_entry(
      "Group", "g1",
      R"(,"type":"person","actual":true,"member":[{"entity":{"reference":"Patient?identifier=http://x%7C1"}}])");
  EXPECT_EQ(outcome(post(transaction(group))),
            "412 not-found Bundle.entry[0].resource.member[0].entity.reference");
  ASSERT_EQ(statuses(post(transaction(put_entry("Patient", "p1", identified)))), (Statuses{"201 Created"}));
  ASSERT_EQ(statuses(post(transaction(group))), (Statuses{"201 Created"}));
  EXPECT_EQ(read_member("Group/g1", "member"), R"([{"entity":{"reference":"Patient/p1"}}])");
  ASSERT_EQ(statuses(post(transaction(put_entry("Patient", "p2", identified)))), (Statuses{"201 Created"}));
  EXPECT_EQ(outcome(post(transaction(group))),
            "412 multiple-matches Bundle.entry[0].resource.member[0].entity.reference");
}

TEST_F(TransactionTest, IfMatchGuardsUpdates) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1", R"(,"gender":"male")"))).status, 200u);
  const auto update = [this](const std::string& match, const std::string& gender) {
    return post(transaction(
        put_entry("Patient", "p1", R"(,"gender":")" + gender + "\"", R"(,"ifMatch":")" + match + "\"")));
  };
  EXPECT_EQ(update("W/\\\"1\\\"", "female").status, 200u);
  EXPECT_EQ(outcome(update("W/\\\"1\\\"", "other")), "412 conflict Bundle.entry[0].request.ifMatch");
  EXPECT_EQ(outcome(update("1", "other")), "400 value Bundle.entry[0].request.ifMatch");
}

TEST_F(TransactionTest, AllOrNothing) {
  const std::string bad = put_entry("Patient", "p2", R"(,"gender":"wrong","birthDate":"x")");
  const auto refused = post(transaction(put_entry("Patient", "p1") + "," + bad));
  EXPECT_TRUE(outcome(refused).starts_with("422 ")) << outcome(refused);
  EXPECT_NE(refused.body.find("Bundle.entry[1].resource.gender"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("Bundle.entry[1].resource.birthDate"), std::string::npos) << refused.body;
  EXPECT_EQ(get("/fhir/Patient/p1").status, 404u);
  const auto lone = post(transaction(bad));
  EXPECT_NE(lone.body.find("Bundle.entry[0].resource.gender"), std::string::npos) << lone.body;
}

TEST_F(TransactionTest, FindingsKeepTheirPlaceBehindWhatIsLeftOut) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1", identified))).status, 200u);
  const std::string found =
      post_entry("Patient", "", identified, R"(,"ifNoneExist":"identifier=http://x|1")");
  const std::string bad = put_entry("Patient", "p2", R"(,"gender":"wrong")");
  EXPECT_TRUE(outcome(post(transaction(found + "," + bad))).ends_with(" Bundle.entry[1].resource.gender"));
  EXPECT_TRUE(outcome(post(transaction(found + "," + put_entry("Patient", "p3") + "," + bad)))
                  .ends_with(" Bundle.entry[2].resource.gender"));
}

TEST_F(TransactionTest, RefusesBodies) {
  struct Case {
    const char* body;
    const char* expected;
  };
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  const std::string huge_number = R"({"resourceType":"Bundle","type":"transaction","total":1e999999999})";
  const Case cases[] = {
      {"", "400 structure http.body"},
      {"{", "400 structure http.body"},
      {"{}{}", "400 structure http.body"},
      {"\xff\xfe", "400 structure http.body"},
      {R"({"a":"\ud800"})", "400 structure http.body"},
      {deep.c_str(), "400 structure http.body"},
      {R"({"resourceType":"Bundle","resourceType":"Bundle"})", "400 structure http.body"},
      {"[]", "400 structure Bundle.resourceType"},
      {"null", "400 structure Bundle.resourceType"},
      {R"({"resourceType":"Patient"})", "400 structure Bundle.resourceType"},
      {R"({"resourceType":"Bundle"})", "400 value Bundle.type"},
      {R"({"resourceType":"Bundle","type":"searchset"})", "400 value Bundle.type"},
      {R"({"resourceType":"Bundle","type":"message"})", "400 value Bundle.type"},
      {R"({"resourceType":"Bundle","type":"transaction","entry":[1]})", "400 structure Bundle.entry[0]"},
      {R"({"resourceType":"Bundle","type":"transaction","entry":[null]})", "400 structure Bundle.entry[0]"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(outcome(post(each.body)), each.expected) << each.body;
  }
  for (
      const std::string& body :
      {huge_number, std::string(R"({"resourceType":"Bundle","type":"transaction","entry":{}})"),
       std::string(R"({"resourceType":"Bundle","type":"transaction","entry":[]})"),
       std::string(R"({"resourceType":"Bundle","type":"transaction","entri":[]})"),
       std::string(R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":7}]})"),
       std::string(
           R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PUT"},"resource":{"resourceType":"Patient"}}]})")})
    EXPECT_TRUE(outcome(post(body)).starts_with("400 ")) << body << outcome(post(body));
}

TEST_F(TransactionTest, RefusesEntries) {
  const std::string patient = R"("resource":{"resourceType":"Patient","id":"p1"})";
  const auto with = [&patient](const std::string& request) {
    return "{" + patient + R"(,"request":{)" + request + "}}";
  };
  const std::string condition = R"("method":"POST","url":"Patient","ifNoneExist":)";
  struct Case {
    std::string entries;
    const char* expected;
  };
  const Case cases[] = {
      {"{" + patient + "}", "400 required Bundle.entry[0].request"},
      {R"({"request":{"method":"PUT","url":"Patient/p1"}})", "400 required Bundle.entry[0].resource"},
      {with(R"("method":"DELETE","url":"Patient/p1")"), "400 invalid Bundle.entry[0].resource"},
      {with(R"("method":"GET","url":"Patient/p1")"), "400 invalid Bundle.entry[0].resource"},
      {with(R"("method":"PATCH","url":"Patient/p1")"), "400 not-supported Bundle.entry[0].resource"},
      {R"({"request":{"method":"DELETE","url":"Patient?identifier=a|b"}})",
       "400 not-supported Bundle.entry[0].request.url"},
      {with(R"("method":"PUT","url":"Patient/p2")"), "400 invalid Bundle.entry[0].resource.id"},
      {with(R"("method":"PUT","url":"Group/p1")"), "400 invalid Bundle.entry[0].resource.resourceType"},
      {with(R"("method":"PUT","url":"Patient")"), "400 value Bundle.entry[0].request.url"},
      {with(R"("method":"PUT","url":"Patient/p1/_history/1")"), "400 value Bundle.entry[0].request.url"},
      {with(R"("method":"PUT","url":"Patient?identifier=a|b")"),
       "400 not-supported Bundle.entry[0].request.url"},
      {with(R"("method":"PUT","url":"Patient/p1","ifNoneExist":"identifier=a|b")"),
       "400 invalid Bundle.entry[0].request.ifNoneExist"},
      {with(R"("method":"PUT","url":"Patient/p1","ifNoneMatch":"*")"),
       "400 not-supported Bundle.entry[0].request.ifNoneMatch"},
      {with(R"("method":"POST","url":"Nonsense")"), "400 not-supported Bundle.entry[0].request.url"},
      {with(R"("method":"POST","url":"Group")"), "400 invalid Bundle.entry[0].resource.resourceType"},
      {with(R"("method":"POST","url":"Patient","ifMatch":"W/\"1\"")"),
       "400 invalid Bundle.entry[0].request.ifMatch"},
      {with(R"("method":"POST","url":"$export")"), "400 not-supported Bundle.entry[0].request.url"},
      {R"({"request":{"method":"GET","url":"_history"}})", "400 not-supported Bundle.entry[0].request.url"},
      {with(condition + R"("Group?identifier=a|b")"), "400 value Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("https://other.example.org/fhir/Patient?identifier=a|b")"),
       "400 value Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=a|b")") + "," + with(condition + R"("Patient?identifier=a|b")"),
       "400 duplicate Bundle.entry[1].request.ifNoneExist"},
      {with(condition + R"("name=x")"), "400 not-supported Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=x")"), "400 not-supported Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=|x")"), "400 not-supported Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=a|b&identifier=c|d")"),
       "400 not-supported Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=a|b,c|d")"), "400 not-supported Bundle.entry[0].request.ifNoneExist"},
      {with(condition + R"("identifier=a|b")") + "," + with(condition + R"("identifier=a|b")"),
       "400 duplicate Bundle.entry[1].request.ifNoneExist"},
      {put_entry("Patient", "p1") + "," + put_entry("Patient", "p1"),
       "400 duplicate Bundle.entry[1].request.url"},
      {post_entry("Patient", "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a01") + "," +
           post_entry("Patient", "urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a01"),
       "400 duplicate Bundle.entry[1].fullUrl"},
      {post_entry(
           "Patient", "",
           R"(,"generalPractitioner":[{"reference":"urn:uuid:6b7c4a52-8d1e-4a57-9a3c-0d6f2f6f7a09"}])"),
       "400 not-found Bundle.entry[0].resource.generalPractitioner[0].reference"},
      {post_entry("Patient", "", R"(,"managingOrganization":{"reference":"Organization?name=x"})"),
       "400 not-supported Bundle.entry[0].resource.managingOrganization.reference"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(outcome(post(transaction(each.entries))), each.expected) << each.entries;
  std::string many = "{}";
  for (int i = 0; i < 5000; ++i) many += ",{}";
  EXPECT_EQ(outcome(post(transaction(many))), "400 too-long Bundle.entry");
}

TEST_F(TransactionTest, AConditionMayBeAnAddressOfThisServer) {
  const std::string body =
      R"("resource":{"resourceType":"Patient","identifier":[{"system":"http://x","value":"1"}]},"request":{"method":"POST","url":"Patient","ifNoneExist":)";
  ASSERT_NE(post(transaction("{" + body + R"("identifier=http://x|1"}})")).body.find("201 Created"),
            std::string::npos);
  for (const char* address :
       {"?", "Patient?", "https://127.0.0.1:8443/fhir/Patient?", "https://localhost:1/fhir/Patient?"}) {
    for (const char* type : {"transaction", "batch"}) {
      const std::string bundle = std::string(R"({"resourceType":"Bundle","type":")") + type +
                                 R"(","entry":[{)" + body + "\"" + address + "identifier=http://x|1\"}}]}";
      const auto answer =
          send("POST", "/fhir", {{"Content-Type", fhir_type}, {"Host", "localhost:1"}}, bundle);
      EXPECT_NE(answer.body.find("\"200 OK\""), std::string::npos)
          << type << ' ' << address << ' ' << answer.body;
    }
  }
}

TEST_F(TransactionTest, ReadsAndDeletes) {
  ASSERT_EQ(post(transaction(put_entry("Patient", "p1") + "," + put_entry("Patient", "p2"))).status, 200u);
  const std::string removal = R"({"request":{"method":"DELETE","url":"Patient/p1"}})";
  const auto get_entry = [](const std::string& url) {
    return R"({"request":{"method":"GET","url":")" + url + "\"}}";
  };
  const auto answer = post(transaction(
      get_entry("Patient/p2") + "," + removal + "," + put_entry("Patient", "p2", R"(,"gender":"male")") +
      "," + get_entry("Patient/p1") + "," + get_entry("Patient?gender=male&_summary=count")));
  EXPECT_EQ(statuses(answer), (Statuses{"200 OK", "204 No Content", "200 OK", "410 Gone", "200 OK"}))
      << answer.body;
  EXPECT_EQ(answer_.root()["entry"].at(0)["resource"]["gender"].text(), "male")
      << "reads come after the writes";
  EXPECT_EQ(answer_.root()["entry"].at(3)["response"]["outcome"]["issue"].size(), 1u);
  EXPECT_EQ(answer_.root()["entry"].at(4)["resource"]["total"].text(), "1");
  EXPECT_EQ(statuses(post(transaction(removal))), (Statuses{"204 No Content"})) << "once more";
  EXPECT_EQ(outcome(post(transaction(put_entry("Patient", "p1") + "," + removal))),
            "400 duplicate Bundle.entry[1].request.url");
  const auto wished =
      send("POST", "/fhir", {{"Content-Type", fhir_type}, {"Prefer", "return=representation"}},
           transaction(put_entry("Patient", "p1")));
  EXPECT_EQ(statuses(wished), (Statuses{"201 Created"}));
  EXPECT_EQ(answer_.root()["entry"].at(0)["resource"]["id"].text(), "p1");
}

TEST_F(TransactionTest, ScopesHoldForEachEntryAndCondition) {
  const std::string known = put_entry("Patient", "p1", identified);
  ASSERT_EQ(post(transaction(known)).status, 200u);
  register_clients(R"("system/Patient.cru","system/Observation.cruds")");
  const std::string write = put_entry("Patient", "p2");
  const auto ask = [](const std::string& method, const std::string& url) {
    return R"({"request":{"method":")" + method + R"(","url":")" + url + "\"}}";
  };
  EXPECT_EQ(outcome(post(transaction(write + "," + ask("DELETE", "Patient/p1")))),
            "403 forbidden Bundle.entry[1].request");
  EXPECT_EQ(outcome(post(transaction(write + "," + ask("GET", "Encounter/p1")))),
            "403 forbidden Bundle.entry[1].request");
  EXPECT_EQ(outcome(post(transaction(write + "," + ask("GET", "Patient?_id=p1")))),
            "403 forbidden Bundle.entry[1].request");
  EXPECT_EQ(outcome(post(transaction(write + "," + put_entry("Encounter", "e1")))),
            "403 forbidden Bundle.entry[1].request");
  EXPECT_EQ(
      outcome(post(transaction(
          write +
          R"(,{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=http://x|1"}})"))),
      "403 forbidden Bundle.entry[1].request.ifNoneExist");
  const std::string by_identifier =
      R"(,"status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=http://x|1"})";
  EXPECT_EQ(outcome(post(transaction(write + "," + put_entry("Observation", "o1", by_identifier)))),
            "403 forbidden Bundle.entry[1].resource.subject.reference");
  EXPECT_EQ(get("/fhir/Patient/p2").status, 404u) << "nothing was written";
  EXPECT_EQ(statuses(post(transaction(write + "," + ask("GET", "Patient/p1") + "," +
                                      ask("GET", "Patient/p1/_history")))),
            (Statuses{"201 Created", "200 OK", "200 OK"}));
}

TEST_F(TransactionTest, TakesOnlyJson) {
  for (const char* type : {"", "application/fhir+xml", "text/plain", "application/fhir+json; charset=latin1",
                           "application/fhir+json; fhirVersion=5.0"})
    EXPECT_EQ(outcome(post(transaction(put_entry("Patient", "p1")), type)),
              "415 not-supported http.Content-Type")
        << type;
}

}  // namespace
}  // namespace handoff::rest
