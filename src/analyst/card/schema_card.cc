// A card that says everything where everything fits, and otherwise chooses.
//
// Small models lose their way in long prompts, and wide tables have thousands of columns; so a card
// has a budget of characters. Each column is ranked by what it has to do with the question: a word
// of its name, synonyms or description, or a frequent value that the question mentions; then come
// identifiers and sides of relationships, without which nothing can be joined; then the rest. The
// budget is spent in that order, in rounds with a ceiling each: linked columns in full, then the
// others by name and type only, so that the model can see that they exist; what is left goes into
// more detail, and at last into sample rows. What is chosen is written in the order of the schema,
// not of the ranking, because a table that reads like a table is easier to understand.
//
// A subset says that it is one. A model that is not told so takes a column that it cannot see for
// one that does not exist, and answers that the data does not say.
//
// Not a goal: understanding the question. A wrong guess costs a call of get_dataset_schema.
#include "analyst/card/schema_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analyst/card/card_lines.h"
#include "analyst/card/card_rank.h"
#include "analyst/quoted.h"

namespace tabletalk::analyst {
namespace {

using wire::DataClass;

constexpr std::string_view kWithheldNote =
    "Cell values are withheld; [withheld] stands where one was and is never to be written into a "
    "plan. Do not guess how a value is spelled: where it matters, compare with contains, or count "
    "by the column first.\n";

constexpr std::size_t kMostMisfits = 50;

PartList Heading(const wire::DatasetSchema& dataset, std::string_view note,
                 const CardOptions& options) {
  PartList heading;
  std::string text = "Dataset " + Quoted(dataset.name, kMaxNameChars);
  if (!dataset.description.empty())
    text += ": " + Quoted(dataset.description, 2 * kMaxDescriptionChars);
  heading.Add(DataClass::schema, text + "\n" + std::string(note));
  if (!options.send_samples) heading.Add(DataClass::instructions, kWithheldNote);
  return heading;
}

/// Lines under a title as long as they fit; empty where none does.
template <class Items, class Line>
PartList Section(std::string_view title, const Items& items, std::size_t max_chars, Line line) {
  PartList section, lines;
  for (const auto& item : items) {
    const PartList next = line(item);
    if (title.size() + lines.chars() + next.chars() > max_chars) break;
    lines.Add(next);
  }
  if (lines.empty()) return section;
  section.Add(DataClass::instructions, title);
  section.Add(lines);
  return section;
}

PartList Relationships(const std::vector<wire::Relationship>& relationships,
                       std::size_t max_chars) {
  return Section("\nRelationships (a plan's join needs no \"on\" for these):\n", relationships,
                 max_chars, RelationshipLine);
}

PartList KnownQuestions(const std::vector<std::string>& questions, std::size_t max_chars) {
  return Section("\nQuestions that this dataset is known to answer:\n", questions, max_chars,
                 [](const std::string& question) {
                   PartList line;
                   line.Add(DataClass::schema, "- " + Quoted(question, 200) + "\n");
                   return line;
                 });
}

std::vector<std::size_t> AllColumns(const wire::TableSchema& table) {
  std::vector<std::size_t> columns(table.columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = i;
  return columns;
}

/// Everything in full, or none where that is over the budget.
std::optional<PartList> Whole(const wire::DatasetSchema& dataset, const QuestionWords& question,
                              const CardOptions& options) {
  PartList card = Heading(dataset, "", options);
  for (const wire::TableSchema& table : dataset.tables) {
    card.Add(TableLine(table, 0, Detail::full));
    for (const wire::ColumnSchema& column : table.columns) {
      card.Add(ColumnLine(column, Detail::full, options, question));
      if (card.chars() > options.max_chars) return std::nullopt;
    }
    card.Add(NoteLines(table, AllColumns(table), options));
    card.Add(SampleLines(table, AllColumns(table), options.sample_rows, options));
  }
  card.Add(Relationships(dataset.relationships, options.max_chars));
  card.Add(KnownQuestions(dataset.prompts, options.max_chars));
  if (card.chars() > options.max_chars) return std::nullopt;
  return card;
}

class Subset {
 public:
  Subset(const wire::DatasetSchema& dataset, const QuestionWords& question,
         const CardOptions& options)
      : dataset_(dataset),
        question_(question),
        options_(options),
        ranked_(RankColumns(dataset, question, options.send_samples)),
        tables_(dataset.tables.size()) {
    for (std::size_t t = 0; t < tables_.size(); ++t)
      tables_[t].columns.resize(dataset.tables[t].columns.size());
    relationships_ = Relationships(RelevantFirst(), options.max_chars / 8);
    questions_ = KnownQuestions(dataset.prompts, options.max_chars / 16);
    used_ = Heading(dataset, Note(), options).chars() + Reserve() + relationships_.chars() +
            questions_.chars();
  }

  std::vector<wire::EgressPart> Build() {
    const std::size_t all = options_.max_chars;
    Choose(Tier::linked, Detail::full, all / 100 * 60);
    for (const Tier tier : {Tier::linked, Tier::key, Tier::rest})
      Choose(tier, Detail::brief, all / 100 * 78);
    for (const Tier tier : {Tier::linked, Tier::key, Tier::rest})
      Choose(tier, Detail::full, all / 100 * 88);
    ChooseNotes();
    ChooseSamples();
    return CutTo(Assemble().Take(), all);
  }

 private:
  struct Chosen {
    std::vector<std::optional<Detail>> columns;
    std::size_t count = 0;
    int sample_rows = 0;
    bool notes = false;

    std::vector<std::size_t> Listed() const {
      std::vector<std::size_t> listed;
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i]) listed.push_back(i);
      return listed;
    }
  };

  std::vector<wire::Relationship> RelevantFirst() const {
    std::vector<bool> linked(tables_.size());
    for (const RankedColumn& column : ranked_)
      if (column.tier == Tier::linked) linked[column.table] = true;
    const auto touches = [&](const wire::Relationship& relationship) {
      for (std::size_t t = 0; t < tables_.size(); ++t)
        if (linked[t] && (relationship.from.starts_with(dataset_.tables[t].name + ".") ||
                          relationship.to.starts_with(dataset_.tables[t].name + ".")))
          return true;
      return false;
    };
    std::vector<wire::Relationship> sorted = dataset_.relationships;
    std::stable_partition(sorted.begin(), sorted.end(), touches);
    return sorted;
  }

  /// For the names of tables of which no column is listed.
  std::size_t Reserve() const { return tables_.size() > 1 ? options_.max_chars / 12 : 0; }

  std::string Note() const {
    std::size_t listed = 0, shown_tables = 0;
    for (const Chosen& table : tables_) {
      listed += table.count;
      shown_tables += table.count > 0 ? 1 : 0;
    }
    return fmt::format(
        "This is a subset: {} of {} columns and {} of {} tables are listed, those first that the "
        "question speaks of. The others can be used as well; the tool get_dataset_schema lists "
        "them by table or by search words.\n",
        // Before anything is chosen, as long as it can get.
        listed == 0 ? ranked_.size() : listed, ranked_.size(),
        listed == 0 ? tables_.size() : shown_tables, tables_.size());
  }

  void Choose(Tier tier, Detail detail, std::size_t ceiling) {
    std::size_t misfits = 0;
    for (const RankedColumn& ranked : ranked_) {
      if (ranked.tier != tier) continue;
      Chosen& chosen = tables_[ranked.table];
      std::optional<Detail>& have = chosen.columns[ranked.column];
      if (have == detail || have == Detail::full) continue;
      const wire::TableSchema& table = dataset_.tables[ranked.table];
      const auto size = [&](Detail of) {
        return ColumnLine(table.columns[ranked.column], of, options_, question_).chars();
      };
      std::size_t cost = size(detail) - (have ? size(*have) : 0);
      if (chosen.count == 0) cost += TableLine(table, table.columns.size(), Detail::brief).chars();
      if (used_ + cost > ceiling) {
        // A shorter one may still fit, but there may be ten thousand to try.
        if (++misfits == kMostMisfits) return;
        continue;
      }
      misfits = 0;
      used_ += cost;
      if (!have) ++chosen.count;
      have = detail;
    }
  }

  void ChooseNotes() {
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      if (tables_[t].count == 0) continue;
      const std::size_t cost = NoteLines(dataset_.tables[t], tables_[t].Listed(), options_).chars();
      if (used_ + cost > options_.max_chars) continue;
      used_ += cost;
      tables_[t].notes = true;
    }
  }

  void ChooseSamples() {
    for (const RankedColumn& ranked : ranked_) {
      Chosen& chosen = tables_[ranked.table];
      if (chosen.count == 0 || chosen.sample_rows > 0) continue;
      for (int rows = options_.sample_rows; rows > 0; --rows) {
        const std::size_t cost =
            SampleLines(dataset_.tables[ranked.table], chosen.Listed(), rows, options_).chars();
        if (cost == 0) return;
        if (used_ + cost > options_.max_chars) continue;
        used_ += cost;
        chosen.sample_rows = rows;
        break;
      }
      if (chosen.sample_rows == 0) return;  // The next table has less to do with the question.
    }
  }

  PartList OtherTables() const {
    PartList others;
    std::string text = "\nOther tables: ";
    std::size_t named = 0, left = 0;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      if (tables_[t].count > 0) continue;
      const std::string name = (named > 0 ? ", " : "") + Quoted(dataset_.tables[t].name, 100);
      if (left > 0 || text.size() + name.size() + 40 > Reserve()) {
        ++left;
        continue;
      }
      text += name;
      ++named;
    }
    if (named == 0) return others;
    others.Add(DataClass::schema,
               text + (left > 0 ? fmt::format(" and {} more", left) : std::string()) + "\n");
    return others;
  }

  PartList Assemble() const {
    PartList card = Heading(dataset_, Note(), options_);
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      const Chosen& chosen = tables_[t];
      const wire::TableSchema& table = dataset_.tables[t];
      if (chosen.count == 0) continue;
      card.Add(TableLine(table, table.columns.size() - chosen.count, Detail::brief));
      for (std::size_t c = 0; c < chosen.columns.size(); ++c)
        if (chosen.columns[c])
          card.Add(ColumnLine(table.columns[c], *chosen.columns[c], options_, question_));
      if (chosen.notes) card.Add(NoteLines(table, chosen.Listed(), options_));
      card.Add(SampleLines(table, chosen.Listed(), chosen.sample_rows, options_));
    }
    card.Add(OtherTables());
    card.Add(relationships_);
    card.Add(questions_);
    return card;
  }

  const wire::DatasetSchema& dataset_;
  const QuestionWords& question_;
  const CardOptions& options_;
  const std::vector<RankedColumn> ranked_;
  std::vector<Chosen> tables_;
  PartList relationships_, questions_;
  std::size_t used_ = 0;
};

}  // namespace

std::vector<wire::EgressPart> SchemaCard(const wire::DatasetSchema& dataset,
                                         std::string_view question, const CardOptions& options) {
  const QuestionWords words(question);
  if (auto whole = Whole(dataset, words, options)) return std::move(*whole).Take();
  return Subset(dataset, words, options).Build();
}

}  // namespace tabletalk::analyst
