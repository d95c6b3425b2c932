#include "wire/frame.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tabletalk::wire {
namespace {

using base::ErrorCode;
using base::MakeError;
using base::Result;

constexpr std::array<char, 4> kMagic = {'T', 'T', 'F', '1'};
constexpr std::size_t kHeadSize = 16;
constexpr std::chrono::milliseconds kCancelPoll{50};

// Waits until `events` is possible. Wakes up now and then to look at the cancel flag.
Result<void> Await(int socket, short events, base::Deadline deadline,
                   const base::CancelToken& cancel) {
  for (;;) {
    if (cancel.Cancelled()) return MakeError(ErrorCode::cancelled, "the request was cancelled");
    const auto left = deadline.Remaining();
    if (left.count() == 0) return MakeError(ErrorCode::timed_out, "the time limit was reached");
    pollfd poller{socket, events, 0};
    const int ready = ::poll(&poller, 1, static_cast<int>(std::min(left, kCancelPoll).count()));
    if (ready < 0 && errno != EINTR)
      return base::SystemError(ErrorCode::internal, "waiting for the runner failed", errno);
    if (ready > 0) return {};
  }
}

// Fills `bytes`; false at a clean end before the first byte.
Result<bool> ReadAll(int socket, char* bytes, std::size_t size, base::Deadline deadline,
                     const base::CancelToken& cancel) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::recv(socket, bytes + done, size - done, MSG_DONTWAIT);
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else if (got == 0) {
      if (done == 0) return false;
      return MakeError(ErrorCode::cancelled, "the runner stopped in the middle of a reply");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TT_CHECK(Await(socket, POLLIN, deadline, cancel));
    } else if (errno == ECONNRESET) {
      return MakeError(ErrorCode::cancelled, "the runner stopped in the middle of a reply");
    } else if (errno != EINTR) {
      return base::SystemError(ErrorCode::internal, "reading from the runner failed", errno);
    }
  }
  return true;
}

Result<void> WriteAll(int socket, std::string_view bytes, base::Deadline deadline) {
  const base::CancelToken never;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      TT_CHECK(Await(socket, POLLOUT, deadline, never));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return MakeError(ErrorCode::cancelled, "the runner is gone");
    } else if (errno != EINTR) {
      return base::SystemError(ErrorCode::internal, "writing to the runner failed", errno);
    }
  }
  return {};
}

std::uint64_t LittleEndian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void AppendLittleEndian(std::string& out, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

Result<std::string> ReadPart(int socket, std::uint64_t size, base::ByteSize limit,
                             std::string_view what, base::Deadline deadline,
                             const base::CancelToken& cancel) {
  if (size > limit.bytes())
    return base::InvalidArgument(
        fmt::format("a frame's {} of {} bytes is over the limit of {}", what, size, limit.bytes()));
  std::string part(size, '\0');
  TT_ASSIGN(const bool whole, ReadAll(socket, part.data(), part.size(), deadline, cancel));
  if (!whole && size > 0)
    return MakeError(ErrorCode::cancelled, "the runner stopped in the middle of a reply");
  return part;
}

}  // namespace

Result<RawFrame> ReadRawFrame(int socket, const FrameLimits& limits, base::Deadline deadline,
                              const base::CancelToken& cancel) {
  std::array<char, kHeadSize> head{};
  TT_ASSIGN(const bool whole, ReadAll(socket, head.data(), head.size(), deadline, cancel));
  if (!whole) return MakeError(ErrorCode::not_found, "the other side closed the connection");
  if (std::memcmp(head.data(), kMagic.data(), kMagic.size()) != 0)
    return base::InvalidArgument("a frame does not begin with its magic");
  RawFrame raw;
  TT_ASSIGN(raw.header, ReadPart(socket, LittleEndian(head.data() + 4, 4), limits.max_header,
                                 "header", deadline, cancel));
  TT_ASSIGN(raw.attachment, ReadPart(socket, LittleEndian(head.data() + 8, 8),
                                     limits.max_attachment, "attachment", deadline, cancel));
  return raw;
}

Result<Frame> ParseFrame(RawFrame raw) {
  TT_ASSIGN(base::json::value parsed,
            base::ParseJson(raw.header, {.max_size = base::ByteSize(raw.header.size()),
                                         .max_values = kMaxFrameValues}));
  auto* object = parsed.if_object();
  const auto* kind = object ? object->if_contains("kind") : nullptr;
  auto* body = object ? object->if_contains("body") : nullptr;
  if (kind == nullptr || !kind->is_string() || body == nullptr)
    return base::InvalidArgument("a frame's header has no kind or no body");
  return Frame{std::string(kind->get_string()), std::move(*body), std::move(raw.attachment)};
}

bool SeemsToBe(const RawFrame& raw, std::string_view kind) {
  return raw.header.starts_with(fmt::format(R"({{"kind":"{}",)", kind));
}

Result<Frame> ReadFrame(int socket, const FrameLimits& limits, base::Deadline deadline,
                        const base::CancelToken& cancel) {
  TT_ASSIGN(RawFrame raw, ReadRawFrame(socket, limits, deadline, cancel));
  return ParseFrame(std::move(raw));
}

Result<void> WriteFrame(int socket, std::string_view kind, const base::json::value& body,
                        base::Deadline deadline, std::string_view attachment) {
  // Put together as text, because an object of the two would hold a copy of the whole body.
  const std::string name = base::ToJsonText(base::json::string(kind));
  const std::string start = fmt::format(R"({{"kind":{},"body":)", name);
  const std::string text = base::ToJsonText(body);
  std::string bytes(kMagic.data(), kMagic.size());
  bytes.reserve(kHeadSize + start.size() + text.size() + 1);
  AppendLittleEndian(bytes, start.size() + text.size() + 1, 4);
  AppendLittleEndian(bytes, attachment.size(), 8);
  bytes += start;
  bytes += text;
  bytes += '}';
  TT_CHECK(WriteAll(socket, bytes, deadline));
  return WriteAll(socket, attachment, deadline);
}

}  // namespace tabletalk::wire
