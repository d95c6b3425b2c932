#include "analyst/answer/plain_sentence.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analyst/answer/slots.h"
#include "analyst/card/business_words.h"
#include "analyst/card/filter_words.h"
#include "narrative/format.h"

namespace tabletalk::analyst {
namespace {

using narrative::HasDigit;

constexpr std::size_t kMostMeasures = 3;
constexpr std::size_t kMostFields = 5;
constexpr std::size_t kMostGroups = 2;

class Sentence {
 public:
  Sentence(const wire::Run& run, std::string_view name, const wire::Table* table,
           const std::vector<ResultColumn>& columns)
      : run_(run), name_(name), table_(table), columns_(columns) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].use != ColumnUse::measure)
        groups_.push_back(i);
      else if (HasNumber(i))
        measures_.push_back(i);
    }
    // A rank says less than what is ranked.
    std::stable_partition(measures_.begin(), measures_.end(),
                          [&](std::size_t i) { return columns_[i].format != "plain"; });
  }

  narrative::Narrative Write() {
    out_.several = Text();
    return std::move(out_);
  }

 private:
  std::string Text() {
    if (table_ == nullptr) return run_.figure ? "Here is the figure." : NoTable();
    if (!run_.result) return Value();
    if (IsEmpty()) return Empty();
    if (table_->rows.size() == 1) return OneRow();
    if (measures_.empty() || groups_.empty()) return List();
    return InOrderOfTime() ? Series() : Groups();
  }

  std::string NoTable() const {
    return run_.value.is_null() ? "The code ran and gave no value."
                                : "The result is shown as the code gave it.";
  }

  bool HasNumber(std::size_t column) const {
    return table_ != nullptr &&
           std::any_of(table_->rows.begin(), table_->rows.end(),
                       [&](const auto& row) { return row[column].AsNumber().has_value(); });
  }

  /// Text between slots; with a digit in it, it becomes a literal.
  std::string Say(const std::string& text) {
    if (!HasDigit(text) && text.find('{') == std::string::npos) return text;
    out_.literals.names.push_back(text);
    return "{{name." + std::to_string(out_.literals.names.size() - 1) + "}}";
  }
  std::string Noun(std::size_t column) { return Say(columns_[column].noun); }
  std::string Slot(const std::string& row, std::size_t column) const {
    return SlotText(name_, row, columns_[column].name, columns_[column].format);
  }
  std::string Rows(const std::string& one, const std::string& many) const {
    return "{{" + name_ + ".total_rows|count:" + one + "," + many + "}}";
  }
  /// max(column) or min(column), as it stands before a column in a slot.
  std::string Extreme(const char* end, std::size_t column) const {
    const std::string slot = SlotText(name_, end, columns_[column].name, "");
    const bool quoted = slot.find("[\"") != std::string::npos;
    const std::size_t from = 2 + name_.size() + 1 + std::string_view(end).size() + (quoted ? 0 : 1);
    std::string path = slot.substr(from, slot.rfind("}}") - from);
    if (const auto split = SplitFormat(path); split.first.size() < path.size())
      path.resize(split.first.size());
    return std::string(end) + "(" + path + ")";
  }

  std::string Where() {
    const std::vector<std::string> words =
        run_.plan ? FilterWords(run_.plan->where) : std::vector<std::string>();
    std::string text;
    for (const std::string& word : words) {
      out_.literals.filters.push_back(word);
      text += (text.empty() ? " where " : " and ") + std::string("{{filter.") +
              std::to_string(out_.literals.filters.size() - 1) + "}}";
    }
    return text;
  }

  bool IsEmpty() const {
    return table_->rows.empty() ||
           (table_->rows.size() == 1 &&
            std::all_of(table_->rows[0].begin(), table_->rows[0].end(),
                        [](const wire::Value& cell) { return cell.is_null(); }));
  }
  std::string Empty() {
    if (!table_->rows.empty()) return "No rows have a value for this" + Where() + ".";
    const std::string where = Where();
    return where.empty() ? "Nothing matches the question." : "No rows match" + where + ".";
  }

  /// What Python gave that is no table.
  std::string Value() {
    const std::string figure = run_.figure ? " A figure shows more." : "";
    const auto slot = [&](std::size_t column) {
      return SlotText(name_, "rows[0]", table_->columns[column].name, "auto");
    };
    if (run_.value.is_object() && !IsArray()) {
      std::string text;
      std::size_t said = 0;
      for (std::size_t i = 0; i < table_->columns.size() && said < kMostFields; ++i) {
        const wire::Value& cell = table_->rows[0][i];
        if (cell.is_null() || (cell.if_text() != nullptr && cell.if_text()->empty())) continue;
        text +=
            (said++ == 0 ? "" : ", ") + Say(SpokenName(table_->columns[i].name)) + " " + slot(i);
      }
      return said == 0 ? "The result is shown as the code gave it." + figure
                       : "The results are: " + text + "." + figure;
    }
    if (run_.value.is_array() || IsArray())
      return table_->rows.empty() ? "The result is an empty list." + figure
                                  : "The result has " + Rows("value", "values") + ": {{" + name_ +
                                        ".list(value)}}." + figure;
    const std::string* text = table_->rows[0][0].if_text();
    if (text != nullptr && text->empty()) return "The result is an empty text." + figure;
    return "The result is " + slot(0) + "." + figure;
  }
  bool IsArray() const {
    const auto* object = run_.value.if_object();
    const auto* type = object != nullptr ? object->if_contains("type") : nullptr;
    return type != nullptr && *type == "array";
  }

  std::string GroupText(const std::string& row) const {
    std::string text;
    for (std::size_t i = 0; i < groups_.size() && i < kMostGroups; ++i)
      text += (i == 0 ? "" : " / ") + Slot(row, groups_[i]);
    return text;
  }

  std::string OneRow() {
    if (measures_.empty()) {
      std::string text;
      for (std::size_t i = 0; i < groups_.size() && i < kMostFields; ++i)
        if (!table_->rows[0][groups_[i]].is_null())
          text += (text.empty() ? "" : ", ") + std::string("the ") + Noun(groups_[i]) + " is " +
                  Slot("rows[0]", groups_[i]);
      return Capital("for the question asked, " + text + ".");
    }
    std::string text;
    const std::size_t shown = std::min(measures_.size(), kMostMeasures);
    for (std::size_t i = 0; i < shown; ++i)
      text += (i == 0           ? "the "
               : i + 1 == shown ? " and the "
                                : ", the ") +
              Noun(measures_[i]) + " is " + Slot("rows[0]", measures_[i]);
    if (groups_.empty()) return Capital(text) + Where() + ".";
    return GroupText("rows[0]") + ": " + text + Where() + ".";
  }

  static std::string Capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
      text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }

  std::string List() {
    if (columns_.size() == 1)
      return "There are " + Rows("value", "values") + Where() + ": {{" + name_ + ".list" +
             Extreme("", 0) + "}}.";
    return "Found " + Rows("row", "rows") + Where() + ".";
  }

  /// Whether the rows go from early to late, so that first and last mean something.
  bool InOrderOfTime() const {
    if (groups_.size() != 1 || columns_[groups_[0]].use != ColumnUse::time) return false;
    for (std::size_t row = 0; row < table_->rows.size(); ++row) {
      const wire::Value& cell = table_->rows[row][groups_[0]];
      if (cell.is_null()) return false;
      if (row > 0 && !Precedes(table_->rows[row - 1][groups_[0]], cell)) return false;
    }
    return !table_->rows.front()[measures_[0]].is_null() &&
           !table_->rows.back()[measures_[0]].is_null();
  }
  static bool Precedes(const wire::Value& a, const wire::Value& b) {
    if (const auto x = a.AsNumber(), y = b.AsNumber(); x && y) return *x <= *y;
    const std::string *x = a.if_text(), *y = b.if_text();
    return x != nullptr && y != nullptr && *x <= *y;
  }

  std::string Series() {
    const std::size_t measure = measures_[0];
    const std::string top = Extreme("max", measure);
    return "The " + Noun(measure) + Where() + " went from " + Slot("rows[0]", measure) + " (" +
           GroupText("rows[0]") + ") to " + Slot("rows[last]", measure) + " (" +
           GroupText("rows[last]") + "); it was highest at " + Slot(top, measure) + " (" +
           GroupText(top) + ").";
  }

  /// 1 where the measure only falls from row to row, -1 where it only rises, else 0.
  int Order(std::size_t measure) const {
    bool falls = true, rises = true;
    std::optional<double> last;
    for (const auto& row : table_->rows) {
      const auto number = row[measure].AsNumber();
      if (!number) return 0;
      if (last && *number > *last) falls = false;
      if (last && *number < *last) rises = false;
      last = number;
    }
    return falls && !rises ? 1 : rises && !falls ? -1 : 0;
  }

  std::string Groups() {
    const std::size_t measure = measures_[0];
    const std::string noun = Noun(measure), where = Where();
    const int order = Order(measure);
    if (order != 0)
      return GroupText("rows[0]") + " has the " + (order > 0 ? "highest " : "lowest ") + noun +
             where + ", " + Slot("rows[0]", measure) + ", followed by " + GroupText("rows[1]") +
             " with " + Slot("rows[1]", measure) + "; " + Listed() + ".";
    const std::string top = Extreme("max", measure), bottom = Extreme("min", measure);
    return "The " + noun + where + " is highest for " + GroupText(top) + " (" + Slot(top, measure) +
           ") and lowest for " + GroupText(bottom) + " (" + Slot(bottom, measure) + "); " +
           Listed() + ".";
  }
  std::string Listed() const { return "{{" + name_ + ".total_rows|count:row is,rows are}} listed"; }

  const wire::Run& run_;
  const std::string name_;
  const wire::Table* table_;
  const std::vector<ResultColumn>& columns_;
  std::vector<std::size_t> groups_, measures_;
  narrative::Narrative out_;
};

}  // namespace

narrative::Narrative PlainSentence(const wire::Run& run, std::string_view name,
                                   const wire::Table* table,
                                   const std::vector<ResultColumn>& columns) {
  return Sentence(run, name, table, columns).Write();
}

}  // namespace tabletalk::analyst
