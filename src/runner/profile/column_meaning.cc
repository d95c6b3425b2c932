#include "runner/profile/column_meaning.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "runner/cells/cell_number.h"

namespace tabletalk::runner {
namespace {

using wire::ColumnRole;
using wire::ColumnType;

constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
    {"kg", "kg"},         {"g", "g"},
    {"mg", "mg"},         {"lb", "lb"},
    {"lbs", "lb"},        {"oz", "oz"},
    {"km", "km"},         {"m", "m"},
    {"cm", "cm"},         {"mm", "mm"},
    {"mi", "mi"},         {"miles", "mi"},
    {"ft", "ft"},         {"feet", "ft"},
    {"inches", "in"},     {"celsius", "°C"},
    {"fahrenheit", "°F"}, {"degc", "°C"},
    {"degf", "°F"},       {"c", "°C"},
    {"f", "°F"},          {"kwh", "kWh"},
    {"mwh", "MWh"},       {"kw", "kW"},
    {"mw", "MW"},         {"w", "W"},
    {"v", "V"},           {"hz", "Hz"},
    {"mhz", "MHz"},       {"ghz", "GHz"},
    {"hpa", "hPa"},       {"psi", "psi"},
    {"ms", "ms"},         {"us", "µs"},
    {"ns", "ns"},         {"sec", "seconds"},
    {"secs", "seconds"},  {"seconds", "seconds"},
    {"s", "seconds"},     {"min", "minutes"},
    {"mins", "minutes"},  {"minutes", "minutes"},
    {"h", "hours"},       {"hr", "hours"},
    {"hrs", "hours"},     {"hours", "hours"},
    {"days", "days"},     {"weeks", "weeks"},
    {"months", "months"}, {"years", "years"},
    {"bytes", "bytes"},   {"kb", "KB"},
    {"mb", "MB"},         {"gb", "GB"},
    {"pct", "%"},         {"percent", "%"},
    {"percentage", "%"},  {"bpm", "bpm"},
    {"rpm", "rpm"},       {"kmh", "km/h"},
    {"kph", "km/h"},      {"mph", "mph"},
    {"l", "l"},           {"ml", "ml"},
    {"ha", "ha"},         {"sqm", "m²"},
    {"sqft", "ft²"},      {"ppm", "ppm"}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// The words of a name: split at blanks, punctuation and where a small letter meets a capital.
std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words(1);
  char before = '\0';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = std::isalnum(byte) != 0 || byte >= 0x80;
    const bool hump =
        std::isupper(byte) != 0 && std::islower(static_cast<unsigned char>(before)) != 0;
    if ((!letter || hump) && !words.back().empty()) words.emplace_back();
    if (letter) words.back() += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    before = c;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::optional<std::string> UnitOfWord(std::string_view word, bool one_letter) {
  if (word.size() == 1 && !one_letter) return std::nullopt;
  for (const auto& [written, unit] : kUnits)
    if (word == written) return std::string(unit);
  return std::nullopt;
}

/// What stands in the last brackets: "kg" in "Weight (kg)". Taken as it is if it looks like a unit.
std::optional<std::string> InBrackets(std::string_view name) {
  const std::size_t close = name.find_last_of(")]");
  if (close == std::string_view::npos || close == 0) return std::nullopt;
  const std::size_t open = name.rfind(name[close] == ')' ? '(' : '[', close);
  if (open == std::string_view::npos || open + 1 >= close) return std::nullopt;
  const std::string_view inner = name.substr(open + 1, close - open - 1);
  if (const auto currency = CurrencyOf(inner); !currency.empty()) return std::string(currency);
  if (const auto unit = UnitOfWord(Lower(inner), inner != "M" && inner != "S")) return unit;
  // "(2019)", "(Y/N)" and whole phrases are no units.
  const bool digits =
      std::any_of(inner.begin(), inner.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool phrase = inner.find(' ') != std::string_view::npos || base::CodePointCount(inner) > 8;
  const bool marked = inner.find_first_of("/%") != std::string_view::npos ||
                      std::any_of(inner.begin(), inner.end(), [](char c) { return c < 0; });
  if (digits && !marked) return std::nullopt;
  if (phrase || !marked || Lower(inner) == "y/n" || inner == "n/a") return std::nullopt;
  return std::string(inner);
}

bool Contains(const std::vector<std::string>& words, std::initializer_list<std::string_view> any) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(any.begin(), any.end(), word) != any.end();
  });
}

bool NamesIdentifier(const std::vector<std::string>& words) {
  if (words.empty()) return false;
  static constexpr std::string_view kLast[] = {"id",  "uuid", "guid",    "code",     "key",
                                               "sku", "zip",  "zipcode", "postcode", "isbn",
                                               "ean", "iata", "ssn"};
  return std::find(std::begin(kLast), std::end(kLast), words.back()) != std::end(kLast) ||
         (words.size() > 1 && words.front() == "id");
}

/// Integers that count or place something in time rather than measure it.
bool IsYearColumn(const wire::ColumnSchema& column, const std::vector<std::string>& words) {
  const auto low = column.profile.min.AsNumber();
  const auto high = column.profile.max.AsNumber();
  return column.type == ColumnType::integer && Contains(words, {"year", "yr", "jahr", "année"}) &&
         low && high && *low >= 1000 && *high <= 3000;
}

ColumnRole RoleOfText(const wire::ColumnSchema& column, std::uint64_t values) {
  const auto& profile = column.profile;
  if (profile.top_values_complete && profile.distinct == 2) {
    const auto yes_no = [](const wire::ValueCount& top) {
      const std::string text = top.value.if_text() == nullptr ? "" : Lower(*top.value.if_text());
      return text == "yes" || text == "no" || text == "y" || text == "n" || text == "true" ||
             text == "false";
    };
    if (std::all_of(profile.top_values.begin(), profile.top_values.end(), yes_no))
      return ColumnRole::flag;
  }
  std::size_t chars = 0, counted = 0;
  for (const auto& top : profile.top_values) {
    if (const auto* text = top.value.if_text()) {
      chars += base::CodePointCount(*text);
      ++counted;
    }
  }
  const bool mostly_distinct = values > 20 && profile.distinct * 2 > values;
  const bool long_values = counted > 0 && chars / counted > 40;
  if (profile.top_values.empty() && values > 0) return ColumnRole::text;
  return mostly_distinct && long_values ? ColumnRole::text : ColumnRole::dimension;
}

}  // namespace

bool NameSays(std::string_view name, NameHint hint) {
  const auto words = Words(name);
  if (words.empty()) return false;
  const std::string& last = words.back();
  switch (hint) {
    case NameHint::date:
      return Contains(words, {"date", "dates", "datum", "fecha", "dob", "birthday", "birthdate",
                              "datetime", "timestamp", "dato", "дата", "日付", "日期"}) ||
             (words.size() > 1 && (last == "at" || last == "on" || last == "dt")) ||
             name == "day" || name == "Day" || last == "tag" || last == "dt" || last == "when";
    case NameHint::month:
      return Contains(words, {"month", "months", "monat", "mois", "mes", "mese", "period",
                              "yearmonth", "yyyymm", "ym"});
    case NameHint::version:
      return Contains(words, {"version", "versions", "ver", "release", "build", "section",
                              "chapter", "clause", "revision", "rev", "firmware", "sku", "code",
                              "codes", "model", "part", "partno", "paragraph", "edition"});
    case NameHint::identifier:
      return NamesIdentifier(words) ||
             Contains(words, {"number", "no", "nr", "num", "ref", "reference", "phone", "tel",
                              "account", "invoice", "ticket", "serial", "barcode", "plz"});
    case NameHint::amount:
      return Contains(
          words, {"price",  "amount",      "cost",    "total",  "sum",      "qty",     "quantity",
                  "weight", "rate",        "score",   "value",  "revenue",  "sales",   "salary",
                  "pay",    "fee",         "balance", "height", "length",   "width",   "size",
                  "temp",   "temperature", "percent", "share",  "ratio",    "average", "mean",
                  "hours",  "distance",    "mass",    "volume", "dose",     "speed",   "gpa",
                  "grade",  "duration",    "income",  "profit", "budget",   "spend",   "units",
                  "count",  "paid",        "due",     "tax",    "discount", "betrag",  "preis",
                  "menge",  "depth",       "area"});
  }
  return false;
}

std::optional<std::string> UnitOfSuffix(std::string_view word) {
  if (word == "%") return "%";
  return UnitOfWord(Lower(word), true);
}

std::optional<std::string> UnitOfName(std::string_view name) {
  if (auto unit = InBrackets(name)) return unit;
  if (name.find('%') != std::string_view::npos) return "%";
  for (const std::string_view sign : {"€", "£", "¥", "$"})
    if (name.find(sign) != std::string_view::npos) return std::string(CurrencyOf(sign));
  if (name.find("°C") != std::string_view::npos) return "°C";
  if (name.find("°F") != std::string_view::npos) return "°F";
  const auto words = Words(name);
  if (words.size() < 2) return std::nullopt;
  const std::string& last = words.back();
  if (const auto currency = CurrencyOf(last); last.size() == 3 && !currency.empty())
    return std::string(currency);
  // One letter is a unit only behind a word that it can belong to: temp_c, duration_s.
  const bool temperature = Contains(words, {"temp", "temperature", "tmin", "tmax"});
  const bool duration = Contains(words, {"duration", "time", "elapsed", "latency"});
  const bool length =
      Contains(words, {"height", "length", "width", "depth", "distance", "elevation"});
  if (last.size() == 1) {
    if (temperature && (last == "c" || last == "f")) return UnitOfWord(last, true);
    if (duration && (last == "s" || last == "h")) return UnitOfWord(last, true);
    if (length && last == "m") return "m";
    return std::nullopt;
  }
  // "us" is a country far more often than a microsecond, "min" a minimum.
  if (last == "us" && !duration) return std::nullopt;
  if (last == "min" && !duration) return std::nullopt;
  if (last == "months" || last == "years" || last == "days" || last == "hours" || last == "minutes")
    return last;
  return UnitOfWord(last, false);
}

wire::ColumnRole RoleOf(const wire::ColumnSchema& column, std::uint64_t rows) {
  const auto& profile = column.profile;
  const std::uint64_t values = rows - std::min(rows, profile.nulls);
  if (column.type == ColumnType::boolean) return ColumnRole::flag;
  if (wire::IsTemporal(column.type) || column.type == ColumnType::time) return ColumnRole::time;
  const auto words = Words(column.name);
  const bool many = profile.distinct * 10 >= values * 9 || profile.distinct > 1000;
  if (NamesIdentifier(words) && (many || column.type == ColumnType::text || words.back() == "id" ||
                                 words.back().starts_with("zip")))
    return many || words.back() == "id" ? ColumnRole::identifier : ColumnRole::dimension;
  if (IsYearColumn(column, words)) return ColumnRole::time;
  if (wire::IsNumeric(column.type)) return ColumnRole::measure;
  if (column.type == ColumnType::text) return RoleOfText(column, values);
  return ColumnRole::text;
}

}  // namespace tabletalk::runner
