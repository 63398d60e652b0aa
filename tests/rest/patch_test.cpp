// patch (R4 "http", patch), alone and within Bundles.
#include "core/hash.h"
#include "service_fixture.h"

namespace handoff::rest {
namespace {

constexpr const char* patch_type = "application/json-patch+json";

class PatchTest : public ServiceTest {
 protected:
  net::Response patch(const std::string& reference, const std::string& operations, net::Headers headers = {},
                      const std::string& client = "op") {
    headers.emplace_back("Content-Type", patch_type);
    headers.emplace_back("Authorization", bearer(client));
    return ask({"PATCH", "/fhir/" + reference, std::move(headers), operations});
  }
  void put(const std::string& type, const std::string& id, const std::string& members,
           const std::string& client = "op") {
    const net::Response answer =
        ask({"PUT",
             "/fhir/" + type + "/" + id,
             {{"Content-Type", fhir_type}, {"Authorization", bearer(client)}},
             R"({"resourceType":")" + type + R"(","id":")" + id + "\"" + members + "}"});
    ASSERT_LT(answer.status, 300u) << answer.body;
  }
  static std::string member(const net::Response& response, std::string_view name) {
    const auto parsed = json::parse(response.body);
    return parsed ? json::write(parsed->root()[name]) : response.body;
  }
  static std::string binary(const std::string& operations, const std::string& type = patch_type) {
    std::string data = base64url_encode(operations);
    for (char& c : data) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (data.size() % 4 != 0) data += '=';
    return R"({"resourceType":"Binary","contentType":")" + type + R"(","data":")" + data + "\"}";
  }
  static std::string patch_entry(const std::string& url, const std::string& resource,
                                 const std::string& more = "") {
    return R"({"resource":)" + resource + R"(,"request":{"method":"PATCH","url":")" + url + "\"" + more +
           "}}";
  }
};

TEST_F(PatchTest, ChangesWhatItNames) {
  put("Patient", "p1", R"(,"gender":"male","name":[{"family":"A"}])");
  const net::Response changed = patch(
      "Patient/p1",
      R"([{"op":"replace","path":"/gender","value":"female"},{"op":"add","path":"/name/0/given","value":["B"]}])");
  EXPECT_EQ(changed.status, 200u) << changed.body;
  EXPECT_EQ(header(changed, "ETag"), "W/\"2\"");
  EXPECT_EQ(member(changed, "gender"), "\"female\"");
  EXPECT_EQ(member(get("/fhir/Patient/p1"), "name"), R"([{"family":"A","given":["B"]}])");
  EXPECT_EQ(patch("Patient/p1", "[]").status, 200u);
  EXPECT_EQ(header(get("/fhir/Patient/p1"), "ETag"), "W/\"2\"") << "nothing changed";
}

TEST_F(PatchTest, SaysWhatDoesNotFit) {
  put("Patient", "p1", R"(,"gender":"male")");
  const std::pair<const char*, const char*> cases[] = {
      {R"([{"op":"remove","path":"/birthDate"}])", "422 not-found http.body[0].path"},
      {R"([{"op":"test","path":"/gender","value":"female"}])", "422 conflict http.body[0].value"},
      {R"([{"op":"replace","path":"/id","value":"p2"}])", "422 value http.body"},
      {R"([{"op":"remove","path":"/id"}])", "422 value http.body"},
      {R"([{"op":"replace","path":"/resourceType","value":"Group"}])", "422 value http.body"},
      {R"([{"op":"replace","path":"","value":[]}])", "422 value http.body"},
      {R"([{"op":"replace","path":"/gender","value":"odd"}])", "422 code-invalid Patient.gender"},
      {R"([{"op":"add","path":"/gendre","value":"male"}])", "422 structure Patient"},
      {R"([{"op":"turn","path":"/gender"}])", "400 value http.body[0].op"},
      {R"({"op":"remove","path":"/gender"})", "400 structure http.body"},
  };
  for (const auto& [operations, expected] : cases)
    EXPECT_EQ(outcome(patch("Patient/p1", operations)), expected) << operations;
  EXPECT_EQ(patch("Patient/p1", "[").status, 400u);
  EXPECT_EQ(outcome(patch("Patient/none", "[]")), "404 not-found http.path");
  EXPECT_EQ(outcome(patch("Patient/a_b", "[]")), "400 value http.path");
  EXPECT_EQ(
      outcome(send("PATCH", "/fhir/Patient/p1", {{"Content-Type", "application/merge-patch+json"}}, "{}")),
      "415 not-supported http.Content-Type");
  EXPECT_EQ(header(get("/fhir/Patient/p1"), "ETag"), "W/\"1\"") << "nothing was written";
}

TEST_F(PatchTest, IsGuardedByIfMatch) {
  put("Patient", "p1", "");
  const std::string operations = R"([{"op":"add","path":"/active","value":true}])";
  EXPECT_EQ(outcome(patch("Patient/p1", operations, {{"If-Match", "W/\"2\""}})),
            "412 conflict http.If-Match");
  EXPECT_EQ(patch("Patient/p1", operations, {{"If-Match", "W/\"1\""}}).status, 200u);
  EXPECT_EQ(outcome(patch("Patient/p1", operations, {{"If-None-Exist", "identifier=a|b"}})),
            "400 not-supported http.If-None-Exist");
}

// Others' resources, hidden and missing ones are the same to a patch as to an update.
TEST_F(PatchTest, ChangesOnlyWhatTheClientMayChange) {
  put("Organization", "ORG-PCP1", R"(,"active":true,"name":"PCP")");
  put("Patient", "p1", "");
  put("Observation", "other",
      R"(,"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"})");
  const std::string operations = R"([{"op":"test","path":"/status","value":"final"}])";
  const std::string hidden = outcome(patch("Observation/other", operations, {}, "pcp"));
  EXPECT_EQ(hidden, outcome(patch("Observation/none", operations, {}, "pcp")));
  EXPECT_EQ(hidden, "404 not-found http.path");
  EXPECT_EQ(patch("Patient/p1", operations, {}, "pcp").status, 403u);
  register_clients(R"("system/Patient.rs")");
  EXPECT_EQ(patch("Patient/p1", "[]").status, 403u);
}

TEST_F(PatchTest, WithinBundlesItIsABinary) {
  put("Patient", "p1", R"(,"gender":"male")");
  const std::string operations = R"([{"op":"replace","path":"/gender","value":"other"}])";
  net::Response answer = post(transaction(patch_entry("Patient/p1", binary(operations))));
  EXPECT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(member(get("/fhir/Patient/p1"), "gender"), "\"other\"");
  const std::string batch = R"({"resourceType":"Bundle","type":"batch","entry":[)" +
                            patch_entry("Patient/p1", binary(R"([{"op":"remove","path":"/gender"}])")) + "]}";
  answer = post(batch);
  EXPECT_NE(answer.body.find("200 OK"), answer.body.npos) << answer.body;
  EXPECT_EQ(member(get("/fhir/Patient/p1"), "gender"), "null") << "absent";
  // links to other entries are replaced in what the patch made
  put("Observation", "o1", R"(,"status":"final","code":{"text":"x"})");
  const std::string uuid = "urn:uuid:5d0f2c14-2a7b-4c3e-9a51-0c4f3b8e7001";
  answer = post(transaction(
      R"({"fullUrl":")" + uuid +
      R"(","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},)" +
      patch_entry("Observation/o1",
                  binary(R"([{"op":"add","path":"/subject","value":{"reference":")" + uuid + "\"}}]"))));
  EXPECT_EQ(answer.status, 200u) << answer.body;
  EXPECT_TRUE(member(get("/fhir/Observation/o1"), "subject").starts_with(R"({"reference":"Patient/)"));
  const std::pair<std::string, const char*> bad[] = {
      {patch_entry("Patient/p1", binary("[]", "text/plain")), "400 not-supported Bundle.entry[0].resource"},
      {patch_entry("Patient/p1", binary("[")), "400 structure Bundle.entry[0].resource.data"},
      {patch_entry("Patient/p1", binary(R"([{"op":"remove","path":"/gender"}])")),
       "422 not-found Bundle.entry[0].resource.data[0].path"},
      {patch_entry("Patient/none", binary("[]")), "404 not-found Bundle.entry[0].request.url"},
      {patch_entry("Patient/p1", binary("[]"), R"(,"ifMatch":"W/\"99\"")"),
       "412 conflict Bundle.entry[0].request.ifMatch"}};
  for (const auto& [entry, expected] : bad) EXPECT_EQ(outcome(post(transaction(entry))), expected) << entry;
}

}  // namespace
}  // namespace handoff::rest
