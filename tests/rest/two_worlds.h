// Two stores that differ only in what a requester may not see. Every answer must be the same, byte for byte,
// except the request's id and the sealed cursor, which differs each time.
#pragma once

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

constexpr const char* base_url = "https://127.0.0.1:8443";
constexpr const char* form_type = "application/x-www-form-urlencoded";

inline const search::Indexer& indexer() {
  static const search::Indexer made = search::Indexer::create().value();
  return made;
}

// What a person permitted to the PCP that asks.
enum class Said { everything, mental_health, nothing, declined, revoked, to_others };

// What names of facilities reveal.
inline std::shared_ptr<const consent::CurrentNames> names() {
  static const auto made = std::make_shared<const consent::CurrentNames>(
      consent::TellingNames::read(
          "match,system,value,family\ntext,,opioid treatment program,SUD\nword,,AA,SUD\n", "names.csv")
          .value());
  return made;
}

inline std::string coding(const std::string& system, const std::string& code) {
  return R"({"system":")" + system + R"(","code":")" + code + "\"}";
}

inline std::string consent_of(const std::string& p, Said said) {
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

}  // namespace handoff::rest
