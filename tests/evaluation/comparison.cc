#include "comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace tabletalk::evaluation {
namespace {

using Row = std::vector<wire::Value>;

std::string TextOf(const wire::Value& value) {
  if (const auto* text = value.if_text()) return *text;
  if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
  if (const auto* whole = value.if_integer()) return std::to_string(*whole);
  return "";
}

// The first day, and its midnight, that a text or a year names; empty where it names none.
std::string Instant(const wire::Value& value) {
  std::string text = TextOf(value);
  if (const auto* real = value.if_double(); real && std::trunc(*real) == *real)
    text = fmt::format("{:.0f}", *real);
  const auto digits = [&](std::size_t from, std::size_t count) {
    if (text.size() < from + count) return false;
    return std::all_of(text.begin() + static_cast<long>(from),
                       text.begin() + static_cast<long>(from + count),
                       [](unsigned char c) { return std::isdigit(c); });
  };
  if (!digits(0, 4)) return "";
  if (text.size() == 4) return text + "-01-01 00:00:00";
  if (text.size() == 7 && text[4] == '-' && text[5] == 'Q' && digits(6, 1))
    return fmt::format("{}-{:02}-01 00:00:00", text.substr(0, 4), (text[6] - '1') * 3 + 1);
  if (text[4] != '-' || !digits(5, 2)) return "";
  if (text.size() == 7) return text + "-01 00:00:00";
  if (text.size() < 10 || text[7] != '-' || !digits(8, 2)) return "";
  if (text.size() == 10) return text + " 00:00:00";
  if (text.size() < 19) return "";
  text[10] = ' ';
  return text.substr(0, 19);  // Drops fractions and a zone; everything here is UTC.
}

bool NumbersEqual(double a, double b) {
  if (a == 0 || b == 0) return std::abs(a - b) <= 1e-9;
  return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b));
}

bool RowsEqual(const Row& expected, const Row& actual, const std::vector<std::size_t>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (!CellsEqual(expected[i], actual[columns[i]])) return false;
  return true;
}

bool TableEqual(const wire::Table& expected, const wire::Table& actual,
                const std::vector<std::size_t>& columns, bool ordered) {
  std::vector<bool> used(actual.rows.size());
  for (std::size_t r = 0; r < expected.rows.size(); ++r) {
    if (ordered) {
      if (!RowsEqual(expected.rows[r], actual.rows[r], columns)) return false;
      continue;
    }
    bool found = false;
    for (std::size_t a = 0; a < actual.rows.size() && !found; ++a) {
      if (used[a] || !RowsEqual(expected.rows[r], actual.rows[a], columns)) continue;
      used[a] = found = true;
    }
    if (!found) return false;
  }
  return true;
}

bool Choose(const wire::Table& expected, const wire::Table& actual, bool ordered,
            std::vector<std::size_t>& chosen) {
  if (chosen.size() == expected.columns.size())
    return TableEqual(expected, actual, chosen, ordered);
  for (std::size_t c = 0; c < actual.columns.size(); ++c) {
    if (std::find(chosen.begin(), chosen.end(), c) != chosen.end()) continue;
    chosen.push_back(c);
    if (Choose(expected, actual, ordered, chosen)) return true;
    chosen.pop_back();
  }
  return false;
}

}  // namespace

bool CellsEqual(const wire::Value& expected, const wire::Value& actual) {
  if (expected.is_null() || actual.is_null()) return expected.is_null() && actual.is_null();
  const auto a = expected.AsNumber();
  const auto b = actual.AsNumber();
  if (a && b) return NumbersEqual(*a, *b);
  if (TextOf(expected) == TextOf(actual) && !TextOf(expected).empty()) return true;
  if (a.has_value() != b.has_value()) {  // A whole number beyond 64 bits travels as text.
    const std::string text = TextOf(a ? actual : expected);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && NumbersEqual(a ? *a : *b, number)) return true;
  }
  const std::string instant = Instant(expected);
  return !instant.empty() && instant == Instant(actual);
}

bool Matches(const wire::Table& expected, const wire::Table& actual, Compare compare) {
  if (expected.rows.size() != actual.total_rows || actual.rows.size() != actual.total_rows)
    return false;
  std::vector<std::size_t> chosen;
  return Choose(expected, actual, compare == Compare::ordered, chosen);
}

}  // namespace tabletalk::evaluation
