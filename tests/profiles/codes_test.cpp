// Our value sets and code systems have exactly the codes of the program's own tables, which it reads and
// writes.
#include "consent/codes.h"
#include "consent/marks.h"
#include "core/text.h"
#include "ours.h"

namespace handoff::validation {
namespace {

using fhir::Membership;

std::string value_set(std::string_view name) {
  return "https://handoff.example.org/fhir/ValueSet/" + std::string(name);
}

class Codes : public testing::Test {
 protected:
  bool in(std::string_view set, std::string_view system, std::string_view code) const {
    return value_sets_.contains(value_set(set), {.system = system, .version = {}, .code = code}) ==
           Membership::in;
  }
  // Calls `check` for every code of a code system, published or ours.
  template <class Check>
  void for_each_code(std::string_view system, const Check& check) const {
    const auto* known = value_sets_.find_code_system(system);
    ASSERT_TRUE(known) << system;
    std::size_t count = 0;
    for (const auto& item : known->concepts()) check(item.code), ++count;
    EXPECT_GT(count, 2u) << system;
  }

  const terminology::Terminology value_sets_;
  const std::string purposes_ = std::string(consent::our_systems) + "purpose";
};

TEST_F(Codes, PurposesAreThoseOfDecisions) {
  for (const std::string_view system : {consent::act_reason, std::string_view(purposes_)})
    for_each_code(system, [&](std::string_view code) {
      EXPECT_EQ(in("purpose-of-use", system, code), consent::is_purpose(code)) << code;
      const auto covers = [&](std::string_view above) { return consent::purpose_covers(above, code); };
      EXPECT_EQ(in("tpo-purpose", system, code), covers("TREAT") || covers("HPAYMT") || covers("HOPERAT"))
          << code;
    });
}

TEST_F(Codes, LabelsAreThoseOfDecisions) {
  for_each_code(consent::act_code, [&](std::string_view code) {
    EXPECT_EQ(in("consent-label", consent::act_code, code),
              consent::is_sensitivity(code) || code == "42CFRPart2")
        << code;
  });
  for_each_code(consent::sensitivity_system, [&](std::string_view code) {
    EXPECT_EQ(in("consent-label", consent::sensitivity_system, code), consent::is_sensitivity(code))
        << code << " is a handling mark";
    EXPECT_TRUE(in("security-label", consent::sensitivity_system, code)) << code;
  });
  for_each_code(consent::confidentiality, [&](std::string_view code) {
    EXPECT_EQ(in("consent-label", consent::confidentiality, code), consent::confidentiality_rank(code) >= 0)
        << code;
  });
}

// R4's copy of HL7's codes is from 2018. Codes that we write and that it lacks are added
// (fhir-profiles/added-codes.json).
TEST_F(Codes, OfMarksAndConsentsExist) {
  json::Arena arena;
  const json::Document basic = json::parse(R"({"resourceType":"Basic"})").value();
  const json::Value marked = consent::with_marks(arena, basic.root(), "");
  EXPECT_EQ(marked["meta"]["security"].size(), 3u);
  for (const json::Value mark : marked["meta"]["security"].items()) {
    const fhir::Coding coding{.system = mark["system"].text(), .version = {}, .code = mark["code"].text()};
    EXPECT_EQ(value_sets_.has_code(coding), Membership::in) << coding.code;
    EXPECT_EQ(value_sets_.contains("http://hl7.org/fhir/ValueSet/security-labels", coding), Membership::in)
        << coding.code;
  }
  const fhir::Coding category{.system = consent::act_code, .version = {}, .code = consent::part2_category};
  EXPECT_EQ(value_sets_.has_code(category), Membership::in);
  EXPECT_EQ(value_sets_.find_code_system(consent::act_code)->find(consent::part2_category)->display,
            "42 CFR Part 2 consent directive");
}

// A code that an analyst writes in a lookup table is in the code system of that name.
TEST_F(Codes, OfLookupTablesAreInTheirSystems) {
  constexpr std::pair<const char*, const char*> tables[] = {
      {"organizations/lookups/kind.csv", "organization-kind"},
      {"vendor/enrollments/lookups/program.csv", "program"},
      {"vendor/enrollments/lookups/housing.csv", "housing-status"},
      {"vendor/enrollments/lookups/employment.csv", "employment-status"},
      {"home_nursing/nurses/lookups/license.csv", "nursing-license"},
  };
  for (const auto& [file, name] : tables) {
    const std::string text = read_file(HANDOFF_SOURCE_DIR "/mappings/" + std::string(file));
    const auto* system = value_sets_.find_code_system(std::string(consent::our_systems) + name);
    ASSERT_TRUE(system) << name;
    std::size_t count = 0;
    for (const std::string_view line : split(std::string_view(text).substr(text.find('\n') + 1), '\n')) {
      if (line.empty()) continue;
      ++count;
      EXPECT_TRUE(system->find(line.substr(0, line.find(',')))) << file << " " << line;
    }
    EXPECT_GT(count, 1u) << file;
  }
}

}  // namespace
}  // namespace handoff::validation
