// One table on its way to a CSV file: RFC 4180, comma, LF, UTF-8, a blank field for a null.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"

namespace tabletalk::generator {

// Fields are added from left to right, then EndRow. The number of fields is checked against the
// header there; a wrong number is a mistake in the generator and throws std::logic_error.
class CsvTable {
 public:
  explicit CsvTable(std::vector<std::string_view> header);

  CsvTable& Text(std::string_view text);  // Quoted where the format asks for it.
  CsvTable& Blank();
  CsvTable& Whole(std::int64_t number);
  CsvTable& Decimal(std::int64_t scaled, int digits);  // 1234 with two digits is 12.34.
  CsvTable& Date(Day day);                             // 2024-02-29
  CsvTable& Time(Instant instant);                     // 2024-02-29 13:05:00
  CsvTable& Flag(bool value);                          // true, false

  void EndRow();
  void RepeatLastRow();  // An exact duplicate, as a retried export leaves behind.

  // Throws std::runtime_error when the file cannot be written.
  void Write(const std::filesystem::path& path) const;

 private:
  void NextField();

  std::size_t columns_;
  std::size_t fields_ = 0;
  std::string row_;
  std::vector<std::string> lines_;
};

}  // namespace tabletalk::generator
