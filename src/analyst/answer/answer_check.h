// Whether a text of a model may be shown as an answer, and what it says when its slots are filled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyst/answer/number_words.h"
#include "analyst/answer/result_columns.h"
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
};

/// For the runs of one question, which must outlive it.
class AnswerCheck {
 public:
  AnswerCheck(const wire::DatasetSchema& dataset, std::string_view question,
              const std::vector<wire::Run>& runs);
  AnswerCheck(const AnswerCheck&) = delete;

  /// Mends slots and formats and replaces names of columns by words, then looks for faults: numbers
  /// that no slot, question or name has, in digits or words; slots that read nothing, an empty cell
  /// or a very long one; code; too long a text.
  CheckedAnswer Check(std::string_view draft) const;

  /// Fills a template whose literals are the caller's; for sentences that no model wrote.
  base::Result<CheckedAnswer> Fill(const narrative::Narrative& narrative,
                                   std::string_view text) const;

  /// Of runs that succeeded and have something that a slot can read, the last.
  std::optional<std::size_t> LastReadable() const;
  const std::vector<ResultColumn>& columns(std::size_t run) const { return columns_[run]; }
  /// Null where slots can read nothing of the run.
  const wire::Table* table(std::size_t run) const;
  const wire::Run& run(std::size_t run) const { return runs_[run]; }

 private:
  struct Slot;
  std::string SettleFormats(std::string_view text) const;
  std::string SettledSlot(std::string_view slot) const;
  std::string SettledFormat(const Slot& slot) const;
  std::string WithoutRawNames(std::string_view text) const;
  std::string NounFor(const std::string& name) const;
  void CheckSlot(std::string_view slot, CheckedAnswer& checked) const;
  std::string TakeLiterals(std::string_view piece, narrative::Literals& literals,
                           CheckedAnswer& checked) const;
  std::optional<Slot> Read(std::string_view slot) const;
  base::Result<void> FillInto(const std::string& text, const narrative::Literals& literals,
                              CheckedAnswer& checked) const;
  bool IsKnownUnit(const std::string& unit) const;

  const wire::DatasetSchema& dataset_;
  const std::vector<wire::Run>& runs_;
  std::vector<std::optional<wire::Table>> tables_;
  std::vector<std::vector<ResultColumn>> columns_;
  std::vector<narrative::NamedResult> results_;
  std::unordered_set<std::string> number_tokens_;  ///< Of the question and of names.
  std::unordered_set<std::string> units_;
  NumberBacking backing_;
};

/// " Only 5 of 12 rows came back." as a template, where the run's result was cut; else empty.
std::string CutSentence(const wire::Run& run, std::string_view name);

}  // namespace tabletalk::analyst
