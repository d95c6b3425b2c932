// How a text column is best kept, guessed from a sample of its cells.
//
// The engine tries every way of compression on every piece of a column and keeps the smallest; for
// texts the trying costs more than reading the file. Where the sample is clear, we name the winner:
// a dictionary for few values, FSST (a table of frequent pieces) for texts that hardly repeat.
#pragma once

#include <cstdint>
#include <string_view>

#include "runner/profile/value_counter.h"

namespace tabletalk::runner {

class TextSample {
 public:
  /// Empty cells do not count.
  void Add(std::string_view cell);
  /// "dictionary", "fsst", or empty where the engine should try both.
  std::string_view Compression() const;

 private:
  ValueCounter counter_;
  std::uint64_t cells_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace tabletalk::runner
