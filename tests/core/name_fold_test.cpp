#include "core/name_fold.h"

#include <gtest/gtest.h>

namespace handoff {
namespace {

struct Pair {
  const char* what;
  const char* a;
  const char* b;
};

TEST(NameFold, WritesOneNameInOneForm) {
  const Pair pairs[] = {
      {"case", "RIVERA", "rivera"},
      {"sharp s", "Strauß", "STRAUSS"},
      {"padding and runs of blanks", "  Ana \t Maria ", "ana maria"},
      {"a no-break space", "Ana\u00A0Maria", "ana maria"},
      {"a blank of full width", "Ana\u3000Maria", "ana maria"},
      {"accents, composed", "José", "JOSE"},
      {"accents, decomposed", "Jose\u0301", "jose"},
      {"two accents", "Nguye\u0302\u0303n", "NGUYEN"},
      {"accents in another order", "a\u0323\u0302", "a\u0302\u0323"},
      {"Greek", "Γιώργος", "γιωργος"},
      {"Cyrillic", "Йосиф", "иосиф"},
      {"Latin of full width", "ＡＮＡ", "ana"},
      {"a mark behind a joiner", "e\u200D\u0301", "e"},
      {"U+0027 and U+2019", "O'Neill", "O\u2019NEILL"},
      {"U+2018", "O\u2018Neill", "ONEILL"},
      {"U+201B", "O\u201BNeill", "ONEILL"},
      {"U+02BC", "O\u02BCNeill", "ONEILL"},
      {"U+02BB", "O\u02BBNeill", "ONEILL"},
      {"U+0060", "O`Neill", "ONEILL"},
      {"U+00B4, which decomposes to a blank and a mark", "O\u00B4Neill", "ONEILL"},
      {"U+2032", "O\u2032Neill", "ONEILL"},
      {"U+FF07", "O\uFF07Neill", "ONEILL"},
      {"U+05F3", "צ\u05F3רלי", "צ'רלי"},
      {"U+002D and none", "Jean-Louis", "JEANLOUIS"},
      {"U+2010", "Jean\u2010Louis", "Jean-Louis"},
      {"U+2011", "Jean\u2011Louis", "Jean-Louis"},
      {"U+2013", "Jean\u2013Louis", "Jean-Louis"},
      {"U+2014", "Jean\u2014Louis", "Jean-Louis"},
      {"U+2212", "Jean\u2212Louis", "Jean-Louis"},
      {"U+FF0D", "Jean\uFF0DLouis", "Jean-Louis"},
      {"U+FE63", "Jean\uFE63Louis", "Jean-Louis"},
      {"U+058A", "Jean\u058ALouis", "Jean-Louis"},
      {"U+00AD, soft", "Jean\u00ADLouis", "Jean-Louis"},
      {"U+200B", "Ri\u200Bvera", "Rivera"},
      {"U+200C", "Ri\u200Cvera", "Rivera"},
      {"U+200D", "Ri\u200Dvera", "Rivera"},
      {"U+2060", "Ri\u2060vera", "Rivera"},
      {"U+FEFF", "\uFEFFRivera", "Rivera"},
      {"U+200E and U+202C", "\u200ERivera\u202C", "Rivera"},
      {"U+2066", "\u2066Rivera\u2069", "Rivera"},
      {"U+180E", "Ri\u180Evera", "Rivera"},
      {"U+034F", "Ri\u034Fvera", "Rivera"},
      {"U+3164", "Ri\u3164vera", "Rivera"},
      {"U+FE0F", "Ri\uFE0Fvera", "Rivera"},
  };
  for (const Pair& pair : pairs) {
    EXPECT_EQ(fold_name(pair.a), fold_name(pair.b)) << pair.what;
    EXPECT_FALSE(fold_name(pair.a).empty()) << pair.what;
  }
}

TEST(NameFold, KeepsWhatTellsNamesApart) {
  const Pair pairs[] = {
      {"vowels of Devanagari", "सुमन", "समन"},    {"vowels of Tamil", "குமார்", "கமார்"},
      {"vowels of Thai", "สมชาย", "สุมชาย"},      {"vowels of Khmer", "សុខ", "សខ"},
      {"voicing marks of Kana", "がく", "かく"}, {"points of Hebrew", "שׁם", "שׂם"},
      {"letters of Latin", "Ana", "Ann"},        {"blanks", "Ana Maria", "Anamaria"},
  };
  for (const Pair& pair : pairs) EXPECT_NE(fold_name(pair.a), fold_name(pair.b)) << pair.what;
  EXPECT_EQ(fold_name_closed("De  la Cruz"), fold_name_closed("DELACRUZ"));
  EXPECT_EQ(fold_name("\xC3("), "\xC3(") << "malformed UTF-8";
  EXPECT_EQ(fold_name(" - ' \u200B"), "") << "nothing is left";
}

TEST(NameFold, PlainTextKeepsCaseAndAccents) {
  const Pair pairs[] = {
      {"wide", "\uFF28\uFF29\uFF36", "HIV"},
      {"ringed", "\u24BD", "H"},
      {"bold", "\U0001D407", "H"},
      {"ligature", "\uFB01t", "fit"},
      {"no width", "H\u200BI\u00ADV", "HIV"},
      {"blank", "a\u00A0b", "a b"},
      {"hyphen", "a\u2011b", "a-b"},
      {"apostrophe", "a\u2019b", "a'b"},
      {"accent", "Jos\u00E9", "Jos\u00E9"},
      {"malformed", "\xC3(", "\xC3("},
      {"case", "Ab", "Ab"},
  };
  for (const Pair& pair : pairs) EXPECT_EQ(plain_text(pair.a), pair.b) << pair.what;
}

}  // namespace
}  // namespace handoff
