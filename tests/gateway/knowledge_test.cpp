// Packages from their files: dependencies from the same folder, refusals and their words, and which of two
// packages counts.
#include "serve/knowledge.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "../packages/archives.h"
#include "terminology/questions.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using packages::File;

File manifest(const std::string& name, const std::string& version, const std::string& dependencies = "") {
  return {"package/package.json", R"({"name":")" + name + R"(","version":")" + version +
                                      R"(","dependencies":{)" + dependencies + "}}"};
}

File parameter(const std::string& name, const std::string& code, const std::string& expression,
               const std::string& base = "Patient") {
  return {"package/SearchParameter-" + name + ".json",
          R"({"resourceType":"SearchParameter","url":"http://x.org/)" + name + R"(","code":")" + code +
              R"(","type":"token","base":[")" + base + R"("],"expression":")" + expression + "\"}"};
}

File profile(const std::string& name, const std::string& type, const std::string& more = "") {
  return {"package/StructureDefinition-" + name + ".json",
          R"({"resourceType":"StructureDefinition","url":"http://x.org/)" + name +
              R"(","kind":"resource","derivation":"constraint","type":")" + type + "\"" + more + "}"};
}

class KnowledgeTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("handoff-knowledge-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::vector<File>& files) const {
    std::ofstream(folder_ / name, std::ios::binary) << packages::tgz(files);
    return folder_ / name;
  }
  static std::string refusal(const std::vector<fs::path>& files) {
    const auto knowledge = Knowledge::load(files);
    return knowledge ? "taken" : knowledge.error().summary();
  }
  static std::string expression_of(const Knowledge& knowledge, std::string_view code) {
    for (const fhir::SearchParameter& each : knowledge.search_parameters())
      if (each.code == code) return std::string(each.expression);
    return "none";
  }

  fs::path folder_;
};

TEST_F(KnowledgeTest, TakesWhatAPackageNeedsFromBesideIt) {
  const auto a = write(
      "a.tgz", {manifest("a", "1.0.0", R"("b":"2.0.x","hl7.fhir.r4.core":"4.0.1","nobody.has":"1.0.0")")});
  write("b-2.0.3.tgz",
        {manifest("b", "2.0.3", R"("a":"1.0.0")"), parameter("p", "colour", "Patient.language")});
  write("b-2.1.0.tgz", {manifest("b", "2.1.0")});
  const auto knowledge = Knowledge::load(std::vector{a});
  ASSERT_TRUE(knowledge) << knowledge.error().summary();
  ASSERT_EQ((*knowledge)->library().packages().size(), 2u) << "each once, though they need each other";
  EXPECT_EQ((*knowledge)->library().packages()[1]->version(), "2.0.3");
  ASSERT_EQ((*knowledge)->library().missing().size(), 1u);
  EXPECT_EQ((*knowledge)->library().missing()[0].name, "nobody.has");
  EXPECT_EQ(expression_of(**knowledge, "colour"), "Patient.language");
}

TEST_F(KnowledgeTest, RefusesWithFileAndPlaceAndReason) {
  const File good = manifest("a", "1.0.0");
  const auto told = [&](const std::string& name, const std::vector<File>& files) {
    return refusal({write(name, files)});
  };
  const std::string in = (folder_ / "x.tgz").string() + ": ";
  EXPECT_EQ(told("x.tgz", {good, parameter("p", "colour", "Patient.colour")}),
            in + "package/SearchParameter-p.json: the expression of the search parameter: for Patient: "
                 "colour: Patient has no element colour, at "
                 "position 8");
  EXPECT_EQ(told("x.tgz", {good, parameter("p", "colour", "Patient.gender", "Colour")}),
            in + "package/SearchParameter-p.json: Colour is no resource type of R4");
  EXPECT_EQ(told("x.tgz", {parameter("p", "colour", "Patient.gender")}),
            in + "package/package.json: there is no manifest");
  EXPECT_EQ(
      told("x.tgz", {good, profile("a", "Patient"), {"package/b.json", profile("a", "Patient").content}}),
      in + "package/b.json: http://x.org/a is defined by package/StructureDefinition-a.json, too");
  EXPECT_EQ(told("x.tgz", {good, parameter("p", "gender", "Patient.colour")}), "taken")
      << "R4's serves: nobody reads this one";
  EXPECT_EQ(
      told("x.tgz", {good, {"package/s.json", R"({"resourceType":"StructureDefinition","url":"http://x.org/s",
                          "snapshot":{"element":[{"id":"Patient","path":"Patient"}]}})"}}),
      "a 1.0.0: package/s.json: http://x.org/s: a StructureDefinition names its type");
  EXPECT_EQ(
      told("x.tgz", {good,
                     {"package/v.json",
                      R"({"resourceType":"ValueSet","url":"http://x.org/v","compose":{"include":[{}]}})"}}),
      "a 1.0.0: package/v.json: ValueSet.compose.include[0]: it names neither a system nor a value set");
  const auto none = folder_ / "none.tgz";
  EXPECT_TRUE(refusal({none}).starts_with(none.string() + ": cannot be read: ")) << refusal({none});
  EXPECT_NE(refusal({write("good.tgz", {good}), write("x.tgz", {good, {"package/x.json", "{"}})})
                .find("package/x.json"),
            std::string::npos);
}

TEST_F(KnowledgeTest, OfTwoTheLatestCounts) {
  const auto first = write("a1.tgz", {manifest("a", "1.0.0"), parameter("p", "colour", "Patient.language"),
                                      parameter("q", "size", "Patient.id")});
  const auto second = write("a2.tgz", {manifest("a", "2.0.0"), parameter("p", "colour", "Patient.gender")});
  const auto third = write("b.tgz", {manifest("b", "1.0.0"), parameter("other", "size", "Patient.gender")});
  const auto knowledge = Knowledge::load(std::vector{first, second, third});
  ASSERT_TRUE(knowledge) << knowledge.error().summary();
  EXPECT_EQ((*knowledge)->search_parameters().size(), 2u);
  EXPECT_EQ(expression_of(**knowledge, "colour"), "Patient.gender") << "the same canonical";
  EXPECT_EQ(expression_of(**knowledge, "size"), "Patient.gender") << "the same code of the same type";
}

TEST_F(KnowledgeTest, BringsMapsAndSupplements) {
  const std::string gender = "http://hl7.org/fhir/administrative-gender";
  const File map{"package/ConceptMap-m.json",
                 R"({"resourceType":"ConceptMap","url":"http://x.org/m","group":[{"source":")" + gender +
                     R"(","target":"http://x.org/cs","element":[{"code":"male",
      "target":[{"code":"M","equivalence":"equal"}]}]}]})"};
  const auto supplement = [&](const std::string& concepts) {
    return File{
        "package/CodeSystem-s.json",
        R"({"resourceType":"CodeSystem","url":"http://x.org/s","content":"supplement","supplements":")" +
            gender + R"(","concept":[)" + concepts + "]}"};
  };
  const std::string german = R"({"code":"male","designation":[{"language":"de","value":"Mann"}]})";
  const auto a = write("a.tgz", {manifest("a", "1.0.0"), map, supplement(german)}),
             b = write("b.tgz", {manifest("b", "1.0.0"), supplement(german)});
  const auto knowledge = Knowledge::load(std::vector{a, b});
  ASSERT_TRUE(knowledge) << knowledge.error().summary();
  const auto& terminology = (*knowledge)->terminology();
  const auto translated =
      terminology::translate(terminology, {.map = "http://x.org/m", .codings = {{gender, "", "male", ""}}});
  ASSERT_TRUE(translated) << translated.error().summary();
  EXPECT_NE(translated->find(R"("code":"M")"), std::string::npos) << *translated;
  const std::string found = terminology::lookup(terminology, {gender, "", "male", ""}).value();
  const auto at = found.find("Mann");
  EXPECT_NE(at, std::string::npos) << found;
  EXPECT_EQ(found.find("Mann", at + 1), std::string::npos) << "of two packages the latest counts: " << found;
  EXPECT_EQ(refusal({write("x.tgz", {manifest("x", "1.0.0"), supplement("{}")})}),
            "x 1.0.0: package/CodeSystem-s.json: CodeSystem.concept.code: a concept without a code");
}

TEST_F(KnowledgeTest, TellsProfilesAndGuides) {
  const File guide{"package/ImplementationGuide-a.json",
                   R"({"resourceType":"ImplementationGuide","url":"http://x.org/guide","version":"1.0.0"})"};
  const File extension{"package/StructureDefinition-e.json",
                       R"({"resourceType":"StructureDefinition","url":"http://x.org/e",
      "kind":"complex-type","derivation":"constraint","type":"Extension"})"};
  const File type{"package/StructureDefinition-t.json",
                  R"({"resourceType":"StructureDefinition","url":"http://x.org/t","kind":"resource",
      "derivation":"specialization","type":"Patient"})"};
  const auto file = write("a.tgz", {manifest("a", "1.0.0"), guide, extension, type, profile("p", "Patient"),
                                    profile("q", "Patient")});
  const rest::Guides guides = Knowledge::load(std::vector{file}).value()->guides();
  EXPECT_EQ(guides.canonicals, std::vector<std::string>{"http://x.org/guide|1.0.0"});
  ASSERT_EQ(guides.profiles.size(), 1u);
  EXPECT_EQ(guides.profiles.at("Patient"), (std::vector<std::string>{"http://x.org/p", "http://x.org/q"}));
}

}  // namespace
}  // namespace handoff::gateway
