#include "core/letters.h"

#include <gtest/gtest.h>

namespace handoff {
namespace {

TEST(Letters, HaveTwoCases) {
  EXPECT_EQ(to_upper("aé-ж1"), "AÉ-Ж1");
  EXPECT_EQ(to_lower("AÉ-Ж1"), "aé-ж1");
  EXPECT_EQ(to_upper("\xFFz"), "\xFFz");
  EXPECT_EQ(to_upper(""), "");
}

TEST(Letters, AreFoldedButForTheirAccents) {
  EXPECT_EQ(fold_case("Straße"), fold_case("STRASSE"));
  EXPECT_EQ(fold_case("É"), fold_case("e\u0301"));
  EXPECT_NE(fold_case("é"), fold_case("e"));
  EXPECT_EQ(fold_case("a\tb\n"), "a b ");
  EXPECT_EQ(fold_case("\xFF"), "\xFF");
}

}  // namespace
}  // namespace handoff
