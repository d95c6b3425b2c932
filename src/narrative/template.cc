// Slots are the only way a number gets into an answer. A template is plain text with {{...}}; the
// text between must be free of digits, in any script, and every slot must resolve to a cell of a
// result, to the number of its rows, or to a literal of the plan. Whoever wrote the template, a
// number that nothing backs cannot be shown.
#include "narrative/template.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "narrative/format.h"

namespace tabletalk::narrative {
namespace {

base::Error Rejected(std::string message) {
  return base::MakeError(base::ErrorCode::rejected, std::move(message));
}

/// Reads a slot's text from the left.
class SlotReader {
 public:
  explicit SlotReader(std::string_view text) : rest_(text) {}
  bool Take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::string Until(std::string_view ends) {
    const std::size_t at = std::min(rest_.find_first_of(ends), rest_.size());
    std::string taken(rest_.substr(0, at));
    rest_.remove_prefix(at);
    return taken;
  }
  /// name, or ["any name"] with "" for a quote inside.
  std::optional<std::string> Column() {
    if (!Take("[\"")) {
      std::string name = Until(".[()]");
      return name.empty() ? std::nullopt : std::optional(name);
    }
    std::string name;
    while (!rest_.empty()) {
      if (Take("\"\""))
        name += '"';
      else if (Take("\"]"))
        return name;
      else
        name += rest_.front(), rest_.remove_prefix(1);
    }
    return std::nullopt;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Where the slot that `text` begins with is closed; braces inside a quoted column name, which
/// comes from a file, close nothing.
std::size_t SlotEnd(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 2; i + 1 < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (!quoted && two == "}}") return i;
    if (!quoted && two == "[\"") {
      quoted = true;
      ++i;
    } else if (quoted && two == "\"\"") {
      ++i;
    } else if (quoted && two == "\"]") {
      quoted = false;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::optional<std::size_t> ColumnAt(const wire::Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> ExtremeRow(const wire::Table& table, std::size_t column, bool largest) {
  std::optional<std::size_t> best;
  double best_number = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto number = table.rows[row][column].AsNumber();
    if (!number || (best && (largest ? *number <= best_number : *number >= best_number))) continue;
    best = row;
    best_number = *number;
  }
  return best;
}

class Filler {
 public:
  Filler(const Literals& literals, const std::vector<NamedResult>& results,
         const Language& language)
      : literals_(literals), results_(results), language_(language) {}

  base::Result<Filled> Run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t open = std::min(text.find("{{"), text.size());
      if (HasDigit(text.substr(0, open)))
        return Rejected("The text has a number that no result backs: \"" +
                        std::string(text.substr(0, open)) + "\".");
      out_.text += text.substr(0, open);
      Follow(text.substr(0, open));
      text.remove_prefix(open);
      if (text.empty()) break;
      const std::size_t close = SlotEnd(text);
      if (close == std::string_view::npos) return Rejected("A slot is not closed.");
      TT_CHECK(Slot(text.substr(2, close - 2)));
      text.remove_prefix(close + 2);
    }
    return std::move(out_);
  }

 private:
  /// Whether the text so far has left a bracket or a piece of code open.
  void Follow(std::string_view text) {
    for (const char c : text) {
      if (c == '[') ++brackets_;
      if (c == ']' && brackets_ > 0) --brackets_;
      if (c == '`') code_ = !code_;
    }
  }
  std::string Formatted(const wire::Value& cell, std::string_view format) const {
    return FormatCell(cell, format, {language_, brackets_ == 0 && !code_});
  }

  base::Result<void> Slot(std::string_view slot) {
    const std::size_t bar = slot.rfind('|');
    const std::string_view path = slot.substr(0, bar);
    const std::string_view format = bar == std::string_view::npos ? "auto" : slot.substr(bar + 1);
    for (const auto& [kind, texts] :
         {std::pair{"filter.", &literals_.filters}, std::pair{"q.", &literals_.numbers},
          std::pair{"name.", &literals_.names}}) {
      if (path.starts_with(kind))
        return Literal(path.substr(std::string_view(kind).size()), *texts, slot);
    }
    for (const NamedResult& result : results_)
      if (path.starts_with(result.name + "."))
        return Cell(result, path.substr(result.name.size() + 1), format, slot);
    return Rejected("The slot {{" + std::string(slot) + "}} names no result.");
  }

  base::Result<void> Literal(std::string_view index, const std::vector<std::string>& texts,
                             std::string_view slot) {
    std::size_t n = 0;
    const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), n);
    if (error != std::errc() || end != index.data() + index.size() || n >= texts.size())
      return Rejected("The slot {{" + std::string(slot) + "}} is not in the plan.");
    out_.text += texts[n];
    return {};
  }

  base::Result<void> Cell(const NamedResult& result, std::string_view path, std::string_view format,
                          std::string_view slot) {
    const wire::Table& table = *result.table;
    const auto missing = [&] {
      return Rejected("The slot {{" + std::string(slot) + "}} is not in the result.");
    };
    SlotReader reader(path);
    if (path == "total_rows") return Rows(result, table.total_rows, format);
    if (path == "shown_rows") return Rows(result, table.rows.size(), format);
    if (reader.Take("list(")) return List(result, reader, slot);
    std::optional<std::size_t> row;
    if (reader.Take("rows[")) {
      const std::string index = reader.Until("]");
      std::size_t n = 0;
      const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), n);
      if (index == "last" && !table.rows.empty())
        row = table.rows.size() - 1;
      else if (error == std::errc() && end == index.data() + index.size())
        row = n;
      if (!reader.Take("]")) return missing();
    } else if (const bool max = reader.Take("max("); max || reader.Take("min(")) {
      const auto by = reader.Column();
      const auto by_column = by ? ColumnAt(table, *by) : std::nullopt;
      if (!by_column || !reader.Take(")")) return missing();
      row = ExtremeRow(table, *by_column, max);
      if (!row && !table.rows.empty()) row = 0;  // All null: any row says "no value".
    }
    reader.Take(".");
    const auto name = reader.Column();
    const auto column = name ? ColumnAt(table, *name) : std::nullopt;
    if (!row || *row >= table.rows.size() || !column || !reader.done()) return missing();
    Add(result, Formatted(table.rows[*row][*column], format), *row, *name);
    return {};
  }

  base::Result<void> Rows(const NamedResult& result, std::uint64_t n, std::string_view format) {
    Add(result, Formatted(wire::Value(static_cast<std::int64_t>(n)), format), 0, "");
    return {};
  }

  base::Result<void> List(const NamedResult& result, SlotReader& reader, std::string_view slot) {
    const wire::Table& table = *result.table;
    const auto name = reader.Column();
    const auto column = name ? ColumnAt(table, *name) : std::nullopt;
    if (!column || !reader.Take(")"))
      return Rejected("The slot {{" + std::string(slot) + "}} is not in the result.");
    const std::size_t shown = std::min<std::size_t>(table.rows.size(), 10);
    for (std::size_t row = 0; row < shown; ++row) {
      if (row > 0) out_.text += row + 1 == table.rows.size() ? language_.conjunction : ", ";
      Add(result, Formatted(table.rows[row][*column], "auto"), row, *name);
    }
    if (shown < table.rows.size()) out_.text += language_.others;
    return {};
  }

  void Add(const NamedResult& result, std::string text, std::size_t row,
           const std::string& column) {
    out_.text += text;
    if (HasDigit(text)) out_.numbers.push_back({std::move(text), result.run_id, row, column});
  }

  const Literals& literals_;
  const std::vector<NamedResult>& results_;
  const Language& language_;
  int brackets_ = 0;
  bool code_ = false;
  Filled out_;
};

bool HasNoValue(const wire::Table& table) {
  return table.rows.empty() ||
         (table.rows.size() == 1 &&
          std::all_of(table.rows[0].begin(), table.rows[0].end(),
                      [](const wire::Value& cell) { return cell.is_null(); }));
}

}  // namespace

base::Result<Filled> FillTemplate(std::string_view text, const Literals& literals,
                                  const std::vector<NamedResult>& results,
                                  const Language& language) {
  return Filler(literals, results, language).Run(text);
}

base::Result<Filled> Fill(const Narrative& narrative, const std::vector<NamedResult>& results) {
  if (results.empty()) return Rejected("There is no result to tell of.");
  const wire::Table& table = *results.front().table;
  std::string text = HasNoValue(table)        ? narrative.none
                     : table.rows.size() == 1 ? narrative.one
                                              : narrative.several;
  if (table.truncated && !table.rows.empty())
    text += " Only {{" + results.front().name + ".shown_rows}} of {{" + results.front().name +
            ".total_rows|count:row,rows}} came back.";
  return FillTemplate(text, narrative.literals, results);
}

}  // namespace tabletalk::narrative
