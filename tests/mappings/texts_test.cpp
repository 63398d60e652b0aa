// The texts that are generated from the sample records' resources are valid and short, and give no reason for
// a label.
#include "../sample_validator.h"
#include "consent/labels.h"
#include "narrative/narrative.h"
#include "network.h"

namespace handoff::mapping {
namespace {

// The sample feeds bring no visits yet.
constexpr const char* told[] = {"Patient",      "CarePlan", "Goal",     "Condition",   "ServiceRequest",
                                "Task",         "Consent",  "CareTeam", "Appointment", "MedicationRequest",
                                "EpisodeOfCare"};

TEST(Texts, OfEveryMappedResourceAreValidAndGiveNoLabel) {
  std::map<std::string, std::size_t> faults, texts;
  Network network;
  network.seen = [&](const Entry& entry) {
    json::Arena arena;
    const auto read = [&](std::string_view reference) { return network.memory.read(reference); };
    const json::Value resource = narrative::with_text(arena, entry.resource);
    if (!resource["text"]) return;
    ++texts[entry.type];
    for (const Issue& issue : sample::shared_validator().validate(resource, {}))
      if (issue.severity <= Severity::error)
        ++faults[entry.type + " " + issue.expression + ": " + issue.diagnostics];
    for (const auto posture :
         {consent::Part2Posture::all, consent::Part2Posture::sud_content, consent::Part2Posture::none})
      if (!(consent::labels_of(entry.resource, {posture}, read) ==
            consent::labels_of(resource, {posture}, read)))
        ++faults[entry.type + ": other labels"];
    if (resource["text"]["div"].text().size() > 600) ++faults[entry.type + ": not short"];
  };
  network.run(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/sample");
  for (const auto& [fault, count] : faults) ADD_FAILURE() << fault << " (" << count << " times)";
  for (const char* type : told) EXPECT_GT(texts[type], 0u) << type;
}

// A person's name may be a word that reveals something.
TEST(Texts, GiveNoLabelThatTheElementsDoNot) {
  const auto parsed =
      json::parse(R"({"resourceType":"Patient","id":"p","name":[{"family":"Parole","given":["Jail"]}]})");
  json::Arena arena;
  const json::Value with = narrative::with_text(arena, parsed->root());
  const auto read = [](std::string_view) { return json::Value{}; };
  const consent::Source none{consent::Part2Posture::none};
  EXPECT_EQ(consent::labels_of(with, none, read), consent::labels_of(parsed->root(), none, read));
  EXPECT_TRUE(consent::labels_of(with, none, read).sensitivities.empty());
  const json::Value renamed = json::with_member(arena, with, "name", {});
  EXPECT_TRUE(consent::labels_of(renamed, none, read).sensitivities.contains("JI"))
      << "a text that is not of this is somebody's";
}

}  // namespace
}  // namespace handoff::mapping
