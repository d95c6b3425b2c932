#include "terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"

namespace tabletalk::app {
namespace {

constexpr std::size_t kMaxCellWidth = 40;

std::string CutToWidth(std::string_view text, std::size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::string cut;
  std::size_t used = 0;
  for (std::size_t position = 0; position < text.size();) {
    std::string one;
    base::AppendUtf8(one, base::NextCodePoint(text, position));
    const std::size_t columns = DisplayWidth(one);
    if (used + columns + 1 > width) break;
    cut += one;
    used += columns;
  }
  return cut + "…";
}

std::string Pad(std::string_view text, std::size_t width, bool right) {
  const std::size_t shown = DisplayWidth(text);
  const std::string blanks(width > shown ? width - shown : 0, ' ');
  return right ? blanks + std::string(text) : std::string(text) + blanks;
}

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\t', ' ');
  return base::EscapeControls(text);
}

std::optional<std::size_t> ColumnIndex(const wire::Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

}  // namespace

Style Style::ForStandardOutput() {
  Style style;
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  style.color = terminal && (no_color == nullptr || *no_color == '\0');
  winsize window{};
  if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col >= 20)
    style.width = window.ws_col;
  return style;
}

std::string Style::Bold(std::string_view text) const {
  return color ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
}

std::string Style::Dim(std::string_view text) const {
  return color ? fmt::format("\033[2m{}\033[0m", text) : std::string(text);
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t position = 0; position < text.size();) {
    const int columns = ::wcwidth(static_cast<wchar_t>(base::NextCodePoint(text, position)));
    width += columns > 0 ? static_cast<std::size_t>(columns) : 0;
  }
  return width;
}

std::string CellText(const wire::Value& value) {
  if (value.is_null()) return "";
  if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
  if (const auto* whole = value.if_integer()) return fmt::format("{}", *whole);
  if (const auto* real = value.if_double()) {
    if (std::abs(*real) < 1e15 && std::abs(*real) >= 1e-4) {
      std::string text = fmt::format("{:.4f}", *real);
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') text += '0';
      return text;
    }
    return fmt::format("{:.15g}", *real);  // The digits that arithmetic leaves right.
  }
  return *value.if_text();
}

std::string RenderTable(const wire::Table& table, const Style& style, std::size_t max_rows) {
  const std::size_t shown = std::min(max_rows, table.rows.size());
  std::vector<std::vector<std::string>> cells(shown + 1);
  for (const wire::Column& column : table.columns) cells[0].push_back(OneLine(column.name));
  for (std::size_t r = 0; r < shown; ++r)
    for (const wire::Value& value : table.rows[r]) cells[r + 1].push_back(OneLine(CellText(value)));
  std::vector<std::size_t> widths(table.columns.size(), 1);
  for (const auto& row : cells)
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::min(kMaxCellWidth, std::max(widths[c], DisplayWidth(row[c])));
  std::size_t columns = 0;  // As many as fit.
  for (std::size_t used = 0; columns < widths.size(); ++columns) {
    used += widths[columns] + 2;
    if (used > style.width + 2 && columns > 0) break;
  }
  std::string out;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < columns; ++c) {
      const bool right = wire::IsNumeric(table.columns[c].type);
      line += Pad(CutToWidth(cells[r][c], widths[c]), widths[c], right);
      if (c + 1 < columns) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += (r == 0 ? style.Bold(line) : line) + "\n";
    if (r > 0) continue;
    std::string rule;
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t i = 0; i < widths[c]; ++i) rule += "─";
      if (c + 1 < columns) rule += "  ";
    }
    out += style.Dim(rule) + "\n";
  }
  if (table.total_rows > shown)
    out += style.Dim(fmt::format("… {} more rows", table.total_rows - shown)) + "\n";
  if (columns < widths.size())
    out += style.Dim(fmt::format("… {} more columns; --json or --csv shows all",
                                 widths.size() - columns)) +
           "\n";
  return out;
}

std::string RenderChart(const wire::ChartSpec& chart, const wire::Table& table,
                        const Style& style) {
  using wire::ChartKind;
  const bool drawable = chart.kind == ChartKind::bar || chart.kind == ChartKind::line ||
                        chart.kind == ChartKind::area || chart.kind == ChartKind::pie ||
                        chart.kind == ChartKind::histogram;
  if (!drawable || chart.y.empty() || chart.series || table.rows.size() < 2) return "";
  const auto x = ColumnIndex(table, chart.x);
  const auto y = ColumnIndex(table, chart.y.front());
  if (!x || !y) return "";
  constexpr std::size_t kMaxBars = 24;
  const std::size_t count = std::min(kMaxBars, table.rows.size());
  double largest = 0;
  std::size_t label_width = 1;
  for (std::size_t r = 0; r < count; ++r) {
    largest = std::max(largest, std::abs(table.rows[r][*y].AsNumber().value_or(0)));
    label_width = std::max(label_width, DisplayWidth(OneLine(CellText(table.rows[r][*x]))));
  }
  if (largest == 0) return "";
  label_width = std::min<std::size_t>(label_width, 24);
  const std::size_t room = std::clamp<std::size_t>(style.width, 40, 100) - label_width - 4;
  std::string out;
  for (std::size_t r = 0; r < count; ++r) {
    const auto number = table.rows[r][*y].AsNumber();
    const double eighths = std::abs(number.value_or(0)) / largest * static_cast<double>(room) * 8;
    auto whole = static_cast<std::size_t>(std::round(eighths));
    std::string bar;
    for (; whole >= 8; whole -= 8) bar += "█";
    static constexpr const char* kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    bar += kPart[whole];
    if (number && *number < 0) bar = "−" + bar;
    const std::string label = CutToWidth(OneLine(CellText(table.rows[r][*x])), label_width);
    out += fmt::format("{}  {}\n", Pad(label, label_width, false), bar);
  }
  return out;
}

std::optional<char> ReadKey() {
  termios before{};
  const bool changed = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (changed) {
    termios by_key = before;
    by_key.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    by_key.c_cc[VMIN] = 1;
    by_key.c_cc[VTIME] = 0;
    (void)::tcsetattr(STDIN_FILENO, TCSANOW, &by_key);
  }
  char key = 0;
  const ssize_t got = ::read(STDIN_FILENO, &key, 1);
  if (changed) (void)::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  if (got != 1) return std::nullopt;
  return key;
}

void PrintError(const base::Error& error) {
  std::fputs(fmt::format("tabletalk: {}\n", base::EscapeControls(error.public_message())).c_str(),
             stderr);
  const auto* issues = error.details().if_contains("issues");
  if (issues == nullptr || !issues->is_array() || issues->as_array().size() < 2) return;
  for (const auto& issue : issues->as_array()) {
    const auto* object = issue.if_object();
    const auto* message = object ? object->if_contains("message") : nullptr;
    if (message != nullptr && message->is_string())
      std::fputs(
          fmt::format("  - {}\n", base::EscapeControls(std::string_view(message->as_string())))
              .c_str(),
          stderr);
  }
}

void ProgressBar::Show(const wire::Progress& progress) {
  if (!::isatty(STDERR_FILENO)) return;
  if (std::chrono::steady_clock::now() - started_ < std::chrono::seconds(1)) return;
  constexpr int kWidth = 30;
  std::string bar;
  const int filled =
      progress.fraction < 0 ? 0 : static_cast<int>(std::min(1.0, progress.fraction) * kWidth);
  for (int i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
  const std::string percent =
      progress.fraction < 0 ? "" : fmt::format(" {:.0f} %", progress.fraction * 100);
  std::fputs(
      fmt::format("\r\033[K{} {}{}", bar, base::EscapeControls(progress.stage), percent).c_str(),
      stderr);
  drawn_ = true;
}

void ProgressBar::Clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace tabletalk::app
