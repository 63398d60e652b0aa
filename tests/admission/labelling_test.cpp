#include "admission/labelling.h"

#include "../sample_gateway.h"
#include "sqlite/connection.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

constexpr std::string_view alcohol = R"({"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F10.20"})";
constexpr std::string_view asthma = R"({"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J45.909"})";

std::string act(const std::string& code) {
  return R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": ")" + code + "\"}";
}
std::string level(const std::string& code) {
  return R"({"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": ")" + code + "\"}";
}

// A Condition that ORG-N discloses. Its source puts its records under no regime. "" means that an operator
// writes by hand.
class LabellingTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    ASSERT_TRUE(admit({R"({"resourceType": "Organization", "id": "ORG-N", "name": "N", "extension": [
      {"url": "https://handoff.example.org/fhir/StructureDefinition/part2-program", "valueCode": "none"}]})"}));
  }
  static std::string condition(std::string_view code, const std::string& security = {}) {
    return R"({"resourceType": "Condition", "id": "d1", )" +
           (security.empty() ? "" : R"("meta": {"security": [)" + security + "]}, ") +
           R"("subject": {"reference": "Patient/p1"}, "code": {"coding": [)" + std::string(code) + "]}}";
  }
  void put(const std::string& text, const std::string& discloser = "ORG-N") {
    const auto done = admit({text}, discloser);
    ASSERT_TRUE(done) << done.error().summary();
  }
  void remove(const std::string& discloser = "ORG-N") {
    ASSERT_TRUE(admit({condition(asthma)}, discloser,
                      [](Entry& entry) { entry.method = Method::remove, entry.resource = {}; }));
  }
  // "R ETHUD" as it stands, in its order.
  std::string labels(const std::string& type = "Condition", const std::string& id = "d1") const {
    const auto parsed = json::parse(body(type, id));
    std::string all;
    for (const json::Value coding : parsed->root()["meta"]["security"].items())
      all += (all.empty() ? "" : " ") + std::string(coding["code"].text());
    return all;
  }
  std::uint32_t version() const { return store_->snapshot().resources().read("Condition", "d1")->version; }
  // As if an older program wrote the resource, which did not keep arrived labels apart.
  void forget_what_arrived() {
    sqlite::Connection(folder_ / "handoff.db").execute("UPDATE resource SET arrived_labels = NULL");
  }
};

TEST_F(LabellingTest, WhatAPersonSetStaysThroughTheDisclosersWrites) {
  put(condition(asthma));
  EXPECT_EQ(labels(), "N");
  put(condition(asthma, act("HIV")), "");
  EXPECT_EQ(labels(), "R HIV MA-HIV");
  put(condition(alcohol));
  EXPECT_EQ(labels(), "R HIV ETHUD MA-HIV");
  put(condition(asthma));
  EXPECT_EQ(labels(), "R HIV MA-HIV") << "what was computed of the code goes with the code";
  put(condition(asthma, act("PSY")));
  EXPECT_EQ(labels(), "R HIV PSY MA-HIV");
  put(condition(asthma), "");
  EXPECT_EQ(labels(), "R HIV PSY MA-HIV") << "an operator's too: another operation removes them";
}

TEST_F(LabellingTest, WhatArrivedAtTheFirstWriteStays) {
  put(condition(alcohol, level("V") + "," + act("NOPAT") +
                             R"(, {"system": "urn:other", "code": "own", "display": "Ours"})"));
  EXPECT_EQ(labels(), "V NOPAT own ETHUD");
  put(condition(asthma));
  EXPECT_EQ(labels(), "V NOPAT own");
  EXPECT_NE(body("Condition", "d1").find("Ours"), std::string::npos);
}

TEST_F(LabellingTest, ConfidentialityThatArrivedIsNeverLowered) {
  put(condition(asthma, level("R")));
  for (const char* const lower : {"N", "U", "L", "M", "R"}) {
    put(condition(asthma, level(lower)));
    EXPECT_EQ(labels(), "R") << lower;
  }
  put(condition(asthma, level("V")));
  EXPECT_EQ(labels(), "V");
  put(condition(asthma, level("N")), "");
  EXPECT_EQ(labels(), "V");
}

TEST_F(LabellingTest, NothingComputedIsLoweredByWhatIsSent) {
  put(condition(asthma));
  put(condition(asthma, level("U")));
  EXPECT_EQ(labels(), "N");
  put(condition(alcohol, level("N")));
  EXPECT_EQ(labels(), "R ETHUD");
}

TEST_F(LabellingTest, WhatComesBackAsItWasReadStaysWhatItWas) {
  put(condition(alcohol, act("HIV")));
  EXPECT_EQ(labels(), "R HIV ETHUD MA-HIV");
  const std::string read = body("Condition", "d1");
  put(read);
  EXPECT_EQ(version(), 1u) << "nothing changed";
  put(sample::changed(read, "F10.20", "J45.909"));
  EXPECT_EQ(labels(), "R HIV MA-HIV") << "ETHUD was computed, though it was sent back";
}

TEST_F(LabellingTest, ADeletedResourceThatComesAgainHasThem) {
  put(condition(alcohol));
  put(condition(alcohol, act("HIV")), "");
  const std::string read = body("Condition", "d1");
  remove();
  put(sample::changed(read, "F10.20", "J45.909"));
  EXPECT_EQ(labels(), "R HIV MA-HIV") << "sent back as it was read";
  remove();
  put(condition(asthma));
  EXPECT_EQ(labels(), "R HIV MA-HIV");
}

TEST_F(LabellingTest, AnAmendmentTakesNoneAway) {
  put(condition(asthma, act("HIV")));
  const auto done = admit({condition(alcohol)}, "ORG-ADV", [](Entry& entry) { entry.amends = true; });
  ASSERT_TRUE(done) << done.error().summary();
  EXPECT_EQ(labels().substr(0, 12), "R HIV ETHUD ") << labels();
  EXPECT_EQ(store_->snapshot().resources().read("Condition", "d1")->disclosers, "ORG-N");
}

TEST_F(LabellingTest, AnOperatorsCorrectionIsLabelledByWhoDisclosesIt) {
  put(condition(asthma));
  put(condition(alcohol), "");
  EXPECT_EQ(labels(), "R ETHUD") << "ORG-N is under no regime";
  ASSERT_TRUE(admit({R"({"resourceType": "Organization", "id": "ORG-D", "name": "D", "extension": [
      {"url": "https://handoff.example.org/fhir/StructureDefinition/source-regime", "valueCode": "DMH"},
      {"url": "https://handoff.example.org/fhir/StructureDefinition/part2-program", "valueCode": "none"}]})"}));
  put(condition(asthma), "ORG-D");
  EXPECT_EQ(labels(), "R DMH");
  put(condition(asthma, level("N")), "");
  EXPECT_EQ(labels(), "R DMH") << "its source has not changed";
}

// The store was written by an older program. Labels that do not follow from content and source must have
// arrived.
TEST_F(LabellingTest, WhereNothingTellsWhatArrivedTheContentDoes) {
  put(condition(alcohol, act("HIV") + "," + level("V")));
  EXPECT_EQ(labels(), "V HIV ETHUD MA-HIV");
  forget_what_arrived();
  put(body("Condition", "d1"));
  EXPECT_EQ(version(), 1u) << "nothing changed";
  put(condition(asthma));
  EXPECT_EQ(labels(), "V HIV MA-HIV");
  put(condition(asthma));
  EXPECT_EQ(labels(), "V HIV MA-HIV");
}

TEST_F(LabellingTest, NorIsADeletedOneForgotten) {
  put(condition(alcohol, act("HIV")));
  remove();
  forget_what_arrived();
  put(condition(asthma));
  EXPECT_EQ(labels(), "R HIV MA-HIV");
}

TEST_F(LabellingTest, LabelsOfContributionsStayWithTheirMarks) {
  ASSERT_TRUE(contribute(R"("identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-1"}],
    "address":[{"text":"House of Correction"}])",
                         "ORG-N"));
  EXPECT_EQ(labels("Patient", "p1").find("42CFRPart2"), std::string::npos)
      << "ORG-N is no program of 42 CFR Part 2";
  ASSERT_TRUE(contribute(R"("birthDate":"1990-01-01")", "ORG-ADV"));
  const std::string both = labels("Patient", "p1");
  EXPECT_NE(both.find("JI"), both.npos) << both;
  put(R"({"resourceType": "Patient", "id": "p1", "birthDate": "1990-01-01"})", "");
  const std::string after = body("Patient", "p1");
  const auto at = after.find("\"code\":\"JI\"");
  ASSERT_NE(at, after.npos) << after;
  EXPECT_NE(after.find("Organization/ORG-N", at), after.npos) << "whose it is";
}

TEST_F(LabellingTest, AHandlingMarkAloneIsNoLowConfidentiality) {
  put(condition(asthma, act("NOPAT")));
  EXPECT_EQ(labels(), "N NOPAT");
}

}  // namespace
}  // namespace handoff::admission
