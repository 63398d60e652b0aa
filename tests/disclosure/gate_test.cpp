#include "disclosure/message.h"
#include "disclosure/read.h"

#include <future>
#include <set>

#include "../fhir_names.h"
#include "../sample_gateway.h"
#include "disclosure/document.h"
#include "fhir/reference.h"
#include "store/resources.h"
#include "validation/structure.h"

namespace handoff::disclosure {
namespace {

class GateTest : public sample::GatewayTest {
 protected:
  using Outcome = std::variant<PermittedMessage, WithheldMessage>;
  Outcome decided(const std::string& recipient) {
    auto outcome = disclosure::message(*gate_, row_for(recipient), store_->snapshot());
    EXPECT_TRUE(outcome) << outcome.error().summary();
    return outcome ? std::move(*outcome) : Outcome(WithheldMessage{});
  }
  std::string withheld(const std::string& recipient = "ORG-PCP1") {
    const Outcome outcome = decided(recipient);
    const auto* why = std::get_if<WithheldMessage>(&outcome);
    return why ? why->reason : "permitted";
  }
  json::Document document(const std::string& recipient = "ORG-PCP1") {
    const Outcome outcome = decided(recipient);
    const auto* permitted = std::get_if<PermittedMessage>(&outcome);
    EXPECT_TRUE(permitted) << withheld(recipient);
    return permitted ? json::parse(permitted->message.bytes()).value() : json::Document();
  }
  static std::vector<std::string> entries(json::Value bundle) {
    std::vector<std::string> out;
    for (const json::Value entry : bundle["entry"].items())
      out.push_back(std::string(entry["resource"]["resourceType"].text()) + "/" +
                    std::string(entry["resource"]["id"].text()));
    return out;
  }
  static json::Value section(json::Value bundle, std::string_view title) {
    for (const json::Value each : bundle["entry"].at(0)["resource"]["section"].items())
      if (each["title"].text().starts_with(title)) return each;
    return {};
  }

  Result<Disclosed> read(const std::string& role, const ReadRequest& request) {
    return disclosure::read(*gate_, {"client \"x\"", "", role, {}, {}}, request);
  }
};

TEST_F(GateTest, TheDocumentHasItsPartsInOrderAndNothingElse) {
  admit_record();
  issue_aftercare();
  const json::Document composed = document();
  const json::Value bundle = composed.root();
  EXPECT_EQ(entries(bundle),
            (std::vector<std::string>{"Composition/x1", "Patient/p1", "CarePlan/cp1", "Goal/g1",
                                      "Condition/d1", "CareTeam/t1", "MedicationRequest/m1", "Appointment/a1",
                                      "HealthcareService/hs1", "Organization/ORG-ADV", "Organization/ORG-MC1",
                                      "Organization/ORG-OBH1", "Organization/ORG-PCP1", "Consent/c1"}));
  EXPECT_EQ(bundle["type"].text(), "document");
  EXPECT_EQ(bundle["identifier"]["system"].text(), "urn:ietf:rfc:3986");
  EXPECT_TRUE(bundle["identifier"]["value"].text().starts_with("urn:uuid:"));
  EXPECT_EQ(span_of(bundle["timestamp"].text())->first, clock_.now());
  std::set<std::string> marks;
  for (const json::Value coding : bundle["meta"]["security"].items()) marks.emplace(coding["code"].text());
  // SUD comes from the Consent, because of its category.
  EXPECT_EQ(marks, (std::set<std::string>{"R", "PSY", "SUD", "42CFRPart2", "NORDSCLCD", "PERSISTLABEL",
                                          "RedisclosureProhibitionMark"}));
  for (const Issue& issue : validation::validate_structure(bundle, fhir::Definitions::r4()))
    EXPECT_GT(issue.severity, Severity::error) << issue.expression << ": " << issue.diagnostics;
}

TEST_F(GateTest, EverySectionResolvesAndTheNoticeIsOne) {
  admit_record();
  issue_aftercare();
  const json::Document composed = document();
  std::set<std::string> urls;
  for (const json::Value entry : composed.root()["entry"].items()) urls.emplace(entry["fullUrl"].text());
  std::size_t references = 0;
  for (const json::Value each : composed.root()["entry"].at(0)["resource"]["section"].items())
    for (const json::Value entry : each["entry"].items()) {
      EXPECT_TRUE(urls.contains("https://127.0.0.1/fhir/" + std::string(entry["reference"].text())))
          << entry["reference"].text();
      ++references;
    }
  EXPECT_EQ(references, 7u);
  EXPECT_NE(
      section(composed.root(), "Notice")["text"]["div"].text().find("prohibit you from using or disclosing"),
      std::string_view::npos);
  EXPECT_NE(section(composed.root(), "Supports")["text"]["div"].text().find("peer group"),
            std::string_view::npos);
}

TEST_F(GateTest, ThePersonIsAsTheVendorKnowsThem) {
  admit_record();
  issue_aftercare();
  const auto outcome = decided("ORG-PCP1");
  const std::string_view bytes = std::get<PermittedMessage>(outcome).message.bytes();
  EXPECT_NE(bytes.find("Rivera"), bytes.npos);
  EXPECT_EQ(bytes.find("B-77"), bytes.npos) << "the jail's number";
  EXPECT_EQ(bytes.find("StructureDefinition/discloser"), bytes.npos);
  EXPECT_EQ(bytes.find("ORG-HOC"), bytes.npos) << "nor who else knows the person";
}

TEST_F(GateTest, WhatOthersDiscloseAndOtherPersonsAreLeftOut) {
  admit_record();
  ASSERT_TRUE(admit({record_of("Condition")}, "ORG-HOC"));  // now the referral's, no longer the vendor's
  ASSERT_TRUE(admit({sample::changed(record_of("Goal"), "Patient/p1", "Patient/p2")}));
  issue_aftercare(
      {{R"({"reference": "Appointment/a1"})",
        R"({"reference": "Appointment/a1"}, {"reference": "Goal/g1"}, {"reference": "Appointment/none"})"}});
  const json::Document composed = document();
  const auto all = entries(composed.root());
  for (const char* gone : {"Condition/d1", "Goal/g1"})
    EXPECT_EQ(std::count(all.begin(), all.end(), gone), 0) << gone;
  const std::string bytes = json::write(composed.root());
  EXPECT_EQ(bytes.find("stable housing"), bytes.npos);
  EXPECT_FALSE(section(composed.root(), "Conditions"));
  EXPECT_FALSE(section(composed.root(), "Goals"));
  EXPECT_EQ(section(composed.root(), "Appointments")["entry"].size(), 1u)
      << "a section names only what is in the Bundle";
}

TEST_F(GateTest, WhatIsWithheldSaysWhy) {
  struct Case {
    std::vector<std::pair<std::string, std::string>> record, composition;
    std::string reason;
  };
  const Case cases[] = {
      {{{"\"type\": \"permit\"", "\"type\": \"deny\""}}, {}, "declined by the member"},
      {{{"\"end\": \"2024-06-30\"", "\"end\": \"2024-03-31\""}}, {}, "consent expired on 2024-03-31"},
      {{{"42CFRPart2CD", "INFA"}}, {}, "consent does not cover substance use (no 42 CFR Part 2 consent)"},
      {{},
       {{"\"status\": \"final\"",
         R"("extension": [{"url": "https://handoff.example.org/fhir/StructureDefinition/coordination-declined",
        "valueBoolean": true}], "status": "final")"}},
       "member declined coordination"},
  };
  for (const Case& c : cases) {
    TearDown();
    SetUp();
    admit_record(c.record);
    issue_aftercare(c.composition);
    EXPECT_EQ(withheld(), c.reason);
  }
}

TEST_F(GateTest, AnothersPlanIsNotTheVendorsToSend) {
  struct Case {
    const char* type;
    const char* reason;
  };
  for (const auto& [type, reason] :
       {Case{"CarePlan", "there is no support plan of this enrolment"},
        Case{"Composition", "the plan is not of the discloser that the document names"}}) {
    TearDown();
    SetUp();
    admit_record();
    issue_aftercare();
    ASSERT_EQ(withheld(), "permitted");
    ASSERT_TRUE(
        admit({type == std::string_view("CarePlan") ? record_of(type)
                                                    : sample::data_text("aftercare/composition.json")},
              "ORG-HOC"));
    EXPECT_EQ(withheld(), reason);
  }
}

TEST_F(GateTest, ConsentIsDecidedAgainWhenItIsSent) {
  admit_record();
  issue_aftercare();
  ASSERT_EQ(row_for("ORG-PCP1").status, store::DeliveryStatus::queued);
  EXPECT_EQ(withheld(), "permitted");
  EXPECT_EQ(withheld("ORG-MC1"), "no consent on file for this recipient");
  clock_.set(sample::at("2024-06-30T23:59:59.999-04:00"));
  EXPECT_EQ(withheld(), "permitted") << "the last day is included";
  clock_.set(sample::at("2024-07-01T00:00:00-04:00"));
  EXPECT_EQ(withheld(), "consent expired on 2024-06-30");
  clock_.set(sample::at("2024-05-02"));
  ASSERT_TRUE(admit({sample::changed(record_of("Consent"), "\"active\"", "\"inactive\"")}));
  EXPECT_EQ(withheld(), "consent revoked");
  ASSERT_TRUE(admit({record_of("Consent")}));
  const auto outcome = decided("ORG-PCP1");
  EXPECT_NE(PermittedMessage(std::get<PermittedMessage>(outcome))
                .message.take_entries()
                .at(0)
                .find("Consent/c1/_history/3"),
            std::string::npos)
      << "the version relied on";
}

TEST_F(GateTest, SupervisionGetsNoAftercarePlanWhateverTeamAndFormSay) {
  admit_record();
  issue_aftercare();
  ASSERT_EQ(withheld(), "permitted");
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Organization","id":"ORG-PCP1","type":[{"coding":[{"code":"probation"}]}],"name":"Office"})"},
      ""));
  EXPECT_EQ(withheld(), "this event does not go to organizations of this kind");
}

TEST_F(GateTest, HivGoesOnlyWithItsOwnRelease) {
  const std::string sud = R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SUD"})";
  const std::string hiv =
      R"(, {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"})";
  admit_record({{"F33.1", "B20"}, {"Keep stable housing", "Attend the HIV clinic"}, {sud, sud + hiv}});
  issue_aftercare();
  const std::string without = json::write(document().root());
  for (const char* gone : {"B20", "HIV clinic", "Condition/d1", "Goal/g1"})
    EXPECT_EQ(without.find(gone), without.npos) << gone;
  EXPECT_NE(without.find("sertraline"), without.npos) << "the rest goes";
  std::string release = sample::changed(record_of("Consent"), "\"c1\"", "\"c2\"");
  for (const auto& [from, to] :
       {std::pair("CN-1", "CN-1-HIV"), {"42CFRPart2CD", "ma-hiv-release"}, {R"("SUD")", R"("HIV")"}})
    release = sample::changed(release, from, to);
  ASSERT_TRUE(admit({release}));
  const json::Document composed = document();
  EXPECT_EQ(section(composed.root(), "Consent")["entry"].size(), 2u);
  const auto all = entries(composed.root());
  for (const char* there : {"Condition/d1", "Goal/g1", "Consent/c2"})
    EXPECT_EQ(std::count(all.begin(), all.end(), there), 1) << there;
}

// A vendor under Part 2 for its substance use content only. The general consent releases the plan, and each
// part needs its own share.
TEST_F(GateTest, EachShareReleasesItsOwnParts) {
  const std::string vendor =
      R"("id": "ORG-ADV", "extension": [{"url": "https://handoff.example.org/fhir/StructureDefinition/part2-program",
    "valueCode": "sud-content"}])";
  const std::string psy = R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"},)";
  const std::string mh = R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "MH"},)";
  const std::string sud = R"("code": "SUD")";
  struct Case {
    std::string diagnosis;
    std::vector<std::pair<std::string, std::string>> consent;
    bool goes;
  };
  const Case cases[] = {
      {"F33.1", {}, true},
      {"F33.1", {{psy, ""}, {mh, ""}}, false},
      {"F33.1", {{"42CFRPart2CD", "INFA"}, {sud, R"("code": "STD")"}}, true},
      {"F11.20", {}, true},
      {"F11.20", {{psy, ""}, {mh, ""}}, true},
      {"F11.20", {{"42CFRPart2CD", "INFA"}}, false},
      {"F11.20", {{sud, R"("code": "STD")"}}, false},
      {"F17.210", {{psy, ""}, {mh, ""}, {"42CFRPart2CD", "INFA"}, {sud, R"("code": "STD")"}}, true},
  };
  for (const Case& c : cases) {
    TearDown();
    SetUp();
    std::vector<std::pair<std::string, std::string>> changes = {{R"("id": "ORG-ADV")", vendor},
                                                                {"F33.1", c.diagnosis}};
    changes.insert(changes.end(), c.consent.begin(), c.consent.end());
    ASSERT_TRUE(admit({"{\"resourceType\": \"Organization\", " + vendor + ", \"name\": \"Vendor\"}"}, ""));
    admit_record(changes);
    issue_aftercare();
    const json::Document composed = document();
    const auto all = entries(composed.root());
    EXPECT_EQ(std::count(all.begin(), all.end(), "Condition/d1"), c.goes ? 1 : 0)
        << c.diagnosis << ' ' << c.consent.size();
    EXPECT_EQ(std::count(all.begin(), all.end(), "CarePlan/cp1"), 1);
    const std::string bytes = json::write(composed.root());
    EXPECT_EQ(bytes.find("Condition/d1") != bytes.npos, c.goes) << "nor a reference to what is left out";
  }
}

TEST_F(GateTest, TheMessageIdentifierIsOfTheRow) {
  admit_record();
  issue_aftercare();
  const std::string first(document().root()["identifier"]["value"].text());
  clock_.set(sample::at("2024-06-01"));
  EXPECT_EQ(document().root()["identifier"]["value"].text(), first) << "the same at every attempt";
  ASSERT_TRUE(admit({sample::changed(sample::data_text("aftercare/composition.json"), "\"x1\"", "\"x2\"")}));
  store::OutboxRow other = row_for("ORG-PCP1");
  other.focus = "Composition/x2/_history/1";
  auto outcome = disclosure::message(*gate_, other, store_->snapshot());
  const auto parsed = json::parse(std::get<PermittedMessage>(*outcome).message.bytes());
  EXPECT_NE(parsed->root()["identifier"]["value"].text(), first);
}

// The identifier cannot be computed from event, patient, recipient and focus.
TEST_F(GateTest, TheMessageIdentifierIsOfTheInstallation) {
  admit_record();
  issue_aftercare();
  const auto identifier = [this](const Gate& gate, const store::OutboxRow& row) {
    const auto outcome = disclosure::message(gate, row, store_->snapshot());
    const auto parsed = json::parse(std::get<PermittedMessage>(*outcome).message.bytes());
    return std::string(parsed->root()["identifier"]["value"].text());
  };
  store::OutboxRow row = row_for("ORG-PCP1");
  const Gate elsewhere(*store_, clock_, sample::shipped_routes(), "https://127.0.0.1/fhir",
                       IdKey(std::string(32, 'z')));
  EXPECT_NE(identifier(*gate_, row), identifier(elsewhere, row));
  EXPECT_EQ(identifier(*gate_, row),
            sample::id_key().uuid({"message", row.event, row.patient, row.recipient, row.focus}));
  row.keyless = true;
  EXPECT_EQ(identifier(*gate_, row), identifier(elsewhere, row))
      << "what was tried before there was a key keeps its name";
}

// The consent behind the document names other recipients, too. Its copy, its scope in words and its marked
// parts do not mention them.
TEST_F(GateTest, TheConsentInADocumentNamesNobodyElse) {
  const std::string other =
      R"("actor": [{"role": {"text": "recipient"}, "reference": {"reference": "Organization/ORG-OTHER"}}, )";
  admit_record({{R"("actor": [{"role")", other + R"({"role")"}});
  issue_aftercare();
  const json::Document composed = document();
  const std::string text = json::write(composed.root());
  EXPECT_EQ(text.find("ORG-OTHER"), text.npos) << text;
  EXPECT_NE(text.find("disclose to Organization/ORG-PCP1"), text.npos);
  EXPECT_NE(text.find(R"("resourceType":"Consent")"), text.npos);
}

TEST_F(GateTest, AGoneCompositionIsAFault) {
  store::OutboxRow row;
  row.event = "E14", row.patient = "Patient/p1"_ref, row.recipient = "ORG-PCP1",
  row.focus = "Composition/none/_history/1";
  EXPECT_EQ(disclosure::message(*gate_, row, store_->snapshot()).error().kind, Kind::fault);
}

TEST_F(GateTest, AnOperatorsReadHasItsEntry) {
  ASSERT_TRUE(admit({R"({"resourceType":"Organization","id":"o1","name":"A"})"}));
  ASSERT_TRUE(admit({R"({"resourceType":"Organization","id":"o1","name":"B"})"}));
  auto current = read("operator", {"Organization", "o1", {}});
  ASSERT_TRUE(current) << current.error().summary();
  const std::vector<std::string> entries = current->take_entries();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_NE(entries[0].find("Organization/o1/_history/2"), std::string::npos) << entries[0];
  EXPECT_EQ(current->bytes(), body("Organization", "o1"));
  EXPECT_EQ(current->version(), "2");
  const auto old = read("operator", {"Organization", "o1", "1"});
  ASSERT_TRUE(old);
  EXPECT_EQ(json::parse(old->bytes())->root()["name"].text(), "A");
}

TEST_F(GateTest, EverybodyElseAndWhatIsNotThere) {
  ASSERT_TRUE(admit({R"({"resourceType":"Organization","id":"o1","name":"A"})"}));
  store::Batch batch;
  store::Write gone;
  gone.type = "Organization", gone.id = "o1", gone.expected = 1, gone.deleted = true,
  gone.previous_pk = store_->snapshot().resources().read("Organization", "o1")->pk;
  batch.writes.push_back(gone);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  struct Case {
    const char* role;
    ReadRequest request;
    Kind kind;
  };
  const Case cases[] = {
      {"operator", {"Organization", "o1", {}}, Kind::gone},
      {"operator", {"Organization", "o1", "2"}, Kind::gone},
      {"operator", {"Organization", "o1", "3"}, Kind::not_found},
      {"operator", {"Organization", "o2", {}}, Kind::not_found},
      {"operator", {"Nonsense", "o1", {}}, Kind::not_found},
      {"pcp", {"Organization", "o1", "1"}, Kind::forbidden},
      {"auditor", {"Organization", "o1", {}}, Kind::forbidden},
      {"", {"Organization", "o2", {}}, Kind::forbidden},
      {"Operator", {"Organization", "o1", "1"}, Kind::forbidden},
  };
  for (const Case& c : cases) {
    const auto asked = read(c.role, c.request);
    ASSERT_FALSE(asked) << c.role << c.request.type << c.request.id;
    EXPECT_EQ(asked.error().kind, c.kind) << c.role << c.request.type << c.request.id;
  }
  EXPECT_TRUE(read("operator", {"Organization", "o1", "1"})) << "what it was is still there";
}

}  // namespace
}  // namespace handoff::disclosure
