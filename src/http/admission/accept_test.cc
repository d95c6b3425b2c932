#include "http/admission/accept.h"

#include <gtest/gtest.h>

namespace tabletalk::http {
namespace {

TEST(Accept, KnowsWhoAsksForEvents) {
  struct Case {
    const char* accept;
    bool stream;
  };
  const Case cases[] = {
      {"text/event-stream", true},
      {"TEXT/Event-Stream", true},
      {"text/event-stream; charset=utf-8", true},
      {"application/json, text/event-stream", true},
      {"text/event-stream, application/json;q=0.5", true},
      {"text/event-stream;q=0.5, application/json", false},
      {"text/event-stream;q=0.5, application/json;q=0.25", true},
      {"text/event-stream;q=0.500 , application/json; q=0.501", false},
      {"text/event-stream;q=0", false},
      {"text/event-stream;Q=0.0", false},
      {"text/event-stream;q=nonsense", false},
      {"text/event-stream;q=0.1234", false},
      {"application/json", false},
      {"*/*", false},
      {"text/*", false},
      {"text/event-streams", false},
      {"", false},
      {" , ;,", false},
  };
  for (const Case& one : cases) {
    Headers headers;
    headers.Add("Accept", one.accept);
    EXPECT_EQ(AcceptsEventStream(headers), one.stream) << one.accept;
  }
  EXPECT_FALSE(AcceptsEventStream(Headers()));
  Headers two;
  two.Add("Accept", "text/html");
  two.Add("accept", "text/event-stream");
  EXPECT_TRUE(AcceptsEventStream(two));
}

}  // namespace
}  // namespace tabletalk::http
