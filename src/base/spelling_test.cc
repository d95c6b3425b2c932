#include "base/spelling.h"

#include <gtest/gtest.h>

namespace tabletalk::base {
namespace {

TEST(Spelling, Distance) {
  EXPECT_EQ(EditDistance("amount", "amuont", 5), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(EditDistance("", "abc", 5), 3u);
  EXPECT_EQ(EditDistance("abcdef", "uvwxyz", 2), 3u);  // stops counting
}

TEST(Spelling, Nearest) {
  EXPECT_EQ(NearestName("amuont", {"status", "amount"}), "amount");
  EXPECT_EQ(NearestName("AMOUNT", {"status", "amount"}), "amount");
  EXPECT_EQ(NearestName("zzz", {"status", "amount"}), std::nullopt);
  EXPECT_EQ(NearestName("a", {}), std::nullopt);
}

}  // namespace
}  // namespace tabletalk::base
