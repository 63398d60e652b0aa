#include "identity/person.h"

#include <gtest/gtest.h>

#include <map>

namespace handoff::identity {
namespace {

const std::string referral = "https://handoff.example.org/id/referral";

struct World {
  std::map<std::pair<std::string, std::string>, std::vector<KnownPerson>> people;
  Known known() const {
    return [this](std::string_view system, std::string_view value) {
      const auto found = people.find({std::string(system), std::string(value)});
      return found == people.end() ? std::vector<KnownPerson>{} : found->second;
    };
  }
  void add(const KnownPerson& person, const PersonClaim& claim) {
    for (const auto& key : keys_of(claim)) people[{key.system, key.value}].push_back(person);
  }
};

const PersonClaim rivera{{{referral, "R-1"}}, "100000000001", "RIVERA", "José", "1990-02-03", "male"};

TEST(Person, RecognizedByLinkThenMemberIdThenName) {
  World world;
  world.add({"p1", {"100000000001"}, "1990-02-03"}, rivera);
  EXPECT_EQ(recognize({{{referral, "R-1"}}, "", "", "", "", ""}, world.known()), "p1");
  EXPECT_EQ(recognize({{}, "100000000001", "Other", "Name", "", ""}, world.known()), "p1");
  EXPECT_EQ(recognize({{}, "", "Rivera ", "jose", "1990-02-03", "male"}, world.known()), "p1");
}

TEST(Person, WeakOrContradictingEvidenceMergesNobody) {
  World world;
  world.add({"p1", {"100000000001"}, "1990-02-03"}, rivera);
  EXPECT_FALSE(recognize({{}, "", "Rivera", "Jose", "1990-02-03", ""}, world.known())) << "no sex";
  EXPECT_FALSE(recognize({{}, "", "Rivera", "Jose", "1990-02-04", "male"}, world.known())) << "another birth date";
  EXPECT_FALSE(recognize({{}, "100000000001", "Rivera", "Jose", "1991-01-01", "male"}, world.known())) << "same number, another birth date";
  EXPECT_FALSE(recognize({{}, "100000000002", "Rivera", "Jose", "1990-02-03", "male"}, world.known())) << "same name, another number";
  EXPECT_FALSE(recognize({{{referral, "R-1"}}, "100000000002", "", "", "", ""}, world.known())) << "a link does not outweigh a number";
}

TEST(Person, TwoCandidatesNeedAPerson) {
  World world;
  world.add({"p1", {}, "1990-02-03"}, {{}, "", "Rivera", "José", "1990-02-03", "male"});
  world.add({"p2", {}, "1990-02-03"}, {{}, "", "RIVERA", "Jose", "1990-02-03", "male"});
  EXPECT_FALSE(recognize({{}, "", "Rivera", "Jose", "1990-02-03", "male"}, world.known()));
}

}  // namespace
}  // namespace handoff::identity
