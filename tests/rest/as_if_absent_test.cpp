// Every interaction answers of a hidden resource as of a missing one.
#include "two_worlds.h"

namespace handoff::rest {
namespace {

TEST_F(AsIfAbsent, Reads) {
  std::size_t seen = 0;
  for (int i = 0; i < int(std::size(people)) + 2; ++i) {
    const std::string p = "p" + std::to_string(i);
    for (const std::string& path :
         {"Patient/" + p, "CarePlan/cp-" + p, "Condition/d-" + p, "Condition/s-" + p, "Consent/c-" + p,
          "Goal/g-" + p, "ServiceRequest/sr-" + p, "Encounter/e-" + p})
      for (const char* suffix : {"", "/_history/1", "/_history/2", "/_history", "/_history?_count=1"}) {
        seen += same("GET", "/fhir/" + path + suffix).starts_with("200");
        same("GET", "/fhir/" + path + suffix, {{"If-None-Match", "*"}});
        same("HEAD", "/fhir/" + path + suffix);
      }
  }
  EXPECT_GT(seen, 50u);
}

TEST_F(AsIfAbsent, Validations) {
  const net::Headers json_type = {{"Content-Type", "application/fhir+json"}};
  std::size_t seen = 0;
  for (int i = 0; i < int(std::size(people)) + 2; ++i) {
    const std::string p = "p" + std::to_string(i);
    for (const std::string& path :
         {"Patient/" + p, "CarePlan/cp-" + p, "Condition/d-" + p, "Condition/s-" + p, "Consent/c-" + p,
          "Goal/g-" + p, "ServiceRequest/sr-" + p, "Encounter/e-" + p}) {
      const std::string target = "/fhir/" + path + "/$validate";
      const bool is_there = with_.ask("GET", "/fhir/" + path).starts_with("200");
      for (const char* mode :
           {"", "?mode=profile", "?mode=delete", "?profile=http://hl7.org/fhir/StructureDefinition/Patient"})
        EXPECT_EQ(same("POST", target + mode).starts_with("200"), is_there) << target << mode;
      same("POST", target, json_type,
           R"({"resourceType":"Parameters","parameter":[{"name":"mode","valueCode":"delete"}]})");
      const auto slash = path.find('/');
      const std::string body =
          R"({"resourceType":")" + path.substr(0, slash) + R"(","id":")" + path.substr(slash + 1) + "\"}";
      for (const char* mode : {"", "?mode=create", "?mode=update"})
        same("POST", target + mode, json_type, body);
      seen += is_there;
    }
  }
  EXPECT_GT(seen, 10u);
}

TEST_F(AsIfAbsent, Searches) {
  const char* queries[] = {"Patient",
                           "Patient?_total=accurate",
                           "Patient?_summary=count",
                           "Patient?family=Fam1",
                           "Patient?name=ana&_total=accurate",
                           "Patient?birthdate=gt1965",
                           "Patient?identifier=https://handoff.example.org/id/medicaid|Mp1",
                           "Patient?identifier=https://handoff.example.org/id/booking|Bp0",
                           "Patient?identifier=Bp0",
                           "Patient?identifier=Mp3",
                           "Patient?phone=555-0p0",
                           "Patient?telecom=555-0p4",
                           "Patient?_security=42CFRPart2",
                           "Patient?_security=N&_total=accurate",
                           "Patient?address=Townp0",
                           "Patient?_id=p0,p1,p2,p3",
                           "Patient?_sort=birthdate",
                           "Patient?_sort=-birthdate&_total=accurate",
                           "Patient?_sort=family",
                           "Patient?_revinclude=CarePlan:subject",
                           "Patient?_revinclude=Condition:subject&_total=accurate",
                           "Patient?_revinclude=ServiceRequest:subject",
                           "Patient?_revinclude=Consent:patient",
                           "CarePlan?_total=accurate&_include=CarePlan:condition",
                           "CarePlan?_include=CarePlan:goal&_include=CarePlan:subject",
                           "CarePlan?condition=Condition/s-p0",
                           "CarePlan?condition=Condition/s-p2",
                           "CarePlan?condition=Condition/s-p2,Condition/d-p2&_total=accurate",
                           "CarePlan?condition=s-p7&_summary=count",
                           "CarePlan?subject=Patient/p1",
                           "CarePlan?patient=p2&_total=accurate",
                           "CarePlan?patient=Patient/p5&_summary=count",
                           "CarePlan?patient=Patient/none&_summary=count",
                           "CarePlan?date=ge2024-02-01&_sort=date",
                           "CarePlan?_sort=-date&_total=accurate",
                           "Condition?_total=accurate",
                           "Condition?code=F11.20&_total=accurate",
                           "Condition?code=http://hl7.org/fhir/sid/icd-10-cm|F32.9&_total=accurate",
                           "Condition?_security=OPIOIDUD",
                           "Condition?encounter=Encounter/e-p2&_include=Condition:encounter",
                           "Encounter?_revinclude=Condition:encounter&_total=accurate",
                           "Encounter?date=lt2024-02-15&_sort=-date",
                           "ServiceRequest?_total=accurate",
                           "ServiceRequest?subject=Patient/p0",
                           "DocumentReference?_total=accurate",
                           "DocumentReference?relation=replaces&_total=accurate",
                           "DocumentReference?relation=appends&_total=accurate",
                           "DocumentReference?relation:not=replaces&_total=accurate",
                           "DocumentReference?relatesto=DocumentReference/jail-p0",
                           "DocumentReference?relatesto=DocumentReference/dr-p0&_total=accurate",
                           "Consent?_total=accurate",
                           "Consent?patient=Patient/p6",
                           "Goal?_lastUpdated=gt2024-03-01T00:01:00Z&_total=accurate",
                           "Goal?_sort=_lastUpdated",
                           "Patient?_lastUpdated=gt2024-03-01T00:01:00Z&_total=accurate",
                           "Patient?_lastUpdated=lt2024-03-01T00:05:00Z&_total=accurate",
                           "Patient?_sort=_lastUpdated",
                           "Patient?_sort=-_lastUpdated&_count=2",
                           "CarePlan?_lastUpdated=gt2024-03-01T00:01:00Z&_total=accurate",
                           "CarePlan?_lastUpdated=le2024-03-01T00:05:00Z&_total=accurate",
                           "CarePlan?_sort=_lastUpdated",
                           "DocumentReference?_sort=_lastUpdated&_total=accurate",
                           "Goal?_count=1&_total=accurate",
                           "Observation?_total=accurate",
                           "Organization?_total=accurate",
                           "Organization?_sort=name",
                           "Provenance?_total=accurate",
                           "Patient?gender=female",
                           "Patient?nonsense=1"};
  std::size_t found = 0;
  for (const std::string query : queries) {
    found += same("GET", "/fhir/" + query).find("\"match\"") != std::string::npos;
    const auto mark = query.find('?');
    same("POST", "/fhir/" + query.substr(0, mark) + "/_search", {{"Content-Type", form_type}},
         mark == query.npos ? "" : query.substr(mark + 1));
  }
  EXPECT_GT(found, 25u);
}

TEST_F(AsIfAbsent, PagesToTheEnd) {
  for (const char* query : {"Condition?_count=2&_total=accurate", "Condition?_count=3&_sort=code",
                            "CarePlan?_count=1&_sort=-date", "Patient?_count=2&_sort=birthdate",
                            "Encounter?_count=1&_revinclude=Condition:encounter"}) {
    std::string with = "/fhir/" + std::string(query), without = with;
    constexpr const char* next = R"re("relation":"next","url":"https://127\.0\.0\.1:8443([^"]*)")re";
    for (int page = 0; page < 40 && !with.empty(); ++page) {
      const std::string a = with_.ask("GET", with), b = without_.ask("GET", without);
      ASSERT_EQ(without_cursor(a), without_cursor(b)) << query << " page " << page;
      with = sample::first_group(a, next).value_or("");
      without = sample::first_group(b, next).value_or("");
    }
    EXPECT_TRUE(with.empty());
  }
}

TEST_F(AsIfAbsent, Writes) {
  const net::Headers json_type = {{"Content-Type", "application/fhir+json"}, {"Prefer", "return=minimal"}};
  const auto goal = [](const std::string& id, const std::string& p) {
    return R"({"resourceType":"Goal","id":")" + id +
           R"(","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/)" + p +
           "\"}}";
  };
  for (const char* id : {"g-p0", "g-p1", "g-p2", "g-p3", "g-p5", "g-none"}) {
    same("PUT", "/fhir/Goal/" + std::string(id), json_type, goal(id, "p1"));
    net::Headers guarded = json_type;
    guarded.emplace_back("If-Match", "W/\"1\"");
    same("PUT", "/fhir/Goal/" + std::string(id), guarded, goal(id, "p1"));
  }
  for (const char* id : {"g-p1", "g-p3", "g-none", "g-p0"}) {
    same("DELETE", "/fhir/Goal/" + std::string(id), {{"If-Match", "W/\"1\""}});
    same("DELETE", "/fhir/Goal/" + std::string(id));
    same("GET", "/fhir/Goal/" + std::string(id));
    for (const char* patch :
         {"[]", R"([{"op":"test","path":"/lifecycleStatus","value":"active"}])",
          R"([{"op":"remove","path":"/nothing"}])", R"([{"op":"replace","path":"/id","value":"x"}])"}) {
      const net::Headers patch_type{{"Content-Type", "application/json-patch+json"}};
      same("PATCH", "/fhir/Goal/" + std::string(id), patch_type, patch);
      net::Headers guarded = patch_type;
      guarded.emplace_back("If-Match", "W/\"1\"");
      same("PATCH", "/fhir/Goal/" + std::string(id), guarded, patch);
      guarded.back().second = "*";
      same("PATCH", "/fhir/Goal/" + std::string(id), guarded, patch);
    }
    const std::string entries = R"([{"request":{"method":"GET","url":"Goal/)" + std::string(id) +
                                R"("}},{"request":{"method":"DELETE","url":"Goal/)" + std::string(id) +
                                R"("}}])";
    for (const char* type : {"batch", "transaction"})
      same("POST", "/fhir", json_type,
           R"({"resourceType":"Bundle","type":")" + std::string(type) + R"(","entry":)" + entries + "}");
    const std::string put = R"([{"resource":)" + goal(id, "p1") +
                            R"(,"request":{"method":"PUT","url":"Goal/)" + std::string(id) + R"("}}])";
    for (const char* type : {"batch", "transaction"})
      same("POST", "/fhir", json_type,
           R"({"resourceType":"Bundle","type":")" + std::string(type) + R"(","entry":)" + put + "}");
  }
  // A conditional reference to a hidden person is one to nobody.
  for (const char* value : {"Mp0", "Mp1", "none"})
    same(
        "POST", "/fhir", json_type,
        R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Goal","ifNoneExist":"identifier=x|y"},"resource":{"resourceType":"Goal",)"
        R"("lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p1"},"addresses":[{"reference":"Encounter?identifier=https://handoff.example.org/id/medicaid|)" +
            std::string(value) + R"("}]}}]})");
  for (const char* p : {"p0", "p1", "none"}) {
    same("PUT", "/fhir/Patient/" + std::string(p), json_type,
         R"({"resourceType":"Patient","id":")" + std::string(p) + "\"}");
    same("PUT", "/fhir/Consent/c-" + std::string(p), json_type, consent_of(p, Said::everything));
    same("POST", "/fhir/Consent", json_type, consent_of(p, Said::everything));
  }
  // A hidden resource does not block a conditional create: all resources are created and get an id.
  const std::string subject = R"("subject":{"reference":"Patient/p1"})";
  const std::string encounter =
      R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},)" + subject + "}";
  const std::string document =
      R"({"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"title":"x"}}],)" +
      subject + "}";
  const std::string booking = "https://handoff.example.org/id/booking";
  for (const auto& [body, identifier] :
       {std::pair(encounter, std::string("https://handoff.example.org/id/medicaid|Mp1")),
        {document, "urn:document|jail-p0"},
        {document, "urn:document|jail-p1"},
        {document, "urn:document|none"}}) {
    net::Headers conditional = json_type;
    conditional.emplace_back("If-None-Exist", "identifier=" + identifier);
    const std::string type(json::parse(body)->root()["resourceType"].text());
    const std::string entries = R"("entry":[{"request":{"method":"POST","url":")" + type +
                                R"(","ifNoneExist":"identifier=)" + identifier + R"("},"resource":)" + body +
                                "}]}";
    for (auto* world : {&with_, &without_}) {
      EXPECT_TRUE(world->ask("POST", "/fhir/" + type, conditional, body).starts_with("201")) << identifier;
      EXPECT_NE(
          world
              ->ask("POST", "/fhir", json_type, R"({"resourceType":"Bundle","type":"transaction",)" + entries)
              .find("201 Created"),
          std::string::npos)
          << identifier;
    }
  }
  // A person is not found by a number that is hidden, either.
  for (const char* value : {"Bp0", "Bp1", "none"}) {
    const std::string entries =
        R"("entry":[{"request":{"method":"POST","url":"Observation"},"resource":{"resourceType":"Observation",)"
        R"("status":"final","code":{"text":"x"},"focus":[{"reference":"Patient?identifier=)" +
        booking + "|" + value + R"("}],)" + subject + "}}]}";
    EXPECT_TRUE(
        same("POST", "/fhir", json_type, R"({"resourceType":"Bundle","type":"transaction",)" + entries)
            .starts_with("412"))
        << value;
  }
}

// A requester sees every reference in what it writes itself, also one to a hidden resource. Neither a search
// nor a label may reveal that the target exists.
TEST_F(AsIfAbsent, OwnReferences) {
  const net::Headers json_type = {{"Content-Type", "application/fhir+json"},
                                  {"Prefer", "return=representation"}};
  const auto security = [](const std::string& answer) {
    EXPECT_TRUE(answer.starts_with("201")) << answer;
    const auto begin = answer.find("\"security\""), end = answer.find(']', begin);
    return begin == answer.npos ? answer : answer.substr(begin, end - begin);
  };
  for (const std::string target : {"s-p1", "s-p0", "s-p2", "none"}) {
    const std::string weak =
        R"({"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":)"
        R"([{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"7243"}]},"subject":{"reference":"Patient/p1"},)"
        R"("reasonReference":[{"reference":"Condition/)" +
        target + "\"}]}";
    const std::string a = security(with_.ask("POST", "/fhir/MedicationRequest", json_type, weak));
    const std::string b = security(without_.ask("POST", "/fhir/MedicationRequest", json_type, weak));
    EXPECT_EQ(a, b) << target;
    EXPECT_EQ(a.find("SUD") != a.npos, target == "s-p0")
        << "only what it may see speaks for it: " << target << a;
  }
  const std::string base = std::string(base_url) + "/fhir/", other = "http://other.example.org/fhir/";
  for (const std::string& target :
       {std::string("DocumentReference/jail-p0"), std::string("DocumentReference/jail-p1"),
        std::string("DocumentReference/dr-p0"), std::string("DocumentReference/none"),
        base + "DocumentReference/jail-p0", base + "DocumentReference/dr-p0", base + "DocumentReference/none",
        other + "DocumentReference/jail-p0", other + "DocumentReference/none"}) {
    const std::string own =
        R"({"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"title":"x"}}],)"
        R"("subject":{"reference":"Patient/p1"},"context":{"related":[{"reference":")" +
        target + "\"}]}}";
    for (auto* world : {&with_, &without_})
      security(world->ask("POST", "/fhir/DocumentReference", json_type, own));
    const auto total = [&](World& world) {
      const std::string answer =
          world.ask("GET", "/fhir/DocumentReference?related=" + target + "&_summary=count");
      return answer.substr(answer.find("\"total\""));
    };
    EXPECT_EQ(total(with_), total(without_)) << target;
    EXPECT_EQ(total(with_).starts_with("\"total\":0"), !target.ends_with("dr-p0")) << target << total(with_);
  }
}

// A reference that others wrote as a whole URL goes, and a search does not find it either.
TEST_F(AsIfAbsent, WholeUrls) {
  for (const std::string& base :
       {std::string(base_url) + "/fhir/", std::string("http://other.example.org/fhir/")}) {
    const std::string id = base.starts_with(base_url) ? "own" : "other",
                      target = base + "DocumentReference/jail-p0";
    const std::string head = R"({"resourceType":"DocumentReference","id":"u-)" + id +
                             R"(","status":"current","content":[{"attachment":)"
                             R"({"title":"x"}}],"subject":{"reference":"Patient/p0"})";
    const int second = 90'000 + int(base.size());
    with_.add(second, head + R"(,"context":{"related":[{"reference":")" + target + "\"}]}}", "ORG-ADV");
    without_.add(second, head + "}", "ORG-ADV");
    EXPECT_TRUE(same("GET", "/fhir/DocumentReference/u-" + id).starts_with("200"));
    same("GET", "/fhir/DocumentReference?related=" + target + "&_total=accurate");
  }
  // A canonical is found, whether or not its definition is stored here.
  const std::string response =
      R"({"resourceType":"QuestionnaireResponse","id":"qr","questionnaire":"http://other.example.org/Questionnaire/q",)"
      R"("status":"completed","subject":{"reference":"Patient/p0"}})";
  for (auto* world : {&with_, &without_}) world->add(100'000, response, "ORG-ADV");
  EXPECT_NE(same("GET", "/fhir/QuestionnaireResponse?questionnaire=http://other.example.org/Questionnaire/q")
                .find("\"match\""),
            std::string::npos);
}

}  // namespace
}  // namespace handoff::rest
