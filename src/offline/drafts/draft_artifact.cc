// Charts are chosen and filled in, not written: one text of TSX for each shape (*.tsx.txt), into
// which the names of columns go as string literals and nothing else. The code reads `data`, a list
// of rows as objects, and `params`; no cell is in it. A column whose name the policy for artifacts
// would not take as a text is left out.
#include "offline/drafts/draft_artifact.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/codec.h"
#include "offline/words/text.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

using wire::ChartKind;

constexpr std::size_t kMostMeasures = 4;

/// The keys of a section of prompts.words, each with its phrases.
const std::vector<const WordEntry*>& Prompts(std::string_view section) {
  static const std::map<std::string_view, std::vector<const WordEntry*>> kSections = {
      {"shapes", EntriesOf("prompts", "shapes")}, {"colors", EntriesOf("prompts", "colors")}};
  return kSections.at(section);
}

/// Texts that the policy for artifacts refuses wherever they stand.
bool IsSafeName(std::string_view name) {
  std::string plain;
  for (const char c : Lower(name))
    if (static_cast<unsigned char>(c) > ' ') plain += c;
  static const WordSet kUnsafe = WordsOf("prompts", "unsafe in artifacts");
  for (const std::string& part : kUnsafe)
    if (plain.find(part) != plain.npos) return false;
  return !plain.empty() && plain != "view";
}

std::string Quoted(std::string_view name) { return base::ToJsonText(base::json::value(name)); }

void Replace(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

bool IsTime(const wire::Column& column) {
  if (wire::IsTemporal(column.type)) return true;
  static const WordSet kTimes = WordsOf("prompts", "times");
  const std::vector<std::string> words = NameWords(column.name);
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return kTimes.contains(word); });
}

class Drawing {
 public:
  Drawing(std::string_view prompt, const wire::Table& table,
          const std::optional<wire::ChartSpec>& hint)
      : tokens_(Tokenize(prompt)), table_(table), hint_(hint) {
    for (const wire::Column& column : table.columns)
      if (IsSafeName(column.name)) columns_.push_back(&column);
  }

  base::Result<ArtifactDraft> Draw() {
    if (columns_.empty()) return Cannot("The data has no column that can be drawn.");
    static const WordSet kUnknownShapes = WordsOf("prompts", "unknown shapes");
    for (const Token& token : tokens_)
      if (kUnknownShapes.contains(token.lower))
        return Cannot("I have no shape for \"" + token.lower + "\".");
    const auto kind = Kind();
    if (!kind) return Cannot("Two shapes are asked for at once.");
    kind_ = *kind;
    if (const std::string why = ChooseColumns(); !why.empty()) return Cannot(why);
    ArtifactDraft draft;
    draft.artifact.code = Code();
    draft.artifact.parameters = Parameters();
    draft.summary = Summary();
    return draft;
  }

 private:
  static base::Error Cannot(const std::string& why) {
    base::json::array shapes;
    for (const char* shape : {"bar", "line", "area", "pie", "scatter", "table", "number"})
      shapes.push_back(base::json::value(shape));
    return base::MakeError(base::ErrorCode::not_understood,
                           why +
                               " Without a model there are these: bar, line, area, pie, scatter, "
                               "table and number.")
        .WithDetail("can", std::move(shapes));
  }

  bool Says(std::string_view word) const {
    return std::any_of(tokens_.begin(), tokens_.end(),
                       [word](const Token& token) { return token.lower == word; });
  }

  /// Where the prompt has the column's name, word for word or in another form; npos if nowhere.
  std::size_t Mentioned(const wire::Column& column) const {
    const std::vector<std::string> words = NameWords(column.name);
    for (std::size_t at = 0; !words.empty() && at + words.size() <= tokens_.size(); ++at) {
      bool same = true;
      for (std::size_t i = 0; same && i < words.size(); ++i)
        same = tokens_[at + i].stem == Stem(words[i]);
      if (same) return at;
    }
    return std::string::npos;
  }

  std::optional<ChartKind> Kind() const {
    std::optional<ChartKind> said;
    for (const WordEntry* shape : Prompts("shapes"))
      for (const std::string& word : shape->phrases) {
        if (!Says(word) || IsColumnWord(word)) continue;
        if (word == "number" && said) continue;  // "a bar chart of the number of orders"
        if (word == "number" && (Says("of") || Says("chart"))) continue;
        const auto kind = base::EnumFromName<ChartKind>(shape->key);
        if (said && said != kind) return std::nullopt;
        said = kind;
      }
    if (said) return said;
    if (hint_) return FromHint(hint_->kind);
    return Fitting();
  }

  bool IsColumnWord(std::string_view word) const {
    return std::any_of(columns_.begin(), columns_.end(), [word](const wire::Column* column) {
      const auto words = NameWords(column->name);
      return std::find(words.begin(), words.end(), word) != words.end();
    });
  }

  static ChartKind FromHint(ChartKind kind) {
    switch (kind) {
      case ChartKind::histogram: return ChartKind::bar;
      case ChartKind::heatmap:
      case ChartKind::box: return ChartKind::table;
      case ChartKind::bar:
      case ChartKind::line:
      case ChartKind::area:
      case ChartKind::scatter:
      case ChartKind::pie:
      case ChartKind::table:
      case ChartKind::number: return kind;
    }
    return ChartKind::table;
  }

  ChartKind Fitting() const {
    std::size_t numbers = 0, times = 0;
    for (const wire::Column* column : columns_) {
      const bool time = IsTime(*column);
      times += time;
      numbers += !time && wire::IsNumeric(column->type);
    }
    const std::size_t texts = columns_.size() - numbers - times;
    if (numbers == 0) return ChartKind::table;
    if (table_.total_rows == 1 || table_.rows.size() == 1) return ChartKind::number;
    if (texts == 1 && times == 0) return ChartKind::bar;
    if (times == 1 && texts == 0) return ChartKind::line;
    if (numbers == 2 && columns_.size() == 2) return ChartKind::scatter;
    return ChartKind::table;
  }

  const wire::Column* Named(std::string_view name) const {
    for (const wire::Column* column : columns_)
      if (column->name == name) return column;
    return nullptr;
  }

  /// Why the columns do not make such a chart; "" where they do.
  std::string ChooseColumns() {
    if (kind_ == ChartKind::table) return "";
    std::vector<const wire::Column*> said_numbers, said_others, numbers, others;
    std::vector<std::pair<std::size_t, const wire::Column*>> said;
    for (const wire::Column* column : columns_) {
      const bool number =
          wire::IsNumeric(column->type) && (kind_ == ChartKind::scatter || !IsTime(*column));
      (number ? numbers : others).push_back(column);
      if (const std::size_t at = Mentioned(*column); at != std::string::npos)
        said.emplace_back(at, column);
    }
    std::sort(said.begin(), said.end());
    for (const auto& [at, column] : said) {
      const bool number = std::find(numbers.begin(), numbers.end(), column) != numbers.end();
      (number ? said_numbers : said_others).push_back(column);
    }
    if (hint_ && said_numbers.empty())
      for (const std::string& name : hint_->y)
        if (const wire::Column* column = Named(name); column && wire::IsNumeric(column->type))
          said_numbers.push_back(column);
    if (hint_ && said_others.empty())
      if (const wire::Column* column = Named(hint_->x)) said_others.push_back(column);
    measures_ = said_numbers.empty() ? numbers : said_numbers;
    if (measures_.empty()) return "There is no column of numbers to draw.";
    if (kind_ == ChartKind::number) return Cut(), "";
    if (kind_ == ChartKind::scatter) return ChooseScatter(said_numbers, numbers);
    if (!said_others.empty())
      x_ = said_others.front();
    else
      x_ = FirstAxis(others);
    std::erase(measures_, x_);
    if (x_ == nullptr || measures_.empty()) return "There is no column to draw the numbers along.";
    if (said_numbers.empty() && kind_ == ChartKind::pie) measures_.resize(1);
    if (kind_ == ChartKind::pie && measures_.size() > 1)
      return "A pie shows one column of numbers.";
    Cut();
    return "";
  }

  /// A time for lines and areas, else the first name.
  const wire::Column* FirstAxis(const std::vector<const wire::Column*>& others) const {
    const bool over_time = kind_ == ChartKind::line || kind_ == ChartKind::area;
    for (const wire::Column* column : others)
      if (IsTime(*column) == over_time) return column;
    return others.empty() ? nullptr : others.front();
  }

  std::string ChooseScatter(const std::vector<const wire::Column*>& said,
                            const std::vector<const wire::Column*>& numbers) {
    const std::vector<const wire::Column*>& from = said.size() >= 2 ? said : numbers;
    if (from.size() < 2) return "A scatter chart takes two columns of numbers.";
    const bool hinted = said.size() < 2 && hint_ && Named(hint_->x) != nullptr &&
                        !hint_->y.empty() && Named(hint_->y.front()) != nullptr;
    x_ = hinted ? Named(hint_->x) : from[0];
    measures_ = {hinted ? Named(hint_->y.front()) : from[1]};
    return "";
  }

  void Cut() {
    if (measures_.size() > kMostMeasures) measures_.resize(kMostMeasures);
  }

  std::string Constants() const {
    std::string text;
    if (x_ != nullptr) text += "const X = " + Quoted(x_->name) + ";\n";
    text += "const MEASURES = [";
    for (std::size_t i = 0; i < measures_.size(); ++i)
      text += (i > 0 ? ", " : "") + Quoted(measures_[i]->name);
    text += "];\n";
    return text;
  }

  std::string Code() const {
    if (kind_ == ChartKind::table) return Text("table");
    std::string code;
    if (kind_ == ChartKind::number) {
      code = Text("number");
    } else {
      code = Text("head");
      Replace(code, "$imports", Imports());
      code += Text(kind_ == ChartKind::pie       ? "pie"
                   : kind_ == ChartKind::scatter ? "scatter"
                                                 : "cartesian");
      const std::string name = Name();
      const bool lying = Lying();
      Replace(code, "$Chart", name + "Chart");
      Replace(code, "$Series", name);
      Replace(code, "$layout", lying ? " layout=\"vertical\"" : "");
      Replace(code, "$axes\n", Text(lying ? "axes_lying" : "axes_upright"));
      Replace(code, "$look", Look());
    }
    // Last: a column may be called "$Chart".
    Replace(code, "$constants", Constants() + (kind_ == ChartKind::number ? "" : Text("colors")));
    return code;
  }

  static std::string Text(std::string_view shape) {
    return std::string(DraftText(std::string(shape) + ".tsx.txt"));
  }
  bool Lying() const { return kind_ == ChartKind::bar && Says("horizontal"); }
  bool Stacked() const { return Says("stacked") || Says("stack"); }

  std::string Name() const {
    switch (kind_) {
      case ChartKind::line: return "Line";
      case ChartKind::area: return "Area";
      case ChartKind::pie: return "Pie";
      case ChartKind::scatter: return "Scatter";
      case ChartKind::bar:
      case ChartKind::histogram:
      case ChartKind::heatmap:
      case ChartKind::box:
      case ChartKind::table:
      case ChartKind::number: return "Bar";
    }
    return "Bar";
  }

  std::string Imports() const {
    if (kind_ == ChartKind::pie) return "Cell, Legend, Pie, PieChart, ResponsiveContainer, Tooltip";
    const std::string name = Name();
    std::vector<std::string> names = {
        "CartesianGrid", "Legend", "ResponsiveContainer", "Tooltip", "XAxis",
        "YAxis",         name,     name + "Chart"};
    std::sort(names.begin(), names.end());
    return Join(names, ", ");
  }

  std::string Look() const {
    const std::string stack = Stacked() ? "\n              stackId=\"all\"" : "";
    if (kind_ == ChartKind::line)
      return "              type=\"monotone\"\n              stroke={colors[i % colors.length]}\n"
             "              dot={data.length < 40}";
    if (kind_ == ChartKind::area)
      return "              type=\"monotone\"\n              stroke={colors[i % colors.length]}\n"
             "              fill={colors[i % colors.length]}\n              fillOpacity={0.3}" +
             stack;
    return "              fill={colors[i % colors.length]}" + stack;
  }

  std::string Title() const {
    for (const Token& token : tokens_)
      if (token.kind == TokenKind::quoted) return token.text;
    if (hint_ && hint_->title) return *hint_->title;
    if (kind_ == ChartKind::table || measures_.empty()) return "";
    std::string names;
    for (std::size_t i = 0; i < measures_.size(); ++i)
      names += (i == 0 ? "" : i + 1 == measures_.size() ? " and " : ", ") + measures_[i]->name;
    return x_ == nullptr ? names : names + " by " + x_->name;
  }

  std::string Color() const {
    for (const WordEntry* color : Prompts("colors"))
      if (Says(color->key)) return color->phrases.front();
    return kind_ == ChartKind::table || kind_ == ChartKind::number ? "#111827" : "#2563eb";
  }

  std::vector<wire::ArtifactParameter> Parameters() const {
    using wire::ParameterKind;
    std::vector<wire::ArtifactParameter> parameters = {
        {"title", "Title", ParameterKind::text, {}, base::json::value(Title())},
        {"color", "Color", ParameterKind::color, {}, base::json::value(Color())}};
    if (kind_ == ChartKind::table)
      parameters.push_back(
          {"rows", "Rows shown", ParameterKind::number, {}, base::json::value(100)});
    else if (kind_ != ChartKind::number)
      parameters.push_back({"legend",
                            "Legend",
                            ParameterKind::boolean,
                            {},
                            base::json::value(measures_.size() > 1 || kind_ == ChartKind::pie)});
    if (kind_ == ChartKind::pie)
      parameters.push_back({"donut",
                            "Donut",
                            ParameterKind::boolean,
                            {},
                            base::json::value(Says("donut") || Says("doughnut"))});
    return parameters;
  }

  std::string Summary() const {
    if (kind_ == ChartKind::table) return "A table of all columns.";
    std::string names;
    for (const wire::Column* measure : measures_)
      names += (names.empty() ? "" : ", ") + measure->name;
    if (kind_ == ChartKind::number) return "The value of " + names + " in large type.";
    if (kind_ == ChartKind::scatter)
      return "A scatter chart of " + names + " against " + x_->name + ".";
    const std::string article = kind_ == ChartKind::area ? "An " : "A ";
    return article + std::string(base::EnumName(kind_)) + " chart of " + names + " along " +
           x_->name + ".";
  }

  std::vector<Token> tokens_;
  const wire::Table& table_;
  const std::optional<wire::ChartSpec>& hint_;
  std::vector<const wire::Column*> columns_;
  ChartKind kind_ = ChartKind::table;
  const wire::Column* x_ = nullptr;
  std::vector<const wire::Column*> measures_;
};

}  // namespace

base::Result<ArtifactDraft> DraftArtifact(std::string_view prompt, const wire::Table& table,
                                          const std::optional<wire::ChartSpec>& chart) {
  return Drawing(prompt, table, chart).Draw();
}

}  // namespace tabletalk::offline
