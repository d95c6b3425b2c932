// Whether a text of a model may be shown as an answer, and what it says when its slots are filled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyst/answer/neighbours.h"
#include "analyst/answer/number_words.h"
#include "analyst/answer/slot_reading.h"
#include "analyst/answer/words_of_text.h"
#include "narrative/template.h"
#include "wire/chat.h"
#include "wire/run.h"
#include "wire/schema.h"

namespace tabletalk::analyst {

struct CheckedAnswer {
  std::vector<std::string> faults;  ///< For the model, one sentence each; empty: may be shown.
  std::string text;                 ///< Filled.
  std::string said;                 ///< With its slots.
  std::vector<wire::NumberLink> numbers;
  std::vector<std::size_t> runs;  ///< That its slots read, in order of appearance.
  const narrative::Language* language = &narrative::English();  ///< That its numbers are in.
  bool other_language = false;  ///< It is clearly not written in that of the question.
};

/// For the runs of one question, which must outlive it.
class AnswerCheck {
 public:
  /// `seen`: the model was shown cells, so that a number in its text may be one of them.
  AnswerCheck(const wire::DatasetSchema& dataset, std::string_view question,
              const std::vector<wire::Run>& runs, bool seen = true);
  AnswerCheck(const AnswerCheck&) = delete;

  /// Mends slots, their formats and what stands beside them, turns a number that is one cell into
  /// its slot, and replaces names of columns by words where the question does not write them so;
  /// then looks for faults: numbers that no slot, question or name has, in digits or words; slots
  /// that read nothing, an empty cell or a very long one; text that makes another number of a slot
  /// (neighbours.h); code; too long a text. Numbers are written as the language of the text does.
  CheckedAnswer Check(std::string_view draft) const;

  /// Fills a template whose literals are the caller's; for sentences that no model wrote.
  base::Result<CheckedAnswer> Fill(const narrative::Narrative& narrative, std::string_view text,
                                   const narrative::Language& language) const;

  /// Of runs that succeeded and have something that a slot can read, the last.
  std::optional<std::size_t> LastReadable() const;
  const std::vector<ResultColumn>& columns(std::size_t run) const { return reader_.columns(run); }
  /// Null where slots can read nothing of the run.
  const wire::Table* table(std::size_t run) const { return reader_.table(run); }
  const wire::Run& run(std::size_t run) const { return reader_.runs()[run]; }

 private:
  void KnowNumbersOf(std::string_view text, bool label_only);
  void KnowScale(std::string_view word);
  void KnowValues();
  std::string WithoutRawNames(std::string_view text) const;
  std::string NounFor(const std::string& name) const;
  std::string WithCells(std::string_view text) const;
  bool IsSaid(std::string_view word) const;
  void CheckSlot(std::string_view slot, CheckedAnswer& checked) const;
  std::string TakeLiterals(const Piece& piece, bool first, ListMarkers& markers,
                           narrative::Literals& literals, CheckedAnswer& checked) const;
  void Complete(const std::string& text, const narrative::Literals& literals,
                CheckedAnswer& checked) const;
  const narrative::Language& LanguageOf(std::string_view words, CheckedAnswer& checked) const;
  base::Result<void> FillInto(const std::string& text, const narrative::Literals& literals,
                              const narrative::Language& language, CheckedAnswer& checked) const;

  const wire::DatasetSchema& dataset_;
  const std::string question_;
  const bool seen_;
  const SlotReader reader_;
  std::unordered_set<std::string> number_tokens_;  ///< Of the question and of names.
  std::unordered_set<std::string> verbatim_;       ///< The question's words as they stand.
  NumberBacking backing_;
};

/// " Only 5 of 12 rows came back." as a template, where the run's result was cut; else empty.
std::string CutSentence(const wire::Run& run, std::string_view name,
                        const narrative::Language& language);

}  // namespace tabletalk::analyst
