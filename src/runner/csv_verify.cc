#include "runner/csv_verify.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <thread>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;
/// The engine's own bound for a line, less some room.
constexpr std::size_t kMaxLine = 1'900'000;

/// Which bytes a cell of a kind may hold. Bit i of an entry is PlanKind i.
constexpr std::array<std::uint8_t, 256> MakeAllowed() {
  std::array<std::uint8_t, 256> table{};
  const auto allow = [&](PlanKind kind, std::string_view bytes) {
    for (const char c : bytes)
      table[static_cast<unsigned char>(c)] |=
          static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
  };
  allow(PlanKind::integer, "0123456789-");
  allow(PlanKind::number, "0123456789-+.eE");
  allow(PlanKind::boolean, "truefalsTRUEFALS");
  allow(PlanKind::date, "0123456789-");
  allow(PlanKind::timestamp, "0123456789-:.T ");
  for (auto& entry : table) entry |= 1u << static_cast<unsigned>(PlanKind::text);
  return table;
}
constexpr auto kAllowed = MakeAllowed();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Holds one typed cell against its kind.
bool IsCleanCell(PlanKind kind, const char* cell, std::size_t size) {
  if (size == 0) return true;
  const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
  std::uint8_t all = bit;
  for (std::size_t i = 0; i < size; ++i) all &= kAllowed[static_cast<unsigned char>(cell[i])];
  if ((all & bit) == 0) return false;
  const std::size_t sign = cell[0] == '-' ? 1 : 0;
  switch (kind) {
    case PlanKind::integer:
      return size - sign <= 18 && size > sign && !(cell[sign] == '0' && size - sign > 1);
    case PlanKind::number:
      return size <= 40 && size > sign && cell[0] != '+' && cell[0] != 'e' && cell[0] != 'E' &&
             !(cell[sign] == '0' && size - sign > 1 && IsDigit(cell[sign + 1]));
    case PlanKind::boolean: return size == 4 || size == 5;
    case PlanKind::date: return size == 10;
    case PlanKind::timestamp:
      return size >= 10 && size <= 26 && (size == 10 || cell[10] == ' ' || cell[10] == 'T');
    case PlanKind::text: return true;
    case PlanKind::huge_integer:
    case PlanKind::time: return false;
  }
  return false;
}

/// Validates only the runs of bytes over 127, which are few in most tables.
bool IsUtf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&eight, text.data() + at, 8);
      if ((eight & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) ++at;
    if (!base::IsValidUtf8(text.substr(begin, at - begin))) return false;
  }
  return true;
}

/// Finds the bytes that structure a file, sixteen at a time where the machine can.
struct Structure {
  char delimiter;
  char quote;

  /// Bit i: byte i is a delimiter, a quote, a line end or NUL. `high` gets any byte over 127.
  std::uint32_t Of16(const char* bytes, std::uint32_t& high) const {
#if defined(__SSE2__)
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    const auto equals = [&](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
    const __m128i any =
        _mm_or_si128(_mm_or_si128(equals(delimiter), equals(quote)),
                     _mm_or_si128(_mm_or_si128(equals('\n'), equals('\r')), equals('\0')));
    high |= static_cast<std::uint32_t>(_mm_movemask_epi8(block));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(any));
#else
    std::uint32_t mask = 0;
    for (unsigned i = 0; i < 16; ++i) {
      const char c = bytes[i];
      if (c == delimiter || c == quote || c == '\n' || c == '\r' || c == '\0') mask |= 1u << i;
      high |= static_cast<unsigned char>(c) >> 7;
    }
    return mask;
#endif
  }
};

/// Scans one part of the file. Everything that is not exactly as expected ends the scan.
class Scan {
 public:
  Scan(const Dialect& dialect, const std::vector<PlanKind>& kinds)
      : dialect_(dialect), kinds_(kinds), structure_{dialect.delimiter, dialect.quote} {}

  /// Rows from `begin` to the first row end at or after `end`. With `mid_row`, what stands before
  /// the first row end belongs to the part before; `in_quotes` is the state at `begin`.
  base::Result<void> Run(const SourceFile& file, std::uint64_t begin, std::uint64_t end,
                         bool mid_row, bool in_quotes, bool header) {
    skip_row_ = mid_row || header;
    in_quotes_ = in_quotes;
    end_ = end;
    std::uint64_t offset = begin;
    while (ok_ && !finished_) {
      TT_ASSIGN(const std::string more, ReadAt(file, offset, kReadBytes));
      const bool last = more.empty() || offset + more.size() >= file.size;
      buffer_.erase(0, cell_begin_);
      scanned_ -= cell_begin_;
      base_ += cell_begin_;
      cell_begin_ = 0;
      if (buffer_.size() > kMaxLine) ok_ = false;
      buffer_ += more;
      if (offset == begin) base_ = begin;
      offset += more.size();
      Feed(last);
      if (last) break;
    }
    return {};
  }

  bool ok() const { return ok_; }
  std::uint64_t rows() const { return rows_; }

 private:
  void Feed(bool last) {
    const std::size_t fresh = scanned_;
    // Sixteen bytes past the end keep the last load inside the buffer.
    const std::size_t size = buffer_.size();
    buffer_.append(16, ' ');
    std::uint32_t high = 0;
    for (; scanned_ < size && ok_ && !finished_; scanned_ += 16) {
      std::uint32_t mask = structure_.Of16(buffer_.data() + scanned_, high);
      const std::size_t left = size - scanned_;
      if (left < 16) mask &= (1u << left) - 1;
      while (mask != 0 && ok_ && !finished_) {
        Special(scanned_ + static_cast<std::size_t>(std::countr_zero(mask)));
        mask &= mask - 1;
      }
    }
    scanned_ = size;
    buffer_.resize(size);
    if ((high != 0 || pending_ > 0) && ok_) CheckUtf8(fresh, last);
    if (last && ok_ && !finished_) {
      if (in_quotes_)
        ok_ = false;
      else if (cell_begin_ < size || cell_ > 0)
        EndRow(size, true);
    }
  }

  void Special(std::size_t at) {
    const char c = buffer_[at];
    if (c == dialect_.quote && c != '\0') {
      in_quotes_ = !in_quotes_;
      if (!in_quotes_) return;
      // A mark opens a cell at its beginning, or is the second of a doubled one.
      if (at != cell_begin_ && buffer_[at - 1] != dialect_.quote && !skip_row_) ok_ = false;
      return;
    }
    if (c == '\0') {
      ok_ = false;
      return;
    }
    if (in_quotes_) return;
    if (c == dialect_.delimiter) {
      EndCell(at);
      cell_begin_ = at + 1;
      ++cell_;
    } else if (c == '\n') {
      EndRow(at, false);
    } else if (!dialect_.crlf && !skip_row_) {
      ok_ = false;  // A CR in a file of LF lines.
    }
  }

  void EndCell(std::size_t at) {
    if (skip_row_) return;
    if (cell_ >= kinds_.size()) {
      ok_ = false;
      return;
    }
    const PlanKind kind = kinds_[cell_];
    const char* cell = buffer_.data() + cell_begin_;
    std::size_t size = at - cell_begin_;
    if (size > 0 && cell[0] == dialect_.quote) {
      if (size < 2 || cell[size - 1] != dialect_.quote) {
        ok_ = false;
        return;
      }
      ++cell;
      size -= 2;
    }
    if (kind != PlanKind::text && !IsCleanCell(kind, cell, size)) ok_ = false;
  }

  void EndRow(std::size_t at, bool at_end) {
    std::size_t end = at;
    if (dialect_.crlf) {
      const bool cr = end > cell_begin_ && buffer_[end - 1] == '\r';
      if (!cr && !at_end && !skip_row_) ok_ = false;
      if (cr) --end;
    }
    const bool blank = cell_ == 0 && end == cell_begin_;
    if (skip_row_) {
      skip_row_ = false;
    } else if (!blank) {
      EndCell(end);
      if (cell_ + 1 != kinds_.size()) ok_ = false;
      ++rows_;
    } else if (kinds_.size() == 1 && !at_end) {
      ok_ = false;  // A blank line of a one-column file may be an empty cell.
    }
    cell_ = 0;
    cell_begin_ = at + 1;
    if (base_ + at + 1 >= end_ && !at_end) finished_ = true;
  }

  void CheckUtf8(std::size_t from, bool last) {
    // Sequences that straddle two blocks are checked with the later one.
    std::size_t begin = from - std::min<std::size_t>(from, pending_);
    std::size_t end = scanned_;
    if (!last) {
      std::size_t back = 0;
      while (back < 4 && end > begin && (static_cast<unsigned char>(buffer_[end - 1]) & 0x80)) {
        --end;
        ++back;
        if ((static_cast<unsigned char>(buffer_[end]) & 0xC0) == 0xC0) break;
      }
    }
    // The second part may begin in the middle of a sequence, which the first part checks.
    while (base_ > 0 && begin < 3 && begin < end && !checked_any_ &&
           (static_cast<unsigned char>(buffer_[begin]) & 0xC0) == 0x80)
      ++begin;
    checked_any_ = true;
    if (begin < end && !IsUtf8(std::string_view(buffer_).substr(begin, end - begin))) ok_ = false;
    pending_ = scanned_ - end;
  }

  const Dialect& dialect_;
  const std::vector<PlanKind>& kinds_;
  Structure structure_;
  std::string buffer_;
  std::uint64_t base_ = 0;  ///< Offset of buffer_[0] in the file.
  std::uint64_t end_ = 0;
  std::size_t scanned_ = 0;
  std::size_t cell_begin_ = 0;
  std::size_t cell_ = 0;
  std::size_t pending_ = 0;
  bool checked_any_ = false;
  bool in_quotes_ = false;
  bool skip_row_ = false;
  bool finished_ = false;
  bool ok_ = true;
  std::uint64_t rows_ = 0;
};

/// Number of `byte` in the first `size` bytes.
base::Result<std::uint64_t> CountByte(const SourceFile& file, std::uint64_t size, char byte) {
  std::uint64_t count = 0;
  for (std::uint64_t offset = 0; offset < size;) {
    TT_ASSIGN(const std::string block,
              ReadAt(file, offset, std::min<std::uint64_t>(kReadBytes, size - offset)));
    if (block.empty()) break;
    count += static_cast<std::uint64_t>(std::count(block.begin(), block.end(), byte));
    offset += block.size();
  }
  return count;
}

}  // namespace

base::Result<Verified> VerifyCsv(const SourceFile& file, const Dialect& dialect,
                                 const std::vector<PlanKind>& kinds, bool header,
                                 std::uint64_t threads) {
  constexpr std::uint64_t kWorthTwo = 8 << 20;
  Scan first(dialect, kinds);
  if (threads < 2 || file.size < kWorthTwo) {
    TT_CHECK(first.Run(file, 0, file.size, false, false, header));
    return Verified{first.ok(), first.rows()};
  }
  const std::uint64_t middle = file.size / 2;
  TT_ASSIGN(const std::uint64_t quotes, CountByte(file, middle, dialect.quote));
  Scan second(dialect, kinds);
  std::optional<base::Error> failed;
  std::thread other([&] {
    auto ran = second.Run(file, middle, file.size, true, quotes % 2 == 1, false);
    if (ran.has_error()) failed = ran.error();
  });
  // A row that ends at `middle - 1` would leave the second part's first row unread.
  auto ran = first.Run(file, 0, middle + 1, false, false, header);
  other.join();
  TT_CHECK(ran);
  if (failed) return *failed;
  return Verified{first.ok() && second.ok(), first.rows() + second.rows()};
}

}  // namespace tabletalk::runner
