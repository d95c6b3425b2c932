#include "runner/ingest/text_sample.h"

#include <algorithm>

namespace tabletalk::runner {
namespace {

constexpr std::uint64_t kFewestCells = 500;
/// A dictionary lives within one block of 256 KiB, beside the numbers of the values.
constexpr std::uint64_t kDictionaryBytes = 64 << 10;

}  // namespace

void TextSample::Add(std::string_view cell) {
  if (cell.empty()) return;
  ++cells_;
  bytes_ += cell.size();
  counter_.AddText(cell);
}

std::string_view TextSample::Compression() const {
  if (cells_ < kFewestCells) return {};
  const std::uint64_t distinct = std::min(counter_.Distinct(), cells_);
  const std::uint64_t bytes = distinct * (bytes_ / cells_);
  if (distinct * 5 <= cells_ && bytes <= kDictionaryBytes) return "dictionary";
  if (distinct * 10 >= cells_ * 9 && bytes >= kDictionaryBytes) return "fsst";
  return {};
}

}  // namespace tabletalk::runner
