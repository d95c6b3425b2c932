#include "runner/ingest/file_kind.h"

#include <algorithm>
#include <cctype>

namespace tabletalk::runner {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view name;
};

constexpr Signature kForeign[] = {
    {0, "\x89PNG\r\n\x1a\n"sv, "a PNG image"},
    {0, "\xFF\xD8\xFF"sv, "a JPEG image"},
    {0, "GIF87a"sv, "a GIF image"},
    {0, "GIF89a"sv, "a GIF image"},
    {0, "II*\0"sv, "a TIFF image"},
    {0, "MM\0*"sv, "a TIFF image"},
    {8, "WEBP"sv, "a WebP image"},
    {8, "WAVE"sv, "a WAV sound file"},
    {0, "ID3"sv, "an MP3 sound file"},
    {4, "ftyp"sv, "a video file"},
    {0, "%PDF-"sv, "a PDF document"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Excel or Word file (.xls, .doc)"},
    {0, "{\\rtf"sv, "an RTF document"},
    {0,
     "\x7F"
     "ELF"sv,
     "a program (ELF)"},
    {0, "MZ\x90\0"sv, "a Windows program"},
    {0, "\xCF\xFA\xED\xFE"sv, "a macOS program"},
    {0, "\0asm"sv, "a WebAssembly program"},
    {0, "Rar!\x1a\x07"sv, "a RAR archive"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
    {0, "BZh"sv, "a bzip2 file"},
    {0,
     "\xFD"
     "7zXZ\0"sv,
     "an xz file"},
    {0, "\x04\x22\x4D\x18"sv, "an LZ4 file"},
    {257, "ustar"sv, "a tar archive"},
    {0, "SQLite format 3\0"sv, "an SQLite database"},
    {8, "DUCK"sv, "a DuckDB database"},
    {0, "ARROW1"sv, "an Arrow (Feather) file"},
    {0, "FEA1"sv, "a Feather file"},
    {0, "ORC"sv, "an ORC file"},
    {0, "Obj\x01"sv, "an Avro file"},
    {0, "\x89HDF\r\n\x1a\n"sv, "an HDF5 file"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
    {0, "\x80\x04\x95"sv, "a Python pickle"},
    {0, "PARE"sv, "an encrypted Parquet file"},
    {0, "$FL2@(#)"sv, "an SPSS file"},
    {0, "<stata_dta>"sv, "a Stata file"},
};

/// ZIP holds many formats; the first entry's name tells the common ones.
std::string_view NameOfZip(std::string_view head) {
  if (head.find("xl/") != std::string_view::npos) return "an Excel workbook (.xlsx)";
  if (head.find("word/") != std::string_view::npos) return "a Word document (.docx)";
  if (head.find("[Content_Types].xml") != std::string_view::npos)
    return "an Office document (.xlsx, .docx)";
  if (head.find("opendocument.spreadsheet") != std::string_view::npos)
    return "an OpenDocument spreadsheet (.ods)";
  return "a ZIP archive";
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

}  // namespace

KindOfFile RecogniseFile(std::string_view head) {
  if (head.starts_with("PAR1")) return {FileKind::parquet, {}};
  if (head.starts_with("\x1F\x8B")) return {FileKind::gzip, {}};
  if (head.starts_with("\x28\xB5\x2F\xFD")) return {FileKind::zstd, {}};
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"))
    return {FileKind::foreign, NameOfZip(head)};
  for (const Signature& signature : kForeign) {
    if (head.size() >= signature.offset + signature.bytes.size() &&
        head.substr(signature.offset, signature.bytes.size()) == signature.bytes) {
      // Three letters alone may begin a header line; binary data follows in the real thing.
      if (signature.bytes.size() == 3 && !LooksBinary(head)) continue;
      return {FileKind::foreign, signature.name};
    }
  }
  const std::size_t start = head.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos) {
    std::string_view text = head.substr(start);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (StartsWithIgnoringCase(text, "<!doctype html") || StartsWithIgnoringCase(text, "<html"))
      return {FileKind::foreign, "a web page (HTML)"};
    if (text.starts_with("<?xml") || text.starts_with("<svg"))
      return {FileKind::foreign, "an XML document"};
  }
  return {};
}

bool LooksBinary(std::string_view head) {
  std::size_t odd = 0;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || byte == 0x0B;
    if ((byte < 0x20 && !blank) || byte == 0x7F) ++odd;
  }
  // A few NUL bytes happen in exports; a tenth of a file does not.
  return odd * 10 > head.size();
}

}  // namespace tabletalk::runner
