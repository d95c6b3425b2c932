#include "wire/result_digest.h"

namespace tabletalk::wire {

namespace {

constexpr std::size_t kPiece = 64 << 10;

std::uint32_t HexWord(std::string_view digits) {
  std::uint32_t word = 0;
  for (const char c : digits)
    word = (word << 4) | static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return word;
}

}  // namespace

ResultDigest::ResultDigest(const std::vector<Column>& columns, bool ordered) : ordered_(ordered) {
  std::string header = ordered ? "tabletalk-result-1 ordered\n" : "tabletalk-result-1 set\n";
  for (const Column& column : columns) {
    AppendCanonicalCell(column.name, header);
    AppendCanonicalCell(column.database_type, header);
  }
  header += '\n';
  hash_.Update(header);
}

void ResultDigest::AddRow(std::string_view row) {
  ++rows_;
  if (ordered_) {
    pending_ += row;
    pending_ += '\n';
    if (pending_.size() >= kPiece) {
      hash_.Update(pending_);
      pending_.clear();
    }
    return;
  }
  const std::string digest = base::Sha256Of(row);
  std::uint64_t carry = 0;
  for (std::size_t word = 0; word < sum_.size(); ++word) {
    const std::string_view digits = std::string_view(digest).substr(8 * (7 - word), 8);
    carry += static_cast<std::uint64_t>(sum_[word]) + HexWord(digits);
    sum_[word] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
}

std::string ResultDigest::Finish() {
  if (ordered_) {
    hash_.Update(pending_);
  } else {
    std::string sum;
    for (std::size_t word = sum_.size(); word-- > 0;)
      for (int shift = 28; shift >= 0; shift -= 4)
        sum += "0123456789abcdef"[(sum_[word] >> shift) & 15];
    hash_.Update(sum + "\n");
  }
  hash_.Update(std::to_string(rows_) + "\n");
  return hash_.Finish();
}

void AppendCanonicalNull(std::string& row) { row += '~'; }

void AppendCanonicalCell(std::string_view text, std::string& row) {
  row += std::to_string(text.size());
  row += ':';
  row += text;
}

}  // namespace tabletalk::wire
