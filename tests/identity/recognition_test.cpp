#include "identity/recognition.h"

#include <gtest/gtest.h>

#include <map>

#include "../shipped_tables.h"

namespace handoff::identity {
namespace {

const std::string referral = "https://handoff.example.org/id/referral";

std::vector<Identifier> link(const std::string& number) { return {{referral, number}}; }

// People, with the claims of their records.
struct World {
  std::map<std::string, KnownPerson> people;
  void add(const std::string& id, const PersonClaim& claim) {
    people[id].id = id;
    people[id].claims.push_back(evidence_of(claim, shipped_tables().placeholders));
  }
  Recognition recognize(const PersonClaim& claim) const {
    const Known known = [this](std::string_view system, std::string_view value) {
      std::vector<KnownPerson> found;
      for (const auto& [id, person] : people)
        for (const PersonClaim& one : person.claims)
          for (const Identifier& key : keys_of(one))
            if (key.system == system && key.value == value && (found.empty() || found.back().id != id))
              found.push_back(person);
      return found;
    };
    return identity::recognize(evidence_of(claim, shipped_tables().placeholders), known,
                               shipped_tables().nicknames);
  }
  // "p1", "nobody", or "held: p1 birthDate given, p2".
  std::string told(const PersonClaim& claim) const {
    const Recognition found = recognize(claim);
    if (found.candidates.empty()) return found.id.empty() ? "nobody" : found.id;
    std::string text = "held:";
    for (const Candidate& one : found.candidates) {
      text += (text.back() == ':' ? " " : ", ") + one.id;
      for (const Finding& finding : one.speaks_against) text += " " + finding.kind;
    }
    return text;
  }
};

const PersonClaim rivera{link("R-1"), "100000000017", "RIVERA", "José", "1990-02-03", "male"};

struct Case {
  const char* what;
  PersonClaim claim;
  const char* told;
};

void expect(const World& world, const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(world.told(one.claim), one.told) << one.what;
}

TEST(Recognition, ByLinkThenMemberIdThenName) {
  World world;
  world.add("p1", rivera);
  expect(world,
         {
             {"a link", {link("R-1"), "", "", "", "", ""}, "p1"},
             {"a member id", {{}, "100000000017", "Other", "", "", ""}, "p1"},
             {"name, birth date and sex", {{}, "", "Rivera ", "jose", "1990-02-03", "male"}, "p1"},
             {"a new link of the same person",
              {link("R-2"), "100000000017", "Rivera", "Jose", "1990-02-03", "male"},
              "p1"},
             {"no sex: the name proves nothing", {{}, "", "Rivera", "Jose", "1990-02-03", ""}, "nobody"},
             {"a father and his son", {{}, "", "Rivera", "Jose", "1962-02-03", "male"}, "nobody"},
             {"nothing", {}, "nobody"},
         });
}

TEST(Recognition, WhatContradictsIsHeld) {
  World world;
  world.add("p1", rivera);
  expect(world,
         {
             {"another birth date under one link",
              {link("R-1"), "", "Rivera", "José", "1990-02-04", ""},
              "held: p1 birthDate"},
             {"another birth date under one member id",
              {{}, "100000000017", "", "", "1991-01-01", ""},
              "held: p1 birthDate"},
             {"father and son under one member id",
              {{}, "100000000017", "Rivera", "Jose", "1962-02-03", "male"},
              "held: p1 birthDate"},
             {"a changed member id under one link",
              {link("R-1"), "100000000025", "", "", "", ""},
              "held: p1 medicaid"},
             {"the same name with another member id",
              {link("R-9"), "100000000025", "Rivera", "Jose", "1990-02-03", "male"},
              "held: p1 medicaid"},
             {"a twin under one member id",
              {link("R-2"), "100000000017", "Rivera", "Ana", "1990-02-03", "female"},
              "held: p1 given"},
             {"a twin of the same sex",
              {{}, "100000000017", "Rivera", "Luis", "1990-02-03", "male"},
              "held: p1 given"},
             {"a twin whose sex is not told",
              {{}, "100000000017", "Rivera", "Luis", "1990-02-03", ""},
              "held: p1 given"},
             {"another sex alone", {{}, "100000000017", "Rivera", "José", "1990-02-03", "female"}, "p1"},
             {"another family name", {{}, "100000000017", "Santos", "José", "1990-02-03", "male"}, "p1"},
             {"no given name", {{}, "100000000017", "Rivera", "", "1990-02-03", "female"}, "p1"},
             {"everything differs",
              {link("R-1"), "100000000025", "Lee", "Bo", "1980-01-01", "female"},
              "held: p1 medicaid birthDate given"},
         });
}

TEST(Recognition, GivenNamesMayBeOnePersons) {
  World world;
  world.add("p1", {{}, "100000000017", "Rivera", "William Robert", "1990-02-03", "male"});
  world.add("p2", {{}, "100000000025", "Cruz", "María José", "1990-02-03", ""});
  world.add("p3", {{}, "100000000033", "Lee", "Christopher", "1990-02-03", "male"});
  const auto named = [](const char* number, const char* given, const char* sex = "") {
    return PersonClaim{{}, number, "", given, "", sex};
  };
  expect(world,
         {
             {"a nickname", named("100000000017", "Bill", "male"), "p1"},
             {"a nickname and a middle initial", named("100000000017", "Billy R."), "p1"},
             {"an initial", named("100000000017", "W"), "p1"},
             {"an initial with its dot", named("100000000017", "W."), "p1"},
             {"a beginning", named("100000000017", "Will"), "p1"},
             {"the middle name alone", named("100000000017", "Robert"), "held: p1 given"},
             {"another initial", named("100000000017", "K."), "held: p1 given"},
             {"another middle name", named("100000000017", "William Karl"), "held: p1 given"},
             {"the first of two names", named("100000000025", "MARIA"), "p2"},
             {"without the blank", named("100000000025", "Mariajose"), "p2"},
             {"a twin who shares the first name", named("100000000025", "María Elena"), "held: p2 given"},
             {"a Spanish nickname", named("100000000025", "Mari"), "p2"},
             {"a nickname of both sexes", named("100000000033", "Chris", "male"), "p3"},
             {"a nickname, and another sex", named("100000000033", "Chris", "female"), "held: p3 given"},
             {"the same name, and another sex", named("100000000033", "Christopher", "female"), "p3"},
             {"another name with the same nickname", named("100000000033", "Christina"), "held: p3 given"},
         });
}

TEST(Recognition, WhatWasConfirmedIsKnown) {
  World world;
  world.add("p1", rivera);
  world.add("p1", {link("R-1"), "100000000025", "Rivera", "José", "1990-02-04", "male"});
  expect(world, {
                    {"the corrected birth date", {link("R-1"), "", "", "", "1990-02-04", ""}, "p1"},
                    {"the earlier one", {link("R-1"), "", "", "", "1990-02-03", ""}, "p1"},
                    {"the new member id", {{}, "100000000025", "", "", "", ""}, "p1"},
                    {"a third", {link("R-1"), "", "", "", "1990-02-05", ""}, "held: p1 birthDate"},
                });
}

TEST(Recognition, SeveralNeedAPerson) {
  World world;
  world.add("ana", {link("R-1"), "100000000017", "Twin", "Ana", "1991-03-04", "female"});
  world.add("bob", {link("R-2"), "100000000017", "Twin", "Bob", "1991-03-04", "male"});
  world.add("lee", {link("R-3"), "100000000033", "Lee", "Bo", "1980-01-01", "male"});
  world.add("lee2", {link("R-4"), "100000000041", "Lee", "Bo", "1980-01-01", "male"});
  expect(world, {
                    {"the given name tells", {{}, "100000000017", "Twin", "Bob", "", ""}, "bob"},
                    {"the link tells", {link("R-1"), "100000000017", "", "", "", ""}, "ana"},
                    {"nothing tells", {{}, "100000000017", "Twin", "", "1991-03-04", ""}, "held: ana, bob"},
                    {"a third one",
                     {{}, "100000000017", "Twin", "Carl", "1991-03-04", ""},
                     "held: ana given, bob given"},
                    {"link and member id of two people",
                     {link("R-3"), "100000000041", "Lee", "Bo", "1980-01-01", "male"},
                     "held: lee medicaid, lee2"},
                    {"two links of two people",
                     {{{referral, "R-1"}, {referral, "R-3"}}, "", "", "", "", ""},
                     "held: ana, lee"},
                    {"two of one name", {{}, "", "Lee", "Bo", "1980-01-01", "male"}, "held: lee, lee2"},
                });
}

TEST(Recognition, PlaceholdersAreNoEvidence) {
  World world;
  world.add("p1", {link("R-1"), "", "DOE", "JOHN", "1900-01-01", "male"});
  world.add("p2", {link("R-2"), "999999999999", "Lee", "Bo", "1980-01-01", "male"});
  world.add("p3", {link("R-3"), "", "UNKNOWN", "UNKNOWN", "1980-01-01", "male"});
  world.add("p4", {link("R-4"), "100000000041", "Cruz", "FNU", "1900-01-01", "unknown"});
  expect(world,
         {
             {"a date for none", {link("R-5"), "", "DOE", "JOHN", "1900-01-01", "male"}, "nobody"},
             {"a number for none",
              {link("R-5"), "999999999999", "Cruz", "Ana", "1970-05-05", "female"},
              "nobody"},
             {"a name for none", {link("R-5"), "", "UNKNOWN", "UNKNOWN", "1980-01-01", "male"}, "nobody"},
             {"they do not contradict either",
              {link("R-4"), "100000000041", "Cruz", "Ana", "1970-05-05", "female"},
              "p4"},
             {"nor does one against what is known",
              {link("R-2"), "000000000000", "#N/A", "#REF!", "1900-01-01", "unknown"},
              "p2"},
         });
}

}  // namespace
}  // namespace handoff::identity
