#include "wire/frame.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

namespace tabletalk::wire {
namespace {

using base::Deadline;
using base::ErrorCode;

struct Pair {
  Pair() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) std::abort();
    ours.Reset(fds[0]);
    theirs.Reset(fds[1]);
  }
  void Send(std::string_view bytes) const {
    ASSERT_EQ(write(theirs.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  base::Result<Frame> Read(FrameLimits limits = {}) const {
    return ReadFrame(ours.get(), limits, Deadline::After(std::chrono::milliseconds(200)), {});
  }
  base::UniqueFd ours, theirs;
};

std::string Head(std::uint32_t header, std::uint64_t attachment, const char* magic = "TTF1") {
  std::string bytes(magic, 4);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(header >> (8 * i)));
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(attachment >> (8 * i)));
  return bytes;
}

TEST(Frame, RoundTrips) {
  const Pair pair;
  const auto deadline = Deadline::After(std::chrono::seconds(1));
  ASSERT_TRUE(WriteFrame(pair.theirs.get(), "hello", base::json::object{{"a", 1}}, deadline, "xyz")
                  .has_value());
  const auto frame = pair.Read({.max_attachment = base::ByteSize(10)});
  ASSERT_TRUE(frame.has_value()) << frame.error().public_message();
  EXPECT_EQ(frame->kind, "hello");
  EXPECT_EQ(frame->body.at("a"), 1);
  EXPECT_EQ(frame->attachment, "xyz");
}

TEST(Frame, HostileBytesAreErrors) {
  struct Case {
    const char* name;
    std::string bytes;
    ErrorCode code;
  };
  const std::string huge_header = Head(0xFFFFFFFF, 0);
  const std::string huge_attachment = Head(2, ~0ull) + "{}";
  const Case cases[] = {
      {"wrong magic", Head(2, 0, "HTTP") + "{}", ErrorCode::invalid_argument},
      {"huge header", huge_header, ErrorCode::invalid_argument},
      {"huge attachment", huge_attachment, ErrorCode::invalid_argument},
      {"no kind", Head(2, 0) + "{}", ErrorCode::invalid_argument},
      {"not json", Head(3, 0) + "{]}", ErrorCode::invalid_argument},
      {"not an object", Head(4, 0) + "null", ErrorCode::invalid_argument},
      {"cut head", "TTF", ErrorCode::cancelled},
      {"cut header", Head(9, 0) + "{", ErrorCode::cancelled},
      {"nothing", "", ErrorCode::not_found},
  };
  for (const Case& one : cases) {
    Pair pair;
    pair.Send(one.bytes);
    pair.theirs.Reset();
    const auto frame = pair.Read();
    ASSERT_TRUE(frame.has_error()) << one.name;
    EXPECT_EQ(frame.error().code(), one.code) << one.name << ": " << frame.error().public_message();
  }
}

TEST(Frame, StalledPeerRunsIntoTheDeadline) {
  const Pair pair;
  pair.Send("TTF1");
  const auto frame = pair.Read();
  ASSERT_TRUE(frame.has_error());
  EXPECT_EQ(frame.error().code(), ErrorCode::timed_out);
}

TEST(Frame, CancelEndsTheWait) {
  const Pair pair;
  const base::CancelToken cancel;
  cancel.Cancel();
  const auto frame = ReadFrame(pair.ours.get(), {}, Deadline::Never(), cancel);
  ASSERT_TRUE(frame.has_error());
  EXPECT_EQ(frame.error().code(), ErrorCode::cancelled);
}

TEST(Frame, WritingToAClosedPeerIsAnError) {
  Pair pair;
  pair.ours.Reset();
  const auto written = WriteFrame(pair.theirs.get(), "x", nullptr, Deadline::Never());
  ASSERT_TRUE(written.has_error());
  EXPECT_EQ(written.error().code(), ErrorCode::cancelled);
}

}  // namespace
}  // namespace tabletalk::wire
