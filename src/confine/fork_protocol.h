// What a fork server and its parent say to each other: plain values of fixed size.
//
// The parent writes a ForkRequest on the server's descriptor 3, and with it the copy's ends of its
// status socket, control socket and output pipes, and its files. Everything about one copy then
// comes back on its own status socket (SOCK_SEQPACKET), so that nobody has to sort replies: a
// `started` record with the pidfd or a `failed` one, from the copy itself `locked_down` or
// `failed`, and at last `ended`, with what waitid told the server. The copy's end of that socket is
// closed before its handler runs: no untrusted code ever holds it.
#pragma once

#include <cstdint>
#include <type_traits>

#include "confine/layers/rlimits.h"
#include "confine/step.h"

namespace tabletalk::confine {

inline constexpr std::uint32_t kForkMagic = 0x31465454;  // "TTF1"
inline constexpr int kMostFiles = 200;
/// status, control, output, error
inline constexpr int kForkDescriptors = 4;

struct ForkRequest {
  std::uint32_t magic = kForkMagic;
  std::uint32_t branch = 0;
  std::uint32_t file_count = 0;
  std::uint32_t unused = 0;
  std::uint64_t tmp_bytes = 0;
  Rlimits rlimits{};
};
static_assert(std::is_trivially_copyable_v<ForkRequest>);

enum class ForkNews : std::uint32_t { started, failed, locked_down, ended };

struct ForkRecord {
  ForkNews news = ForkNews::started;
  Failure failure;        ///< Of `failed`.
  std::int32_t code = 0;  ///< Of `ended`: siginfo's si_code and si_status.
  std::int32_t status = 0;
  std::uint64_t cpu_us = 0;    ///< User and system.
  std::uint64_t peak_kib = 0;  ///< ru_maxrss.
};
static_assert(std::is_trivially_copyable_v<ForkRecord>);

/// Sends `size` bytes and descriptors as one message. 0 or an errno.
int SendWithDescriptors(int socket, const void* bytes, std::size_t size, const int* descriptors,
                        int count);
/// Receives a message of exactly `size` bytes; descriptors come close-on-exec and `*count` says how
/// many. 0, an errno, EPIPE at the end of the stream, EPROTO for a message of another size or with
/// more than `most` descriptors (all are closed then).
int ReceiveWithDescriptors(int socket, void* bytes, std::size_t size, int* descriptors, int most,
                           int* count);

}  // namespace tabletalk::confine
