// wire::ReadFrame, fed by whoever is at the other end of the socket: first two bytes of limits,
// then the stream, which ends.
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "base/fd.h"
#include "check.h"
#include "wire/frame.h"

namespace {

using namespace tabletalk;

// Small enough for a socket's buffer, so that nothing needs a second thread.
constexpr std::size_t kMaxStream = 64 << 10;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > kMaxStream) return 0;
  const wire::FrameLimits limits{.max_header = base::ByteSize(16ull * data[0]),
                                 .max_attachment = base::ByteSize(16ull * data[1])};
  int ends[2];
  fuzz::Promise(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
  const base::UniqueFd ours(ends[0]);
  base::UniqueFd theirs(ends[1]);
  const auto sent = ::send(theirs.get(), data + 2, size - 2, MSG_DONTWAIT | MSG_NOSIGNAL);
  fuzz::Promise(sent == static_cast<ssize_t>(size - 2), "the stream fits");
  theirs.Reset();

  for (std::size_t frames = 0;; ++frames) {
    fuzz::Promise(frames <= size / 16, "a frame has a head");
    const auto frame =
        wire::ReadFrame(ours.get(), limits, base::Deadline::After(std::chrono::seconds(10)), {});
    if (frame.has_error()) {
      fuzz::Promise(frame.error().code() != base::ErrorCode::timed_out, "an end is seen");
      return 0;
    }
    fuzz::Promise(frame->attachment.size() <= limits.max_attachment.bytes(), "attachments fit");
    const auto written = wire::WriteFrame(ours.get(), frame->kind, frame->body,
                                          base::Deadline::After(std::chrono::seconds(10)));
    fuzz::Promise(written.error().code() == base::ErrorCode::cancelled, "nobody listens");
  }
}
