#include "core/hash.h"

#include <gtest/gtest.h>

namespace handoff {
namespace {

// RFC 4231, cases 1, 2 and 6.
TEST(KeyedDigest, IsThatOfTheSpecificationWhateverKeyCameBefore) {
  const std::string long_key(131, '\xaa');
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(to_hex(keyed_digest(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    for (int same_key = 0; same_key < 2; ++same_key)
      EXPECT_EQ(to_hex(keyed_digest("Jefe", "what do ya want for nothing?")),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(keyed_digest(long_key, "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }
}

TEST(KeyedDigest, AnEmptyKeyIsAKey) {
  const std::string first = to_hex(keyed_digest("", ""));
  EXPECT_EQ(first, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_NE(to_hex(keyed_digest("other", "")), first);
  EXPECT_EQ(to_hex(keyed_digest("", "")), first);
}

}  // namespace
}  // namespace handoff
