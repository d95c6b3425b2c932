#include "csv_table.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace tabletalk::generator {
namespace {

std::string FormatDate(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

CsvTable::CsvTable(std::vector<std::string_view> header) : columns_(header.size()) {
  for (const std::string_view name : header) {
    Text(name);
  }
  EndRow();
}

void CsvTable::NextField() {
  if (fields_++ > 0) {
    row_ += ',';
  }
}

CsvTable& CsvTable::Text(std::string_view text) {
  NextField();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    row_ += text;
    return *this;
  }
  row_ += '"';
  for (const char c : text) {
    row_ += c;
    if (c == '"') {
      row_ += c;
    }
  }
  row_ += '"';
  return *this;
}

CsvTable& CsvTable::Blank() {
  NextField();
  return *this;
}

CsvTable& CsvTable::Whole(std::int64_t number) {
  NextField();
  row_ += std::to_string(number);
  return *this;
}

CsvTable& CsvTable::Decimal(std::int64_t scaled, int digits) {
  std::int64_t one = 1;
  for (int digit = 0; digit < digits; ++digit) {
    one *= 10;
  }
  NextField();
  const std::int64_t size = std::abs(scaled);
  row_ += fmt::format("{}{}.{:0{}}", scaled < 0 ? "-" : "", size / one, size % one, digits);
  return *this;
}

CsvTable& CsvTable::Date(Day day) {
  NextField();
  row_ += FormatDate(day);
  return *this;
}

CsvTable& CsvTable::Time(Instant instant) {
  const Day day = std::chrono::floor<std::chrono::days>(instant);
  const auto seconds = (instant - day).count();
  NextField();
  row_ += fmt::format("{} {:02}:{:02}:{:02}", FormatDate(day), seconds / 3600, seconds / 60 % 60,
                      seconds % 60);
  return *this;
}

CsvTable& CsvTable::Flag(bool value) { return Text(value ? "true" : "false"); }

void CsvTable::EndRow() {
  if (fields_ != columns_) {
    throw std::logic_error(
        fmt::format("row {} has {} fields, the header {}", lines_.size(), fields_, columns_));
  }
  row_ += '\n';
  lines_.push_back(std::move(row_));
  row_.clear();
  fields_ = 0;
}

void CsvTable::RepeatLastRow() { lines_.push_back(std::string(lines_.back())); }

void CsvTable::Write(const std::filesystem::path& path) const {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  for (const std::string& line : lines_) {
    file << line;
  }
  file.close();
  if (!file) {
    throw std::runtime_error(fmt::format("cannot write {}", path.string()));
  }
}

}  // namespace tabletalk::generator
