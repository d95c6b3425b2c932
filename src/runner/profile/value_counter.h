// How many different values, and which: exactly while they are few, as an estimate beyond.
//
// A ValueCounter keeps every value with its count in a hash table until there are more than
// kMostCounted of them or their texts fill kMostTextBytes. Then it forgets the counts and goes on
// with an estimate (4096 registers of a HyperLogLog: off by 1.6 in a hundred). Two counters of
// parts of a column merge into one of the whole. Words stand for anything of up to 64 bits; one
// counter sees only words or only texts. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tabletalk::runner {

/// The first eight bytes as a little-endian number; zeros stand for bytes that are not there.
std::uint64_t FirstEight(std::string_view text);

/// Estimates the number of different hashes seen (Flajolet et al. 2007, with the estimator of Ertl
/// 2017, which needs no correction for small numbers).
class DistinctEstimate {
 public:
  void Add(std::uint64_t hash);
  void Merge(const DistinctEstimate& other);
  std::uint64_t Count() const;

 private:
  static constexpr unsigned kIndexBits = 12;
  std::array<std::uint8_t, 1u << kIndexBits> registers_{};
};

class ValueCounter {
 public:
  static constexpr std::uint64_t kMostCounted = 12'000;
  static constexpr std::size_t kMostTextBytes = 4 << 20;

  struct Slot {
    std::uint64_t word = 0;  ///< The word, or the text's hash.
    const char* text = nullptr;
    std::uint32_t size = 0;   ///< Of the text, in bytes.
    std::uint32_t count = 0;  ///< 0: the slot is free.
    std::string_view view() const { return {text, size}; }
  };

  void AddWord(std::uint64_t word) {
    if (counting_)
      CountWord(word, 1);
    else
      estimate_.Add(HashOf(word));
  }
  void AddText(std::string_view text) {
    const std::uint64_t hash = HashOf(text);
    if (counting_)
      CountText(hash, text, 1);
    else
      estimate_.Add(hash);
  }
  void Merge(const ValueCounter& other);

  /// True as long as Slots() are all the values there are.
  bool counting() const { return counting_; }
  std::uint64_t Distinct() const;
  /// The used slots, in no order; the texts live as long as the counter.
  std::vector<Slot> Slots() const;

 private:
  static std::uint64_t HashOf(std::uint64_t word);
  static std::uint64_t HashOf(std::string_view text);
  void CountWord(std::uint64_t word, std::uint32_t count);
  void CountText(std::uint64_t hash, std::string_view text, std::uint32_t count);
  void TakeFree(Slot& slot, const Slot& taken);
  void Grow();
  void GiveUp();

  bool counting_ = true;
  bool texts_ = false;
  unsigned shift_ = 64;
  std::size_t used_ = 0;
  std::size_t text_bytes_ = 0;
  std::vector<Slot> slots_;
  std::deque<std::string> texts_kept_;
  DistinctEstimate estimate_;
};

inline void DistinctEstimate::Add(std::uint64_t hash) {
  const std::uint64_t rest = hash << kIndexBits | 1u << (kIndexBits - 1);
  const auto rank = static_cast<std::uint8_t>(__builtin_clzll(rest) + 1);
  std::uint8_t& most = registers_[hash >> (64 - kIndexBits)];
  if (rank > most) most = rank;
}

inline std::uint64_t ValueCounter::HashOf(std::uint64_t word) {
  word *= 0x9E3779B97F4A7C15u;
  word ^= word >> 32;
  word *= 0xD6E8FEB86659FD93u;
  return word ^ word >> 32;
}

}  // namespace tabletalk::runner
