// Redacts every type of R4, made from the definitions with every element in place. Whatever goes, the rest is
// valid.
#include <gtest/gtest.h>

#include <random>

#include "consent/invariants.h"
#include "consent/redaction.h"
#include "json/document.h"
#include "stuffed.h"
#include "validation/structure.h"

namespace handoff::consent {
namespace {

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

std::string problems(json::Value resource) {
  std::string text;
  for (const Issue& issue : validation::validate_structure(resource, r4()))
    if (issue.severity == Severity::error || issue.severity == Severity::fatal)
      text += issue.expression + ": " + issue.diagnostics + "\n";
  return text;
}

TEST(RedactionEverywhere, WhatGoesIsGoneAndTheRestIsValid) {
  int whole = 0, part = 0, nothing = 0;
  for (const fhir::Type* type : r4().resources()) {
    if (type->name == "Patient") continue;  // has a test of its own: elements without a discloser go
    for (unsigned seed = 0; seed < 24; ++seed) {
      std::mt19937 random(seed);
      const auto reference_to = [&](const std::vector<std::string_view>& targets) {
        const std::string target(
            targets.empty() || targets[0] == "Resource" ? "Condition" : targets[seed % targets.size()]);
        return target + (target != "Patient" && random() % 10 < seed / 3 ? "/h" : "/a");
      };
      json::Arena arena;
      const json::Value stored = Stuffed(arena, reference_to, seed).resource(type->name);
      ASSERT_EQ(problems(stored), "") << type->name << json::write(stored);
      Redaction redaction;
      redaction.hides = [](std::string_view reference) { return reference.ends_with("/h"); };
      const auto left = redact(arena, stored, redaction, r4());
      if (!left) {
        ++nothing;
        continue;
      }
      EXPECT_EQ(problems(*left), "") << type->name << seed << json::write(*left);
      const std::string text = json::write(json::with_member(arena, *left, "meta", {}));
      EXPECT_EQ(text.find("/h\""), text.npos) << type->name << seed << text;
      EXPECT_EQ(redact(arena, *left, redaction, r4())->storage(), left->storage())
          << type->name << seed << ": once is enough";
      const bool same = left->storage() == stored.storage();
      EXPECT_TRUE(same || !(*left)["text"].is_object()) << type->name;
      ++(same ? whole : part);
    }
  }
  EXPECT_GT(whole, 300);
  EXPECT_GT(part, 500);
  EXPECT_GT(nothing, 300);
}

// A name that R4 does not have would guard nothing.
TEST(RedactionEverywhere, InvariantsNameWhatThereIs) {
  for (const char* name :
       {"Extension", "Appointment.participant", "AppointmentResponse", "Composition.section",
        "Condition.stage", "Condition.evidence", "InsurancePlan", "Linkage", "Organization",
        "Parameters.parameter", "Patient.contact", "RequestGroup.action", "TriggerDefinition"}) {
    const Invariant* invariant = find_invariant(name);
    const fhir::Type* type = r4().find_type(name);
    ASSERT_TRUE(invariant && type) << name;
    for (const std::string_view element : invariant->elements)
      EXPECT_TRUE(element.empty() || type->find(element)) << name << '.' << element;
  }
  EXPECT_FALSE(find_invariant("Goal"));
}

}  // namespace
}  // namespace handoff::consent
