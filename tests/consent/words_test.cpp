#include "consent/words.h"

#include <gtest/gtest.h>

#include "consent/labels.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

std::set<std::string> signals(const std::string& members) {
  const auto parsed = json::parse("{" + members + "}");
  EXPECT_TRUE(parsed) << members;
  std::set<std::string> found;
  for (const Signal& signal : word_signals(parsed->root()))
    found.insert(std::string(signal.code) + (signal.weak ? " weak" : ""));
  return found;
}

Labels labels(const std::string& resource, Part2Posture posture) {
  const auto parsed = json::parse(resource);
  EXPECT_TRUE(parsed) << resource;
  return labels_of(parsed->root(), {posture}, [](std::string_view) { return json::Value{}; });
}

TEST(Words, SayTheirFamilyWhereSomebodyReadsThem) {
  using Set = std::set<std::string>;
  EXPECT_EQ(signals(R"("description":{"text":"Reduce risk of Overdose"})"), Set{"SUD weak"});
  EXPECT_EQ(signals(R"("section":[{"text":{"div":"<p>methadone; heroin</p>"}}])"), Set{"SUD weak"});
  EXPECT_EQ(signals(R"("note":[{"text":"probation, domestic violence"}])"), (Set{"JI", "SDV"}));
  EXPECT_EQ(signals(R"("title":"House of Correction")"), Set{"JI"});
  EXPECT_EQ(signals(R"("code":{"coding":[{"display":"HIV"}]})"), Set{"HIV"});
  for (const char* silent :
       {R"("title":"overdosed, detoxify, prisoner, chives")", R"("id":"jail")",
        R"("subject":{"display":"Jail"})", R"("meta":{"security":[{"display":"parole"}]})"})
    EXPECT_EQ(signals(silent), Set{}) << silent;
}

TEST(Words, AreThoseThatPeopleReadWhateverTheyAreWrittenWith) {
  using Set = std::set<std::string>;
  for (const char* hiv : {"HI<b>V</b>", "H<i>I</i>V", "H&#73;V", "H&#x49;V", "HI&#86;", "H.I.V.", "HI\u200bV",
                          "H\u00adIV", "\uff28\uff29\uff36", "HIV/AIDS", "HIV&#160;positive", "hiv's",
                          "(HIV)", "HIV-1", "H\u2060IV", "<!-- HIV -->", "<a title='HIV'>x</a>"}) {
    EXPECT_EQ(signals(R"("text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x )" +
                      std::string(hiv) + R"( y</p></div>"})"),
              Set{"HIV"})
        << hiv;
    EXPECT_EQ(signals(R"("note":[{"text":"x )" + std::string(hiv) + R"( y"}])"), Set{"HIV"}) << hiv;
  }
  for (const char* sdv : {"domestic&#160;violence", "domestic\u00a0violence", "domestic  violence",
                          "domestic-violence", "domestic\\nviolence", "domestic <b>violence</b>",
                          "domestic<br/>violence", "DOMESTIC VIOLENCE", "dom\u00e9stic violence"})
    EXPECT_EQ(signals(R"("text":{"div":"<div><p>)" + std::string(sdv) + R"(</p></div>"})"), Set{"SDV"})
        << sdv;
  EXPECT_EQ(signals(R"("text":{"div":"<div><p>jail</p><p>prisons</p></div>"})"), Set{"JI"});
  EXPECT_EQ(signals(R"("text":{"div":"<div><td>HI</td><td>V</td></div>"})"), Set{}) << "blocks part words";
  EXPECT_EQ(signals(R"("note":[{"text":"a < 5 and jail > b"}])"), Set{"JI"}) << "no tag";
  // An attack found this: a sign beyond ASCII was taken as a part of the word.
  for (const char* beside : {"\u2022HIV", "\u201cHIV\u201d", "\u00abHIV\u00bb", "\u00bfHIV?", "\u2192HIV",
                             "HIV\u2192AIDS", "HIV\u00ae", "HIV\u2122", "HIV\u00b2", "HIV\u00bd", "HIV\u2265",
                             "\u25aaHIV", "HIV\u2713", "HIV\U0001F600", "<HIV>", "HIV\u00b7", "HIV\u2026"})
    EXPECT_EQ(signals(R"("note":[{"text":"x )" + std::string(beside) + R"( y"}])"), Set{"HIV"}) << beside;
  for (const char* inlined : {"<span>HIV</span><span>positive</span>", "<b>Dx</b><span>HIV</span>",
                              "HIV<sup>1</sup>", "H<span title='>'>I</span>V", "<a href='x'>HIV</a>positive"})
    EXPECT_EQ(signals(R"("text":{"div":"<div>)" + std::string(inlined) + R"(</div>"})"), Set{"HIV"})
        << inlined;
  for (const char* split :
       {"domestic\u200bviolence", "dom\u00adestic violence", "<span>domestic</span><span>violence</span>"})
    EXPECT_EQ(signals(R"("text":{"div":"<div>)" + std::string(split) + R"(</div>"})"), Set{"SDV"}) << split;
}

TEST(Words, AreSoughtInEveryFreeText) {
  using Set = std::set<std::string>;
  for (const char* members :
       {R"("valueString":"HIV positive")", R"("component":[{"valueString":"HIV"}])", R"("conclusion":"HIV")",
        R"("payload":[{"contentString":"HIV"}])", R"("summary":"HIV")",
        R"("item":[{"answer":[{"valueString":"HIV"}]}])", R"("comment":"HIV")",
        R"("patientInstruction":"HIV")", R"("detail":"HIV")", R"("mitigation":"HIV")",
        R"("extension":[{"url":"urn:x","valueString":"HIV"}])"})
    EXPECT_EQ(signals(members), Set{"HIV"}) << members;
}

// Notes come as attachments.
TEST(Words, AreSoughtInAttachedTexts) {
  using Set = std::set<std::string>;
  const auto attached = [](const char* type, const char* data) {
    return signals(R"("content":[{"attachment":{"contentType":")" + std::string(type) + R"(","data":")" +
                   data + "\"}}]");
  };
  EXPECT_EQ(attached("text/plain", "SElWIHBvc2l0aXZl"), Set{"HIV"});  // HIV positive
  EXPECT_EQ(attached("text/plain; charset=utf-8", "SElWIHBvc2l0aXZlLg=="), Set{"HIV"});
  EXPECT_EQ(attached("application/xml", "PHBhcmFncmFwaD5IPGI+SVY8L2I+PC9wYXJhZ3JhcGg+"),
            Set{"HIV"});  // <paragraph>H<b>IV</b></paragraph>
  EXPECT_EQ(attached("image/png", "SElWIHBvc2l0aXZl"), Set{});
  EXPECT_EQ(attached("text/plain", "not base64!"), Set{});
}

TEST(Words, WeakOnesAloneCountForPart2AndLabelNothing) {
  const std::string goal =
      R"({"resourceType":"Goal","subject":{"reference":"Patient/p"},"description":{"text":"Reduce risk of overdose"}})";
  EXPECT_EQ(labels(goal, Part2Posture::sud_content).regimes, std::set<std::string>{"42CFRPart2"});
  EXPECT_EQ(labels(goal, Part2Posture::sud_content).sensitivities, std::set<std::string>{});
  EXPECT_EQ(labels(goal, Part2Posture::none).regimes, std::set<std::string>{});
}

TEST(Words, AWeakCodeStandsWithAWeakWord) {
  const std::string methadone =
      R"({"resourceType":"MedicationRequest","subject":{"reference":"Patient/p"},"medicationCodeableConcept":
      {"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"6813"}]TEXT}})";
  const auto with = [&](const std::string& text) {
    return std::string(methadone).replace(methadone.find("TEXT"), 4, text);
  };
  EXPECT_EQ(labels(with(""), Part2Posture::none).sensitivities, std::set<std::string>{});
  EXPECT_EQ(labels(with(R"(,"text":"methadone")"), Part2Posture::none).sensitivities,
            (std::set<std::string>{"OPIOIDUD", "SUD"}));
}

TEST(Words, ADirectoryIsAboutNobody) {
  const std::string office =
      R"({"resourceType":"Organization","type":[{"coding":[{"display":"Probation"}]}]})";
  EXPECT_EQ(labels(office, Part2Posture::none).sensitivities, std::set<std::string>{});
}

}  // namespace
}  // namespace handoff::consent
