// A model needs to know of a run whether it worked, what its columns are, how many rows there are
// and whether the first of them look right; it does not need the table, which the person gets. Of a
// failure it needs everything that helps to mend it.
//
// Cells can hide in more places than rows: in the names of columns (a pivot), in an error, in what
// code printed, in the keys of an object. With send_samples false each of these is held against
// what the model wrote and what the schema says (withhold.h), and only the number of rows is told
// as it is. A column whose name had to go is called by its position.
#include "analyst/card/preview.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyst/answer/result_columns.h"
#include "analyst/answer/slots.h"
#include "analyst/card/card_lines.h"
#include "analyst/card/withhold.h"
#include "analyst/parts.h"
#include "analyst/prompts.h"
#include "analyst/quoted.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "plan/names.h"

namespace tabletalk::analyst {
namespace {

using base::ErrorCode;
using wire::DataClass;

constexpr std::size_t kMostColumns = 60;
constexpr std::size_t kValueChars = 1'000;
constexpr std::size_t kLogChars = 1'000;
constexpr std::size_t kErrorChars = 2'000;
constexpr std::size_t kMostDoubtful = 64 * 1024;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::size_t kMostIssues = 20;
constexpr std::size_t kDumpColumns = 5;
constexpr std::size_t kSlotExamples = 3;
constexpr std::size_t kSlotsOfValue = 20;
constexpr std::size_t kWholeRows = 40, kWholeChars = 3'000;
constexpr std::size_t kHeadRows = 25, kHeadChars = 2'000;
constexpr std::size_t kTailRows = 10, kTailChars = 1'000;

/// What the model has seen anyway, for one preview.
KnownWords KnownOf(const wire::DatasetSchema& dataset, std::string_view written,
                   const wire::Run* run) {
  KnownWords known(dataset);
  known.Add(written);
  if (run == nullptr) return known;
  known.Add(run->python);
  if (!run->plan) {
    known.Add(run->sql);
    return known;
  }
  known.Add(base::ToJsonText(base::ToJson(*run->plan)));
  for (const std::string& name :
       plan::ItemNames(run->plan->select, plan::TableNames(*run->plan, dataset)))
    known.Add(name);
  return known;
}

std::string Ends(std::string_view text, std::size_t max_chars) {
  if (text.size() <= max_chars) return std::string(text);
  const std::string_view head = base::Truncate(text.substr(0, max_chars), max_chars / 2);
  std::size_t tail = text.size() - max_chars / 3;
  while (tail < text.size() && (static_cast<unsigned char>(text[tail]) & 0xC0) == 0x80) ++tail;
  return std::string(head) + "\n…\n" + std::string(text.substr(tail));
}

/// A text that may hold cells: as it is, or without them and then in a class that may leave.
void AddDoubtful(PartList& parts, std::string_view text, const KnownWords& known, Spoken spoken,
                 bool send_samples, std::size_t max_chars = kErrorChars) {
  // Cut after withholding: a quote that lost its end would no longer be seen as one.
  const std::string safe = base::EscapeControls(Ends(text, kMostDoubtful));
  if (send_samples)
    parts.Add(DataClass::values, Ends(safe, max_chars));
  else
    parts.Add(spoken == Spoken::by_code ? DataClass::answer : DataClass::schema,
              Ends(Withhold(safe, known, spoken), max_chars));
}

bool IsPlainColumn(const wire::SelectItem& item) {
  const auto* column = std::get_if<wire::ColumnItem>(&item.node);
  return column != nullptr && !column->grain && !column->bin;
}

/// Many raw columns with nothing computed and nothing filtered (docs/policy.md, raw_dump): the
/// policy notes it of SQL, and a plan is judged in the same way.
bool IsRawDump(const wire::Run& run) {
  if (std::any_of(run.notes.begin(), run.notes.end(),
                  [](const wire::Issue& note) { return note.rule == "raw_dump"; }))
    return true;
  return run.plan && run.plan->select.size() > kDumpColumns && !run.plan->where &&
         !run.plan->distinct &&
         std::all_of(run.plan->select.begin(), run.plan->select.end(), IsPlainColumn);
}

class TablePreview {
 public:
  TablePreview(const wire::Table& table, const PreviewOptions& options)
      : table_(table), options_(options) {}

  /// Null where nothing is withheld and every name is a part of the schema.
  void set_known(const KnownWords* known) { known_ = known; }

  void AddColumns(PartList& parts) const {
    parts.Add(DataClass::instructions, "Columns: ");
    const std::size_t shown = std::min(table_.columns.size(), kMostColumns);
    for (std::size_t i = 0; i < shown; ++i) {
      if (i > 0) parts.Add(DataClass::schema, ", ");
      const bool known = IsKnown(i);
      const std::string name = known || options_.send_samples
                                   ? Quoted(table_.columns[i].name, kMaxNameChars)
                                   : PositionalName(i) + " (its name is withheld)";
      parts.Add(known || !options_.send_samples ? DataClass::schema : DataClass::values, name);
      parts.Add(DataClass::schema, fmt::format(" {}", base::EnumName(table_.columns[i].type)));
    }
    if (shown < table_.columns.size())
      parts.Add(DataClass::schema, fmt::format(", and {} more", table_.columns.size() - shown));
    parts.Add(DataClass::schema, ".\n");
  }

  /// The first rows of a table that something is written about.
  void AddFirstRows(PartList& parts) const {
    const auto wanted = static_cast<std::size_t>(std::max(options_.sample_rows, 0));
    const std::size_t shown = std::min(wanted, table_.rows.size());
    if (!options_.send_samples || shown == 0) return;
    parts.Add(DataClass::instructions, shown < table_.total_rows ? "First rows:\n" : "All rows:\n");
    for (std::size_t row = 0; row < shown; ++row) parts.Add(DataClass::values, Line(row));
  }

  /// The whole of a small result, else its head and its tail: a model that saw five rows of twelve
  /// tells of the five. Who lets fewer rows leave than is usual means results, too.
  void AddRows(PartList& parts) const {
    const std::size_t rows = table_.rows.size();
    if (options_.sample_rows < Options().sample_rows) return AddFirstRows(parts);
    if (!options_.send_samples || rows == 0) return;
    if (rows <= kWholeRows) {
      std::string all;
      for (std::size_t row = 0; row < rows && all.size() <= kWholeChars; ++row) all += Line(row);
      if (all.size() <= kWholeChars) {
        parts.Add(DataClass::instructions,
                  rows < table_.total_rows ? "First rows:\n" : "All rows:\n");
        parts.Add(DataClass::values, all);
        return;
      }
    }
    std::size_t head = 0, tail = rows;
    std::string first;
    for (; head < std::min(rows, kHeadRows); ++head) {
      std::string line = Line(head);
      if (head > 0 && first.size() + line.size() > kHeadChars) break;
      first += line;
    }
    const std::size_t most = std::min(kTailRows, rows - head);
    std::vector<std::string> last;
    std::size_t chars = 0;
    while (last.size() < most) {
      std::string line = Line(tail - 1);
      if ((chars += line.size()) > kTailChars && !last.empty()) break;
      last.push_back(std::move(line));
      --tail;
    }
    parts.Add(DataClass::instructions, "First rows:\n");
    parts.Add(DataClass::values, first);
    parts.Add(DataClass::instructions, fmt::format("Last rows, from rows[{}] on:\n", tail));
    for (std::size_t i = last.size(); i > 0; --i) parts.Add(DataClass::values, last[i - 1]);
  }

  /// The name by which a slot reads the column.
  std::string SlotName(std::size_t column) const {
    const std::string& name = table_.columns[column].name;
    const bool one_line =
        base::EscapeControls(name) == name && name.find_first_of("\n\t") == std::string::npos;
    return one_line && (IsKnown(column) || options_.send_samples) ? name : PositionalName(column);
  }

  bool IsKnown(std::size_t column) const {
    if (known_ == nullptr) return true;
    const std::string& name = table_.columns[column].name;
    const std::string quoted = '"' + name + '"';
    return known_->HasVerbatim(name) || Withhold(quoted, *known_) == quoted;
  }

 private:
  std::string Line(std::size_t row) const {
    std::string line = "[";
    for (std::size_t i = 0; i < table_.rows[row].size() && i < kMostColumns; ++i)
      line += (i == 0 ? "" : ", ") + QuotedCell(table_.rows[row][i]);
    return line + "]\n";
  }
  const wire::Table& table_;
  const PreviewOptions& options_;
  const KnownWords* known_ = nullptr;
};

std::string RowsText(const wire::Table& table) {
  if (!table.truncated)
    return fmt::format("{} row{}", table.total_rows, table.total_rows == 1 ? "" : "s");
  return fmt::format("{} rows, of which the first {} came back; the result was cut",
                     table.total_rows, table.rows.size());
}

class RunPreview {
 public:
  RunPreview(const wire::Run& run, std::string_view name, std::string_view written,
             const wire::DatasetSchema& dataset, const PreviewOptions& options)
      : run_(run),
        name_(name),
        dataset_(dataset),
        options_(options),
        known_(KnownOf(dataset, written, &run)) {}

  PartList Succeeded() {
    parts_.Add(DataClass::instructions, "Run ");
    parts_.Add(DataClass::instructions, name_);
    parts_.Add(DataClass::instructions, " succeeded");
    if (run_.result)
      Table(*run_.result);
    else
      Value();
    if (run_.figure)
      parts_.Add(DataClass::instructions, "A figure was drawn; the person sees it.\n");
    Notes();
    Logs();
    return std::move(parts_);
  }

  PartList Failed() {
    const ErrorCode code =
        base::CodeFromName(run_.error->code).value_or(ErrorCode::execution_failed);
    PartList message;
    AddDoubtful(message, run_.error->message, known_, Spoken::by_engine, options_.send_samples);
    for (std::size_t i = 0; i < run_.error->issues.size() && i < kMostIssues; ++i) {
      message.Add(DataClass::schema, "\n- ");
      AddDoubtful(message, run_.error->issues[i].message, known_, Spoken::by_engine,
                  options_.send_samples);
    }
    const auto words = [](std::string_view text) {
      return std::vector<wire::EgressPart>{{DataClass::instructions, std::string(text)}};
    };
    parts_.Add(RenderParts("failed", {{"name", words(name_)},
                                      {"kind", words(KindOf(code))},
                                      {"message", message.parts()},
                                      {"advice", words(AdviceOn(code))}}));
    parts_.Add(DataClass::instructions, "\n");
    Logs();
    return std::move(parts_);
  }

 private:
  void Table(const wire::Table& table) {
    parts_.Add(DataClass::instructions, ": ");
    parts_.Add(DataClass::statistics, RowsText(table));
    parts_.Add(DataClass::instructions, ".\n");
    TablePreview preview(table, options_);
    preview.set_known(&known_);
    preview.AddColumns(parts_);
    if (table.total_rows == 0) {
      parts_.Add(DataClass::instructions,
                 "Nothing matches. If a value may be spelled differently, look at the column's "
                 "values; otherwise say that nothing matches.\n");
      return;
    }
    if (IsRawDump(run_))
      parts_.Add(DataClass::instructions,
                 "The rows are not shown to you: this is a plain list of many raw columns. The "
                 "person sees them.\n");
    else
      preview.AddRows(parts_);
    SlotExamples(preview);
  }

  void SlotExamples(const TablePreview& preview) {
    const std::vector<ResultColumn> columns = DescribeColumns(run_, dataset_);
    std::string text;
    for (std::size_t i = 0; i < columns.size() && i < kSlotExamples; ++i) {
      // How many decimals there are is read from cells.
      const bool tells = !options_.send_samples && columns[i].format.starts_with("fixed:");
      text += (i == 0 ? "" : " ") +
              SlotText(name_, "rows[0]", preview.SlotName(i), tells ? "auto" : columns[i].format);
    }
    bool known = true;
    for (std::size_t i = 0; i < columns.size() && i < kSlotExamples; ++i)
      known = known && (preview.IsKnown(i) || !options_.send_samples);
    parts_.Add(DataClass::instructions, "Slots of the first row: ");
    parts_.Add(known ? DataClass::schema : DataClass::values, text);
    parts_.Add(DataClass::instructions, "\n");
  }

  void Value() {
    const base::json::value& value = run_.value;
    parts_.Add(DataClass::instructions, ".\n");
    if (value.is_null()) {
      if (!run_.figure)
        parts_.Add(DataClass::instructions,
                   "Its result is None: assign what answers the question to `result`.\n");
      return;
    }
    parts_.Add(DataClass::instructions, "Its result is " + std::string(ShapeOf(value)) + ". ");
    if (options_.send_samples) {
      parts_.Add(DataClass::values,
                 base::EscapeControls(Ends(base::ToJsonText(value), kValueChars)));
      parts_.Add(DataClass::instructions, "\n");
    }
    const auto table = SlotTable(run_);
    if (!table || table->rows.empty()) return;
    TablePreview preview(*table, options_);
    preview.set_known(&known_);
    parts_.Add(DataClass::instructions, "Slots: ");
    for (std::size_t i = 0; i < table->columns.size() && i < kSlotsOfValue; ++i) {
      const bool known = preview.IsKnown(i) || !options_.send_samples;
      parts_.Add(known ? DataClass::schema : DataClass::values,
                 SlotText(name_, "rows[0]", preview.SlotName(i), "auto") + " ");
    }
    parts_.Add(DataClass::instructions, "\n");
  }

  static std::string_view ShapeOf(const base::json::value& value) {
    if (value.is_string()) return "a text";
    if (value.is_number()) return "a number";
    if (value.is_bool()) return "true or false";
    return value.is_array() ? "a list" : "an object";
  }

  void Notes() {
    for (const wire::Issue& note : run_.notes) {
      if (note.rule == "raw_dump") continue;
      parts_.Add(DataClass::instructions, "Note: ");
      AddDoubtful(parts_, note.message, known_, Spoken::by_engine, options_.send_samples);
      parts_.Add(DataClass::instructions, "\n");
    }
  }

  void Logs() {
    if (run_.logs.empty()) return;
    parts_.Add(DataClass::instructions, run_.logs_truncated || run_.logs.size() > kLogChars
                                            ? "It printed, in part:\n"
                                            : "It printed:\n");
    // A failed run's logs end with its traceback, which is the interpreter's text.
    const std::string_view logs = run_.logs;
    const std::size_t traceback =
        std::min(run_.error ? logs.rfind(kTraceback) : std::string_view::npos, logs.size());
    AddDoubtful(parts_, logs.substr(0, traceback), known_, Spoken::by_code, options_.send_samples,
                kLogChars);
    AddDoubtful(parts_, logs.substr(traceback), known_, Spoken::by_engine, options_.send_samples,
                kLogChars);
    parts_.Add(DataClass::instructions, "\n");
  }

  std::string_view KindOf(ErrorCode code) const {
    const bool python = run_.kind == wire::RunKind::python;
    if (code == ErrorCode::timed_out || code == ErrorCode::cpu_limit)
      return "it took too long and was stopped";
    if (code == ErrorCode::memory_limit) return "it needed more memory than it may have";
    if (code == ErrorCode::result_limit || code == ErrorCode::output_limit)
      return "it gave more than a result may hold";
    return python ? "the code raised an error" : "the engine reports an error";
  }

  std::string_view AdviceOn(ErrorCode code) const {
    if (code == ErrorCode::timed_out || code == ErrorCode::cpu_limit ||
        code == ErrorCode::memory_limit)
      return "Compute less: filter earlier, aggregate before joining, or take fewer columns.";
    if (code == ErrorCode::result_limit || code == ErrorCode::output_limit)
      return "Return less: aggregate, take fewer columns or print less.";
    return "Mend what the message names and call the tool again.";
  }

  const wire::Run& run_;
  const std::string name_;
  const wire::DatasetSchema& dataset_;
  const PreviewOptions& options_;
  const KnownWords known_;
  PartList parts_;
};

/// The rule and the place, which are the plan's own words.
std::string PlaceOf(const wire::Issue& issue) {
  std::string place = issue.rule.empty() ? "" : "[" + issue.rule + "] ";
  if (issue.line > 0) place += fmt::format("line {}: ", issue.line);
  return issue.path.empty() ? place : place + issue.path + ": ";
}

/// The message without the path that it begins with.
std::string_view SentenceOf(const wire::Issue& issue) {
  std::string_view message = issue.message;
  const bool begins = !issue.path.empty() && message.starts_with(issue.path + ": ");
  return begins ? message.substr(issue.path.size() + 2) : message;
}

/// Nothing has run where issues are found, so they hold no cells but those that the model wrote;
/// the words are held against the vocabulary all the same.
PartList IssueLines(const std::vector<wire::Issue>& issues, const KnownWords& known,
                    bool send_samples) {
  PartList lines;
  for (std::size_t i = 0; i < issues.size() && i < kMostIssues; ++i) {
    const wire::Issue& issue = issues[i];
    const std::string message = base::EscapeControls(SentenceOf(issue));
    lines.Add(DataClass::schema,
              "- " + PlaceOf(issue) +
                  Ends(send_samples ? message : Withhold(message, known), kErrorChars) + "\n");
  }
  if (issues.size() > kMostIssues)
    lines.Add(DataClass::schema, fmt::format("- and {} more\n", issues.size() - kMostIssues));
  return lines;
}

}  // namespace

std::vector<wire::Issue> IssuesIn(const base::Error& error) {
  std::vector<wire::Issue> issues;
  if (const auto* found = error.details().if_contains("issues"))
    if (auto read = base::FromJson<std::vector<wire::Issue>>(*found); read.has_value())
      issues = std::move(*read);
  if (issues.empty()) issues.push_back({"", error.public_message(), 0, 0, {}, ""});
  return issues;
}

std::string RunName(std::size_t index) { return fmt::format("r{}", index + 1); }

std::vector<wire::EgressPart> PreviewRun(const wire::Run& run, std::string_view name,
                                         std::string_view written,
                                         const wire::DatasetSchema& dataset,
                                         const PreviewOptions& options) {
  RunPreview preview(run, name, written, dataset, options);
  return CutTo((run.error ? preview.Failed() : preview.Succeeded()).Take(), options.max_chars);
}

std::vector<wire::EgressPart> PreviewError(const base::Error& error, std::string_view written,
                                           const wire::DatasetSchema& dataset,
                                           const PreviewOptions& options) {
  const KnownWords known = KnownOf(dataset, written, nullptr);
  const PartList lines = IssueLines(IssuesIn(error), known, options.send_samples);
  return CutTo(RenderParts("rejected", {{"issues", lines.parts()}}), options.max_chars);
}

std::vector<wire::EgressPart> PreviewIssues(const std::vector<wire::Issue>& issues,
                                            std::string_view written,
                                            const wire::DatasetSchema& dataset,
                                            const PreviewOptions& options) {
  const KnownWords known = KnownOf(dataset, written, nullptr);
  return CutTo(IssueLines(issues, known, options.send_samples).Take(), options.max_chars);
}

std::vector<wire::EgressPart> PreviewTable(const wire::Table& table, const PreviewOptions& options,
                                           const std::optional<std::string>& names_from) {
  PartList parts;
  TablePreview preview(table, options);
  KnownWords known{wire::DatasetSchema()};
  if (names_from) {
    known.Add(*names_from);
    preview.set_known(&known);
  }
  preview.AddColumns(parts);
  bool named = true;
  for (std::size_t i = 0; i < table.columns.size(); ++i) named = named && preview.IsKnown(i);
  if (!named && !options.send_samples)
    parts.Add(
        DataClass::instructions,
        "A column whose name is withheld is read by its place: Object.keys(data[0])[0] is the "
        "name of the first.\n");
  parts.Add(DataClass::statistics, fmt::format("{} rows.\n", table.total_rows));
  preview.AddFirstRows(parts);
  return CutTo(std::move(parts).Take(), options.max_chars);
}

}  // namespace tabletalk::analyst
