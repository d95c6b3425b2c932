// What a person sees: answers on standard output, progress and errors on standard error.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/run.h"
#include "wire/runner.h"

namespace tabletalk::app {

/// Colours only on a terminal, and never with NO_COLOR.
struct Style {
  bool color = false;
  std::size_t width = 100;  ///< Columns.

  static Style ForStandardOutput();
  std::string Bold(std::string_view text) const;
  std::string Dim(std::string_view text) const;
};

/// Columns that `text` takes on a terminal (East Asian wide letters take two).
std::size_t DisplayWidth(std::string_view text);

/// One cell as a person reads it; an empty string for null.
std::string CellText(const wire::Value& value);

/// An aligned table, at most `max_rows` rows, no wider than the style's width.
std::string RenderTable(const wire::Table& table, const Style& style, std::size_t max_rows = 25);

/// A small bar chart, or "" where the chart kind or the result gives none.
std::string RenderChart(const wire::ChartSpec& chart, const wire::Table& table, const Style& style);

/// One key from the terminal, without waiting for Enter. Nothing at the end of input.
std::optional<char> ReadKey();

/// "tabletalk: <sentence>", then one line for each issue.
void PrintError(const base::Error& error);

/// Draws a bar on standard error once work takes more than a second, on a terminal only.
class ProgressBar {
 public:
  void Show(const wire::Progress& progress);
  void Clear();
  ~ProgressBar() { Clear(); }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  bool drawn_ = false;
};

}  // namespace tabletalk::app
