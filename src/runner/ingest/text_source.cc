#include "runner/ingest/text_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "base/units.h"
#include "base/utf8.h"

namespace tabletalk::runner {
namespace {

using base::ErrorCode;

constexpr std::size_t kBlock = 1 << 20;

/// Writes a bounded file.
class Sink {
 public:
  static base::Result<Sink> Create(const std::string& path, std::uint64_t max_bytes) {
    Sink sink;
    sink.fd_ = base::UniqueFd(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    if (!sink.fd_)
      return base::SystemError(ErrorCode::internal, "a temporary file could not be created", errno);
    sink.max_bytes_ = max_bytes;
    return sink;
  }

  base::Result<void> Write(std::string_view bytes) {
    written_ += bytes.size();
    if (written_ > max_bytes_)
      return base::MakeError(ErrorCode::too_large,
                             fmt::format("this file holds more than {} when expanded",
                                         base::ToText(base::ByteSize(max_bytes_))));
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
        return base::MakeError(ErrorCode::too_large,
                               "there is not enough room to expand this file");
      if (count < 0)
        return base::SystemError(ErrorCode::internal, "a temporary file could not be written",
                                 errno);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }
  std::uint64_t written() const { return written_; }

 private:
  base::UniqueFd fd_;
  std::uint64_t max_bytes_ = 0;
  std::uint64_t written_ = 0;
};

base::Error Truncated(std::string_view format) {
  return base::InvalidArgument(fmt::format(
      "this {} file is incomplete: it ends in the middle of the compressed data", format));
}
base::Error Corrupt(std::string_view format) {
  return base::InvalidArgument(
      fmt::format("this {} file is damaged and cannot be expanded", format));
}

base::Result<void> ExpandGzip(const SourceFile& source, Sink& sink) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK)
    return base::MakeError(ErrorCode::internal, "gzip could not be started");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, inflateEnd);
  std::string out(kBlock, '\0');
  std::string in;
  std::uint64_t offset = 0;
  bool ended = false;
  while (offset < source.size) {
    TT_ASSIGN(in, ReadAt(source, offset, kBlock));
    if (in.empty()) break;
    offset += in.size();
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    do {
      if (ended) {
        // More members may follow; anything else behind the end is padding.
        if (stream.avail_in < 2 || stream.next_in[0] != 0x1F) return {};
        inflateReset(&stream);
        ended = false;
      }
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      const int state = inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return Corrupt("gzip");
      TT_CHECK(sink.Write(std::string_view(out).substr(0, out.size() - stream.avail_out)));
      ended = state == Z_STREAM_END;
    } while (stream.avail_in > 0 || (stream.avail_out == 0 && !ended));
  }
  if (!ended) return Truncated("gzip");
  return {};
}

base::Result<void> ExpandZstd(const SourceFile& source, Sink& sink) {
  const std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                        ZSTD_freeDStream);
  // 128 MiB is what the format asks every decoder to take; more is an attack on memory.
  if (!stream || ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, 27)))
    return base::MakeError(ErrorCode::internal, "zstd could not be started");
  std::string out(kBlock, '\0');
  std::string in;
  std::uint64_t offset = 0;
  std::size_t hint = 1;
  while (offset < source.size) {
    TT_ASSIGN(in, ReadAt(source, offset, kBlock));
    if (in.empty()) break;
    offset += in.size();
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    bool full = false;
    while (input.pos < input.size || full) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      hint = ZSTD_decompressStream(stream.get(), &output, &input);
      if (ZSTD_isError(hint)) return Corrupt("zstd");
      TT_CHECK(sink.Write(std::string_view(out).substr(0, output.pos)));
      full = output.pos == output.size;
    }
  }
  if (hint != 0) return Truncated("zstd");
  return {};
}

constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

/// Length of the UTF-8 sequence at `at`; 0 where there is none.
std::size_t SequenceLength(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  if (length > 1 && !base::IsValidUtf8(text.substr(at, length))) return 0;
  return length;
}

/// Reads a file in blocks that do not cut a UTF-8 sequence or a UTF-16 pair.
template <class Use>
base::Result<void> ForBlocks(const SourceFile& source, std::uint64_t start, Use use) {
  std::string block;
  for (std::uint64_t offset = start; offset < source.size;) {
    TT_ASSIGN(block, ReadAt(source, offset, kBlock));
    if (block.empty()) break;
    const bool last = offset + block.size() >= source.size;
    const std::size_t used = use(std::string_view(block), last);
    if (used == 0) break;
    offset += used;
  }
  return {};
}

struct Rewriter {
  Encoding encoding;
  std::string out;
  std::uint64_t nuls = 0;
  std::uint64_t damaged = 0;

  void Put(char32_t point) {
    if (point == 0)
      ++nuls;
    else
      base::AppendUtf8(out, point);
  }
  std::size_t EightBit(std::string_view block, bool last) {
    std::size_t i = 0;
    while (i < block.size()) {
      const auto byte = static_cast<unsigned char>(block[i]);
      if (byte < 0x80) {
        if (byte == 0)
          ++nuls;
        else
          out += block[i];
        ++i;
      } else if (encoding == Encoding::windows_1252) {
        Put(byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
        ++i;
      } else if (const std::size_t length = SequenceLength(block, i)) {
        out.append(block, i, length);
        i += length;
      } else if (!last && i + 4 > block.size()) {
        return i;
      } else {
        Put(0xFFFD);
        ++damaged;
        ++i;
      }
    }
    return i;
  }
  char32_t Unit(std::string_view block, std::size_t i) const {
    const auto a = static_cast<unsigned char>(block[i]);
    const auto b = static_cast<unsigned char>(block[i + 1]);
    return encoding == Encoding::utf16_le ? static_cast<char32_t>(b << 8 | a)
                                          : static_cast<char32_t>(a << 8 | b);
  }
  std::size_t SixteenBit(std::string_view block, bool last) {
    std::size_t i = 0;
    for (; i + 1 < block.size(); i += 2) {
      const char32_t unit = Unit(block, i);
      if (unit < 0xD800 || unit > 0xDFFF) {
        Put(unit);
        continue;
      }
      if (!last && i + 3 >= block.size()) return i;
      const char32_t low = i + 3 < block.size() ? Unit(block, i + 2) : 0;
      if (unit < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF) {
        Put(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        i += 2;
      } else {
        Put(0xFFFD);
        ++damaged;
      }
    }
    return last ? block.size() : i;
  }
};

}  // namespace

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

base::Result<SourceFile> OpenSource(const std::string& path) {
  SourceFile source;
  source.path = path;
  source.fd = base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!source.fd) {
    if (errno == ENOENT) return base::MakeError(ErrorCode::not_found, "there is no such file");
    return base::SystemError(ErrorCode::invalid_argument, "this file cannot be read", errno);
  }
  struct stat status {};
  if (::fstat(source.fd.get(), &status) != 0)
    return base::SystemError(ErrorCode::invalid_argument, "this file cannot be read", errno);
  if (S_ISDIR(status.st_mode)) return base::InvalidArgument("this is a directory, not a file");
  if (!S_ISREG(status.st_mode)) return base::InvalidArgument("this is not a regular file");
  if (status.st_size == 0) return base::InvalidArgument("this file is empty");
  source.size = static_cast<std::uint64_t>(status.st_size);
  return source;
}

base::Result<std::size_t> ReadInto(const SourceFile& file, std::uint64_t offset, char* bytes,
                                   std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count =
        ::pread(file.fd.get(), bytes + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return base::SystemError(ErrorCode::invalid_argument, "this file cannot be read", errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

base::Result<std::string> ReadAt(const SourceFile& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  TT_ASSIGN(const std::size_t done, ReadInto(file, offset, bytes.data(), size));
  bytes.resize(done);
  return bytes;
}

base::Result<void> Expand(const SourceFile& source, bool zstd, const std::string& path,
                          std::uint64_t max_bytes) {
  TT_ASSIGN(Sink sink, Sink::Create(path, max_bytes));
  if (zstd)
    TT_CHECK(ExpandZstd(source, sink));
  else
    TT_CHECK(ExpandGzip(source, sink));
  if (sink.written() == 0) return base::InvalidArgument("this file is empty once it is expanded");
  return {};
}

Encoding EncodingOfHead(std::string_view head) {
  if (head.starts_with("\xFF\xFE")) return Encoding::utf16_le;
  if (head.starts_with("\xFE\xFF")) return Encoding::utf16_be;
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < head.size(); ++i)
    if (head[i] == '\0') ++zeros[i % 2];
  // Delimiters, digits and line ends have a zero half in any script.
  const std::size_t pairs = head.size() / 2;
  if (pairs >= 2 && zeros[1] * 10 > pairs * 3 && zeros[0] * 20 < zeros[1])
    return Encoding::utf16_le;
  if (pairs >= 2 && zeros[0] * 10 > pairs * 3 && zeros[1] * 20 < zeros[0])
    return Encoding::utf16_be;
  return Encoding::utf8;
}

base::Result<TextFaults> FindFaults(const SourceFile& source) {
  TextFaults faults;
  TT_CHECK(ForBlocks(source, 0, [&](std::string_view block, bool last) {
    std::size_t i = 0;
    while (i < block.size()) {
      const auto byte = static_cast<unsigned char>(block[i]);
      if (byte < 0x80) {
        if (byte == 0) ++faults.nuls;
        ++i;
      } else if (const std::size_t length = SequenceLength(block, i)) {
        ++faults.sequences;
        i += length;
      } else if (!last && i + 4 > block.size()) {
        return i;
      } else {
        ++faults.damaged;
        ++i;
      }
    }
    return i;
  }));
  return faults;
}

base::Result<void> Transcode(const SourceFile& source, Encoding encoding, const std::string& path,
                             std::uint64_t max_bytes, Notes& notes) {
  TT_ASSIGN(Sink sink, Sink::Create(path, max_bytes));
  Rewriter rewriter{encoding, {}};
  const bool wide = encoding == Encoding::utf16_le || encoding == Encoding::utf16_be;
  base::Result<void> written = {};
  TT_CHECK(ForBlocks(source, 0, [&](std::string_view block, bool last) -> std::size_t {
    rewriter.out.clear();
    const std::size_t used =
        wide ? rewriter.SixteenBit(block, last) : rewriter.EightBit(block, last);
    written = sink.Write(rewriter.out);
    return written.has_error() ? 0 : used;
  }));
  TT_CHECK(written);
  if (sink.written() == 0) return base::InvalidArgument("this file holds no text");
  if (wide) AddNote(notes, NoteKind::layout, "The file is UTF-16; it was converted to UTF-8.");
  if (encoding == Encoding::windows_1252)
    AddNote(notes, NoteKind::layout,
            "The file is not UTF-8; it was read as Windows-1252 (Latin-1).");
  if (rewriter.damaged > 0)
    AddNote(
        notes, NoteKind::layout,
        fmt::format("{} of the file {} not valid text and {} replaced by \"\xEF\xBF\xBD\".",
                    rewriter.damaged == 1 ? "1 byte" : fmt::format("{} bytes", rewriter.damaged),
                    rewriter.damaged == 1 ? "is" : "are", rewriter.damaged == 1 ? "was" : "were"));
  if (rewriter.nuls > 0)
    AddNote(notes, NoteKind::layout,
            rewriter.nuls == 1 ? "1 NUL byte was removed."
                               : fmt::format("{} NUL bytes were removed.", rewriter.nuls));
  return {};
}

}  // namespace tabletalk::runner
