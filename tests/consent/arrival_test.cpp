#include "consent/arrival.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::consent {
namespace {

// "R HIV" as codings. A "+" after a code is the mark of a discloser; a digit is a confidentiality of another
// system.
std::string codings(const std::string& codes) {
  std::string out = "[";
  for (std::size_t at = 0; at < codes.size();) {
    const auto end = std::min(codes.find(' ', at), codes.size());
    std::string code = codes.substr(at, end - at);
    const bool marked = code.ends_with('+');
    if (marked) code.pop_back();
    const char* const system = code.size() == 1 ? "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
                                                : "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    out +=
        std::string(out.size() > 1 ? "," : "") + R"({"system":")" + system + R"(","code":")" + code + "\"" +
        (marked ? R"(,"extension":[{"url":"https://handoff.example.org/fhir/StructureDefinition/discloser"}])"
                : "") +
        "}";
    at = end + 1;
  }
  return out + "]";
}
std::string codes(json::Value list) {
  std::string all;
  for (const json::Value coding : list.items())
    all += (all.empty() ? "" : " ") + std::string(coding["code"].text());
  return all;
}

TEST(Arrival, IsWhatWasNotThereBefore) {
  struct Case {
    const char *incoming, *shown, *before, *arrived;
  };
  const Case cases[] = {
      {"R HIV", "", "", "R HIV"},                    // at the first write all of it
      {"", "R HIV", "HIV", "HIV"},                   // left out
      {"R HIV ETHUD", "R HIV ETHUD", "HIV", "HIV"},  // sent back as it was read
      {"R PSY", "R HIV", "HIV", "HIV PSY"},          // added
      {"N", "R HIV", "HIV", "HIV"},                  // lowered: has no effect
      {"U", "N", "", ""},                            // lowered below what was computed
      {"V", "R HIV", "HIV", "V HIV"},                // raised
      {"R", "V HIV", "V HIV", "V HIV"},              // what arrived is never lowered
      {"N R N", "", "", "R"},                        // the highest of several
      {"X", "", "", ""},                             // no confidentiality
      {"HIV HIV", "", "", "HIV"},                    // each once
      {"", "R JI+ SUD", "", "JI"},                   // its discloser has marked it
  };
  for (const Case& c : cases) {
    json::Arena arena;
    const auto incoming = json::parse(codings(c.incoming)), shown = json::parse(codings(c.shown)),
               before = json::parse(codings(c.before));
    EXPECT_EQ(codes(arrived_labels(arena, incoming->root(), shown->root(), before->root())), c.arrived)
        << c.incoming << " over " << c.shown << " with " << c.before;
  }
}

TEST(Arrival, OfWhatDoesNotTellIsWhatContentDoesNotGive) {
  json::Arena arena;
  Labels computed;
  computed.confidentiality = 'R';
  computed.sensitivities = {"ETHUD"};
  const auto shown = json::parse(codings("V HIV ETHUD NOPAT"));
  EXPECT_EQ(codes(not_computed(arena, shown->root(), computed)), "V HIV NOPAT");
  const auto lower = json::parse(codings("R ETHUD"));
  EXPECT_EQ(codes(not_computed(arena, lower->root(), computed)), "");
}

TEST(Arrival, TheSameLabelsStandAsTheyStood) {
  json::Arena arena;
  const auto shown = json::parse(codings("R HIV JI+")), made = json::parse(codings("R JI HIV")),
             more = json::parse(codings("R JI PSY"));
  EXPECT_TRUE(json::equal(as_shown(arena, made->root(), shown->root()), shown->root()));
  EXPECT_EQ(codes(as_shown(arena, more->root(), shown->root())), "R JI PSY");
  EXPECT_TRUE(as_shown(arena, more->root(), shown->root()).at(1)["extension"]);
}

}  // namespace
}  // namespace handoff::consent
