#include "sandbox/jobs/run_logs.h"

#include <gtest/gtest.h>

namespace tabletalk::sandbox {
namespace {

WorkerEnd Printed(confine::Output out, confine::Output error = {}) {
  WorkerEnd exit;
  exit.standard_output = std::move(out);
  exit.standard_error = std::move(error);
  return exit;
}

confine::Output Whole(std::string text) { return {text, "", text.size()}; }

TEST(RunLogs, ShowsWhatWasPrintedSafely) {
  const struct {
    const char* what;
    WorkerEnd exit;
    std::uint64_t max_bytes;
    std::string text;
    bool truncated;
  } cases[] = {
      {"nothing", Printed({}), 100, "", false},
      {"both streams, output first", Printed(Whole("a\n"), Whole("b\n")), 100, "a\nb\n", false},
      {"a line of its own", Printed(Whole("a"), Whole("b")), 100, "a\nb", false},
      {"newlines and tabs stay", Printed(Whole("a\tb\n")), 100, "a\tb\n", false},
      {"controls", Printed(Whole("\x1b[2J")), 100, "\\u{001B}[2J", false},
      {"direction marks", Printed(Whole("\u202Eevil")), 100, "\\u{202E}evil", false},
      {"no UTF-8", Printed(Whole("a\xFFz")), 100, "a\uFFFDz", false},
      {"cut by the supervisor", Printed({"ab", "yz", 1004}), 100, "ab\n… [cut: 1000 bytes] …\nyz",
       true},
      {"cut inside characters",
       Printed({"a\xC3",
                "\xBC"
                "z",
                104}),
       100, "a\n… [cut: 100 bytes] …\nz", true},
      {"cut here", Printed(Whole("0123456789")), 4, "01\n… [cut: 6 bytes] …\n89", true},
  };
  for (const auto& c : cases) {
    const RunLogs logs = LogsOf(c.exit, c.max_bytes);
    EXPECT_EQ(logs.text, c.text) << c.what;
    EXPECT_EQ(logs.truncated, c.truncated) << c.what;
  }
}

}  // namespace
}  // namespace tabletalk::sandbox
