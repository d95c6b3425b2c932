#include "analyst/answer/slots.h"

#include <algorithm>
#include <charconv>

#include "analyst/words.h"
#include "base/utf8.h"

namespace tabletalk::analyst {
namespace {

constexpr std::size_t kMostRows = 1'000;
constexpr std::size_t kMostFields = 60;
constexpr std::size_t kTextChars = 200;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.find_first_of(" .[]()|{}\"\t\n") == std::string_view::npos;
}

/// As it stands after a row: ".total" or ["my total"].
std::string ColumnPath(std::string_view column, bool dot) {
  if (IsPlainName(column)) return (dot ? "." : "") + std::string(column);
  std::string quoted = "[\"";
  for (const char c : column) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"]";
}

std::optional<wire::Value> CellOf(const base::json::value& value) {
  if (const auto* text = value.if_string()) {
    const std::string_view whole(*text);
    std::string shown(base::Truncate(whole, kTextChars));
    if (shown.size() < whole.size()) shown += "…";
    return wire::Value(std::move(shown));
  }
  if (const auto* number = value.if_int64()) return wire::Value(*number);
  if (const auto* flag = value.if_bool()) return wire::Value(*flag);
  if (value.is_double()) return wire::Value(value.get_double());
  if (value.is_uint64()) return wire::Value(static_cast<double>(value.get_uint64()));
  if (value.is_null()) return wire::Value();
  return std::nullopt;
}

wire::ColumnType TypeOf(const wire::Value& cell) {
  if (cell.if_integer() != nullptr) return wire::ColumnType::integer;
  if (cell.if_double() != nullptr) return wire::ColumnType::number;
  return cell.if_bool() != nullptr ? wire::ColumnType::boolean : wire::ColumnType::text;
}

std::optional<wire::Table> ListTable(const base::json::array& list) {
  wire::Table table;
  for (const base::json::value& entry : list) {
    const auto cell = CellOf(entry);
    if (!cell) return std::nullopt;
    if (table.rows.size() < kMostRows) table.rows.push_back({*cell});
  }
  const wire::ColumnType type =
      table.rows.empty() ? wire::ColumnType::text : TypeOf(table.rows.front().front());
  table.columns.push_back({"value", type, ""});
  table.total_rows = list.size();
  table.truncated = table.rows.size() < table.total_rows;
  return table;
}

/// The parts of a value that slots can read, each by its path: "ols.slope", "top[0]".
void AddParts(const base::json::value& value, const std::string& path, int depth,
              wire::Table& table) {
  constexpr int kDeepest = 3;
  constexpr std::size_t kMostOfList = 20;
  if (table.columns.size() == kMostFields) return;
  if (const auto cell = CellOf(value)) {
    table.columns.push_back({path, TypeOf(*cell), ""});
    table.rows.front().push_back(*cell);
    return;
  }
  if (depth == kDeepest) return;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      AddParts(member.value(),
               path.empty() ? std::string(member.key()) : path + "." + std::string(member.key()),
               depth + 1, table);
  } else if (const auto* list = value.if_array(); list != nullptr && !path.empty()) {
    for (std::size_t i = 0; i < list->size() && i < kMostOfList; ++i)
      AddParts((*list)[i], path + "[" + std::to_string(i) + "]", depth + 1, table);
  }
}

std::optional<wire::Table> ObjectTable(const base::json::object& object) {
  if (const auto* type = object.if_contains("type"); type != nullptr && *type == "array") {
    const auto* data = object.if_contains("data");
    return data != nullptr && data->is_array() ? ListTable(data->get_array()) : std::nullopt;
  }
  wire::Table table;
  table.rows.emplace_back();
  table.total_rows = 1;
  AddParts(base::json::value(object), "", 0, table);
  if (table.columns.empty()) return std::nullopt;
  return table;
}

/// Reads what stands in one slot's path, from the left.
class PathMender {
 public:
  PathMender(std::string_view path, const narrative::NamedResult& result)
      : rest_(path), result_(result) {}

  std::optional<std::string> Mend() {
    const std::string name = result_.name + ".";
    if (const std::string whole(rest_); whole == "total_rows" || whole == "shown_rows")
      return name + whole;
    if (rest_ == "row_count" || rest_ == "num_rows") return name + "total_rows";
    for (const std::string_view function : {"list", "max", "min"})
      if (rest_.starts_with(std::string(function) + "(")) return Function(std::string(function));
    if (const auto row = TakeRow()) {
      const auto column = TakeColumn();
      if (!column) return std::nullopt;
      return name + "rows[" + *row + "]" + ColumnPath(*column, true);
    }
    // A column alone is clear where there is one row.
    if (result_.table->rows.size() != 1) return std::nullopt;
    const auto column = TakeColumn();
    if (!column) return std::nullopt;
    return name + "rows[0]" + ColumnPath(*column, true);
  }

 private:
  std::optional<std::string> Function(const std::string& function) {
    rest_.remove_prefix(function.size() + 1);
    const std::size_t close = rest_.find(')');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view after = rest_.substr(close + 1);
    rest_ = rest_.substr(0, close);
    const auto by = TakeColumn();
    if (!by) return std::nullopt;
    const std::string head = result_.name + "." + function + "(" + ColumnPath(*by, false) + ")";
    if (function == "list") return after.empty() ? std::optional(head) : std::nullopt;
    rest_ = after;
    // {{r1.max(total)}} is the largest total itself.
    const auto column = after.empty() ? by : TakeColumn();
    if (!column) return std::nullopt;
    return head + ColumnPath(*column, true);
  }

  /// "rows[0]", "row[0]", "[0]"; gives "0" or "last".
  std::optional<std::string> TakeRow() {
    std::string_view rest = rest_;
    for (const std::string_view word : {"rows", "row"})
      if (rest.starts_with(std::string(word) + "[")) rest.remove_prefix(word.size());
    if (!rest.starts_with('[')) return std::nullopt;
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    std::string index(Trim(rest.substr(1, close - 1)));
    if (index == "-1") index = "last";
    if (index == "first") index = "0";
    const bool number = !index.empty() && index.size() < 10 &&
                        index.find_first_not_of("0123456789") == std::string::npos;
    if (!number && index != "last") return std::nullopt;
    rest_ = rest.substr(close + 1);
    return index;
  }

  /// All that is left, as the name of a column.
  std::optional<std::string> TakeColumn() const {
    std::string_view name = Trim(rest_);
    if (name.starts_with('.')) name.remove_prefix(1);
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    const bool quoted = name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
                        name.back() == name.front();
    std::string plain(quoted ? name.substr(1, name.size() - 2) : name);
    if (quoted)
      for (std::size_t at = 0; (at = plain.find("\"\"", at)) != std::string::npos; ++at)
        plain.erase(at, 1);
    return Resolve(plain);
  }

  std::optional<std::string> Resolve(const std::string& name) const {
    const std::vector<wire::Column>& columns = result_.table->columns;
    for (const wire::Column& column : columns)
      if (column.name == name) return name;
    std::optional<std::string> found;
    for (const wire::Column& column : columns) {
      if (NameWords(column.name).empty() || NameWords(column.name) != NameWords(name)) continue;
      if (found) return std::nullopt;
      found = column.name;
    }
    if (found) return found;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (PositionalName(i) == name) return columns[i].name;
    return name == "value" && columns.size() == 1 ? std::optional(columns[0].name) : std::nullopt;
  }

  std::string_view rest_;
  const narrative::NamedResult& result_;
};

/// The result that a path begins with, taken off it; the only one where it begins with none.
const narrative::NamedResult* TakeResult(std::string_view& path,
                                         const std::vector<narrative::NamedResult>& results) {
  for (const narrative::NamedResult& result : results) {
    if (path.size() <= result.name.size() || !path.starts_with(result.name)) continue;
    const char next = path[result.name.size()];
    if (next != '.' && next != '[') continue;
    path.remove_prefix(result.name.size() + (next == '.' ? 1 : 0));
    return &result;
  }
  const bool bare = path.starts_with("rows[") || path.starts_with("max(") ||
                    path.starts_with("min(") || path.starts_with("list(") || path == "total_rows";
  return bare && results.size() == 1 ? &results.front() : nullptr;
}

/// "round:2", ".2f", "0.00", "2": all of them want so many decimals.
std::optional<std::string> FixedDigits(std::string_view format) {
  for (const std::string_view name :
       {"fixed:", "round:", "number:", "decimal:", "decimals:", "float:", "digits:", "auto:", ":"})
    if (format.starts_with(name)) {
      format.remove_prefix(name.size());
      break;
    }
  const auto one_digit = [](std::string_view text) {
    return !text.empty() && text.size() <= 2 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (one_digit(format)) return std::string(format);
  if (format.starts_with(',')) format.remove_prefix(1);
  if (format.starts_with('.') && format.ends_with('f') &&
      one_digit(format.substr(1, format.size() - 2)))
    return std::string(format.substr(1, format.size() - 2));
  const bool zeros = format.size() > 2 && format.starts_with("0.") &&
                     format.find_first_not_of("0.") == std::string_view::npos;
  return zeros ? std::optional(std::to_string(format.size() - 2)) : std::nullopt;
}

std::string MendFormat(std::string_view format) {
  constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
      {"number", "auto"},   {"integer", "auto"}, {"int", "auto"},      {"float", "auto"},
      {"decimal", "auto"},  {"text", "auto"},    {"string", "auto"},   {"money", "auto"},
      {"currency", "auto"}, {"unit", "auto"},    {"pct", "percent"},   {"percentage", "percent"},
      {"%", "percent"},     {"date", "day"},     {"raw", "plain"},     {"id", "plain"},
      {"EUR", "money:EUR"}, {"€", "money:EUR"},  {"USD", "money:USD"}, {"$", "money:USD"},
      {"GBP", "money:GBP"}, {"£", "money:GBP"}};
  for (const auto& [other, name] : kOtherNames)
    if (format == other) return std::string(name);
  if (format.starts_with("currency:")) return "money:" + std::string(format.substr(9));
  if (const auto digits = FixedDigits(format)) return "fixed:" + *digits;
  return std::string(format);
}

std::optional<std::string> MendSlot(std::string_view slot,
                                    const std::vector<narrative::NamedResult>& results) {
  auto [path, wished] = SplitFormat(slot);
  path = Trim(path);
  const std::string format = MendFormat(Trim(wished));
  const narrative::NamedResult* result = TakeResult(path, results);
  if (result == nullptr) return std::nullopt;
  auto mended = PathMender(path, *result).Mend();
  if (!mended) return std::nullopt;
  return WithFormat(*mended, format);
}

}  // namespace

std::string SlotText(std::string_view run, std::string_view row, std::string_view column,
                     std::string_view format) {
  return "{{" +
         WithFormat(std::string(run) + "." + std::string(row) + ColumnPath(column, true), format) +
         "}}";
}

std::pair<std::string_view, std::string_view> SplitFormat(std::string_view slot) {
  const std::size_t bar = slot.rfind('|');
  if (bar == std::string_view::npos || slot.find("\"]", bar) != std::string_view::npos)
    return {slot, {}};
  return {slot.substr(0, bar), slot.substr(bar + 1)};
}

std::string WithFormat(std::string path, std::string_view format) {
  // With a bar in its path a slot needs another one, which is then the last.
  const bool bar = path.find('|') != std::string::npos;
  if (!bar && (format.empty() || format == "auto")) return path;
  return std::move(path) + "|" + (format.empty() ? "auto" : std::string(format));
}

std::string PositionalName(std::size_t column) { return "column_" + std::to_string(column + 1); }

std::optional<wire::Table> SlotTable(const wire::Run& run) {
  if (run.result) return run.result;
  if (run.value.is_null()) return std::nullopt;
  if (const auto* object = run.value.if_object()) return ObjectTable(*object);
  if (const auto* list = run.value.if_array()) return ListTable(*list);
  const auto cell = CellOf(run.value);
  wire::Table table;
  table.columns.push_back({"value", TypeOf(*cell), ""});
  table.rows.push_back({*cell});
  table.total_rows = 1;
  return table;
}

std::size_t SlotEnd(std::string_view text) {
  const bool twice = text.starts_with("{{");
  char quote = 0;
  for (std::size_t i = twice ? 2 : 1; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && c == '}' && (!twice || text.substr(i).starts_with("}}"))) return i;
    if (quote == 0 && c == '[' && i + 1 < text.size() &&
        (text[i + 1] == '"' || text[i + 1] == '\''))
      quote = text[++i];
    else if (quote != 0 && c == quote && i + 1 < text.size() && text[i + 1] == quote)
      ++i;
    else if (quote != 0 && c == quote && i + 1 < text.size() && text[i + 1] == ']')
      quote = 0;
  }
  return std::string_view::npos;
}

std::string MendSlots(std::string_view text, const std::vector<narrative::NamedResult>& results) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t braces = text.starts_with("{{") ? 2 : 1;
    const std::size_t close = SlotEnd(text);
    if (close == std::string_view::npos) {
      out += text;
      break;
    }
    const std::string_view slot = text.substr(braces, close - braces);
    const auto mended = MendSlot(slot, results);
    out += mended ? "{{" + *mended + "}}" : std::string(text.substr(0, close + braces));
    text.remove_prefix(std::min(close + braces, text.size()));
  }
  return out;
}

}  // namespace tabletalk::analyst
