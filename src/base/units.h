// Sizes with their unit in the type.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace tabletalk::base {

/// A number of bytes. Times are std::chrono durations and need no type of their own.
class ByteSize {
 public:
  constexpr ByteSize() = default;
  explicit constexpr ByteSize(std::uint64_t bytes) : bytes_(bytes) {}
  static constexpr ByteSize Kibi(std::uint64_t n) { return ByteSize(n << 10); }
  static constexpr ByteSize Mebi(std::uint64_t n) { return ByteSize(n << 20); }

  constexpr std::uint64_t bytes() const { return bytes_; }
  constexpr double mebibytes() const { return static_cast<double>(bytes_) / (1024.0 * 1024.0); }
  constexpr auto operator<=>(const ByteSize&) const = default;
  constexpr ByteSize operator+(ByteSize other) const { return ByteSize(bytes_ + other.bytes_); }

 private:
  std::uint64_t bytes_ = 0;
};

/// "512 B", "1.5 MiB": for people.
std::string ToText(ByteSize size);

}  // namespace tabletalk::base
