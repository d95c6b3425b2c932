// The framed protocol between server and runner, for both ends.
//
// A frame is a 16-byte head (magic "TTF1", header length, attachment length; little-endian), a JSON
// header {"kind": "...", "body": {...}}, and a binary attachment that may be empty. The stream is a
// connected SOCK_STREAM socket. The reader trusts nothing: lengths are checked against its limits
// before a byte is allocated, the header passes base::ParseJson, and a stalled peer runs into the
// deadline. Neither function raises SIGPIPE. One thread may read while another writes.
#pragma once

#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/deadline.h"

namespace tabletalk::wire {

struct FrameLimits {
  base::ByteSize max_header = base::ByteSize::Mebi(8);
  base::ByteSize max_attachment;  ///< None are taken by default.
};

/// Most values in the header of a frame (base::JsonLimits::max_values). An honest runner keeps to
/// it by counting at least 16 bytes for a cell of a result.
inline constexpr std::size_t kMaxFrameValues = 5'000'000;

struct Frame {
  std::string kind;
  base::json::value body;
  std::string attachment;
};

/// A frame whose lengths were checked and whose header nobody has looked at yet.
struct RawFrame {
  std::string header;  ///< JSON text, or anything else.
  std::string attachment;
};

/// The bytes of one frame. Errors as of ReadFrame.
base::Result<RawFrame> ReadRawFrame(int socket, const FrameLimits& limits, base::Deadline deadline,
                                    const base::CancelToken& cancel);
/// What the bytes say. invalid_argument for a header that is none.
base::Result<Frame> ParseFrame(RawFrame raw);
/// True where a frame begins as WriteFrame writes one of this kind; says nothing of the rest.
bool SeemsToBe(const RawFrame& raw, std::string_view kind);

/// cancelled if `cancel` was raised or the peer closed the stream in the middle; not_found where it
/// closed between two frames; timed_out; invalid_argument for a frame that is not one.
base::Result<Frame> ReadFrame(int socket, const FrameLimits& limits, base::Deadline deadline,
                              const base::CancelToken& cancel);

base::Result<void> WriteFrame(int socket, std::string_view kind, const base::json::value& body,
                              base::Deadline deadline, std::string_view attachment = {});

/// WriteFrame of a described struct.
template <class T>
base::Result<void> WriteMessage(int socket, std::string_view kind, const T& message,
                                base::Deadline deadline) {
  return WriteFrame(socket, kind, base::ToJson(message), deadline);
}

}  // namespace tabletalk::wire
