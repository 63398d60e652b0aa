#include "tools/fhirpath_command.h"

#include <gtest/gtest.h>

#include <sstream>

namespace handoff::gateway {
namespace {

struct Line {
  std::string request, answer;
};

// The surface that others rely on, letter by letter.
const Line lines[] = {
    {R"~({"id":"t1","expression":"name.given.first()","resource":{"resourceType":"Patient","name":[{"given":["Peter"]}]}})~",
     R"~({"id":"t1","result":[{"type":"string","value":"Peter"}]})~"},
    {R"~({"id":"t2","expression":"name","resource":{"resourceType":"Patient","name":[{"family":"A"}]}})~",
     R"~({"id":"t2","result":[{"type":"HumanName","value":{"family":"A"}}]})~"},
    {R"~({"id":"t3","expression":"1.50 + 0.25 | true | @2024-06 | @T10:30","resource":null})~",
     R"~({"id":"t3","result":[{"type":"Decimal","value":1.75},{"type":"Boolean","value":true},{"type":"Date","value":"2024-06"},{"type":"Time","value":"10:30"}]})~"},
    {R"~({"id":"t4","expression":"1.5 'mg'"})~",
     R"~({"id":"t4","result":[{"type":"Quantity","value":{"value":1.5,"unit":"mg","code":"mg","system":"http://unitsofmeasure.org"}}]})~"},
    {R"~({"id":"t5","expression":"%x + %y.value","variables":{"x":1,"y":{"value":2,"unit":"mg"}}})~",
     R"~({"id":"t5","result":[{"type":"Decimal","value":3}]})~"},
    {R"~({"id":"t6","expression":"%x.count()","variables":{"x":[1,2,null]}})~",
     R"~({"id":"t6","result":[{"type":"Integer","value":2}]})~"},
    {R"~({"id":"t7","expression":"name.","resource":{"resourceType":"Patient"}})~",
     R"~({"id":"t7","error":{"kind":"syntax","message":"expected a name, found the end","position":5}})~"},
    {R"~({"id":"t8","expression":"1 + nick","resource":{"resourceType":"Patient"}})~",
     R"~({"id":"t8","error":{"kind":"semantic","message":"Patient has no element nick","position":4}})~"},
    {R"~({"id":"t9","expression":"true and (1|2).single()"})~",
     R"~({"id":"t9","error":{"kind":"execution","message":"single() found several items","position":15}})~"},
    {R"~({"id":7,"expression":"now() = now()"})~",
     R"~({"id":7,"result":[{"type":"Boolean","value":true}]})~"},
    {R"~({"expression":"today()"})~", R"~({"id":null,"result":[{"type":"Date","value":"2024-06-30"}]})~"},
    {R"~({"id":"t10","expression":"entry.resource.ofType(Observation).subject.resolve().id","resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"}}},{"fullUrl":"http://x/Patient/p","resource":{"resourceType":"Patient","id":"p"}}]}})~",
     R"~({"id":"t10","result":[{"type":"id","value":"p"}]})~"},
    {R"~({"id":"t11"})~",
     R"~({"id":"t11","error":{"kind":"request","message":"a request needs \"expression\", a string"}})~"},
    {R"~({"id":"t12","expression":"id","resource":{"resourceType":"Pet"}})~",
     R"~({"id":"t12","error":{"kind":"request","message":"\"resource\" must be an R4 resource or null"}})~"},
    {R"~({"id":"t13","expression":"1","variables":[]})~",
     R"~({"id":"t13","error":{"kind":"request","message":"\"variables\" must be an object"}})~"},
    {R"~({"id":"t14","expression":"conformsTo('http://hl7.org/fhir/StructureDefinition/heartrate')","resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}}})~",
     R"~({"id":"t14","result":[{"type":"Boolean","value":false}]})~"},
    {R"~({"id":"t15","expression":"text.`div`.htmlChecks()","resource":{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}})~",
     R"~({"id":"t15","result":[{"type":"Boolean","value":false}]})~"},
    {R"~({"id":"t16","expression":"gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')","resource":{"resourceType":"Patient","gender":"female"}})~",
     R"~({"id":"t16","result":[{"type":"Boolean","value":true}]})~"},
    {"[1]", R"~({"id":null,"error":{"kind":"request","message":"a request must be a JSON object"}})~"},
};

TEST(FhirpathBatch, AnswersEveryLineInItsOrder) {
  std::string input, expected;
  for (const Line& line : lines) {
    input += line.request + "\n";
    expected += line.answer + "\n";
  }
  std::istringstream in(input);
  std::ostringstream out;
  EXPECT_EQ(run_fhirpath_batch(in, out, ManualClock(Instant{std::chrono::seconds{1'719'763'200}})), 0);
  EXPECT_EQ(out.str(), expected);
}

TEST(FhirpathBatch, GoesOnAfterWhatIsNoJson) {
  std::istringstream in("\nx\n{\"id\":\"a\",\"expression\":\"1\"}");
  std::ostringstream out;
  EXPECT_EQ(run_fhirpath_batch(in, out, SystemClock()), 0);
  std::istringstream answers(out.str());
  std::string line;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(std::getline(answers, line));
    EXPECT_TRUE(line.starts_with(R"~({"id":null,"error":{"kind":"request","message":"not JSON: )~")) << line;
  }
  ASSERT_TRUE(std::getline(answers, line));
  EXPECT_EQ(line, R"~({"id":"a","result":[{"type":"Integer","value":1}]})~");
}

TEST(FhirpathBatch, SaysWhenItsAnswersAreLost) {
  std::istringstream in("{}\n");
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(run_fhirpath_batch(in, out, SystemClock()), 1);
}

}  // namespace
}  // namespace handoff::gateway
