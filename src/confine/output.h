// What a confined process prints, kept within bounds.
#pragma once

#include <string>
#include <string_view>

#include "base/units.h"
#include "confine/confine.h"

namespace tabletalk::confine {

/// Keeps the head and the tail of a stream of any length in bounded memory. Not thread-safe.
class BoundedOutput {
 public:
  /// Keeps `kept` bytes of the head and as many of the tail.
  explicit BoundedOutput(base::ByteSize kept) : kept_(kept.bytes()) {}

  void Add(std::string_view bytes);
  std::uint64_t total_bytes() const { return total_; }
  /// What was kept, the tail in order. Call once, at the end.
  Output Take();

 private:
  std::size_t kept_;
  std::string head_;
  std::string ring_;           ///< The last kept_ bytes past the head, written round and round.
  std::size_t ring_next_ = 0;  ///< Where the next byte goes.
  std::uint64_t total_ = 0;
};

enum class Drained { open, closed };
/// Reads what a non-blocking pipe has, at most 1 MiB at a time so that one flooding stream does not
/// keep its reader from the clock. `closed` at end of file or error.
Drained Drain(int fd, BoundedOutput& output);

}  // namespace tabletalk::confine
