#include "base/utf8.h"

#include <gtest/gtest.h>

namespace tabletalk::base {
namespace {

TEST(Utf8, Validity) {
  for (const char* good : {"", "abc", "é", "漢字", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(IsValidUtf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_FALSE(IsValidUtf8(bad));
}

TEST(Utf8, TruncatesBetweenCharacters) {
  EXPECT_EQ(Truncate("héllo", 2), "hé");
  EXPECT_EQ(Truncate("ab", 5), "ab");
  EXPECT_EQ(CodePointCount("漢字"), 2u);
}

TEST(Utf8, EscapesWhatMovesTheCursor) {
  EXPECT_EQ(EscapeControls("a\x1b[2Jb"), "a\\u{001B}[2Jb");
  EXPECT_EQ(EscapeControls("x\u202Ey"), "x\\u{202E}y");
  EXPECT_EQ(EscapeControls("tab\tline\né"), "tab\tline\né");
}

}  // namespace
}  // namespace tabletalk::base
