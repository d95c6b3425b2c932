#include "runner/ingest/csv_verify.h"

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

/// Bytes behind the end of what was read that a load of sixteen may touch.
constexpr std::size_t kRoom = 64;
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

/// Bit i: byte i is a digit.
std::uint32_t DigitsOf16(const char* bytes) {
#if defined(__SSE2__)
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i from_zero = _mm_sub_epi8(block, _mm_set1_epi8('0'));
  const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
  return static_cast<std::uint32_t>(_mm_movemask_epi8(digits));
#else
  std::uint32_t mask = 0;
  for (unsigned i = 0; i < 16; ++i)
    if (IsDigit(bytes[i])) mask |= 1u << i;
  return mask;
#endif
}

/// True if all bytes of the cell may stand in a cell of the kind. Sixteen bytes from where it
/// begins, and from each sixteen on, can be read.
bool HasAllowedBytes(PlanKind kind, const char* cell, std::size_t size) {
  const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
  for (std::size_t begin = 0; begin < size; begin += 16) {
    const std::size_t left = size - begin;
    std::uint32_t others = ~DigitsOf16(cell + begin) & 0xFFFF;
    if (left < 16) others &= (1u << left) - 1;
    for (; others != 0; others &= others - 1) {
      const char c = cell[begin + static_cast<std::size_t>(std::countr_zero(others))];
      if ((kAllowed[static_cast<unsigned char>(c)] & bit) == 0) return false;
    }
  }
  return true;
}

/// Holds one typed cell against its kind.
bool IsCleanCell(PlanKind kind, const char* cell, std::size_t size) {
  if (size == 0) return true;
  if (kind == PlanKind::date) {
    constexpr std::uint32_t kDigits = 0b11'0110'1111;  // "2024-03-14" from its end
    return size == 10 && (DigitsOf16(cell) & 0x3FF) == kDigits && cell[4] == '-' && cell[7] == '-';
  }
  if (!HasAllowedBytes(kind, cell, size)) return false;
  const std::size_t sign = cell[0] == '-' ? 1 : 0;
  switch (kind) {
    case PlanKind::integer:
      return size - sign <= 18 && size > sign && !(cell[sign] == '0' && size - sign > 1);
    case PlanKind::number:
      return size <= 40 && size > sign && cell[0] != '+' && cell[0] != 'e' && cell[0] != 'E' &&
             !(cell[sign] == '0' && size - sign > 1 && IsDigit(cell[sign + 1]));
    case PlanKind::boolean: return size == 4 || size == 5;
    case PlanKind::timestamp:
      return size >= 10 && size <= 26 && (size == 10 || cell[10] == ' ' || cell[10] == 'T');
    case PlanKind::text: return true;
    case PlanKind::date:
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

  std::uint64_t Of64(const char* bytes, std::uint32_t& high) const {
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < 64; i += 16) mask |= std::uint64_t{Of16(bytes + i, high)} << i;
    return mask;
  }
};

/// Scans one part of the file. Everything that is not exactly as expected ends the scan.
class Scan {
 public:
  Scan(const Dialect& dialect, const std::vector<PlanKind>& kinds, std::size_t read_bytes)
      : dialect_(dialect),
        kinds_(kinds),
        read_bytes_(read_bytes),
        structure_{dialect.delimiter, dialect.quote} {}

  /// Rows from `begin` to the first row end at or after `end`. With `mid_row`, what stands before
  /// the first row end belongs to the part before; `in_quotes` is the state at `begin`.
  base::Result<void> Run(const SourceFile& file, std::uint64_t begin, std::uint64_t end,
                         bool mid_row, bool in_quotes, bool header) {
    skip_row_ = mid_row || header;
    in_quotes_ = in_quotes;
    end_ = end;
    base_ = begin;
    starts_at_ = ends_at_ = file.size;
    std::uint64_t offset = begin;
    while (ok_ && !finished_) {
      DropRead();
      if (size_ > kMaxLine) ok_ = false;
      TT_ASSIGN(const std::size_t more, ReadMore(file, offset));
      offset += more;
      const bool last = more == 0 || offset >= file.size;
      Feed(last);
      if (last) break;
    }
    return {};
  }

  bool ok() const { return ok_; }
  std::uint64_t rows() const { return rows_; }
  /// Offsets of the first row that was looked at, and of the one behind the last.
  std::uint64_t starts_at() const { return starts_at_; }
  std::uint64_t ends_at() const { return ends_at_; }

 private:
  /// Moves the unfinished cell to the front.
  void DropRead() {
    if (cell_begin_ > 0)
      std::memmove(buffer_.data(), buffer_.data() + cell_begin_, size_ - cell_begin_);
    size_ -= cell_begin_;
    scanned_ -= cell_begin_;
    base_ += cell_begin_;
    cell_begin_ = 0;
  }

  base::Result<std::size_t> ReadMore(const SourceFile& file, std::uint64_t offset) {
    if (buffer_.size() < size_ + read_bytes_ + kRoom) buffer_.resize(size_ + read_bytes_ + kRoom);
    TT_ASSIGN(const std::size_t more, ReadInto(file, offset, buffer_.data() + size_, read_bytes_));
    size_ += more;
    std::memset(buffer_.data() + size_, ' ', kRoom);
    return more;
  }

  void Feed(bool last) {
    const std::size_t fresh = scanned_;
    std::uint32_t high = 0;
    for (; scanned_ < size_ && ok_ && !finished_; scanned_ += 64) {
      std::uint64_t mask = structure_.Of64(buffer_.data() + scanned_, high);
      const std::size_t left = size_ - scanned_;
      if (left < 64) mask &= (std::uint64_t{1} << left) - 1;
      while (mask != 0 && ok_ && !finished_) {
        Special(scanned_ + static_cast<std::size_t>(std::countr_zero(mask)));
        mask &= mask - 1;
      }
    }
    scanned_ = size_;
    if ((high != 0 || pending_ > 0) && ok_) CheckUtf8(fresh, last);
    if (last && ok_ && !finished_) {
      if (in_quotes_)
        ok_ = false;
      else if (cell_begin_ < size_ || cell_ > 0)
        EndRow(size_, true);
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
    if (in_quotes_) return InQuotes(c);
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

  /// A cell that holds whole rows of the table: somebody forgot to close its quotation mark.
  void InQuotes(char c) {
    if (c == dialect_.delimiter) {
      ++quoted_delimiters_;
    } else if (c == '\n') {
      if (quoted_lines_++ > 0 && quoted_delimiters_ + 1 == kinds_.size()) ok_ = false;
      quoted_delimiters_ = 0;
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
    if (size > 0 && *cell != ' ') filled_ = true;
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
      starts_at_ = std::min(starts_at_, base_ + at + 1);
    } else if (!blank) {
      EndCell(end);
      // A row of delimiters alone is left out, which the engine would not do.
      if (cell_ + 1 != kinds_.size() || !filled_) ok_ = false;
      ++rows_;
    } else if (kinds_.size() == 1 && !at_end) {
      ok_ = false;  // A blank line of a one-column file may be an empty cell.
    }
    cell_ = 0;
    filled_ = false;
    quoted_lines_ = quoted_delimiters_ = 0;
    cell_begin_ = at + 1;
    if (base_ + at + 1 < end_ || at_end) return;
    finished_ = true;
    ends_at_ = base_ + at + 1;
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
    if (begin < end && !IsUtf8(std::string_view(buffer_.data() + begin, end - begin))) ok_ = false;
    pending_ = scanned_ - end;
  }

  const Dialect& dialect_;
  const std::vector<PlanKind>& kinds_;
  std::size_t read_bytes_;
  Structure structure_;
  std::vector<char> buffer_;  ///< The unfinished cell, what was read behind it, and room.
  std::size_t size_ = 0;      ///< Without the room.
  std::uint64_t base_ = 0;    ///< Offset of buffer_[0] in the file.
  std::uint64_t end_ = 0;
  std::uint64_t starts_at_ = 0;
  std::uint64_t ends_at_ = 0;
  std::size_t scanned_ = 0;
  std::size_t cell_begin_ = 0;
  std::size_t cell_ = 0;
  std::size_t pending_ = 0;
  bool checked_any_ = false;
  bool in_quotes_ = false;
  bool skip_row_ = false;
  bool filled_ = false;  ///< A cell of the row is neither empty nor blank, for all one can see.
  std::size_t quoted_lines_ = 0, quoted_delimiters_ = 0;
  bool finished_ = false;
  bool ok_ = true;
  std::uint64_t rows_ = 0;
};

}  // namespace

base::Result<Verified> VerifyCsv(const SourceFile& file, const Dialect& dialect,
                                 const std::vector<PlanKind>& kinds, bool header,
                                 const VerifyOptions& options) {
  Scan first(dialect, kinds, options.read_bytes);
  if (options.threads < 2 || file.size < options.split_from) {
    TT_CHECK(first.Run(file, 0, file.size, false, false, header));
    return Verified{first.ok(), first.rows()};
  }
  const std::uint64_t middle = file.size / 2;
  std::optional<Scan> second;
  std::optional<base::Error> failed;
  const auto run_second = [&](bool in_quotes) {
    second.emplace(dialect, kinds, options.read_bytes);
    auto ran = second->Run(file, middle, file.size, true, in_quotes, false);
    if (ran.has_error()) failed = ran.error();
  };
  // Whether the middle stands in quotes, only the first part can tell; mostly it does not.
  std::thread other([&] { run_second(false); });
  auto ran = first.Run(file, 0, middle + 1, false, false, header);
  other.join();
  TT_CHECK(ran);
  if (!first.ok()) return Verified{};
  if (first.ends_at() == file.size) return Verified{true, first.rows()};
  // If both saw the same row end at the middle, they agree about what is in quotes.
  if (!failed && first.ends_at() != second->starts_at()) run_second(true);
  if (failed) return *failed;
  if (first.ends_at() != second->starts_at()) return Verified{};
  return Verified{second->ok(), first.rows() + second->rows()};
}

}  // namespace tabletalk::runner
