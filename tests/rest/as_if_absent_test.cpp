// Two stores that differ only in what a requester may not see. Every answer must be the same, byte for byte,
// except the request's id and the sealed cursor, which differs each time.
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "../patterns.h"
#include "../sample_validator.h"
#include "../shipped_routes.h"
#include "core/civil.h"
#include "json/document.h"
#include "rest/http/service.h"
#include "sqlite/engine.h"

namespace handoff::rest {
namespace {

constexpr const char* base_url = "https://127.0.0.1:8443";
constexpr const char* form_type = "application/x-www-form-urlencoded";

const search::Indexer& indexer() {
  static const search::Indexer made = search::Indexer::create().value();
  return made;
}

// What a person permitted to the PCP that asks.
enum class Said { everything, mental_health, nothing, declined, revoked, to_others };

// What names of facilities reveal.
std::shared_ptr<const consent::CurrentNames> names() {
  static const auto made = std::make_shared<const consent::CurrentNames>(
      consent::TellingNames::read(
          "match,system,value,family\ntext,,opioid treatment program,SUD\nword,,AA,SUD\n", "names.csv")
          .value());
  return made;
}

std::string coding(const std::string& system, const std::string& code) {
  return R"({"system":")" + system + R"(","code":")" + code + "\"}";
}

std::string consent_of(const std::string& p, Said said) {
  const std::string act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  const std::string labels = coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R") + "," +
                             coding("https://handoff.example.org/fhir/CodeSystem/sensitivity", "JI") + "," +
                             coding(act, "PSY") + "," + coding(act, "MH") +
                             (said == Said::mental_health ? "" : "," + coding(act, "SUD"));
  const std::string category = said == Said::mental_health ? "IDSCL" : "42CFRPart2CD";
  const std::string statement =
      R"({"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":")";
  return R"({"resourceType":"Consent","id":"c-)" + p + R"(","extension":[)" + statement + "revocation\"}," +
         statement +
         R"(tpo-warning"}],"identifier":[{"system":"https://handoff.example.org/id/consent","value":"CN-)" +
         p + R"("}],"status":")" + (said == Said::revoked ? "inactive" : "active") +
         R"(","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"category":[{"coding":[)" +
         coding(act, category) + R"(]}],"patient":{"reference":"Patient/)" + p +
         R"("},"dateTime":"2024-01-10","performer":[{"reference":"Patient/)" + p +
         R"("}],"organization":[{"reference":"Organization/ORG-ADV"}],"sourceReference":{"reference":"DocumentReference/f"},"policyRule":{"coding":[)" +
         coding(act, said == Said::declined ? "OPTOUT" : "OPTIN") + R"(]},"provision":{"type":")" +
         (said == Said::declined ? "deny" : "permit") +
         R"(","actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Organization/)" +
         (said == Said::to_others ? "ORG-MCP1" : "ORG-PCP1") + R"("}}])" +
         (said == Said::declined
              ? ""
              : R"(,"securityLabel":[)" + labels +
                    R"(],"purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}])") +
         "}}";
}

class World {
 public:
  explicit World(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() /
                ("handoff-absent-" + name + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = sqlite::engine().open({folder_ / "handoff.db", "key"}, clock_).value();
    gate_.emplace(*store_, clock_, sample::shipped_routes(), std::string(base_url) + "/fhir",
                  IdKey(std::string(32, 'k')), names());
    admission_.emplace(*store_, indexer(), sample::shipped_routes(), clock_, sample::shared_validator(),
                       admission::RequiredProfiles{}, names());
    const auto client = [&](const std::string& id, const std::string& role) {
      return R"({"client_id":")" + id + R"(","name":"N","role":")" + role +
             R"(","organization":"Organization/ORG-PCP1","purposes":["TREAT"],"scopes":["system/*.cruds"],"jwks":{"keys":[)" +
             key_.to_jwk(false) + "]}}";
    };
    tokens_.set_clients(auth::read_clients(R"({"clients":[)" + client("pcp", "pcp") + "]}").value());
    service_ = std::make_unique<Service>(ServiceOptions{base_url, 1, 64}, tokens_, *gate_, *admission_,
                                         terminology_);
  }
  ~World() {
    service_.reset();
    gate_.reset();
    admission_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Writes at a second of its own, which is the same in every world and later than all earlier writes,
  // because the store's time never goes back.
  void add(int second, const std::string& text, const std::string& discloser, bool contributes = false) {
    stand_at(second);
    const auto parsed = json::parse(text);
    ASSERT_TRUE(parsed) << text;
    admission::Entry entry;
    entry.type = parsed->root()["resourceType"].text();
    entry.id = parsed->root()["id"].text();
    entry.resource = parsed->root();
    entry.contributes = contributes;
    const auto admitted = admission_->admit({discloser, "test", {entry}, {}, {}});
    ASSERT_TRUE(admitted) << admitted.error().summary() << text;
  }
  void stand_at(int second) {
    clock_.set(span_of("2024-03-01T00:00:00Z")->first + std::chrono::seconds{second});
  }

  std::string ask(const std::string& method, const std::string& target, net::Headers headers = {},
                  const std::string& body = {}) {
    const std::string assertion =
        auth::make_assertion(key_, "pcp", std::string(base_url) + "/auth/token", clock_.now());
    headers.emplace_back(
        "Authorization",
        "Bearer " + tokens_
                        .exchange({"client_credentials",
                                   "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", assertion, ""})
                        ->access_token);
    headers.emplace_back("X-Request-Id", "same");
    std::promise<net::Response> promise;
    auto answer = promise.get_future();
    service_->handle({method, target, headers, body},
                     [&promise](net::Response response) { promise.set_value(std::move(response)); });
    const net::Response response = answer.get();
    std::string whole = std::to_string(response.status) + "\n";
    for (const auto& [key, value] : response.headers) whole += key + ": " + value + "\n";
    return whole + response.body;
  }

 private:
  ManualClock clock_{span_of("2024-03-01T00:00:00Z")->first};
  const std::filesystem::path folder_;
  auth::Key key_ = auth::Key::generate("k1");
  auth::TokenService tokens_{std::string(base_url) + "/auth/token", clock_};
  terminology::Terminology terminology_;
  std::unique_ptr<store::Store> store_;
  std::optional<disclosure::Gate> gate_;
  std::optional<admission::Admission> admission_;
  std::unique_ptr<Service> service_;
};

// A person with a record. Without `whole`, it lacks what the PCP may not see.
class Population {
 public:
  Population(World& world, bool whole) : world_(world), whole_(whole) {}

  void person(int i, Said said) {
    const std::string p = "p" + std::to_string(i);
    const bool seen = said == Said::everything || said == Said::mental_health;
    second_ = i * 100;
    if (!seen && !whole_) return consent_alone(p, said);
    const std::string subject = R"("subject":{"reference":"Patient/)" + p + "\"}";
    add(R"({"resourceType":"Patient","id":")" + p +
            R"(","identifier":[{"system":"https://handoff.example.org/id/medicaid","value":"M)" + p +
            R"("}],"name":[{"family":"Fam)" + std::to_string(i % 5) +
            R"(","given":["Ana"]}],"birthDate":"19)" + std::to_string(60 + i) + R"(-02-03"})",
        "ORG-ADV", true);
    if (said != Said::nothing) add(consent_of(p, said), "ORG-ADV");
    const bool sud_seen = said == Said::everything;
    add(R"({"resourceType":"Goal","id":"g-)" + p +
            R"(","lifecycleStatus":"active","description":{"text":"home"},)" + subject + "}",
        "ORG-ADV");
    add(R"({"resourceType":"Encounter","id":"e-)" + p + R"(","status":"finished","class":{"code":"AMB"},)" +
            subject + R"(,"period":{"start":"2024-02-)" + std::to_string(10 + i) + "\"}}",
        "ORG-ADV");
    condition("d-" + p, "F32.9", subject, true, "e-" + p);
    condition("s-" + p, "F11.20", subject, sud_seen, "e-" + p);
    const std::string addresses = R"({"reference":"Condition/d-)" + p + "\"}" +
                                  (sud_seen || whole_ ? R"(,{"reference":"Condition/s-)" + p + "\"}" : "");
    add(R"({"resourceType":"CarePlan","id":"cp-)" + p + R"(","status":"completed","intent":"plan",)" +
            subject + R"(,"created":"2024-02-)" + std::to_string(10 + i) + R"(","addresses":[)" + addresses +
            R"(],"goal":[{"reference":"Goal/g-)" + p + "\"}]}",
        "ORG-ADV");
    document("dr-" + p, subject, "ORG-ADV",
             whole_ ? "replaces\",\"target\":{\"reference\":\"DocumentReference/jail-" + p : "");
    document("da-" + p, subject, "ORG-ADV",
             "appends\",\"target\":{\"reference\":\"DocumentReference/dr-" + p);
    // What a jail and a unit that is wholly under Part 2 know of the same person. No consent covers it.
    if (whole_) {
      add(R"({"resourceType":"Patient","id":")" + p +
              R"(","identifier":[{"system":"https://handoff.example.org/id/booking","value":"B)" + p +
              R"("}],"telecom":[{"system":"phone","value":"555-0)" + p + "\"}]}",
          "ORG-HOC", true);
      add(R"({"resourceType":"Patient","id":")" + p + R"(","address":[{"city":"Town)" + p + "\"}]}",
          "ORG-UNIT", true);
      add(R"({"resourceType":"ServiceRequest","id":"sr-)" + p + R"(","status":"active","intent":"order",)" +
              subject + "}",
          "ORG-HOC");
      document("jail-" + p, subject, "ORG-HOC", "");
    }
  }

 private:
  // A recipient that a refusal or a revoked consent names sees the consent, and nothing else of the person.
  void consent_alone(const std::string& p, Said said) {
    ++second_;
    if (said == Said::declined || said == Said::revoked) add(consent_of(p, said), "ORG-ADV");
  }
  void document(const std::string& id, const std::string& subject, const std::string& discloser,
                const std::string& relation) {
    add(R"({"resourceType":"DocumentReference","id":")" + id +
            R"(","identifier":[{"system":"urn:document","value":")" + id +
            R"("}],"status":"current","content":[{"attachment":{"title":"x"}}],)" + subject +
            (relation.empty() ? "" : R"(,"relatesTo":[{"code":")" + relation + "\"}}]") + "}",
        discloser);
  }
  void condition(const std::string& id, const std::string& code, const std::string& subject, bool seen,
                 const std::string& encounter) {
    ++second_;
    if (!seen && !whole_) return;
    --second_;
    add(R"({"resourceType":"Condition","id":")" + id +
            R"(","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":")" + code +
            R"("}]},)" + subject + R"(,"encounter":{"reference":"Encounter/)" + encounter + "\"}}",
        "ORG-ADV");
  }
  void add(const std::string& text, const std::string& discloser, bool contributes = false) {
    world_.add(++second_, text, discloser, contributes);
  }

  World& world_;
  const bool whole_;
  int second_ = 0;
};

constexpr Said people[] = {Said::everything, Said::nothing,   Said::mental_health, Said::declined,
                           Said::everything, Said::revoked,   Said::to_others,     Said::mental_health,
                           Said::nothing,    Said::everything};

class AsIfAbsent : public testing::Test {
 protected:
  void SetUp() override {
    for (auto* world : {&with_, &without_}) {
      for (const auto& [id, posture] : {std::pair("ORG-PCP1", "none"),
                                        {"ORG-MCP1", "none"},
                                        {"ORG-HOC", "none"},
                                        {"ORG-ADV", "sud-content"}})
        world->add(
            0,
            R"({"resourceType":"Organization","id":")" + std::string(id) +
                R"(","name":"N","extension":[{"url":"https://handoff.example.org/fhir/StructureDefinition/part2-program","valueCode":")" +
                posture + "\"}]}",
            "");
      Population population(*world, world == &with_);
      for (int i = 0; i < int(std::size(people)); ++i) population.person(i, people[i]);
      world->stand_at(30'000);
    }
  }
  static std::string without_cursor(const std::string& answer) {
    return sample::replaced(answer, "_cursor=[A-Za-z0-9_-]+", "_cursor=");
  }
  // The answer of both, if it is the same.
  std::string same(const std::string& method, const std::string& target, const net::Headers& headers = {},
                   const std::string& body = {}) {
    const std::string a = with_.ask(method, target, headers, body),
                      b = without_.ask(method, target, headers, body);
    EXPECT_EQ(without_cursor(a), without_cursor(b)) << method << ' ' << target << ' ' << body;
    return a;
  }

  World with_{"with"}, without_{"without"};
};

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

// Both worlds get a resource. In the world without, the resource lacks its hidden parts, or does not exist.
class Hidden : public AsIfAbsent {
 protected:
  void give(const std::string& with, const std::string& without) {
    ++second_;
    with_.add(second_, with, "ORG-ADV");
    if (!without.empty()) without_.add(second_, without, "ORG-ADV");
    for (auto* world : {&with_, &without_}) world->stand_at(second_);
  }
  // Asks for it in every way. Returns how many of the answers showed something.
  int ask(const std::string& type, const std::string& id, const std::vector<std::string>& queries) {
    int shown = 0;
    const std::string here = "/fhir/" + type + "/" + id;
    const std::string read = same("GET", here);
    const std::string version = sample::first_group(read, "\"versionId\":\"([^\"]+)\"").value_or("1");
    shown += read.starts_with("200") + same("GET", here + "/_history").starts_with("200");
    shown += same("GET", here + "/_history/" + version).starts_with("200");
    same("GET", here + "/_history/1");
    same("POST", "/fhir/" + type + "/" + id + "/$validate");
    for (const std::string& query : queries)
      shown +=
          same("GET", "/fhir/" + type + "?_total=accurate&" + query).find("\"match\"") != std::string::npos;
    return shown;
  }

 private:
  int second_ = 50'000;
};

// A recipient sees those parts of a Consent that concern it, and learns of no other recipient that the person
// named.
TEST_F(Hidden, OtherRecipientsOfAConsent) {
  const std::string one = consent_of("p0", Said::everything),
                    actor = R"({"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":")";
  const std::string both =
      sample::replaced(one, "\"actor\":\\[", "\"actor\":[" + actor + "Organization/ORG-MCP1\"}},");
  const std::string nested = sample::replaced(
      one, "\\}\\}$",
      R"(,"provision":[{"type":"deny","actor":[)" + actor + R"(Organization/ORG-HOC"}}]}]}})");
  const std::string narrated = sample::replaced(
      both, "\"status\":\"active\"",
      R"("status":"active","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">MCP1</div>"})");
  const std::vector<std::string> queries = {"",
                                            "patient=Patient/p0",
                                            "actor=Organization/ORG-PCP1",
                                            "actor=Organization/ORG-MCP1",
                                            "actor=Organization/ORG-HOC",
                                            "_include=Consent:actor",
                                            "_sort=_lastUpdated"};
  EXPECT_EQ(ask("Consent", "c-p0", queries), 8);
  for (const auto& [id, several] : {std::pair("c-both", both), {"c-nested", nested}, {"c-told", narrated}}) {
    const auto named = [id = std::string(id)](const std::string& consent) {
      return sample::replaced(consent, "c-p0|CN-p0", id);
    };
    give(named(several), named(one));
    EXPECT_EQ(ask("Consent", id, queries), 8);
    same("GET", "/fhir/Organization?_revinclude=Consent:actor");
  }
}

TEST_F(Hidden, ConsentsOfOthersWithTheirFormsAndReleases) {
  const std::string other = sample::replaced(consent_of("p0", Said::to_others), "c-p0|CN-p0", "other");
  const std::string release = sample::replaced(other, "other|42CFRPart2CD", "ma-hiv-release");
  const std::string form =
      R"({"resourceType":"DocumentReference","id":"form","status":"current","type":{"coding":[{"system":)"
      R"("http://loinc.org","code":"59284-0"}]},"subject":{"reference":"Patient/p0"},)"
      R"("content":[{"attachment":{"title":"Consent form other"}}]})";
  const std::string list =
      R"({"resourceType":"List","id":"l","status":"current","mode":"working","subject":{"reference":"Patient/p0"})";
  give(other, "");
  give(release, "");
  give(form, "");
  give(list + R"(,"entry":[{"item":{"reference":"Consent/other","display":"other"}}]})", list + "}");
  EXPECT_GT(
      ask("Consent", "c-p0",
          {"", "patient=Patient/p0", "category=ma-hiv-release&_include=Consent:patient", "_security=HIV"}),
      3);
  EXPECT_EQ(ask("Consent", "other", {"_id=other", "identifier=other"}), 0);
  EXPECT_EQ(ask("DocumentReference", "form", {"_id=form", "type=59284-0"}), 0);
  EXPECT_GT(ask("List", "l", {"", "item=Consent/other"}), 3);
  same("GET", "/fhir/Patient?_revinclude=Consent:patient&_total=accurate");
}

// No reference reveals a hidden Patient.
TEST_F(Hidden, PatientsBehindReferences) {
  const std::string task =
      R"({"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/p0"})";
  const std::string composition =
      R"({"resourceType":"Composition","id":"x","status":"final","type":{"text":"x"},"date":"2024-02-02",)"
      R"("author":[{"reference":"Organization/ORG-ADV"}],"title":"x","subject":{"reference":"Patient/p0"})";
  const std::string appointment =
      R"({"resourceType":"Appointment","id":"a","status":"proposed","participant":[{"actor":{"reference":"Patient/p0"},"status":"accepted"})";
  for (const std::string p : {"p1", "p3", "p5", "p6"}) {
    const auto named = [&p](const std::string& resource) {
      return sample::replaced(resource, R"re("id":"([txa])")re", "\"id\":\"\\1-" + p + "\"");
    };
    const std::string reference = R"({"reference":"Patient/)" + p + R"(","display":"Ana )" + p + R"("})";
    give(named(task) + R"(,"focus":)" + reference + "}", named(task) + "}");
    give(named(composition) + R"(,"section":[{"title":"s","focus":)" + reference +
             R"(,"entry":[{"reference":"Goal/g-p0"}]}]})",
         named(composition) + R"(,"section":[{"title":"s","entry":[{"reference":"Goal/g-p0"}]}]})");
    give(named(appointment) + R"(,{"actor":)" + reference + R"(,"status":"accepted"}]})",
         named(appointment) + "]}");
    EXPECT_GE(ask("Task", "t-" + p, {"", "focus=Patient/" + p, "_include=Task:focus", "patient=Patient/p0"}),
              6);
    EXPECT_EQ(ask("Composition", "x-" + p, {"", "subject=Patient/" + p, "patient=Patient/p0"}), 0)
        << "its disclosers' alone";
    EXPECT_GE(ask("Appointment", "a-" + p,
                  {"", "actor=Patient/" + p, "patient=Patient/" + p, "_include=Appointment:actor",
                   "patient=Patient/p0", "part-status=accepted"}),
              5);
    same("GET", "/fhir/Patient?_revinclude=Task:focus&_revinclude=Appointment:actor&_total=accurate");
  }
}

// Only its disclosers see the frame of a document. Visible sections would reveal that there are others.
TEST_F(Hidden, FramesOfDocuments) {
  const std::string section =
      R"({"title":"s","code":{"coding":[{"system":"http://loinc.org","code":"10000-1"}]},"entry":[{"reference":"Goal/g-p0"}]})";
  give(
      R"({"resourceType":"Composition","id":"x","identifier":{"system":"urn:x","value":"x"},"status":"final","type":{"text":"x"},)"
      R"("date":"2024-02-02","title":"x","author":[{"reference":"Organization/ORG-ADV"}],"subject":{"reference":"Patient/p0"},"section":[)" +
          section + "]}",
      "");
  const std::string provenance =
      R"({"resourceType":"Provenance","id":"pv","recorded":"2024-02-02T00:00:00Z","agent":[{"who":{"display":"x"}}],)"
      R"("target":[{"reference":"Goal/g-p0"})";
  give(provenance + R"(,{"reference":"Composition/x"}]})", provenance + "]}");
  EXPECT_EQ(ask("Composition", "x",
                {"", "_id=x", "patient=Patient/p0", "section=10000-1", "entry=Goal/g-p0", "identifier=x",
                 "title=x"}),
            0);
  EXPECT_GT(
      ask("Provenance", "pv", {"", "target=Composition/x", "target=Goal/g-p0", "_include=Provenance:target"}),
      4);
  same("GET", "/fhir/Goal?_revinclude=Composition:entry");
}

// Other values that find a resource do not reveal the hidden person that it names.
TEST_F(Hidden, OtherReferencesBesideAHiddenPatient) {
  const std::string task =
      R"({"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/p0"},)"
      R"("encounter":{"reference":"Encounter/e-p0"})";
  give(task + R"(,"focus":{"reference":"Patient/p1"}})", task + "}");
  EXPECT_GT(
      ask("Task", "t",
          {"encounter=Encounter/e-p0", "_include=Task:encounter", "focus=Patient/p1", "patient=Patient/p0"}),
      5);
  same("GET", "/fhir/Encounter?_revinclude=Task:encounter&_total=accurate");
  const std::string other = sample::replaced(task, "\"id\":\"t\"", "\"id\":\"u\"");
  give(other + R"(,"focus":{"reference":"https://other.example.org/fhir/Patient/zz"}})",
       other + R"(,"focus":{"reference":"https://other.example.org/fhir/Patient/zz"}})");
  EXPECT_GT(ask("Task", "u", {"encounter=Encounter/e-p0"}), 3);
}

// p2 permitted the PCP nothing about substance use, p0 did.
TEST_F(Hidden, WhatFacilitiesTell) {
  for (auto* world : {&with_, &without_}) {
    world->add(40'000,
               R"({"resourceType":"Organization","id":"otp","name":"Merrimack Opioid Treatment Program"})",
               "");
    world->add(
        40'001,
        R"({"resourceType":"HealthcareService","id":"hs","name":"Clinic","providedBy":{"reference":"Organization/otp"}})",
        "");
  }
  EXPECT_TRUE(same("GET", "/fhir/Organization/otp").starts_with("200")) << "the directory is everybody's";
  const auto telling = [](const std::string& p) {
    const std::string actor = R"({"actor":{"reference":"Patient/)" + p + R"("},"status":"accepted"})";
    return std::vector<std::string>{
        R"({"resourceType":"Appointment","id":"a1","status":"proposed","participant":[)" + actor +
            R"(,{"actor":{"reference":"HealthcareService/hs"},"status":"accepted"}]})",
        R"({"resourceType":"Appointment","id":"a2","status":"proposed","participant":[)" + actor +
            R"(,{"actor":{"display":"Opioid Treatment Program"},"status":"accepted"}]})",
        R"({"resourceType":"CareTeam","id":"ct","subject":{"reference":"Patient/)" + p +
            R"("},"participant":[{"member":{"reference":"Organization/otp"}}]})",
        R"({"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"AA meeting"},"subject":{"reference":"Patient/)" +
            p + "\"}}"};
  };
  for (const std::string& text : telling("p2")) {
    give(text, "");
    const auto parsed = json::parse(text);
    const std::string type(parsed->root()["resourceType"].text()), id(parsed->root()["id"].text());
    EXPECT_EQ(ask(type, id, {"_id=" + id}), 0) << text;
    same("GET", "/fhir/" + type + "?_total=accurate");
  }
  same("GET", "/fhir/Patient?_revinclude=Appointment:patient&_revinclude=CareTeam:patient&_total=accurate");
  for (const std::string& text : telling("p0")) {
    give(text, text);
    const auto parsed = json::parse(text);
    EXPECT_TRUE(with_
                    .ask("GET", "/fhir/" + std::string(parsed->root()["resourceType"].text()) + "/" +
                                    std::string(parsed->root()["id"].text()))
                    .starts_with("200"))
        << text;
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
