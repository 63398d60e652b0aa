// Which search parameters a package adds, and which are refused.
#include "packages/search_parameters.h"

#include <gtest/gtest.h>

#include "archives.h"

namespace handoff::packages {
namespace {

const File manifest{"package/package.json", R"({"name":"x.y","version":"1.2.3"})"};

std::shared_ptr<const Package> package_of(const std::string& members) {
  return Package::read(
             tgz({manifest,
                  {"package/SearchParameter-a.json",
                   R"({"resourceType":"SearchParameter","url":"http://x.org/a",)" + members + "}"}}))
      .value();
}

TEST(PackagedSearchParameters, AreThoseThatR4LacksAndServes) {
  const auto package = package_of(
      R"("code":"colour","type":"token","base":["Patient","Basic"],"target":["Group"],"expression":"Patient.extension.value|Basic.code")");
  const auto found = search_parameters(*package, fhir::Definitions::r4());
  ASSERT_TRUE(found) << found.error().summary();
  ASSERT_EQ(found->size(), 1u);
  const auto& [parameter, file] = found->front();
  EXPECT_EQ(file, "package/SearchParameter-a.json");
  EXPECT_EQ(parameter.url, "http://x.org/a");
  EXPECT_EQ(parameter.code, "colour");
  EXPECT_EQ(parameter.type, fhir::SearchType::token);
  EXPECT_EQ(parameter.bases, (std::vector<std::string_view>{"Basic", "Patient"}));
  EXPECT_EQ(parameter.targets, (std::vector<std::string_view>{"Group"}));
}

TEST(PackagedSearchParameters, LeaveR4sInForce) {
  const auto bases = [](const std::string& members) {
    const auto package = package_of(members);
    const auto found = search_parameters(*package, fhir::Definitions::r4());
    EXPECT_TRUE(found) << found.error().summary();
    return found && !found->empty() ? found->front().parameter.bases : std::vector<std::string_view>{};
  };
  EXPECT_EQ(
      bases(R"("code":"name","type":"string","base":["Patient"],"expression":"Patient.name.family")").size(),
      0u)
      << "another meaning";
  EXPECT_EQ(bases(R"("code":"_id","type":"token","base":["Patient"],"expression":"Patient.id")").size(), 0u);
  EXPECT_EQ(bases(R"("code":"gender","type":"token","base":["Patient","Group"],"expression":"Group.name")"),
            (std::vector<std::string_view>{"Group"}));
  EXPECT_EQ(
      bases(R"("code":"colour","type":"token","base":["Resource"],"expression":"Resource.language")").size(),
      fhir::Definitions::r4().resources().size());
  EXPECT_EQ(
      bases(
          R"("code":"colour","type":"token","base":["DomainResource"],"expression":"DomainResource.language")")
          .size(),
      fhir::Definitions::r4().resources().size() - 3)
      << "all but Binary, Bundle, Parameters";
  EXPECT_EQ(bases(R"("code":"pair","type":"composite","base":["Patient"],"expression":"Patient")").size(),
            0u);
  EXPECT_EQ(bases(R"("code":"near","type":"special","base":["Patient"],"expression":"Patient")").size(), 0u);
  EXPECT_EQ(bases(R"("code":"colour","type":"token","base":["Patient"])").size(), 0u) << "without expression";
  EXPECT_EQ(bases(R"("code":"_colour","type":"token","base":["Patient"],"expression":"Patient.id")").size(),
            0u)
      << "R4's to define";
}

TEST(PackagedSearchParameters, AreRefusedWithFileAndReason) {
  const std::pair<std::string, const char*> cases[] = {
      {R"("type":"token","base":["Patient"])", "no code"},
      {R"("code":"a:b","type":"token","base":["Patient"])", "no code"},
      {R"("code":"a b","type":"token","base":["Patient"])", "no code"},
      {R"("code":"a","base":["Patient"])", "type is not a type of R4"},
      {R"("code":"a","type":"colour","base":["Patient"])", "type is not a type of R4"},
      {R"("code":"a","type":"token")", "no base"},
      {R"("code":"a","type":"token","base":["ActorDefinition"])",
       "ActorDefinition is no resource type of R4"},
      {R"("code":"a","type":"token","base":["HumanName"])", "HumanName is no resource type of R4"},
  };
  for (const auto& [members, says] : cases) {
    const auto package = package_of(members);
    const auto found = search_parameters(*package, fhir::Definitions::r4());
    ASSERT_FALSE(found) << members;
    EXPECT_EQ(found.error().kind, Kind::incorrect);
    EXPECT_EQ(found.error().issues.front().expression, "package/SearchParameter-a.json");
    EXPECT_NE(found.error().summary().find(says), std::string::npos) << found.error().summary();
  }
}

}  // namespace
}  // namespace handoff::packages
