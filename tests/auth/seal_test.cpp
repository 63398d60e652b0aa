#include "auth/seal.h"

#include <gtest/gtest.h>

#include "core/hash.h"

namespace handoff::auth {
namespace {

TEST(Sealer, OpensOnlyWhatItSealedForTheSameContext) {
  const Sealer sealer, another;
  const std::string sealed = sealer.seal("0001 p", "client\nquery");
  EXPECT_EQ(sealer.open(sealed, "client\nquery"), "0001 p");
  EXPECT_EQ(sealer.open(sealer.seal("", ""), ""), "");
  EXPECT_NE(sealer.seal("0001 p", "client\nquery"), sealed) << "no two alike";
  EXPECT_FALSE(sealer.open(sealed, "client\nother"));
  EXPECT_FALSE(another.open(sealed, "client\nquery"));
  std::string bytes;
  ASSERT_TRUE(base64url_decode(sealed, bytes));
  EXPECT_EQ(bytes.find("0001"), std::string::npos);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = char(changed[i] ^ 1);
    EXPECT_FALSE(sealer.open(base64url_encode(changed), "client\nquery")) << i;
    EXPECT_FALSE(sealer.open(base64url_encode(bytes.substr(0, i)), "client\nquery")) << i;
  }
  for (const char* junk : {"", "A", "====", "not base64!", "AAAA"})
    EXPECT_FALSE(sealer.open(junk, "")) << junk;
}

}  // namespace
}  // namespace handoff::auth
