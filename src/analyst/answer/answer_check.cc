// A model may write everything but numbers. What it writes is taken apart into slots and text.
// Slots are mended where their meaning is clear, their formats are held against what the plan says
// of the column (slot_reading.h), and so is the text that touches them (neighbours.h). The text
// between may repeat numbers of the question and of names ("Q1", "the last 30 days"), which become
// literals of the narrative; a number that is exactly one cell becomes that cell's slot; every
// other digit and number word is a fault that the model is told of.
#include "analyst/answer/answer_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyst/answer/linked_numbers.h"
#include "analyst/answer/neighbours.h"
#include "analyst/answer/slots.h"
#include "analyst/answer/words_of_text.h"
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

/// "Q1", "2024", "PM10": what tells names apart. A longer number in a header is a value that
/// somebody put there, perhaps for a model to repeat.
bool IsLabel(std::string_view word) {
  constexpr std::ptrdiff_t kMostDigits = 4;
  const bool letter = std::any_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  return letter || std::count_if(word.begin(), word.end(),
                                 [](char c) { return c >= '0' && c <= '9'; }) <= kMostDigits;
}

/// "€5" and "5€" without what is no letter of ours: a sign that touches a number.
std::string_view WithoutSigns(std::string_view word) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  const auto first = std::find_if(word.begin(), word.end(), is_ascii);
  if (first == word.end()) return word;
  const auto last = std::find_if(word.rbegin(), word.rend(), is_ascii).base();
  return word.substr(static_cast<std::size_t>(first - word.begin()),
                     static_cast<std::size_t>(last - first));
}

/// A slot in code is for a program to read.
std::string WithPlainCode(std::string_view draft) {
  std::string text;
  bool code = false;
  for (const Piece& piece : Pieces(draft)) {
    if (piece.slot) {
      const bool plain = code && SplitFormat(piece.text).second.empty();
      text += "{{" + (plain ? WithFormat(piece.text, "plain") : piece.text) + "}}";
      continue;
    }
    code ^= std::count(piece.text.begin(), piece.text.end(), '`') % 2 != 0;
    text += piece.text;
  }
  return text;
}

std::string Tidied(std::string_view draft) {
  std::string text = WithPlainCode(draft);
  for (const std::string_view mark : {"**", "`"})
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;)
      text.erase(at, mark.size());
  for (const std::string_view opening : {"Answer:", "answer:", "ANSWER:"})
    if (text.starts_with(opening)) text.erase(0, opening.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace

AnswerCheck::AnswerCheck(const wire::DatasetSchema& dataset, std::string_view question,
                         const std::vector<wire::Run>& runs, bool seen)
    : dataset_(dataset), question_(question), seen_(seen), reader_(dataset, question, runs) {
  KnowValues();
  // A header may be a sentence that dictates an answer; it backs no number.
  const auto know_name = [&](std::string_view name) {
    constexpr std::size_t kMostWords = 6;
    if (NameWords(name).size() <= kMostWords) KnowNumbersOf(name, true);
  };
  KnowNumbersOf(question, false);
  ForEachWord(question, [&](std::string_view, std::string_view word) { verbatim_.emplace(word); });
  know_name(dataset.name);
  for (const wire::TableSchema& table : dataset.tables) {
    know_name(table.name);
    for (const wire::ColumnSchema& column : table.columns) {
      know_name(column.name);
      if (column.unit) know_name(*column.unit);
      for (const std::string& synonym : column.synonyms) know_name(synonym);
    }
  }
}

void AnswerCheck::KnowNumbersOf(std::string_view text, bool label_only) {
  const auto take = [&](std::string word) {
    if (HasDigit(word) && (!label_only || IsLabel(word))) number_tokens_.insert(std::move(word));
  };
  ForEachWord(text, [&](std::string_view, std::string_view word) { take(NormalNumber(word)); });
  for (std::string& word : NameWords(text)) {
    take(word);
    KnowScale(word);
    backing_.words.insert(std::move(word));
  }
}

/// A column that is in millions is told of in millions.
void AnswerCheck::KnowScale(std::string_view word) {
  for (const std::string scale : {"thousand", "million", "billion"})
    if (word == scale + "s" || word == scale) {
      backing_.words.insert(scale);
      backing_.words.insert(scale + "s");
    }
}

void AnswerCheck::KnowValues() {
  for (std::size_t i = 0; i < reader_.runs().size(); ++i) {
    const wire::Table* table = reader_.table(i);
    if (table == nullptr) continue;
    backing_.values.push_back(static_cast<double>(table->total_rows));
    backing_.values.push_back(static_cast<double>(table->rows.size()));
    for (const wire::Column& column : table->columns)
      for (const std::string& word : NameWords(column.name)) KnowScale(word);
    for (const auto& row : table->rows)
      for (const wire::Value& cell : row)
        if (const auto number = cell.AsNumber(); number && backing_.values.size() < kMostValues)
          backing_.values.push_back(*number);
  }
}

std::optional<std::size_t> AnswerCheck::LastReadable() const {
  const std::vector<wire::Run>& runs = reader_.runs();
  for (std::size_t i = runs.size(); i > 0; --i)
    if (table(i - 1) != nullptr) return i - 1;
  for (std::size_t i = runs.size(); i > 0; --i)
    if (!runs[i - 1].error) return i - 1;
  return std::nullopt;
}

std::string AnswerCheck::NounFor(const std::string& name) const {
  for (std::size_t i = reader_.runs().size(); i > 0; --i)
    for (const ResultColumn& column : columns(i - 1))
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
      out += "{{" + piece.text + "}}";
      continue;
    }
    ForEachWord(piece.text, [&](std::string_view gap, std::string_view word) {
      out += gap;
      // What the question writes so is what the asker wants to read.
      const bool raw =
          word.find('_') != std::string_view::npos && !verbatim_.contains(std::string(word));
      const std::string noun = raw ? NounFor(std::string(word)) : "";
      out += noun.empty() ? std::string(word) : noun;
    });
  }
  return out;
}

std::string AnswerCheck::WithCells(std::string_view text) const {
  if (!seen_) return std::string(text);
  std::string out;
  ListMarkers markers;
  const std::vector<Piece> pieces = Pieces(text);
  for (const Piece& piece : pieces) {
    if (piece.slot) {
      out += "{{" + piece.text + "}}";
      continue;
    }
    const std::string_view whole = piece.text;
    ForEachWord(whole, [&](std::string_view gap, std::string_view signed_word) {
      out += gap;
      const std::string_view word = WithoutSigns(signed_word);
      std::optional<std::string> slot;
      if (HasDigit(word) && !IsSaid(word) && !markers.Take(whole, word, &piece == &pieces[0])) {
        const auto end = static_cast<std::size_t>(word.data() - whole.data()) + word.size();
        const std::string_view after = whole.substr(end);
        const bool percent = after.starts_with('%') || after.starts_with(" %") ||
                             after.starts_with(" percent") || after.starts_with(" Prozent");
        slot = SlotOfNumber(word, percent, reader_);
      }
      if (slot) {
        const auto before = static_cast<std::size_t>(word.data() - signed_word.data());
        out += signed_word.substr(0, before);
        out += "{{" + *slot + "}}";
        out += signed_word.substr(before + word.size());
      } else {
        out += signed_word;
      }
    });
  }
  return out;
}

bool AnswerCheck::IsSaid(std::string_view word) const {
  return number_tokens_.contains(NormalNumber(word));
}

void AnswerCheck::CheckSlot(std::string_view slot, CheckedAnswer& checked) const {
  const std::string whole = "{{" + std::string(slot) + "}}";
  const auto read = reader_.Read(slot);
  if (!read) {
    checked.faults.push_back(fmt::format(
        "{} reads nothing: a slot begins with the name of a run that succeeded.", whole));
    return;
  }
  // What follows the colon of a format is printed beside the number.
  const std::size_t colon = read->format.find(':');
  if (colon != std::string::npos && !read->format.starts_with("fixed:")) {
    const std::string argument = read->format.substr(colon + 1);
    const bool unit = reader_.IsUnit(argument);
    if (!unit && (HasDigit(argument) || !UnbackedNumberWords(argument, {}).empty())) {
      checked.faults.push_back(fmt::format("The format of {} has a number of its own.", whole));
      return;
    }
  }
  const auto filled = narrative::FillTemplate(whole, {}, reader_.results());
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

std::string AnswerCheck::TakeLiterals(const Piece& piece, bool first, ListMarkers& markers,
                                      narrative::Literals& literals, CheckedAnswer& checked) const {
  std::string out;
  ForEachWord(piece.text, [&](std::string_view gap, std::string_view word) {
    out += gap;
    if (!HasDigit(word)) {
      out += word;
      return;
    }
    if (!IsSaid(word) && !markers.Take(piece.text, word, first))
      checked.faults.push_back(fmt::format(
          "\"{}\" is a number that you wrote yourself; write a slot in its place.", word));
    out += "{{q." + std::to_string(literals.numbers.size()) + "}}";
    literals.numbers.emplace_back(word);
  });
  return out;
}

const narrative::Language& AnswerCheck::LanguageOf(std::string_view words,
                                                   CheckedAnswer& checked) const {
  const narrative::Language* said = narrative::LanguageIn(words);
  const narrative::Language* asked = narrative::LanguageIn(question_);
  if (said != nullptr && asked != nullptr && said != asked) checked.other_language = true;
  if (said != nullptr) return *said;
  return asked != nullptr ? *asked : narrative::English();
}

base::Result<void> AnswerCheck::FillInto(const std::string& text,
                                         const narrative::Literals& literals,
                                         const narrative::Language& language,
                                         CheckedAnswer& checked) const {
  narrative::Filled filled;
  TT_ASSIGN(filled, narrative::FillTemplate(text, literals, reader_.results(), language));
  checked.text = std::move(filled.text);
  checked.numbers = std::move(filled.numbers);
  // A plain value of Python has one place, whatever part of it was read.
  for (wire::NumberLink& link : checked.numbers)
    for (const wire::Run& run : reader_.runs())
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
  text = WithCells(WithoutRawNames(MendSlots(text, reader_.results())));
  std::vector<Piece> pieces = Pieces(text);
  SettleSlots(pieces, reader_, checked.faults);
  narrative::Literals literals;
  ListMarkers markers;
  std::string with_literals, words;
  for (const Piece& piece : pieces) {
    if (piece.slot) {
      CheckSlot(piece.text, checked);
      with_literals += "{{" + piece.text + "}}";
      words += " | ";
    } else {
      with_literals += TakeLiterals(piece, &piece == &pieces[0], markers, literals, checked);
      words += piece.text;
    }
  }
  for (const std::string& phrase : UnbackedNumberWords(words, backing_))
    checked.faults.push_back(fmt::format(
        "\"{}\" is a number in words; write a slot in its place or leave it out.", phrase));
  checked.said = Joined(pieces);
  checked.language = &LanguageOf(words, checked);
  if (checked.faults.empty()) Complete(with_literals, literals, checked);
  return checked;
}

void AnswerCheck::Complete(const std::string& text, const narrative::Literals& literals,
                           CheckedAnswer& checked) const {
  if (auto filled = FillInto(text, literals, *checked.language, checked); filled.has_error())
    checked.faults.push_back(filled.error().public_message());
  else if (checked.text.size() > kLongestText)
    checked.faults.push_back("It is too long; write one or two sentences.");
}

base::Result<CheckedAnswer> AnswerCheck::Fill(const narrative::Narrative& narrative,
                                              std::string_view text,
                                              const narrative::Language& language) const {
  CheckedAnswer checked;
  TT_CHECK(FillInto(std::string(text), narrative.literals, language, checked));
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

std::string CutSentence(const wire::Run& run, std::string_view name,
                        const narrative::Language& language) {
  struct Cut {
    std::string_view code, rows, shown, perhaps;
  };
  constexpr Cut kCuts[] = {
      {"en", "row,rows",
       " Only {{{{{0}.shown_rows}}}} of {{{{{0}.total_rows|count:{1}}}}} came back.",
       " The list was cut after {{{{{0}.total_rows|count:{1}}}}}; there may be more."},
      {"de", "Zeile,Zeilen",
       " Nur {{{{{0}.shown_rows}}}} von {{{{{0}.total_rows|count:{1}}}}} kamen zurück.",
       " Die Liste wurde nach {{{{{0}.total_rows|count:{1}}}}} abgeschnitten; es kann mehr geben."},
      {"fr", "ligne,lignes",
       " Seulement {{{{{0}.shown_rows}}}} sur {{{{{0}.total_rows|count:{1}}}}} sont revenues.",
       " La liste a été coupée après {{{{{0}.total_rows|count:{1}}}}} ; il peut y en avoir plus."},
      {"es", "fila,filas",
       " Solo volvieron {{{{{0}.shown_rows}}}} de {{{{{0}.total_rows|count:{1}}}}}.",
       " La lista se cortó tras {{{{{0}.total_rows|count:{1}}}}}; puede haber más."},
      {"it", "riga,righe",
       " Sono tornate solo {{{{{0}.shown_rows}}}} di {{{{{0}.total_rows|count:{1}}}}}.",
       " L'elenco è stato tagliato dopo {{{{{0}.total_rows|count:{1}}}}}; possono essercene "
       "altre."},
      {"pt", "linha,linhas",
       " Voltaram apenas {{{{{0}.shown_rows}}}} de {{{{{0}.total_rows|count:{1}}}}}.",
       " A lista foi cortada após {{{{{0}.total_rows|count:{1}}}}}; pode haver mais."},
      {"nl", "rij,rijen",
       " Slechts {{{{{0}.shown_rows}}}} van {{{{{0}.total_rows|count:{1}}}}} kwamen terug.",
       " De lijst is afgekapt na {{{{{0}.total_rows|count:{1}}}}}; er kan meer zijn."}};
  const Cut* cut = std::find_if(std::begin(kCuts), std::end(kCuts),
                                [&](const Cut& one) { return one.code == language.code; });
  if (cut == std::end(kCuts)) cut = &kCuts[0];
  if (!run.result || run.result->rows.empty()) return "";
  if (run.result->truncated) return fmt::format(fmt::runtime(cut->shown), name, cut->rows);
  const bool added = std::any_of(run.notes.begin(), run.notes.end(), [](const wire::Issue& note) {
    return note.rule == "limit_added" || note.rule == "limit_lowered";
  });
  const auto rows = static_cast<std::int64_t>(run.result->total_rows);
  const bool full = run.plan ? !run.plan->limit && rows == plan::Limits().default_limit
                             : added && rows >= plan::Limits().default_limit;
  return full ? fmt::format(fmt::runtime(cut->perhaps), name, cut->rows) : "";
}

}  // namespace tabletalk::analyst
