// JSON lines to `validate --batch`: one answer for each, in order. Packages are taken or refused before any
// line is read.
#include "tools/validate_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "json/document.h"
#include "serve/knowledge.h"

namespace handoff::gateway {
namespace {

std::vector<std::string> run(const std::string& lines) {
  std::istringstream in(lines);
  std::ostringstream out;
  EXPECT_EQ(run_validate_batch(in, out, {}), 0);
  std::vector<std::string> answers;
  std::istringstream read(out.str());
  for (std::string line; std::getline(read, line);) answers.push_back(line);
  return answers;
}

TEST(ValidateCommand, AnswersEachLine) {
  const auto answers = run(R"({"id":"a","resource":{"resourceType":"Patient","contact":[{"gender":"male"}]}}
{"id":2,"resource":{"resourceType":"Patient","id":"1","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}}
nothing

{"id":"c"}
{"id":"d","resource":{"resourceType":"Patient"},"profiles":"x"}
{"id":"e","resource":{"resourceType":"Patient"},"profiles":[1]}
{"id":"f","resource":{}}
)");
  ASSERT_EQ(answers.size(), 8u);
  EXPECT_EQ(
      answers[0],
      R"~({"id":"a","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"invariant","details":{"coding":[{"code":"dom-6"}]},"diagnostics":"It is good practice that a resource has a narrative (text.div).","expression":["Patient"]},{"severity":"error","code":"invariant","details":{"coding":[{"code":"pat-1"}]},"diagnostics":"This rule is not kept: SHALL at least contain a contact's details or a reference to an organization. (pat-1)","expression":["Patient.contact[0]"]}]}})~");
  EXPECT_EQ(
      answers[1],
      R"({"id":2,"outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational","diagnostics":"Nothing was found to be wrong.","expression":["Patient"]}]}})");
  for (const std::size_t i : {2u, 3u})
    EXPECT_TRUE(answers[i].starts_with(R"({"id":null,"error":{"kind":"request","message":)")) << answers[i];
  for (const std::size_t i : {4u, 5u, 6u})
    EXPECT_NE(answers[i].find(R"("error":{"kind":"request","message":)"), std::string::npos) << answers[i];
  EXPECT_NE(answers[7].find(R"("severity":"error","code":"structure")"), std::string::npos) << answers[7];
}

TEST(ValidateCommand, RefusesABrokenPackage) {
  const auto file =
      std::filesystem::temp_directory_path() / ("handoff-package-" + std::to_string(::getpid()) + ".tgz");
  std::ofstream(file) << "no package";
  std::istringstream in("{}\n");
  std::ostringstream out;
  EXPECT_EQ(run_validate_batch(in, out, {.packages = {file}}), 2);
  EXPECT_EQ(out.str(), "");
  const std::vector<std::filesystem::path> files = {file};
  const auto knowledge = Knowledge::load(files);
  ASSERT_FALSE(knowledge);
  EXPECT_NE(knowledge.error().summary().find(file.string() + ": the archive is no gzip file"),
            std::string::npos)
      << knowledge.error().summary();
  std::filesystem::remove(file);
  EXPECT_EQ(run_validate_batch(in, out, {.packages = {file}}), 2);
}

TEST(ValidateCommand, TakesTablesOfCodes) {
  const auto file =
      std::filesystem::temp_directory_path() / ("handoff-codes-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(file) << "system,code,display\nhttp://snomed.info/sct,64572001,Disease\n";
  const auto knowledge = Knowledge::load({});
  ASSERT_TRUE(knowledge);
  const auto* const stub = (*knowledge)->terminology().find_code_system("http://snomed.info/sct");
  EXPECT_TRUE(!stub || stub->concepts().empty()) << "nobody may ship it";
  const auto added = (*knowledge)->add_codes(file);
  ASSERT_TRUE(added) << added.error().summary();
  const auto* const system = (*knowledge)->terminology().find_code_system("http://snomed.info/sct");
  ASSERT_NE(system, nullptr);
  EXPECT_EQ(system->find("64572001")->display, "Disease");
  std::ofstream(file) << "code\n";
  std::istringstream in("{}\n");
  std::ostringstream out;
  EXPECT_EQ(run_validate_batch(in, out, {.code_tables = {file}}), 2);
  std::filesystem::remove(file);
  const auto missing = (*knowledge)->add_codes(file);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().summary().find(file.string() + ": cannot be read"), std::string::npos)
      << missing.error().summary();
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace handoff::gateway
