#include "identity/tables.h"

#include <gtest/gtest.h>

#include "../shipped_tables.h"
#include "identity/person.h"

namespace handoff::identity {
namespace {

using Kind = Placeholders::Kind;

TEST(Placeholders, TheShippedTableCoversTheKinds) {
  const Placeholders& table = shipped_tables().placeholders;
  const std::pair<Kind, std::vector<const char*>> placeholders[] = {
      {Kind::birth_date,
       {"1900-01-01", "1901-01-01", "1111-11-11", "9999-12-31", "1800-01-01", "0001-01-01", "1753-01-01",
        "1899-12-30", "1900-12-31", "2999-01-01", "1601-01-01"}},
      {Kind::medicaid,
       {"999999999999", "000000000000", "111111111111", "99999", "123456789012", "unknown", "N/A"}},
      {Kind::family, {"UNKNOWN", "unknown", "Unk",     "LNU",          "NLN",     "n/a",    "None", "#N/A",
                      "#REF!",   "#NAME?",  "#VALUE!", "#DIV/0!",      "#NUM!",   "#NULL!", "####", "???",
                      "XXX",     "---",     " - ",     "UNKNOWN MALE", "No Name", "\u200B"}},
      {Kind::given, {"FNU", "NFN", "BABY BOY", "Baby Girl A", "#N/A", "Unknown", "Desconocida", "Newborn"}},
      {Kind::link, {"UNKNOWN", "n/a", "0", "0000", "9999", "#N/A", "#REF!", "TBD", "XXX"}},
      {Kind::sex, {"unknown"}}};
  for (const auto& [kind, values] : placeholders)
    for (const char* value : values) EXPECT_TRUE(table.has(kind, value)) << value;
  const std::pair<Kind, std::vector<const char*>> honest[] = {
      {Kind::birth_date, {"1990-01-01", "1970-01-01", "1905-06-01", "2024-02-29", "1999-09-09", ""}},
      {Kind::medicaid, {"100000000001", "199999999999", "123456789013", "112233445566"}},
      {Kind::family,
       {"Doe", "Rivera", "Nulla", "Nunez", "Testa", "Na", "Baby", "Boy", "Xu", "Unkel", "Nan", "O'Neill"}},
      {Kind::given, {"John", "Babette", "Boyd", "Fnuala", "X", "Maleah", "Nan"}},
      {Kind::link, {"R-0", "R-000139", "E-1", "10", "N-1"}},
      {Kind::sex, {"male", "female", "other"}}};
  for (const auto& [kind, values] : honest)
    for (const char* value : values) EXPECT_FALSE(table.has(kind, value)) << value;
  for (const auto& [family, given] :
       {std::pair{"DOE", "JOHN"}, {"Doe", "Jane"}, {"TEST", "Patient"}, {"zztest", "anything"}})
    EXPECT_TRUE(table.has_full_name(family, given)) << family;
  for (const auto& [family, given] : {std::pair{"DOE", "MARIA"}, {"Rivera", "John"}, {"Na", "Min"}})
    EXPECT_FALSE(table.has_full_name(family, given)) << family;
}

TEST(Placeholders, WhatIsLeftIsEvidence) {
  const PersonClaim left =
      evidence_of({{{"s", " "}, {"s", "R-1"}}, "999999999999", "DOE", "JANE", "1900-01-01", "unknown"},
                  shipped_tables().placeholders);
  EXPECT_EQ(left.links.size(), 1u);
  EXPECT_EQ(left.medicaid + left.family + left.given + left.birth_date + left.sex, "");
  const PersonClaim whole =
      evidence_of({{}, "", "Doe", "Maria", "1990-01-01", "female"}, shipped_tables().placeholders);
  EXPECT_EQ(name_key(whole), "doe|maria|1990-01-01|female");
  EXPECT_EQ(name_key({{}, "", "-", "Maria", "1990-01-01", "female"}), "")
      << "nothing is left of the family name";
}

TEST(Tables, RefuseWhatTheyCannotRead) {
  const std::pair<const char*, const char*> wrong[] = {
      {"kind,value,why\nbirthday,1900-01-01,x\n",
       "record 2: the kind is \"birthday\"; it must be birthDate, medicaid, link, number, family, given, "
       "name, fullName or sex"},
      {"kind,value,why\nname,UNK\n", "record 2: three columns are needed: kind, value, why"},
      {"kind,value,why\nname,,x\n", "record 2: the value must not be empty or *"},
      {"kind,value,why\nname,*,x\n", "record 2: the value must not be empty or *"},
      {"kind,value,why\nfullName,DOE,x\n",
       "record 2: a fullName must be FAMILY|GIVEN, and only a fullName may contain |"},
      {"kind,value,why\nname,DOE|JOHN,x\n",
       "record 2: a fullName must be FAMILY|GIVEN, and only a fullName may contain |"},
  };
  for (const auto& [text, told] : wrong) {
    const auto read = Placeholders::read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().summary(), told);
  }
  ASSERT_FALSE(Nicknames::read("name,also\nrobert,bob;;rob\n"));
  EXPECT_EQ(Nicknames::read("name,also\nrobert\n").error().summary(),
            "record 2: two columns are needed: name, also");
}

}  // namespace
}  // namespace handoff::identity
