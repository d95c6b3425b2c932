#include "net/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace tabletalk::net {
namespace {

/// "event|data|id" of each event.
std::vector<std::string> Events(const std::vector<std::string>& pieces, bool lenient) {
  std::vector<std::string> events;
  const auto sink = [&](const StreamEvent& event) {
    events.push_back(event.event + "|" + event.data + "|" + event.id);
  };
  EventStreamParser parser;
  for (const auto& piece : pieces) EXPECT_TRUE(parser.Feed(piece, sink));
  parser.Finish(sink, lenient);
  return events;
}

struct Case {
  std::string stream;
  std::vector<std::string> events;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"", {}},
      {"\n\n\r\n\r", {}},
      {"data: a\n\n", {"message|a|"}},
      {"data:a\n\n", {"message|a|"}},
      {"data:  a \n\n", {"message| a |"}},
      {"data: a\r\n\r\n", {"message|a|"}},
      {"data: a\r\r", {"message|a|"}},
      {"data: a\r\n\rdata: b\n\r\n", {"message|a|", "message|b|"}},
      {"data: a\n\ndata: b\n\n", {"message|a|", "message|b|"}},
      {"data: a\ndata: b\n\n", {"message|a\nb|"}},
      {"data: a\ndata:\ndata: b\n\n", {"message|a\n\nb|"}},
      {"data\n\n", {"message||"}},
      {"data:\n\n", {"message||"}},
      {"\xEF\xBB\xBF"
       "data: a\n\n",
       {"message|a|"}},
      {"data: \xEF\xBB\xBF"
       "a\n\n\xEF\xBB\xBF"
       "data: b\n\n",
       {"message|\xEF\xBB\xBF"
        "a|"}},
      {": keep-alive\n\ndata: a\n\n", {"message|a|"}},
      {":\ndata: a\n: more\ndata: b\n\n", {"message|a\nb|"}},
      {"event: ping\n\ndata: a\n\n", {"message|a|"}},
      {"event: delta\ndata: {\"a\": \"b: c\"}\n\n", {"delta|{\"a\": \"b: c\"}|"}},
      {"event: delta\ndata: a\n\ndata: b\n\n", {"delta|a|", "message|b|"}},
      {"event: x\nevent: y\ndata: a\n\n", {"y|a|"}},
      {"id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
       {"message|a|7", "message|b|7", "message|c|"}},
      {std::string("id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n", 31), {"message|a|7", "message|b|7"}},
      {"retry: 10\nfoo: bar\ndata: a\n\n", {"message|a|"}},
      {"data: gr\xC3\xB6\xC3\x9F"
       "er\n\n",
       {"message|gr\xC3\xB6\xC3\x9F"
        "er|"}},
      {"data : a\n\n", {}},
      {" data: a\n\n", {}},
  };
  return cases;
}

TEST(EventStream, ReadsWhatTheStandardSays) {
  for (const auto& [stream, events] : Cases())
    EXPECT_THAT(Events({stream}, false), testing::ElementsAreArray(events)) << stream;
}

TEST(EventStream, DoesNotMindWhereTheStreamIsSplit) {
  for (const auto& [stream, events] : Cases()) {
    for (std::size_t i = 0; i <= stream.size(); ++i)
      for (std::size_t j = i; j <= stream.size(); ++j)
        EXPECT_THAT(Events({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}, false),
                    testing::ElementsAreArray(events))
            << stream << " at " << i << " and " << j;
    std::vector<std::string> bytes;
    for (const char c : stream) bytes.emplace_back(1, c);
    EXPECT_THAT(Events(bytes, false), testing::ElementsAreArray(events)) << stream;
  }
}

TEST(EventStream, TakesALastEventWithoutItsBlankLineOnlyIfLenient) {
  for (const char* stream :
       {"data: a\n\ndata: b", "data: a\n\ndata: b\n", "data: a\r\n\r\ndata: b\r"}) {
    EXPECT_THAT(Events({stream}, true), testing::ElementsAre("message|a|", "message|b|")) << stream;
    EXPECT_THAT(Events({stream}, false), testing::ElementsAre("message|a|")) << stream;
  }
}

TEST(EventStream, RefusesAnEventThatIsTooLarge) {
  for (const std::string stream : {"data: 0123456789", "data: 012\ndata: 3456", "0123456789ABC"}) {
    EventStreamParser parser(base::ByteSize(12));
    int events = 0;
    const auto sink = [&](const StreamEvent&) { ++events; };
    EXPECT_TRUE(parser.Feed("data: a\n\ndata: b\n\n", sink)) << stream;
    EXPECT_FALSE(parser.Feed(stream, sink)) << stream;
    EXPECT_FALSE(parser.Feed("\n\ndata: c\n\n", sink)) << stream;
    parser.Finish(sink);
    EXPECT_EQ(events, 2) << stream;
  }
}

}  // namespace
}  // namespace tabletalk::net
