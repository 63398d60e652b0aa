#include "search/plain_path.h"

#include <gtest/gtest.h>

namespace handoff::search {
namespace {

TEST(PlainPath, FindsOnlyMoreWhereMoreIsSaid) {
  for (const std::string_view plain :
       {"Patient.name", "Patient.name.given | Patient.name.family", "(Condition.onset as dateTime)",
        "Condition.onset.as(dateTime)",
        "Patient.extension.where(url = 'http://x.org/a').extension.value.code",
        "Patient.extension('http://x.org/a').value", "Observation.value.ofType(Quantity)",
        "Patient.generalPractitioner.where(resolve() is Practitioner)", "(A.b as Period).start|A.c"})
    EXPECT_TRUE(is_plain_path(plain)) << plain;
}

TEST(PlainPath, LooksAtNothingElse) {
  for (const std::string_view other :
       {"", "Patient.name.exists()", "Patient.name.count()", "Patient.name.empty()",
        "Patient.deceased.exists() and Patient.deceased != false", "Patient.name[0]", "Patient.name.first()",
        "iif(Patient.name.exists(), 'a', 'b')", "Patient.name.where(use != 'old')",
        "Patient.name.where(given.empty())", "Patient.name.where(a.b = 'x')", "'constant'",
        "Patient.repeatAll($this)", "Patient.name.not()", "Patient.where(name = 'a' or true)",
        "Patient.name is HumanName", "Patient.name = 'x'"})
    EXPECT_FALSE(is_plain_path(other)) << other;
}

}  // namespace
}  // namespace handoff::search
