#include "http/connection/connection_table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "http/connection/file_ledger.h"

namespace tabletalk::http {
namespace {

// What happens is written as words: "+a" a connection from address a comes, and is named a1, a2…;
// "r:a1" it sends the begin of a request, "w:a1" it is being answered, "i:a1" it is idle again,
// "-a1" it is gone, "x" one is to go. A connection that is told to go is gone at once.
class Story {
 public:
  explicit Story(ConnectionLimits limits) : table_(limits) {}

  /// Who was closed or refused, in order.
  std::string Play(const std::string& words) {
    std::istringstream stream(words);
    for (std::string word; stream >> word;) {
      const auto named = [&] { return ids_.at(word.substr(2)); };
      if (word[0] == '+') {
        Come(word.substr(1));
      } else if (word[0] == '-') {
        table_.Remove(ids_.at(word.substr(1)));
      } else if (word == "x") {
        if (!table_.CloseOne()) said_ += "none ";
      } else {
        using Doing = ConnectionTable::Doing;
        table_.Set(named(), word[0] == 'r'   ? Doing::reading
                            : word[0] == 'w' ? Doing::answering
                                             : Doing::idle);
      }
      for (const std::string& name : std::exchange(told_, {})) {
        said_ += name + " ";
        table_.Remove(ids_.at(name));
      }
    }
    return said_.substr(0, said_.empty() ? 0 : said_.size() - 1);
  }
  const ConnectionTable& table() const { return table_; }

 private:
  void Come(const std::string& address) {
    const std::string name = address + std::to_string(++counts_[address]);
    const auto id = table_.Add(address, [this, name] { told_.push_back(name); }, [] {});
    if (id) {
      ids_[name] = *id;
    } else {
      said_ += name + "! ";
    }
  }

  ConnectionTable table_;
  std::map<std::string, int> counts_;
  std::map<std::string, std::uint64_t> ids_;
  std::vector<std::string> told_;
  std::string said_;
};

TEST(ConnectionTable, ClosesWhoWaitsLongestOfWhoHasMost) {
  struct Case {
    const char* words;
    const char* closed;  ///< "!" behind one that was not let in.
  };
  // Six in all, four of them waiting, five of one address.
  const Case cases[] = {
      {"+a +a +b +b", ""},
      {"+a +a +a +a +a", "a1"},
      {"+a +a +a +a r:a1 i:a1 +a", "a2"},
      {"+a +a +a +b +b", "a1"},
      {"+b +a +a +a +b", "a1"},
      {"+b +b +b +a +a", "b1"},
      {"+a +a r:a1 +a +a +a", "a2"},
      {"+a +a +a +a r:a1 r:a2 r:a3 r:a4 +a", "a1"},
      {"+a +a +a +a r:a1 r:a2 r:a3 r:a4 +a +a", "a1 a5"},
      {"+a +a +a +a w:a1 w:a2 +a +a", "a3"},
      {"+a +a +a +a +a w:a1", "a1"},
      {"+a +a +a +a w:a1 w:a2 w:a3 w:a4 +a w:a5 +a", "a6!"},
      {"+a +a +a +a w:a1 w:a2 w:a3 w:a4 +a +a", "a5"},
      {"+a +a +a +a w:a1 w:a2 w:a3 w:a4 +a w:a5 +b", ""},
      {"+a +a -a1 +a +a +a", ""},
      {"+a +a +a +a x x", "a1 a2"},
      {"+a w:a1 x", "none"},
      {"x", "none"},
  };
  for (const Case& one : cases) {
    Story story({6, 4, 5});
    EXPECT_EQ(story.Play(one.words), one.closed) << one.words;
  }
}

TEST(ConnectionTable, WhoHoldsManyCannotPushOutWhoHoldsOne) {
  Story story({2000, 1500, 1500});
  std::string flood = "+honest r:honest1";
  for (int i = 0; i < 5000; ++i) flood += " +flood";
  const std::string closed = story.Play(flood);
  EXPECT_EQ(closed.find("honest"), closed.npos);
  EXPECT_EQ(story.table().size(), 1500u);
  EXPECT_EQ(story.table().closed(), 3501u);
}

TEST(ConnectionTable, LimitsFollowFromDescriptors) {
  struct Case {
    std::uint64_t descriptors;
    std::size_t most;
  };
  for (const Case& one : {Case{0, 32}, Case{256, 32}, Case{1024, 384}, Case{4096, 1920},
                          Case{20'000, 9872}, Case{1 << 20, 16'384}, Case{UINT64_MAX, 16'384}}) {
    const ConnectionLimits limits = LimitsFor(one.descriptors);
    EXPECT_EQ(limits.most, one.most) << one.descriptors;
    EXPECT_EQ(limits.most_waiting, one.most - one.most / 4) << one.descriptors;
    EXPECT_LT(limits.most_per_address, limits.most) << one.descriptors;
  }
}

TEST(FileLedger, CutsTheOldestOff) {
  struct Case {
    std::vector<std::uint64_t> sizes;
    std::string cut;
    std::uint64_t held;
  };
  const Case cases[] = {
      {{40, 60}, "", 100},        {{40, 60, 1}, "0", 61}, {{40, 60, 41}, "01", 41},
      {{10, 10, 10, 100}, "012", 100}, {{10, 500}, "0", 500}, {{500, 10}, "0", 10},
      {{500}, "", 500},           {{0, 100, 0}, "", 100},
  };
  for (const Case& one : cases) {
    FileLedger ledger(base::ByteSize(100));
    std::string cut;
    {
      std::vector<FileLedger::Entry> entries;
      for (std::size_t i = 0; i < one.sizes.size(); ++i)
        entries.push_back(ledger.Add(one.sizes[i], [&cut, i] { cut += std::to_string(i); }));
      EXPECT_EQ(cut, one.cut) << ::testing::PrintToString(one.sizes);
      EXPECT_EQ(ledger.held().bytes(), one.held) << ::testing::PrintToString(one.sizes);
    }
    EXPECT_EQ(ledger.held().bytes(), 0u);
  }
}

}  // namespace
}  // namespace tabletalk::http
