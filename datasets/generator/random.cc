#include "random.h"

#include <numeric>

namespace tabletalk::generator {

std::uint64_t Random::Next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

std::int64_t Random::Below(std::int64_t bound) {
  const std::uint64_t upper_bits = Next() >> 32U;
  return static_cast<std::int64_t>((upper_bits * static_cast<std::uint64_t>(bound)) >> 32U);
}

std::int64_t Random::Between(std::int64_t low, std::int64_t high) {
  return low + Below(high - low + 1);
}

bool Random::Chance(std::int64_t in_ten_thousand) { return Below(10'000) < in_ten_thousand; }

std::size_t Random::Weighted(std::span<const std::int64_t> weights) {
  std::int64_t left = Below(std::accumulate(weights.begin(), weights.end(), std::int64_t{0}));
  std::size_t chosen = 0;
  while (left >= weights[chosen]) {
    left -= weights[chosen];
    ++chosen;
  }
  return chosen;
}

std::int64_t Random::Bell(std::int64_t deviation) {
  constexpr int kDraws = 12;  // The sum of twelve uniform draws has a variance of one.
  constexpr std::int64_t kOne = 65'536;
  std::int64_t sum = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    sum += Below(kOne);
  }
  return (sum - kDraws / 2 * kOne) * deviation / kOne;
}

std::int64_t Random::LongTail(std::int64_t median, std::int64_t deviation) {
  constexpr std::int64_t kOctave = 256;
  const std::int64_t exponent = Bell(deviation);
  const std::int64_t fraction = exponent & (kOctave - 1);
  const std::int64_t octaves = exponent >> 8;
  const std::int64_t scaled = median * (kOctave + fraction);
  return octaves >= 0 ? (scaled << octaves) / kOctave : (scaled >> -octaves) / kOctave;
}

std::string_view Random::OneOf(std::span<const std::string_view> texts) {
  return texts[static_cast<std::size_t>(Below(static_cast<std::int64_t>(texts.size())))];
}

}  // namespace tabletalk::generator
