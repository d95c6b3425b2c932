// What a file is, by its bytes. Names and extensions are not believed.
#pragma once

#include <string>
#include <string_view>

namespace tabletalk::runner {

enum class FileKind {
  text,  ///< Nothing else recognised: read as a table of text or JSON.
  parquet,
  gzip,
  zstd,
  foreign,  ///< Recognised, and nothing that is a table.
};

struct KindOfFile {
  FileKind kind = FileKind::text;
  std::string_view name;  ///< foreign only: "a PNG image"
};

/// Looks at the first bytes; 512 are enough for all that is recognised.
KindOfFile RecogniseFile(std::string_view head);

/// True for bytes that no text has: control characters that are neither blanks nor line ends.
bool LooksBinary(std::string_view head);

}  // namespace tabletalk::runner
