#include "intake/separation.h"

#include <gtest/gtest.h>

#include "../shipped_tables.h"

namespace handoff::intake {
namespace {

const std::string referral = "urn:referral";

Part record(std::vector<std::string> links, const std::string& member, const std::string& given,
            const std::string& born = "1991-03-04") {
  Part part{{{}, member, "Twinb", given, born, ""}, true};
  for (const std::string& link : links) part.evidence.links.push_back({referral, link});
  return part;
}

Part mention(const std::string& link) { return {{{{referral, link}}, "", "", "", "", ""}, false}; }

TEST(Separation, TellsPeopleApart) {
  struct Case {
    const char* what;
    std::vector<Part> parts;
    std::vector<int> people;
  };
  const Case cases[] = {
      {"two twins by their numbers", {record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Bob")}, {0, 1}},
      {"with what refers to them",
       {record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Bob"), mention("R-2"), mention("R-1")},
       {0, 1, 1, 0}},
      {"who came by two numbers stays one",
       {record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Bob"), record({"R-3"}, "1", "Ana")},
       {0, 1, 0}},
      {"an enrolment joins two numbers",
       {record({"R-1"}, "1", "Ana"), record({"R-1", "E-1"}, "", ""), record({"R-2"}, "1", "Bob"),
        mention("E-1")},
       {0, 0, 1, 0}},
      {"nothing contradicts: each number a person",
       {record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Ana")},
       {0, 1}},
      {"one number, two birth dates",
       {record({"R-1"}, "1", "Ana"), record({"R-1", "E-1"}, "1", "Ana", "1960-01-01"), mention("E-1"),
        mention("R-1")},
       {0, 1, 1, -1}},
      {"one person", {record({"R-1"}, "1", "Ana"), record({"R-1", "E-1"}, "1", "Ana")}, {0, 0}},
      {"what refers to nobody",
       {record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Bob"), mention("R-9")},
       {0, 1, -1}},
      {"nobody", {}, {}},
      {"the mention is older",
       {mention("R-2"), record({"R-1"}, "1", "Ana"), record({"R-2"}, "1", "Bob")},
       {1, 0, 1}},
  };
  for (const Case& one : cases)
    EXPECT_EQ(separate(one.parts, shipped_tables().nicknames), one.people) << one.what;
}

}  // namespace
}  // namespace handoff::intake
