// Links between resources: within a transaction, by relative and by absolute address, and in searches.
#include "service_fixture.h"

namespace handoff::rest {
namespace {

const std::string first_uuid = "urn:uuid:5d0f2c14-2a7b-4c3e-9a51-0c4f3b8e7001";
const std::string second_uuid = "urn:uuid:5d0f2c14-2a7b-4c3e-9a51-0c4f3b8e7002";
const std::string code = R"(,"status":"final","code":{"text":"x"})";

class LinksTest : public ServiceTest {
 protected:
  static std::string post_entry(const std::string& full_url, const std::string& type,
                                const std::string& members, const std::string& url = "") {
    return R"({"fullUrl":")" + full_url + R"(","resource":{"resourceType":")" + type + "\"" + members +
           R"(},"request":{"method":"POST","url":")" + (url.empty() ? type : url) + "\"}}";
  }
  // "Patient/<id>" of the entry at this place.
  std::string created(std::size_t place) const {
    const std::string location(answer_.root()["entry"].at(place)["response"]["location"].text());
    return location.substr(0, location.find("/_history"));
  }
  json::Document stored(std::size_t place) {
    return json::parse(get("/fhir/" + created(place)).body).value();
  }
  void done(const std::string& entries) {
    const net::Response answer = post(transaction(entries));
    ASSERT_EQ(answer.status, 200u) << answer.body;
    answer_ = json::parse(answer.body).value();
  }
  void put(const std::string& type, const std::string& id, const std::string& members) {
    const net::Response answer =
        send("PUT", "/fhir/" + type + "/" + id, {{"Content-Type", fhir_type}},
             R"({"resourceType":")" + type + R"(","id":")" + id + "\"" + members + "}");
    ASSERT_LT(answer.status, 300u) << answer.body;
  }
  // "Observation/1 Observation/2", sorted; included ones with a "+", and with their version if it is not 1.
  std::string found(const std::string& query) {
    const net::Response answer = get("/fhir/" + query);
    if (answer.status != 200) return outcome(answer);
    const auto bundle = json::parse(answer.body);
    std::set<std::string> names;
    for (const json::Value entry : bundle->root()["entry"].items()) {
      const json::Value resource = entry["resource"];
      const std::string version(resource["meta"]["versionId"].text());
      names.insert((entry["search"]["mode"].text() == "include" ? "+" : "") +
                   std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text()) +
                   (version == "1" ? "" : "v" + version));
    }
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : " ") + name;
    return all;
  }
  json::Document answer_;
  const std::string base = std::string(base_url) + "/fhir";
};

TEST_F(LinksTest, OfAllKindsBecomeTheIdsGiven) {
  done(
      post_entry(first_uuid, "Patient", "") + "," +
      post_entry(second_uuid, "Binary", R"(,"contentType":"text/plain","data":"aGk=")") + "," +
      post_entry(
          "urn:uuid:5d0f2c14-2a7b-4c3e-9a51-0c4f3b8e7003", "DocumentReference",
          R"(,"status":"current","content":[{"attachment":{"url":")" + second_uuid +
              R"("}}],"subject":{"reference":")" + first_uuid +
              R"("},"extension":[{"url":"https://x.example/e","valueUri":")" + first_uuid +
              R"("},{"url":"https://x.example/e","valueString":")" + first_uuid +
              R"("}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\")" +
              first_uuid + R"(\">who</a></div>"})"));
  const json::Document document = stored(2);
  const json::Value root = document.root();
  EXPECT_EQ(root["content"].at(0)["attachment"]["url"].text(), created(1));
  EXPECT_EQ(root["subject"]["reference"].text(), created(0));
  EXPECT_EQ(root["extension"].at(0)["valueUri"].text(), created(0));
  EXPECT_EQ(root["extension"].at(1)["valueString"].text(), first_uuid);
  EXPECT_NE(root["text"]["div"].text().find("href=\"" + created(0) + "\""), std::string::npos)
      << root["text"]["div"].text();
}

TEST_F(LinksTest, RelativeOnesStandBelowTheirOwnEntry) {
  const std::string source = "https://src.example/fhir/";
  done(post_entry(source + "Patient/p7", "Patient", "") + "," +
       post_entry(source + "Observation/o7", "Observation",
                  code + R"(,"subject":{"reference":"Patient/p7"})") +
       "," +
       post_entry(second_uuid, "Observation",
                  code + R"(,"subject":{"reference":")" + source + R"(Patient/p7/_history/4"})"));
  EXPECT_EQ(stored(1).root()["subject"]["reference"].text(), created(0));
  EXPECT_EQ(stored(2).root()["subject"]["reference"].text(), created(0) + "/_history/1");
  put("Patient", "p7", "");
  done(post_entry("https://other.example/fhir/Observation/o8", "Observation",
                  code + R"(,"subject":{"reference":"Patient/p7"})"));
  EXPECT_EQ(stored(0).root()["subject"]["reference"].text(), "Patient/p7") << "no entry is meant";
}

TEST_F(LinksTest, ConditionsMayNameThisServer) {
  put("Patient", "a", R"(,"identifier":[{"system":"https://mrn.example/x","value":"1"}])");
  done(post_entry(
      first_uuid, "Observation",
      code + R"(,"subject":{"reference":")" + base + R"(/Patient?identifier=https://mrn.example/x|1"})"));
  EXPECT_EQ(stored(0).root()["subject"]["reference"].text(), "Patient/a");
  EXPECT_EQ(outcome(post(transaction(post_entry(first_uuid, "Observation",
                                                code + R"(,"subject":{"reference":")" + base +
                                                    R"(/Patient?identifier=https://mrn.example/x|2"})")))),
            "412 not-found Bundle.entry[0].resource.subject.reference");
}

TEST_F(LinksTest, SlashesAroundAnAddressSayNothing) {
  for (const char* url : {"Patient", "/Patient", "Patient/", "/Patient/"})
    done(post_entry(first_uuid, "Patient", "", url));
}

TEST_F(LinksTest, RelativeAndAbsoluteReferencesMatchEitherWay) {
  put("Patient", "a", "");
  put("Observation", "1", code + R"(,"subject":{"reference":"Patient/a"})");
  put("Observation", "2", code + R"(,"subject":{"reference":")" + base + R"(/Patient/a"})");
  put("Observation", "3", code + R"(,"subject":{"reference":"https://other.example/fhir/Patient/a"})");
  for (const std::string& query :
       {std::string("subject=Patient/a"), std::string("subject:Patient=a"), "subject=" + base + "/Patient/a",
        std::string("subject=a"), std::string("patient=a")})
    EXPECT_EQ(found("Observation?" + query), "Observation/1 Observation/2") << query;
  EXPECT_EQ(found("Observation?subject=https://other.example/fhir/Patient/a"), "Observation/3");
  EXPECT_EQ(found("Observation?_id=2&_include=Observation:subject"), "+Patient/a Observation/2");
  EXPECT_EQ(found("Patient?_id=a&_revinclude=Observation:subject"),
            "+Observation/1 +Observation/2 Patient/a");
}

TEST_F(LinksTest, AnIncludeBringsTheVersionThatIsNamed) {
  put("Patient", "a", "");
  put("Patient", "a", R"(,"active":true)");
  put("Observation", "3", code + R"(,"subject":{"reference":"Patient/a/_history/1"})");
  put("Observation", "4", code + R"(,"subject":{"reference":"Patient/a/_history/2"})");
  put("Observation", "5", code + R"(,"subject":{"reference":"Patient/a/_history/9"})");
  EXPECT_EQ(found("Observation?_id=3&_include=Observation:subject"), "+Patient/a Observation/3");
  for (const char* id : {"4", "5"})
    EXPECT_EQ(found("Observation?_id=" + std::string(id) + "&_include=Observation:subject"),
              "+Patient/av2 Observation/" + std::string(id));
}

TEST_F(LinksTest, AnIncludeFollowsCanonicals) {
  const std::string url = "https://forms.example/f";
  put("Questionnaire", "old", R"(,"status":"active","url":")" + url + R"(","version":"1.0")");
  put("Questionnaire", "new", R"(,"status":"active","url":")" + url + R"(","version":"2.0")");
  const std::string response = R"(,"status":"completed","questionnaire":")" + url;
  put("QuestionnaireResponse", "any", response + "\"");
  put("QuestionnaireResponse", "one", response + "|1.0\"");
  put("QuestionnaireResponse", "none", response + "|3.0\"");
  const std::string include = "&_include=QuestionnaireResponse:questionnaire";
  EXPECT_EQ(found("QuestionnaireResponse?_id=any" + include), "+Questionnaire/new QuestionnaireResponse/any");
  EXPECT_EQ(found("QuestionnaireResponse?_id=one" + include), "+Questionnaire/old QuestionnaireResponse/one");
  EXPECT_EQ(found("QuestionnaireResponse?_id=none" + include), "QuestionnaireResponse/none");
  EXPECT_EQ(found("Questionnaire?url=" + url), "Questionnaire/new Questionnaire/old");
  EXPECT_EQ(found("Questionnaire?url=" + url + "%7C1.0"), "Questionnaire/old");
  EXPECT_EQ(found("Questionnaire?url=" + url + "%7C1.0," + url + "%7C2.0"),
            "Questionnaire/new Questionnaire/old");
  EXPECT_EQ(found("Questionnaire?url=" + url + "%7C9"), "");
}

TEST_F(LinksTest, ValuesAreReadAsPeopleWriteThem) {
  put("Patient", "a",
      R"(,"identifier":[{"system":"https://mrn.example/x","value":"1"}],"name":[{"family":"O'Tarn"}],"gender":"male")");
  put("Patient", "b", R"(,"identifier":[{"value":"1"}],"name":[{"family":"Öztürk-Vane"}])");
  put("Patient", "c", R"(,"name":[{"family":"St. John"}])");
  const std::pair<const char*, const char*> cases[] = {
      {"identifier=https://mrn.example/x%7C", "Patient/a"},
      {"identifier=https://mrn.example/y%7C", ""},
      {"identifier=%7C1", "Patient/b"},
      {"gender=http://hl7.org/fhir/administrative-gender%7C", "Patient/a"},
      {"family=otarn", "Patient/a"},
      {"family=O%E2%80%99Tarn", "Patient/a"},
      {"family=o'tarn", "Patient/a"},
      {"family=ozturk%20vane", "Patient/b"},
      {"family=ozturk-v", "Patient/b"},
      {"family=ozturkvane", "Patient/b"},
      {"family=st%20john", "Patient/c"},
      {"family=St.John", "Patient/c"},
      {"family=vane", ""},
      {"family=&_id=a", "Patient/a"},
      {"family=---", "400 value http.family"},
      {"identifier=%7C", "400 value http.identifier"}};
  for (const auto& [query, expected] : cases)
    EXPECT_EQ(found("Patient?" + std::string(query)), expected) << query;
  std::string ids = "a";
  for (int i = 0; i < 300; ++i) ids += ",x" + std::to_string(i);
  EXPECT_EQ(found("Patient?_id=" + ids), "Patient/a");
  EXPECT_EQ(send("POST", "/fhir/Patient/_search?_id=a", {{"Content-Length", "0"}}, "").status, 200u);
}

}  // namespace
}  // namespace handoff::rest
