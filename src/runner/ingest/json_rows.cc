// JSON lines and arrays of objects as rows.
//
// The text is cut into values by counting brackets outside strings, so that memory is bounded by
// one value, not by the file; each is then parsed strictly. A line that does not parse, or is no
// object, is set aside.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/json.h"
#include "base/utf8.h"
#include "runner/ingest/rows.h"

namespace tabletalk::runner {
namespace {

namespace json = base::json;

constexpr std::size_t kReadBytes = 1 << 20;

/// Cuts a file into the texts of its values.
class ValueReader {
 public:
  ValueReader(const SourceFile& file, bool array) : file_(file), array_(array) {}

  /// The next value or line; false at the end.
  base::Result<bool> Next(std::string_view& value, std::uint64_t& line) {
    while (true) {
      std::size_t at = position_;
      while (at < buffer_.size() && IsBetween(buffer_[at])) {
        if (buffer_[at] == '\n') ++line_;
        ++at;
      }
      position_ = at;
      if (at < buffer_.size() && array_ && buffer_[at] == ']') return false;
      std::size_t end = at < buffer_.size() ? EndOf(at) : std::string::npos;
      // A stray closing bracket is a value of its own, a bad one: every step moves on.
      if (end == at) ++end;
      if (end != std::string::npos || (last_ && at < buffer_.size())) {
        const std::size_t stop = std::min(end, buffer_.size());
        value = std::string_view(buffer_).substr(at, stop - at);
        line = line_;
        line_ += static_cast<std::uint64_t>(std::count(value.begin(), value.end(), '\n'));
        position_ = stop;
        return true;
      }
      if (last_) return false;
      TT_CHECK(Fill());
    }
  }
  std::uint64_t offset() const { return offset_ - (buffer_.size() - position_); }

 private:
  bool IsBetween(char c) const {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || (array_ && c == ',');
  }

  std::size_t EndOf(std::size_t at) const {
    if (!array_) return buffer_.find('\n', at);
    int depth = 0;
    bool in_string = false;
    for (; at < buffer_.size(); ++at) {
      const char c = buffer_[at];
      if (in_string) {
        if (c == '\\')
          ++at;
        else if (c == '"')
          in_string = false;
      } else if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return at;
        if (--depth == 0) return at + 1;
      } else if (c == ',' && depth == 0) {
        return at;
      }
    }
    return std::string::npos;
  }

  base::Result<void> Fill() {
    if (buffer_.size() - position_ > kMaxRecordBytes)
      return base::MakeError(base::ErrorCode::too_large,
                             fmt::format("the JSON value at line {} is longer than 4 MiB", line_));
    TT_ASSIGN(const std::string more,
              ReadAt(file_, offset_, std::max(kReadBytes, buffer_.size() - position_)));
    const bool first = offset_ == 0;
    offset_ += more.size();
    last_ = more.empty() || offset_ >= file_.size;
    buffer_.erase(0, position_);
    position_ = 0;
    buffer_ += more;
    if (!first) return {};
    if (buffer_.starts_with("\xEF\xBB\xBF")) position_ = 3;
    if (array_) {
      const std::size_t open = buffer_.find('[', position_);
      line_ += static_cast<std::uint64_t>(
          std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(open), '\n'));
      position_ = open + 1;
    }
    return {};
  }

  const SourceFile& file_;
  bool array_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  bool last_ = false;
};

class JsonRows final : public RowSource {
 public:
  JsonRows(const SourceFile& file, bool array, std::uint64_t max_columns)
      : file_(file),
        array_(array),
        max_columns_(max_columns),
        reader_(std::make_unique<ValueReader>(file, array)) {}

  void Rewind() override {
    reader_ = std::make_unique<ValueReader>(file_, array_);
    counting_ = false;
  }

  base::Result<bool> Next(SourceRow& row) override {
    std::string_view text;
    std::uint64_t line = 0;
    while (true) {
      TT_ASSIGN(const bool more, reader_->Next(text, line));
      if (!more) return false;
      const base::JsonLimits limits{base::ByteSize(kMaxRecordBytes), 64};
      const auto parsed = base::ParseJson(text, limits);
      const json::object* object = parsed.has_value() ? parsed.value().if_object() : nullptr;
      if (object == nullptr) {
        if (counting_) bad_.Add(line);
        continue;
      }
      TT_CHECK(Fill(*object, row));
      row.line = line;
      return true;
    }
  }

  std::vector<std::string> Names() const override { return names_; }
  double Fraction() const override {
    return static_cast<double>(reader_->offset()) / static_cast<double>(file_.size);
  }
  std::uint64_t set_aside() const override { return bad_.count(); }
  Notes Observed() const override {
    if (bad_.count() == 0) return {};
    const bool one = bad_.count() == 1;
    Notes notes;
    AddNote(notes, NoteKind::rows,
            fmt::format("{} {} not {} JSON {} and {} set aside ({}).",
                        one ? "1 value" : fmt::format("{} values", bad_.count()),
                        one ? "is" : "are", one ? "a valid" : "valid", one ? "object" : "objects",
                        one ? "was" : "were", bad_.Text()));
    return notes;
  }

 private:
  base::Result<void> Fill(const json::object& object, SourceRow& row) {
    texts_.assign(names_.size(), {});
    row.origins.assign(names_.size(), CellOrigin::json_other);
    for (const auto& member : object) {
      const auto [found, fresh] = index_.try_emplace(std::string(member.key()), names_.size());
      if (fresh) {
        if (names_.size() >= max_columns_)
          return base::MakeError(
              base::ErrorCode::too_large,
              fmt::format("this file has more than {} different keys", max_columns_));
        names_.emplace_back(member.key());
        texts_.emplace_back();
        row.origins.push_back(CellOrigin::json_other);
      }
      SetCell(member.value(), texts_[found->second], row.origins[found->second]);
    }
    row.cells.assign(texts_.begin(), texts_.end());
    return {};
  }

  static void SetCell(const json::value& value, std::string& text, CellOrigin& origin) {
    if (value.is_null()) return;
    if (const auto* string = value.if_string()) {
      text.assign(string->data(), string->size());
      std::erase(text, '\0');
      origin = CellOrigin::json_string;
      return;
    }
    text = base::ToJsonText(value);
    origin = value.is_bool()     ? CellOrigin::json_boolean
             : value.is_number() ? CellOrigin::json_number
                                 : CellOrigin::json_other;
  }

  const SourceFile& file_;
  bool array_;
  std::uint64_t max_columns_;
  std::unique_ptr<ValueReader> reader_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string> texts_;
  LineList bad_;
  bool counting_ = true;
};

}  // namespace

std::unique_ptr<RowSource> MakeJsonRows(const SourceFile& file, bool array,
                                        std::uint64_t max_columns) {
  return std::make_unique<JsonRows>(file, array, max_columns);
}

}  // namespace tabletalk::runner
