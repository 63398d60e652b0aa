// Generated texts, as each recipient gets them. They say what the rest of the resource says, and nothing
// else.
#include "consent/labels.h"
#include "narrative/narrative.h"
#include "store/resources.h"
#include "views.h"

namespace handoff::disclosure {
namespace {

class TextsTest : public ViewsTest {
 protected:
  TextsTest() { narrates_ = true; }
  std::string released(const Audience& audience, const std::string& type, const std::string& id,
                       bool is_ours = true) {
    const store::Snapshot snapshot = store_->snapshot();
    Scope scope(audience);
    const RecipientView view(snapshot, scope, audience, clock_.now());
    const auto found = view.release(*snapshot.resources().read(type, id));
    if (found && is_ours) {
      EXPECT_TRUE(!found->resource["text"] || narrative::has_own_text(found->resource))
          << json::write(found->resource);
    }
    return found ? json::write(found->resource) : "hidden";
  }
  const Audience pcp_{"Organization/ORG-PCP1", "TREAT"};
};

// Everything that leaves random networks, for every recipient, in current and older versions.
TEST_F(TextsTest, EachIsTheTextOfWhatGoes) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    TearDown();
    SetUp();
    sample::RandomWorld world{seed};
    admit_world(world, 12);
    const store::Snapshot snapshot = store_->snapshot();
    std::size_t texts = 0, redacted = 0;
    for (int i = 0; i < 12; ++i) {
      const Audience to = audience(world);
      Scope scope(to);
      const RecipientView view(snapshot, scope, to, clock_.now());
      snapshot.resources().each_resource([&](const store::Version& current) {
        for (const store::Version& listed : snapshot.resources().history(current.type, current.id)) {
          const store::Version version = *snapshot.resources().at(listed.pk);
          const auto left = view.release(version);
          if (!left || !narrative::tells(version.type)) continue;
          if (to.projected) {
            EXPECT_FALSE(left->resource["text"]) << "a state has none";
            continue;
          }
          EXPECT_TRUE(narrative::has_own_text(left->resource)) << json::write(left->resource);
          ++texts;
          redacted +=
              json::parse(version.body)->root()["text"]["div"].text() != left->resource["text"]["div"].text();
        }
        return true;
      });
    }
    EXPECT_GT(texts, 50u);
    EXPECT_GT(redacted, 0u);
  }
}

TEST_F(TextsTest, APersonIsToldAsEachDiscloserKnowsThem) {
  admit_record();
  ASSERT_TRUE(contribute(R"("name":[{"family":"Alias","given":["Jail"]}],"gender":"female")", "ORG-HOC"));
  ASSERT_NE(body("Patient", "p1").find("Also known as: Jail Alias"), std::string::npos);
  const std::string person = released(pcp_, "Patient", "p1");
  EXPECT_NE(person.find("<b>Person</b>: Ana Rivera</p><ul><li>Born: February 3, 1990</li></ul>"), person.npos)
      << person;
  for (const char* gone : {"Alias", "female", "B-77"}) EXPECT_EQ(person.find(gone), person.npos) << gone;
}

TEST_F(TextsTest, WhoIsHiddenIsNotNamedInWords) {
  admit_record();
  const std::string subject =
      R"("status":"proposed","participant":[{"status":"accepted","actor":{"reference":"Patient/p1"}},)";
  ASSERT_TRUE(admit(
      {R"({"resourceType":"RelatedPerson","id":"r1","patient":{"reference":"Patient/p1"},"meta":{"security":[{"system":)"
       R"("http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]}})",
       R"({"resourceType":"Appointment","id":"a2",)" + subject +
           R"({"status":"accepted","actor":{"reference":"RelatedPerson/r1","display":"Mother Rosa"}}]})"}));
  ASSERT_NE(body("Appointment", "a2").find("With: Mother Rosa"), std::string::npos);
  const std::string left = released(pcp_, "Appointment", "a2");
  EXPECT_EQ(left.find("Rosa"), left.npos) << left;
  EXPECT_NE(left.find("<b>Appointment</b>"), left.npos) << "and what is left has its text";
}

TEST_F(TextsTest, AConsentNamesItsReaderAlone) {
  const std::string other =
      R"("actor": [{"role": {"text": "recipient"}, "reference": {"reference": "Organization/ORG-OTHER", "display": "HIV clinic"}}, )";
  admit_record({{R"("actor": [{"role")", other + R"({"role")"}});
  ASSERT_NE(body("Consent", "c1").find("To: HIV clinic"), std::string::npos);
  const std::string left = released(pcp_, "Consent", "c1");
  EXPECT_EQ(left.find("HIV"), left.npos) << "neither in words nor as a label: " << left;
  EXPECT_NE(left.find("permits disclosure"), left.npos);
}

TEST_F(TextsTest, AStateHasNone) {
  admit_record();
  const Audience supervision{"Organization/ORG-PCP1", "TREAT", true};
  const std::string left = released(supervision, "Appointment", "a1");
  EXPECT_NE(left.find(R"("status":"proposed")"), left.npos);
  EXPECT_EQ(left.find("\"text\""), left.npos) << left;
}

// The server does not rewrite a person's own words. It removes them if it removes anything of the resource.
TEST_F(TextsTest, WhatSomebodyWroteIsNotWrittenAnew) {
  admit_record();
  ASSERT_TRUE(
      admit({sample::changed(record_of("CarePlan"), R"("intent":"plan")",
                             R"("intent":"plan","text":{"status":"additional","div":)"
                             R"("<div xmlns=\"http://www.w3.org/1999/xhtml\">see Goal two</div>"})")}));
  EXPECT_NE(released(pcp_, "CarePlan", "cp1", false).find("see Goal two"), std::string::npos);
  ASSERT_TRUE(admit(
      {sample::changed(record_of("Goal"), R"("id":"g1")",
                       R"("id":"g1","meta":{"security":[{"system":)"
                       R"("http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]})")}));
  const std::string left = released(pcp_, "CarePlan", "cp1");
  EXPECT_EQ(left.find("Goal/g1"), left.npos);
  EXPECT_EQ(left.find("\"text\""), left.npos) << left;
}

}  // namespace
}  // namespace handoff::disclosure
