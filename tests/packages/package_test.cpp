// Packages are taken whole, or refused with the reason. Their content is found by canonical, and their codes
// are known.
#include "packages/package.h"

#include <gtest/gtest.h>

#include "archives.h"
#include "packages/archive.h"
#include "packages/library.h"

namespace handoff::packages {
namespace {

const File manifest{
    "package/package.json",
    R"({"name":"x.y","version":"1.2.3","fhirVersions":["4.0.1"],"dependencies":{"hl7.fhir.r4.core":"4.0.1","a.b":"2.0.x"}})"};

TEST(Package, HoldsItsDefinitions) {
  const auto package = Package::read(
      tgz({manifest,
           {"package/ValueSet-v.json", R"({"resourceType":"ValueSet","url":"http://x.org/v","version":"1"})"},
           {"package/.index.json", "{"},
           {"package/example/Patient-1.json", "{"},
           {"package/notes.md", "x"},
           {"package", "", '5'}}));
  ASSERT_TRUE(package) << package.error().summary();
  EXPECT_EQ((*package)->name(), "x.y");
  EXPECT_EQ((*package)->version(), "1.2.3");
  EXPECT_EQ((*package)->definitions().size(), 1u);
  Library library;
  library.add(*package);
  EXPECT_TRUE(library.find("ValueSet", "http://x.org/v"));
  EXPECT_TRUE(library.find("ValueSet", "http://x.org/v|1"));
  EXPECT_FALSE(library.find("ValueSet", "http://x.org/v|2"));
  EXPECT_FALSE(library.find("CodeSystem", "http://x.org/v"));
  ASSERT_EQ(library.missing().size(), 1u);
  EXPECT_EQ(library.missing()[0].name, "a.b");
}

TEST(Package, TakesLongNames) {
  const std::string name = "package/" + std::string(150, 'x') + ".json";
  const std::string record = " path=" + name + "\n";
  const std::string pax = std::to_string(record.size() + 3) + record;
  const std::string content = R"({"resourceType":"ValueSet","url":"http://x.org/v"})";
  for (const File& before : {File{"./PaxHeaders", pax, 'x'}, File{"././@LongLink", name + '\0', 'L'}}) {
    const auto files = read_archive(tgz({before, {"short", content}}), [](std::string_view) { return true; });
    ASSERT_TRUE(files) << files.error().summary();
    ASSERT_EQ(files->size(), 1u);
    EXPECT_EQ(files->front().name, name);
  }
}

TEST(Package, IsRefusedWithItsReason) {
  std::string damaged = tgz({manifest}), wrong_sum = tar({manifest});
  damaged[damaged.size() - 6] ^= 1;
  wrong_sum[0] = 'q';
  const std::pair<std::string, const char*> cases[] = {
      {"", "ends too early"},
      {"no gzip", "no gzip file"},
      {damaged, "damaged"},
      {tgz({manifest}).substr(0, 60), "ends too early"},
      {gzip("no tar" + std::string(600, 'x')), "no tar archive"},
      {gzip(wrong_sum), "no tar archive"},
      {gzip(tar({manifest}).substr(0, 600)), "ends within a file"},
      {gzip(std::string(1024, '\0')), "is empty"},
      {tgz({manifest, {"package/../../x.json", "{}"}}), "leads out of it"},
      {tgz({manifest, {"/etc/x.json", "{}"}}), "leads out of it"},
      {tgz({{"package/x.json", "{}"}}), "no manifest"},
      {tgz({{"package/package.json", R"({"name":"x"})"}}), "lacks name or version"},
      {tgz({{"package/package.json", R"({"name":"x","version":"1","fhirVersions":["5.0.0"]})"}}),
       "not for FHIR R4"},
      {tgz({manifest, {"package/x.json", "{"}}), "package/x.json"},
      {tgz({manifest,
            {"package/a.json", R"({"resourceType":"ValueSet","url":"http://x.org/v","version":"1"})"},
            {"package/b.json", R"({"resourceType":"ValueSet","url":"http://x.org/v","version":"1"})"}}),
       "package/b.json: http://x.org/v|1 is defined by package/a.json, too"},
      {tgz({manifest, {"package/x.json", std::string(200, '[') + std::string(200, ']')}}), "package/x.json"},
  };
  for (const auto& [bytes, says] : cases) {
    const auto package = Package::read(bytes);
    ASSERT_FALSE(package) << says;
    EXPECT_EQ(package.error().kind, Kind::incorrect);
    EXPECT_NE(package.error().summary().find(says), std::string::npos)
        << package.error().summary() << " says not: " << says;
  }
}

TEST(Package, VersionsSatisfy) {
  for (const auto& [version, wanted] :
       {std::pair("1.2.3", "1.2.3"), {"1.2.3", "1.2.x"}, {"1.2.3", "latest"}, {"1.2.3", "1.x.x"}})
    EXPECT_TRUE(satisfies(version, wanted)) << version << ' ' << wanted;
  for (const auto& [version, wanted] :
       {std::pair("1.2.3", "1.2.4"), {"1.2.3", "1.2"}, {"1.2", "1.2.3"}, {"2.2.3", "1.x.x"}})
    EXPECT_FALSE(satisfies(version, wanted)) << version << ' ' << wanted;
}

}  // namespace
}  // namespace handoff::packages
