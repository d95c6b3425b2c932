#include "runner/profile/value_counter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tabletalk::runner {
namespace {

constexpr unsigned kFirstBits = 6;
/// At most three quarters of the slots are used: 12,000 fit into 2^14.
constexpr std::size_t kUsedOfFour = 3;

template <class Word>
std::uint64_t Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

__extension__ using Product = unsigned __int128;

std::uint64_t Fold(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::uint64_t FirstEight(std::string_view text) {
  const char* bytes = text.data();
  if (text.size() >= 8) return Load<std::uint64_t>(bytes);
  if (text.size() >= 4)
    return Load<std::uint32_t>(bytes) | Load<std::uint32_t>(bytes + text.size() - 4)
                                            << 8 * (text.size() - 4);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
  return word;
}

void DistinctEstimate::Merge(const DistinctEstimate& other) {
  for (std::size_t i = 0; i < registers_.size(); ++i)
    registers_[i] = std::max(registers_[i], other.registers_[i]);
}

std::uint64_t DistinctEstimate::Count() const {
  constexpr unsigned kMostRank = 64 - kIndexBits + 1;
  const auto all = static_cast<double>(registers_.size());
  std::array<double, kMostRank + 1> ranks{};
  for (const std::uint8_t rank : registers_) ranks[rank] += 1;
  // Registers that never were touched, and those that are full, weigh by a series each.
  const auto sigma = [](double x) {
    if (x == 1) return std::numeric_limits<double>::infinity();
    double sum = x, before = -1, weight = 1;
    while (sum != before) {
      x *= x;
      before = sum;
      sum += x * weight;
      weight += weight;
    }
    return sum;
  };
  const auto tau = [](double x) {
    if (x == 0 || x == 1) return 0.0;
    double sum = 1 - x, before = -1, weight = 1;
    while (sum != before) {
      x = std::sqrt(x);
      before = sum;
      weight /= 2;
      sum -= (1 - x) * (1 - x) * weight;
    }
    return sum / 3;
  };
  double harmonic = all * tau(1 - ranks[kMostRank] / all);
  for (unsigned rank = kMostRank - 1; rank >= 1; --rank) harmonic = (harmonic + ranks[rank]) / 2;
  harmonic += all * sigma(ranks[0] / all);
  return static_cast<std::uint64_t>(std::llround(all * all / (2 * std::log(2.0) * harmonic)));
}

std::uint64_t ValueCounter::HashOf(std::string_view text) {
  std::uint64_t hash = 0x2D358DCCAA6C78A5u ^ text.size();
  const char* bytes = text.data();
  std::size_t left = text.size();
  for (; left > 8; bytes += 8, left -= 8)
    hash = Fold(hash ^ Load<std::uint64_t>(bytes), 0x9E3779B97F4A7C15u);
  hash = Fold(hash ^ FirstEight({bytes, left}), 0x8BB84B93962EACC9u);
  return HashOf(hash);
}

void ValueCounter::CountWord(std::uint64_t word, std::uint32_t count) {
  if (used_ * 4 >= slots_.size() * kUsedOfFour) Grow();
  for (std::size_t at = HashOf(word) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.count == 0) return TakeFree(slot, {word, nullptr, 0, count});
    if (slot.word == word) {
      slot.count += count;
      return;
    }
  }
}

void ValueCounter::CountText(std::uint64_t hash, std::string_view text, std::uint32_t count) {
  texts_ = true;
  if (used_ * 4 >= slots_.size() * kUsedOfFour) Grow();
  for (std::size_t at = hash >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.count == 0) {
      text_bytes_ += text.size();
      const std::string& kept = texts_kept_.emplace_back(text);
      return TakeFree(slot, {hash, kept.data(), static_cast<std::uint32_t>(kept.size()), count});
    }
    if (slot.word == hash && slot.view() == text) {
      slot.count += count;
      return;
    }
  }
}

void ValueCounter::TakeFree(Slot& slot, const Slot& taken) {
  slot = taken;
  if (++used_ > kMostCounted || text_bytes_ > kMostTextBytes) GiveUp();
}

void ValueCounter::Grow() {
  const unsigned bits = slots_.empty() ? kFirstBits : 64 - shift_ + 1;
  std::vector<Slot> old(std::size_t{1} << bits);
  old.swap(slots_);
  shift_ = 64 - bits;
  for (const Slot& slot : old) {
    if (slot.count == 0) continue;
    std::size_t at = (texts_ ? slot.word : HashOf(slot.word)) >> shift_;
    while (slots_[at].count != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

void ValueCounter::GiveUp() {
  for (const Slot& slot : slots_)
    if (slot.count != 0) estimate_.Add(texts_ ? slot.word : HashOf(slot.word));
  counting_ = false;
  slots_ = {};
  texts_kept_ = {};
}

void ValueCounter::Merge(const ValueCounter& other) {
  if (counting_ && !other.counting_) GiveUp();
  for (const Slot& slot : other.slots_) {
    if (slot.count == 0) continue;
    if (!counting_)
      estimate_.Add(other.texts_ ? slot.word : HashOf(slot.word));
    else if (other.texts_)
      CountText(slot.word, slot.view(), slot.count);
    else
      CountWord(slot.word, slot.count);
  }
  if (!other.counting_) estimate_.Merge(other.estimate_);
}

std::uint64_t ValueCounter::Distinct() const { return counting_ ? used_ : estimate_.Count(); }

std::vector<ValueCounter::Slot> ValueCounter::Slots() const {
  std::vector<Slot> used;
  used.reserve(used_);
  std::copy_if(slots_.begin(), slots_.end(), std::back_inserter(used),
               [](const Slot& slot) { return slot.count != 0; });
  return used;
}

}  // namespace tabletalk::runner
