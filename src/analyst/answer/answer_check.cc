// A model may write everything but numbers. What it writes is taken apart into slots and text.
// Slots are mended where their meaning is clear, and their formats are held against what the plan
// says of the column: a percent sign on a sum of money or dollars on euros would be an invented
// number of its own. The text between may repeat numbers of the question and of names ("Q1", "the
// last 30 days"), which become literals of the narrative; every other digit and number word is a
// fault that the model is told of.
#include "analyst/answer/answer_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyst/answer/slots.h"
#include "analyst/card/business_words.h"
#include "analyst/card/preview.h"
#include "analyst/words.h"
#include "narrative/format.h"
#include "plan/limits.h"

namespace tabletalk::analyst {
namespace {

using narrative::HasDigit;

constexpr std::size_t kLongestText = 1'500;
constexpr std::size_t kLongestSlot = 200;
constexpr std::size_t kLongestList = 600;
constexpr std::size_t kMostValues = 20'000;
constexpr double kLargestFraction = 1.5;  // Above it, a percentage was not meant as a fraction.

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Where the word that begins at `at` ends; "1,234.5" and "2024-03-31" are one.
std::size_t WordEnd(std::string_view text, std::size_t at) {
  constexpr std::string_view kInNumbers = ".,:-/";
  for (; at < text.size(); ++at) {
    if (IsWordByte(text[at])) continue;
    const bool number = at > 0 && at + 1 < text.size() && IsDigit(text[at - 1]) &&
                        IsDigit(text[at + 1]) &&
                        kInNumbers.find(text[at]) != std::string_view::npos;
    if (!number) break;
  }
  return at;
}

/// Calls `take` with each word of the text and what stands before it; the rest comes with no word.
template <class Take>
void ForEachWord(std::string_view text, Take take) {
  std::size_t gap = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = WordEnd(text, at);
    take(text.substr(gap, at - gap), text.substr(at, end - at));
    gap = at = end;
  }
  take(text.substr(gap), std::string_view());
}

std::string NormalNumber(std::string_view word) {
  std::string normal;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (c == ',' && i > 0 && IsDigit(word[i - 1])) continue;
    normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return normal;
}

/// "Q1", "2024", "PM10": what tells names apart. A longer number in a header is a value that
/// somebody put there, perhaps for a model to repeat.
bool IsLabel(std::string_view word) {
  constexpr std::ptrdiff_t kMostDigits = 4;
  const bool letter = std::any_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return letter || std::count_if(word.begin(), word.end(), IsDigit) <= kMostDigits;
}

/// Text and slots in turn.
struct Piece {
  bool slot = false;
  std::string_view text;  ///< Of a slot without its braces.
};
std::vector<Piece> Pieces(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    if (open > 0) pieces.push_back({false, text.substr(0, open)});
    text.remove_prefix(open);
    const std::size_t close = text.empty() ? std::string_view::npos : SlotEnd(text);
    if (close == std::string_view::npos) {
      if (!text.empty()) pieces.push_back({true, text.substr(2)});
      break;
    }
    pieces.push_back({true, text.substr(2, close - 2)});
    text.remove_prefix(close + 2);
  }
  return pieces;
}

std::string Tidied(std::string_view draft) {
  std::string text(draft);
  for (const std::string_view mark : {"**", "`"})
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;)
      text.erase(at, mark.size());
  for (const std::string_view opening : {"Answer:", "answer:", "ANSWER:"})
    if (text.starts_with(opening)) text.erase(0, opening.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

double LargestSize(const wire::Table& table, const std::string& column) {
  double largest = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name != column) continue;
    for (const auto& row : table.rows)
      if (const auto number = row[c].AsNumber()) largest = std::max(largest, std::abs(*number));
  }
  return largest;
}

}  // namespace

/// What a mended slot reads.
struct AnswerCheck::Slot {
  std::size_t run = 0;
  std::string path;    ///< "r1.rows[0].total"
  std::string column;  ///< Empty for the number of rows.
  std::string format;
  bool list = false;
};

AnswerCheck::AnswerCheck(const wire::DatasetSchema& dataset, std::string_view question,
                         const std::vector<wire::Run>& runs)
    : dataset_(dataset), runs_(runs), tables_(runs.size()), columns_(runs.size()) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].error) continue;
    tables_[i] = SlotTable(runs[i]);
    if (!tables_[i]) continue;
    columns_[i] = DescribeColumns(runs[i], dataset);
    results_.push_back({RunName(i), runs[i].run_id, &*tables_[i]});
    backing_.values.push_back(static_cast<double>(tables_[i]->total_rows));
    backing_.values.push_back(static_cast<double>(tables_[i]->rows.size()));
    for (const auto& row : tables_[i]->rows)
      for (const wire::Value& cell : row)
        if (const auto number = cell.AsNumber(); number && backing_.values.size() < kMostValues)
          backing_.values.push_back(*number);
  }
  const auto know = [&](std::string_view text, bool label_only) {
    const auto take = [&](std::string word) {
      if (HasDigit(word) && (!label_only || IsLabel(word))) number_tokens_.insert(std::move(word));
    };
    ForEachWord(text, [&](std::string_view, std::string_view word) { take(NormalNumber(word)); });
    for (std::string& word : NameWords(text)) {
      take(word);
      backing_.words.insert(std::move(word));
    }
  };
  // A header may be a sentence that dictates an answer; it backs no number.
  const auto know_name = [&](std::string_view name) {
    constexpr std::size_t kMostWords = 6;
    if (NameWords(name).size() <= kMostWords) know(name, true);
  };
  know(question, false);
  know_name(dataset.name);
  for (const wire::TableSchema& table : dataset.tables) {
    know_name(table.name);
    for (const wire::ColumnSchema& column : table.columns) {
      know_name(column.name);
      if (column.unit) {
        know_name(*column.unit);
        units_.insert(*column.unit);
      }
      for (const std::string& synonym : column.synonyms) know_name(synonym);
    }
  }
}

const wire::Table* AnswerCheck::table(std::size_t run) const {
  return tables_[run] ? &*tables_[run] : nullptr;
}

std::optional<std::size_t> AnswerCheck::LastReadable() const {
  for (std::size_t i = runs_.size(); i > 0; --i)
    if (tables_[i - 1]) return i - 1;
  for (std::size_t i = runs_.size(); i > 0; --i)
    if (!runs_[i - 1].error) return i - 1;
  return std::nullopt;
}

std::optional<AnswerCheck::Slot> AnswerCheck::Read(std::string_view slot) const {
  const auto [path, format] = SplitFormat(slot);
  Slot read;
  read.path = path;
  read.format = format;
  bool found = false;
  for (std::size_t i = 0; i < runs_.size() && !found; ++i) {
    found = tables_[i] && read.path.starts_with(RunName(i) + ".");
    if (found) read.run = i;
  }
  if (!found) return std::nullopt;
  read.list = read.path.find(".list(") != std::string::npos;
  // The longest name that the path ends with: names may have dots and brackets.
  for (const wire::Column& column : tables_[read.run]->columns) {
    const std::string plain = SlotText(RunName(read.run), "x", column.name, "");
    const std::string tail =
        plain.substr(RunName(read.run).size() + 4, plain.size() - RunName(read.run).size() - 6);
    if (read.path.ends_with(tail) && column.name.size() > read.column.size())
      read.column = column.name;
  }
  return read;
}

bool AnswerCheck::IsKnownUnit(const std::string& unit) const {
  if (units_.contains(unit)) return true;
  const std::vector<std::string> words = NameWords(unit);
  return !words.empty() && std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return word.size() > 2 && backing_.words.contains(word);
  });
}

std::string AnswerCheck::SettledFormat(const Slot& slot) const {
  std::string known = "auto";
  for (const ResultColumn& column : columns_[slot.run])
    if (column.name == slot.column) known = column.format;
  const std::string& wished = slot.format;
  const std::string name = wished.substr(0, wished.find(':'));
  const std::string argument =
      name.size() < wished.size() ? wished.substr(name.size() + 1) : std::string();
  if (wished.empty() || name == "auto") return slot.column.empty() ? wished : known;
  if (name == "count" || name == "verb" || name == "plain") return wished;
  if (name == "money" || name == "unit") {
    if (known != "auto" && known != "plain") return known;
    return IsKnownUnit(argument) && known != "plain" ? wished : known;
  }
  if (name == "percent") {
    if (known != "auto") return known;
    if (LargestSize(*tables_[slot.run], slot.column) <= kLargestFraction) return wished;
    // Not a fraction: as many per cent as it says, if its name says so, else just the number.
    const std::string spoken = SpokenName(slot.column);
    return spoken.find("percent") != std::string::npos ? "unit:%" : known;
  }
  if (name == "strength") return LargestSize(*tables_[slot.run], slot.column) <= 1 ? wished : known;
  const bool part = name == "weekday" || name == "monthname" || name == "hour";
  return part && known != "auto" ? known : wished;
}

std::string AnswerCheck::SettledSlot(std::string_view slot) const {
  const auto read = Read(slot);
  if (!read) return std::string(slot);
  return WithFormat(read->path, SettledFormat(*read));
}

std::string AnswerCheck::SettleFormats(std::string_view text) const {
  std::string settled;
  for (const Piece& piece : Pieces(text))
    settled += piece.slot ? "{{" + SettledSlot(piece.text) + "}}" : std::string(piece.text);
  return settled;
}

std::string AnswerCheck::NounFor(const std::string& name) const {
  for (std::size_t i = runs_.size(); i > 0; --i)
    for (const ResultColumn& column : columns_[i - 1])
      if (column.name == name) return column.noun;
  for (const wire::TableSchema& table : dataset_.tables) {
    if (table.name == name) return SpokenName(name);
    if (const wire::ColumnSchema* column = table.Find(name)) return NounOf(*column);
  }
  return "";
}

std::string AnswerCheck::WithoutRawNames(std::string_view text) const {
  std::string out;
  for (const Piece& piece : Pieces(text)) {
    if (piece.slot) {
      out += "{{" + std::string(piece.text) + "}}";
      continue;
    }
    ForEachWord(piece.text, [&](std::string_view gap, std::string_view word) {
      out += gap;
      const bool raw = word.find('_') != std::string_view::npos;
      const std::string noun = raw ? NounFor(std::string(word)) : "";
      out += noun.empty() ? std::string(word) : noun;
    });
  }
  return out;
}

void AnswerCheck::CheckSlot(std::string_view slot, CheckedAnswer& checked) const {
  const std::string whole = "{{" + std::string(slot) + "}}";
  const auto read = Read(slot);
  if (!read) {
    checked.faults.push_back(fmt::format(
        "{} reads nothing: a slot begins with the name of a run that succeeded.", whole));
    return;
  }
  // What follows the colon of a format is printed beside the number.
  const std::size_t colon = read->format.find(':');
  if (colon != std::string::npos) {
    const std::string argument = read->format.substr(colon + 1);
    const bool unit = units_.contains(argument);
    if (!unit && (HasDigit(argument) || !UnbackedNumberWords(argument, {}).empty())) {
      checked.faults.push_back(fmt::format("The format of {} has a number of its own.", whole));
      return;
    }
  }
  const auto filled = narrative::FillTemplate(whole, {}, results_);
  if (filled.has_error()) {
    checked.faults.push_back(fmt::format("{} reads nothing: there is no such row or column in {}.",
                                         whole, RunName(read->run)));
    return;
  }
  const std::size_t longest = read->list ? kLongestList : kLongestSlot;
  if (filled->text.empty() || filled->text == "no value")
    checked.faults.push_back(fmt::format("{} is empty in the result.", whole));
  else if (filled->text.size() > longest)
    checked.faults.push_back(fmt::format("{} is too long a text for a sentence.", whole));
  if (std::find(checked.runs.begin(), checked.runs.end(), read->run) == checked.runs.end())
    checked.runs.push_back(read->run);
}

std::string AnswerCheck::TakeLiterals(std::string_view piece, narrative::Literals& literals,
                                      CheckedAnswer& checked) const {
  std::string out;
  ForEachWord(piece, [&](std::string_view gap, std::string_view word) {
    out += gap;
    if (!HasDigit(word)) {
      out += word;
      return;
    }
    if (!number_tokens_.contains(NormalNumber(word)))
      checked.faults.push_back(fmt::format(
          "\"{}\" is a number that you wrote yourself; write a slot in its place.", word));
    out += "{{q." + std::to_string(literals.numbers.size()) + "}}";
    literals.numbers.emplace_back(word);
  });
  return out;
}

base::Result<void> AnswerCheck::FillInto(const std::string& text,
                                         const narrative::Literals& literals,
                                         CheckedAnswer& checked) const {
  narrative::Filled filled;
  TT_ASSIGN(filled, narrative::FillTemplate(text, literals, results_));
  checked.text = std::move(filled.text);
  checked.numbers = std::move(filled.numbers);
  // A plain value of Python has one place, whatever part of it was read.
  for (wire::NumberLink& link : checked.numbers)
    for (const wire::Run& run : runs_)
      if (run.run_id == link.run_id && !run.result && !link.column.empty()) {
        link.row = 0;
        link.column = "value";
      }
  return {};
}

CheckedAnswer AnswerCheck::Check(std::string_view draft) const {
  CheckedAnswer checked;
  std::string text = Tidied(draft);
  if (text.empty()) checked.faults.push_back("There is no text.");
  if (text.find("```") != std::string::npos || draft.find("```") != std::string_view::npos)
    checked.faults.push_back("There is code in it; write sentences only.");
  text = SettleFormats(WithoutRawNames(MendSlots(text, results_)));
  narrative::Literals literals;
  std::string with_literals, words;
  for (const Piece& piece : Pieces(text)) {
    if (piece.slot) {
      CheckSlot(piece.text, checked);
      with_literals += "{{" + std::string(piece.text) + "}}";
      words += " | ";
    } else {
      with_literals += TakeLiterals(piece.text, literals, checked);
      words += piece.text;
    }
  }
  for (const std::string& phrase : UnbackedNumberWords(words, backing_))
    checked.faults.push_back(fmt::format(
        "\"{}\" is a number in words; write a slot in its place or leave it out.", phrase));
  checked.said = text;
  if (!checked.faults.empty()) return checked;
  if (auto filled = FillInto(with_literals, literals, checked); filled.has_error())
    checked.faults.push_back(filled.error().public_message());
  else if (checked.text.size() > kLongestText)
    checked.faults.push_back("It is too long; write one or two sentences.");
  return checked;
}

base::Result<CheckedAnswer> AnswerCheck::Fill(const narrative::Narrative& narrative,
                                              std::string_view text) const {
  CheckedAnswer checked;
  TT_CHECK(FillInto(std::string(text), narrative.literals, checked));
  // For the thread, with its literals in it: they are the plan's own.
  for (const Piece& piece : Pieces(text)) {
    const auto literal = [&](std::string_view kind, const std::vector<std::string>& texts) {
      if (!piece.slot || !piece.text.starts_with(kind)) return false;
      checked.said +=
          texts[static_cast<std::size_t>(std::stoul(std::string(piece.text.substr(kind.size()))))];
      return true;
    };
    if (literal("filter.", narrative.literals.filters) ||
        literal("q.", narrative.literals.numbers) || literal("name.", narrative.literals.names))
      continue;
    checked.said += piece.slot ? "{{" + std::string(piece.text) + "}}" : std::string(piece.text);
  }
  return checked;
}

std::string CutSentence(const wire::Run& run, std::string_view name) {
  if (!run.result || run.result->rows.empty()) return "";
  if (run.result->truncated)
    return fmt::format(
        " Only {{{{{0}.shown_rows}}}} of {{{{{0}.total_rows|count:row,rows}}}} came "
        "back.",
        name);
  const bool added = std::any_of(run.notes.begin(), run.notes.end(), [](const wire::Issue& note) {
    return note.rule == "limit_added" || note.rule == "limit_lowered";
  });
  const auto rows = static_cast<std::int64_t>(run.result->total_rows);
  const bool full = run.plan ? !run.plan->limit && rows == plan::Limits().default_limit
                             : added && rows >= plan::Limits().default_limit;
  if (!full) return "";
  return fmt::format(
      " The list was cut after {{{{{0}.total_rows|count:row,rows}}}}; there may be "
      "more.",
      name);
}

}  // namespace tabletalk::analyst
