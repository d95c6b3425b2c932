#include "confine/output.h"

#include <gtest/gtest.h>

namespace tabletalk::confine {
namespace {

TEST(BoundedOutputTest, KeepsHeadAndTail) {
  const struct {
    std::vector<std::string> writes;
    const char* head;
    const char* tail;
  } cases[] = {
      {{}, "", ""},
      {{"abc"}, "abc", ""},
      {{"abcd"}, "abcd", ""},
      {{"abcde"}, "abcd", "e"},
      {{"abcdefgh"}, "abcd", "efgh"},
      {{"abcdefghi"}, "abcd", "fghi"},
      {{"ab", "cd", "ef", "gh", "ij"}, "abcd", "ghij"},
      {{"abc", "defghijklmnop"}, "abcd", "mnop"},
      {{"abcdefg", "hij", "k"}, "abcd", "hijk"},
  };
  for (const auto& c : cases) {
    BoundedOutput output(base::ByteSize(4));
    std::size_t total = 0;
    for (const std::string& text : c.writes) {
      output.Add(text);
      total += text.size();
    }
    const Output kept = output.Take();
    EXPECT_EQ(kept.head, c.head);
    EXPECT_EQ(kept.tail, c.tail) << c.head;
    EXPECT_EQ(kept.total_bytes, total);
  }
}

}  // namespace
}  // namespace tabletalk::confine
