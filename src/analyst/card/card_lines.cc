#include "analyst/card/card_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyst/card/withhold.h"
#include "analyst/quoted.h"
#include "base/codec.h"
#include "base/utf8.h"

namespace tabletalk::analyst {
namespace {

using wire::ColumnRole;
using wire::DataClass;

constexpr std::size_t kShownValues = 12;
constexpr std::size_t kShownSynonyms = 8;
constexpr std::size_t kShownNotes = 12;
constexpr std::size_t kValueChars = 40;

std::string Meaning(const wire::ColumnSchema& column) {
  std::string text;
  if (column.unit && !column.unit->empty()) text += ", unit " + Quoted(*column.unit, 30);
  for (std::size_t i = 0; i < column.synonyms.size() && i < kShownSynonyms; ++i)
    text += (i == 0 ? "; also called " : ", ") + Quoted(column.synonyms[i], 60);
  if (!column.description.empty()) text += ": " + Quoted(column.description, kMaxDescriptionChars);
  return text;
}

std::string Counts(const wire::ColumnProfile& profile) {
  if (profile.distinct == 0 && profile.nulls == 0) return "";
  std::string text = fmt::format(" | {} distinct", profile.distinct);
  if (profile.nulls > 0) text += fmt::format(", {} null", profile.nulls);
  return text;
}

/// Values that name a group are worth knowing; those of an identifier or of free text are not.
bool NamesGroups(const wire::ColumnSchema& column) {
  switch (column.role) {
    case ColumnRole::dimension:
    case ColumnRole::flag: return true;
    case ColumnRole::identifier:
    case ColumnRole::measure:
    case ColumnRole::time:
    case ColumnRole::text: return false;
  }
  return false;
}

std::string Range(const wire::ColumnSchema& column) {
  const bool ordered = wire::IsNumeric(column.type) || wire::IsTemporal(column.type);
  if (!ordered || column.role == ColumnRole::identifier || column.profile.min.is_null()) return "";
  std::string text = fmt::format(" | from {} to {}", QuotedCell(column.profile.min, kValueChars),
                                 QuotedCell(column.profile.max, kValueChars));
  if (column.profile.mean && column.role == ColumnRole::measure)
    text += fmt::format(", mean {:.6g}", *column.profile.mean);
  return text;
}

std::string Values(const wire::ColumnSchema& column, const QuestionWords& question) {
  const std::vector<wire::ValueCount>& values = column.profile.top_values;
  std::vector<const wire::Value*> shown;
  for (const wire::ValueCount& value : values) {
    if (shown.size() == kShownValues) break;
    const std::string* text = value.value.if_text();
    if (text != nullptr && question.Mentions(*text)) shown.push_back(&value.value);
  }
  const std::size_t mentioned = shown.size();
  if (NamesGroups(column))
    for (const wire::ValueCount& value : values)
      if (shown.size() < std::max(kShownValues, mentioned) &&
          std::find(shown.begin(), shown.end(), &value.value) == shown.end())
        shown.push_back(&value.value);
  if (shown.empty()) return "";
  const bool all = column.profile.top_values_complete && shown.size() == values.size();
  std::string text = all ? " | values: " : " | some values: ";
  for (std::size_t i = 0; i < shown.size(); ++i)
    text += (i == 0 ? "" : ", ") + QuotedCell(*shown[i], kValueChars);
  return text;
}

}  // namespace

PartList ColumnLine(const wire::ColumnSchema& column, Detail detail, const CardOptions& options,
                    const QuestionWords& question) {
  PartList line;
  std::string head = fmt::format("- {} {}, {}", Quoted(column.name, kMaxNameChars),
                                 base::EnumName(column.type), base::EnumName(column.role));
  if (detail == Detail::full) {
    line.Add(DataClass::schema, head + Meaning(column));
    line.Add(DataClass::statistics, Counts(column.profile));
    if (options.send_samples) line.Add(DataClass::values, Range(column) + Values(column, question));
  } else {
    line.Add(DataClass::schema, head);
  }
  line.Add(DataClass::schema, "\n");
  return line;
}

PartList TableLine(const wire::TableSchema& table, std::size_t left_out, Detail detail) {
  PartList line;
  line.Add(DataClass::schema, "\nTable " + Quoted(table.name, kMaxNameChars));
  line.Add(DataClass::statistics, fmt::format(", {} rows", table.rows));
  std::string text;
  if (detail == Detail::full) {
    for (std::size_t i = 0; i < table.synonyms.size() && i < kShownSynonyms; ++i)
      text += (i == 0 ? "; a row is also called " : ", ") + Quoted(table.synonyms[i], 60);
  }
  if (!table.description.empty())
    text += ": " + Quoted(table.description, detail == Detail::full ? kMaxDescriptionChars : 120);
  if (left_out > 0) text += fmt::format(" ({} of its columns are not listed)", left_out);
  line.Add(DataClass::schema, text + "\n");
  return line;
}

PartList SampleLines(const wire::TableSchema& table, const std::vector<std::size_t>& columns,
                     int rows, const CardOptions& options) {
  PartList lines;
  const auto wanted = static_cast<std::size_t>(std::clamp(rows, 0, options.sample_rows));
  const std::size_t shown = std::min(wanted, table.sample.size());
  if (!options.send_samples || shown == 0 || columns.empty()) return lines;
  lines.Add(DataClass::instructions,
            columns.size() == table.columns.size()
                ? "First rows, columns in the order above:\n"
                : "First rows, only the columns listed above, in that order:\n");
  std::string text;
  for (std::size_t row = 0; row < shown; ++row) {
    text += "[";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& cells = table.sample[row];
      text += (i == 0 ? "" : ", ") + (columns[i] < cells.size()
                                          ? QuotedCell(cells[columns[i]], kMaxCellChars)
                                          : std::string("null"));
    }
    text += "]\n";
  }
  lines.Add(DataClass::values, text);
  return lines;
}

PartList NoteLines(const wire::TableSchema& table, const std::vector<std::size_t>& columns,
                   const CardOptions& options) {
  PartList lines;
  const auto listed = [&](const std::string& name) {
    return name.empty() || std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
             return table.columns[column].name == name;
           });
  };
  wire::DatasetSchema dataset;
  dataset.tables.push_back({});
  dataset.tables.back().columns = table.columns;
  const KnownWords known(dataset);
  const auto add = [&](const std::string& text) {
    const std::string line = base::EscapeControls(base::Truncate(text, kMaxDescriptionChars));
    lines.Add(DataClass::instructions, "- ");
    // They quote cells.
    if (options.send_samples)
      lines.Add(DataClass::values, line);
    else
      lines.Add(DataClass::schema, Withhold(line, known));
    lines.Add(DataClass::instructions, "\n");
  };
  std::size_t shown = 0;
  for (const wire::ReadingNote& note : table.notes)
    if (listed(note.column) && shown++ < kShownNotes) add(note.text);
  for (const wire::TotalRows& totals : table.totals)
    if (listed(totals.column) && !totals.labels.empty())
      add(fmt::format("Rows whose \"{}\" is {} sum other rows: leave them out of sums.",
                      totals.column,
                      Quoted(totals.labels.front(), kValueChars) +
                          (totals.labels.size() > 1 ? " or the like" : "")));
  if (lines.empty()) return lines;
  PartList titled;
  titled.Add(DataClass::instructions, "Reading the file:\n");
  titled.Add(lines);
  return titled;
}

PartList RelationshipLine(const wire::Relationship& relationship) {
  PartList line;
  std::string kind(base::EnumName(relationship.kind));
  std::replace(kind.begin(), kind.end(), '_', ' ');
  line.Add(DataClass::schema,
           fmt::format("- {} = {} ({})\n", Quoted(relationship.from, kMaxNameChars),
                       Quoted(relationship.to, kMaxNameChars), kind));
  return line;
}

std::vector<wire::EgressPart> CutTo(std::vector<wire::EgressPart> parts, std::size_t max_chars) {
  std::size_t left = max_chars;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string& text = parts[i].text;
    if (text.size() <= left) {
      left -= text.size();
      continue;
    }
    while (left > 0 && (static_cast<unsigned char>(text[left]) & 0xC0) == 0x80) --left;
    text.resize(left);
    parts.resize(left == 0 ? i : i + 1);
    break;
  }
  return parts;
}

}  // namespace tabletalk::analyst
