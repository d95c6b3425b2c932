// Random draws that give the same numbers everywhere.
//
// The shipped tables are generated on the reader's machine, and the registry pins their SHA-256.
// So no draw may depend on anything that differs between machines: the distributions of <random>
// are left to each standard library, and the last digit of exp() or sin() to each libm and to the
// optimizer's choice of fused instructions. Everything here is integer arithmetic instead. The
// bit source is SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
// 2014). A bell curve is a sum of twelve uniform draws (Irwin-Hall), a long tail is two to the
// power of a bell curve, with the power of two taken as a straight line between whole exponents.
// Both are rough, and rough is enough: nobody fits a distribution to these tables.
//
// One more trap: the order in which function arguments are evaluated is open in C++. Callers draw
// in statements of their own, never twice within one call's arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tabletalk::generator {

class Random {
 public:
  // Each table has a seed of its own, so that a change to one leaves the others' bytes alone.
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // Uniform in [0, bound); bound must be in 1..2^32.
  std::int64_t Below(std::int64_t bound);

  // Uniform in [low, high], both ends included.
  std::int64_t Between(std::int64_t low, std::int64_t high);

  // True that many times in ten thousand.
  bool Chance(std::int64_t in_ten_thousand);

  // An index into `weights`, drawn in their proportion. At least one weight must be positive.
  std::size_t Weighted(std::span<const std::int64_t> weights);

  // A bell curve around 0 with the given standard deviation; never beyond six of them.
  std::int64_t Bell(std::int64_t deviation);

  // A long right tail: half of the draws are above `median`. The deviation is in 1/256 octaves,
  // so 256 means that about a third of the draws lie outside [median / 2, median * 2].
  std::int64_t LongTail(std::int64_t median, std::int64_t deviation);

  // One of the given texts, all equally likely.
  std::string_view OneOf(std::span<const std::string_view> texts);

 private:
  std::uint64_t Next();

  std::uint64_t state_;
};

}  // namespace tabletalk::generator
