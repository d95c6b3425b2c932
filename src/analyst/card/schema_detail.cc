// What get_dataset_schema answers: the dataset in its own order, by table and by words, a page at a
// time.
#include <fmt/format.h>

#include <algorithm>

#include "analyst/card/card_lines.h"
#include "analyst/card/schema_card.h"
#include "analyst/quoted.h"
#include "base/spelling.h"

namespace tabletalk::analyst {
namespace {

using wire::DataClass;

constexpr std::size_t kNoteChars = 200;

bool SameName(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

base::Error UnknownTable(const wire::DatasetSchema& dataset, const std::string& wanted) {
  std::vector<std::string_view> names;
  for (const wire::TableSchema& table : dataset.tables) names.push_back(table.name);
  std::string message =
      fmt::format("{} is not a table of this dataset", Quoted(wanted, kMaxNameChars));
  if (const auto nearest = base::NearestName(wanted, names)) {
    message += "; did you mean " + Quoted(*nearest, kMaxNameChars) + "?";
  } else {
    constexpr std::size_t kNamed = 40;
    for (std::size_t i = 0; i < names.size() && i < kNamed; ++i)
      message += (i == 0 ? "; there are " : ", ") + Quoted(names[i], kMaxNameChars);
    message += names.size() > kNamed ? fmt::format(" and {} more.", names.size() - kNamed) : ".";
  }
  return base::MakeError(base::ErrorCode::rejected, std::move(message));
}

class Page {
 public:
  Page(const CardFocus& focus, const CardOptions& options)
      : focus_(focus), options_(options), question_(focus.search) {
    // Cut here, a long card still has room to say how to go on.
    budget_ = options.max_chars - std::min(options.max_chars, kNoteChars);
  }

  void Add(const wire::TableSchema& table) {
    const bool named =
        !focus_.search.empty() && question_.Overlap(table.name + " " + table.description) > 0;
    std::vector<std::size_t> listed;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (named || Matches(table.columns[c])) AddColumn(table, c, listed);
    if (listed.size() == table.columns.size() && left_ == 0) {
      const PartList samples = SampleLines(table, listed, options_.sample_rows, options_);
      if (page_.chars() + samples.chars() <= budget_) page_.Add(samples);
    }
  }

  PartList Finish() && {
    if (matched_ == 0)
      page_.Add(DataClass::instructions, "No column matches. Leave out search to see all.\n");
    else if (left_ > 0)
      page_.Add(DataClass::schema,
                fmt::format("\n{} more columns; call again with offset {} to read on.\n", left_,
                            focus_.offset + shown_));
    else if (shown_ == 0)
      page_.Add(DataClass::instructions, "There are no columns beyond this offset.\n");
    return std::move(page_);
  }

 private:
  bool Matches(const wire::ColumnSchema& column) const {
    if (focus_.search.empty()) return true;
    if (question_.Overlap(column.name) > 0 || question_.Overlap(column.description) > 0)
      return true;
    return std::any_of(column.synonyms.begin(), column.synonyms.end(),
                       [&](const std::string& word) { return question_.Overlap(word) > 0; });
  }

  void AddColumn(const wire::TableSchema& table, std::size_t c, std::vector<std::size_t>& listed) {
    if (matched_++ < focus_.offset) return;
    PartList line;
    if (listed.empty()) line.Add(TableLine(table, 0, Detail::full));
    line.Add(ColumnLine(table.columns[c], Detail::full, options_, question_));
    if (left_ > 0 || page_.chars() + line.chars() > budget_) {
      ++left_;
      return;
    }
    page_.Add(line);
    listed.push_back(c);
    ++shown_;
  }

  const CardFocus& focus_;
  const CardOptions& options_;
  const QuestionWords question_;
  std::size_t budget_ = 0;
  PartList page_;
  std::size_t matched_ = 0, shown_ = 0, left_ = 0;
};

}  // namespace

base::Result<std::vector<wire::EgressPart>> SchemaDetail(const wire::DatasetSchema& dataset,
                                                         const CardFocus& focus,
                                                         const CardOptions& options) {
  Page page(focus, options);
  bool found = focus.table.empty();
  for (const wire::TableSchema& table : dataset.tables) {
    if (!focus.table.empty() && !SameName(table.name, focus.table)) continue;
    found = true;
    page.Add(table);
  }
  if (!found) return UnknownTable(dataset, focus.table);
  return CutTo(std::move(page).Finish().Take(), options.max_chars);
}

}  // namespace tabletalk::analyst
