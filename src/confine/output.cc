#include "confine/output.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace tabletalk::confine {

void BoundedOutput::Add(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t to_head = std::min(bytes.size(), kept_ - head_.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > kept_) bytes.remove_prefix(bytes.size() - kept_);
  for (const char byte : bytes) {
    if (ring_.size() < kept_) {
      ring_.push_back(byte);
    } else {
      ring_[ring_next_] = byte;
      ring_next_ = (ring_next_ + 1) % kept_;
    }
  }
}

Output BoundedOutput::Take() {
  std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(ring_next_), ring_.end());
  return {std::move(head_), std::move(ring_), total_};
}

Drained Drain(int fd, BoundedOutput& output) {
  std::array<char, 64 * 1024> buffer;
  for (int round = 0; round < 16; ++round) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count > 0) {
      output.Add({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      return count < 0 && errno == EAGAIN ? Drained::open : Drained::closed;
    }
  }
  return Drained::open;
}

}  // namespace tabletalk::confine
