#include "fhir/reference.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::fhir {
namespace {

TEST(Reference, LocalForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"Patient/a", "Patient/a"},
      {"https://x.org/fhir/Patient/a/_history/3", "Patient/a"},
      {"Patient/a#name", "Patient/a"},
      {"https://x.org/fhir/Patient/a?x=1", "Patient/a"},
      {"Patient/a|2", "Patient/a"},
      {"Patient/a;b=c", "Patient/a"},
      {"Patient/a//", "Patient/a"},
      {"#p", ""},
      {"urn:uuid:1", ""},
      {"Patient?identifier=a|b", ""},
      {"https://x.org/fhir/Patient?identifier=a|b/c", ""},
      {"Patient/", ""},
      {"/a", ""},
      {"/", ""},
      {"a", ""},
      {"", ""},
      {"Patient/a b", ""},
  };
  for (const auto& [text, local] : cases) EXPECT_EQ(local_reference(text), local) << text;
  EXPECT_FALSE(is_id(std::string(65, 'a')));
}

TEST(Reference, PatientOfAResource) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"resourceType":"Patient","id":"p"})", "Patient/p"},
      {R"({"resourceType":"Condition","subject":{"reference":"Patient/p"}})", "Patient/p"},
      {R"({"resourceType":"Task","for":{"reference":"https://x/Patient/p"}})", "Patient/p"},
      {R"({"resourceType":"Condition","subject":{"reference":"Group/g"}})", ""},
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Location/l"}},{"actor":{"reference":"Patient/p"}}]})",
       "Patient/p"},
      {R"({"resourceType":"Organization","id":"o"})", ""},
  };
  for (const auto& [text, patient] : cases)
    EXPECT_EQ(patient_of(json::parse(text)->root()).text(), patient) << text;
}

}  // namespace
}  // namespace handoff::fhir
