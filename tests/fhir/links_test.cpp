// Which texts of a resource are links, and what replaces them.
#include "fhir/links.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::fhir {
namespace {

// The resource with every link "urn:uuid:1" replaced.
std::string relinked(std::string_view text) {
  auto document = json::parse(text).value();
  const Relink relink_one = [](std::string_view link) {
    return link == "urn:uuid:1" ? std::optional<std::string>("Patient/p") : std::nullopt;
  };
  return json::write(relink(document.arena(), document.root(), Definitions::r4(), {relink_one, relink_one}));
}

TEST(Links, AreReferencesAndAddresses) {
  struct Case {
    const char* before;
    const char* after;
  };
  const Case cases[] = {
      {R"({"resourceType":"Observation","subject":{"reference":"urn:uuid:1","display":"urn:uuid:1"}})",
       R"({"resourceType":"Observation","subject":{"reference":"Patient/p","display":"urn:uuid:1"}})"},
      {R"({"resourceType":"DocumentReference","content":[{"attachment":{"url":"urn:uuid:1"}}]})",
       R"({"resourceType":"DocumentReference","content":[{"attachment":{"url":"Patient/p"}}]})"},
      {R"({"resourceType":"Patient","extension":[{"url":"http://x","valueUri":"urn:uuid:1"},)"
       R"({"url":"http://x","valueUuid":"urn:uuid:1"},{"url":"http://x","valueUrl":"urn:uuid:1"},)"
       R"({"url":"http://x","valueCanonical":"urn:uuid:1"},{"url":"http://x","valueString":"urn:uuid:1"}]})",
       R"({"resourceType":"Patient","extension":[{"url":"http://x","valueUri":"Patient/p"},)"
       R"({"url":"http://x","valueUuid":"Patient/p"},{"url":"http://x","valueUrl":"Patient/p"},)"
       R"({"url":"http://x","valueCanonical":"urn:uuid:1"},{"url":"http://x","valueString":"urn:uuid:1"}]})"},
      {R"({"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://x","valueReference":{"reference":"urn:uuid:1"}}]}})",
       R"({"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://x","valueReference":{"reference":"Patient/p"}}]}})"},
      {R"({"resourceType":"List","contained":[{"resourceType":"Observation","subject":{"reference":"urn:uuid:1"}}]})",
       R"({"resourceType":"List","contained":[{"resourceType":"Observation","subject":{"reference":"Patient/p"}}]})"},
      {R"({"resourceType":"Provenance","policy":["urn:uuid:2","urn:uuid:1"]})",
       R"({"resourceType":"Provenance","policy":["urn:uuid:2","Patient/p"]})"},
      {R"({"resourceType":"Patient","unknown":{"reference":"urn:uuid:1"}})",
       R"({"resourceType":"Patient","unknown":{"reference":"urn:uuid:1"}})"},
  };
  for (const auto& [before, after] : cases) EXPECT_EQ(relinked(before), after);
}

TEST(Links, OfNarrativesAreInTheirTags) {
  const auto narrative = [](const std::string& content) {
    return R"({"resourceType":"Patient","text":{"status":"generated","div":"<div>)" + content + "</div>\"}}";
  };
  const std::pair<const char*, const char*> cases[] = {
      {"<a href=\\\"urn:uuid:1\\\">urn:uuid:1</a>", "<a href=\\\"Patient/p\\\">urn:uuid:1</a>"},
      {"<a title='x' href = 'urn:uuid:1'>a</a><img alt='' src='urn:uuid:1'/>",
       "<a title='x' href = 'Patient/p'>a</a><img alt='' src='Patient/p'/>"},
      {"<a title='urn:uuid:1'>a</a>", "<a title='urn:uuid:1'>a</a>"},
      {"<a href='urn:uuid:1#x'>href='urn:uuid:1'</a>", "<a href='urn:uuid:1#x'>href='urn:uuid:1'</a>"},
      {"<a href='urn:uuid:1", "<a href='urn:uuid:1"},
      {"a &lt; b", "a &lt; b"},
  };
  for (const auto& [before, after] : cases) EXPECT_EQ(relinked(narrative(before)), narrative(after));
}

}  // namespace
}  // namespace handoff::fhir
