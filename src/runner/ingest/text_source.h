// From the bytes of a file to plain UTF-8 text on disk.
//
// Whatever is compressed is expanded, and whatever is not clean UTF-8 is written anew, into a
// temporary file beside the output; a clean, plain file is read where it is. Both steps stop at the
// same bound, so that a gzip bomb fills neither memory nor disk. The rest of ingestion sees one
// plain file.
//
// UTF-16 is known by its mark or by the zeros in every second byte. Text that is not UTF-8 is
// Windows-1252, which agrees with Latin-1 wherever Latin-1 prints; but if almost all of the
// multi-byte sequences are good UTF-8, it is UTF-8 with damage, and the damage becomes U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/fd.h"
#include "runner/ingest/notes.h"

namespace tabletalk::runner {

/// A file that is deleted with its owner.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFile& operator=(TemporaryFile&& other) noexcept;
  ~TemporaryFile();

 private:
  std::string path_;
};

/// An open file and its size.
struct SourceFile {
  base::UniqueFd fd;
  std::string path;
  std::uint64_t size = 0;
};

/// Opens a regular, readable, non-empty file.
base::Result<SourceFile> OpenSource(const std::string& path);

/// Up to `size` bytes at `offset`; shorter at the end of the file.
base::Result<std::string> ReadAt(const SourceFile& file, std::uint64_t offset, std::size_t size);
/// The same into memory of the caller's; the number of bytes.
base::Result<std::size_t> ReadInto(const SourceFile& file, std::uint64_t offset, char* bytes,
                                   std::size_t size);

/// Expands a gzip or zstd file into `path`. too_large beyond `max_bytes`.
base::Result<void> Expand(const SourceFile& source, bool zstd, const std::string& path,
                          std::uint64_t max_bytes);

enum class Encoding { utf8, utf16_le, utf16_be, windows_1252, damaged_utf8 };

/// UTF-16 or UTF-8 by the beginning of the file; utf8 also stands for any other 8-bit encoding.
Encoding EncodingOfHead(std::string_view head);

/// What is wrong with a text that should be UTF-8.
struct TextFaults {
  std::uint64_t sequences = 0;  ///< Good multi-byte sequences.
  std::uint64_t damaged = 0;    ///< Bytes that belong to none.
  std::uint64_t nuls = 0;
  bool any() const { return damaged + nuls > 0; }
};
base::Result<TextFaults> FindFaults(const SourceFile& source);

/// Writes the text anew as UTF-8 without NUL characters. Adds what it did to `notes`.
base::Result<void> Transcode(const SourceFile& source, Encoding encoding, const std::string& path,
                             std::uint64_t max_bytes, Notes& notes);

}  // namespace tabletalk::runner
