#include "http/admission/trace_header.h"

#include <gtest/gtest.h>

namespace tabletalk::http {
namespace {

const std::string kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string kParentTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

struct Case {
  std::vector<std::pair<std::string, std::string>> headers;
  std::string wanted;  ///< Empty: a fresh one.
};

TEST(TraceHeader, TakesTheFirstUsable) {
  const Case cases[] = {
      {{{"X-Trace-Id", "abc.DEF_1-2"}}, "abc.DEF_1-2"},
      {{{"x-request-id", "r1"}}, "r1"},
      {{{"X-Request-Id", "r1"}, {"X-Trace-Id", "t1"}}, "t1"},
      {{{"traceparent", kParent}}, kParentTrace},
      {{{"traceparent", kParent}, {"X-Request-Id", "r1"}}, "r1"},
      {{{"X-Trace-Id", "bad id"}, {"traceparent", kParent}}, kParentTrace},
      {{{"X-Trace-Id", std::string(128, 'a')}}, std::string(128, 'a')},
      {{{"X-Trace-Id", std::string(129, 'a')}}, ""},
      {{{"X-Trace-Id", ""}}, ""},
      {{{"X-Trace-Id", "a\r\nb"}}, ""},
      {{{"X-Trace-Id", "caf\xc3\xa9"}}, ""},
      {{{"X-Trace-Id", "<script>"}}, ""},
      {{{"traceparent", "cc" + kParent.substr(2) + "-more"}}, kParentTrace},
      {{{"traceparent", kParent + "-more"}}, ""},
      {{{"traceparent", "ff" + kParent.substr(2)}}, ""},
      {{{"traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}}, ""},
      {{{"traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"}}, ""},
      {{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"}}, ""},
      {{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736"}}, ""},
      {{}, ""},
  };
  for (const Case& one : cases) {
    Headers headers;
    std::string shown;
    for (const auto& [name, value] : one.headers) {
      headers.Add(name, value);
      shown += name + ": " + value + "; ";
    }
    const auto trace = TraceIdOf(headers).text();
    if (one.wanted.empty()) {
      EXPECT_EQ(trace.size(), 32u) << shown;
      EXPECT_EQ(trace.find_first_not_of("0123456789abcdef"), trace.npos) << shown;
      EXPECT_NE(trace, kParentTrace) << shown;
    } else {
      EXPECT_EQ(trace, one.wanted) << shown;
    }
  }
}

TEST(TraceHeader, FreshOnesDiffer) { EXPECT_NE(TraceIdOf({}).text(), TraceIdOf({}).text()); }

}  // namespace
}  // namespace tabletalk::http
