// An answer is shown only if every number in it is a cell. The model that ran the queries has the
// first word: its last text is a template. Most faults of small models are of form and are mended
// without asking (slots.h, answer_check.h); what is left goes back once, with the reasons, in a
// request of its own that has nothing to do but to write a sentence. If that fails as well, the
// sentence is made from the plan and the result: plain, and never wrong.
//
// A text that uses no slot although a run has rows says nothing that can be checked; it is asked
// for again, and taken the second time, since "these tables say nothing of the weather" is an
// answer.
//
// Where nothing ran there is nothing to link to: the text may hold no number at all, but for those
// that the question or a name has. What has one is left out sentence by sentence before the answer
// is given up.
#include "analyst/answer/narrator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "analyst/answer/answer_check.h"
#include "analyst/answer/plain_sentence.h"
#include "analyst/answer/sentences.h"
#include "analyst/card/preview.h"
#include "analyst/parts.h"
#include "analyst/prompts.h"

namespace tabletalk::analyst {
namespace {

using wire::DataClass;

constexpr std::size_t kRunsShown = 3;
constexpr std::size_t kMostReasons = 8;
constexpr std::int64_t kMostTokens = 600;
constexpr std::string_view kNoSlot =
    "It tells nothing of the result: use slots of the run that answers the question.";
/// Worth asking once more, but no reason to say nothing.
constexpr std::string_view kOtherLanguage =
    "It is in another language than the question: write in that of the question.";
constexpr std::string_view kNothingFailed =
    "No run succeeded, so nothing is known of the data; do not say that there is none.";

std::vector<wire::EgressPart> Part(DataClass data_class, std::string text) {
  return {{data_class, std::move(text)}};
}

/// "There are no such orders", said after a query that failed.
bool ClaimsEmptiness(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const std::string_view claim :
       {"no data", "no rows", "no records", "no results", "nothing matches", "no matching",
        "there are no ", "there is no ", "were no ", "was no ", "found no ", "is empty"})
    if (lower.find(claim) != std::string::npos) return true;
  return false;
}

class Narrator {
 public:
  Narrator(const Telling& telling, const Options& options)
      : telling_(telling),
        options_(options),
        check_(*telling.dataset, telling.question, *telling.runs, options.send_samples),
        last_(check_.LastReadable()) {}

  base::Result<Told> Run(model::ChatModel* model, const model::Context& context) {
    CheckedAnswer first = Checked(telling_.draft);
    if (model == nullptr) std::erase(first.faults, kOtherLanguage);
    if (first.faults.empty()) return Shown(std::move(first));
    if (model != nullptr && (last_ || !telling_.draft.empty())) {
      auto again = Ask(*model, first.faults, context);
      if (again.has_value()) {
        CheckedAnswer second = Checked(*again);
        std::erase(second.faults, kNoSlot);
        std::erase(second.faults, kOtherLanguage);
        if (second.faults.empty()) return Shown(std::move(second));
        if (!last_) first = std::move(second);
      } else if (again.error().code() == base::ErrorCode::cancelled) {
        return std::move(again).error();
      }
    }
    return last_ ? Plain() : WhatIsLeft(first.said);
  }

 private:
  CheckedAnswer Checked(const std::string& draft) const {
    CheckedAnswer checked = check_.Check(draft);
    const bool ran = !telling_.runs->empty();
    if (!last_ && ran && ClaimsEmptiness(checked.said)) checked.faults.emplace_back(kNothingFailed);
    if (checked.faults.empty() && last_ && checked.runs.empty() && HasRows(*last_))
      checked.faults.emplace_back(kNoSlot);
    if (checked.faults.empty() && last_ && checked.other_language)
      checked.faults.emplace_back(kOtherLanguage);
    return checked;
  }
  bool HasRows(std::size_t run) const {
    return check_.table(run) != nullptr && !check_.table(run)->rows.empty();
  }

  Told Shown(CheckedAnswer checked) const {
    Told told;
    told.about = checked.runs.empty() ? last_ : std::optional(checked.runs.front());
    told.said = std::move(checked.said);
    told.text = std::move(checked.text);
    told.numbers = std::move(checked.numbers);
    if (told.about) AddCut(*told.about, *checked.language, told);
    return told;
  }

  /// Says that the result was cut, unless the text says both numbers itself.
  void AddCut(std::size_t run, const narrative::Language& language, Told& told) const {
    const std::string name = RunName(run);
    const std::string cut = CutSentence(check_.run(run), name, language);
    const bool said = told.said.find("{{" + name + ".shown_rows") != std::string::npos &&
                      told.said.find("{{" + name + ".total_rows") != std::string::npos;
    if (cut.empty() || said) return;
    auto filled = check_.Fill({}, cut, language);
    if (filled.has_error()) return;
    told.text += filled->text;
    told.said += filled->said;
    for (wire::NumberLink& link : filled->numbers) told.numbers.push_back(std::move(link));
  }

  base::Result<Told> Plain() const {
    Told told;
    told.generated = true;
    told.about = last_;
    const narrative::Narrative sentence = PlainSentence(
        check_.run(*last_), RunName(*last_), check_.table(*last_), check_.columns(*last_));
    auto filled = check_.Fill(sentence, sentence.several, narrative::English());
    constexpr std::size_t kLongest = 2'000;
    if (filled.has_error() || filled->text.size() > kLongest) {
      told.text = told.said = "The result is shown below.";
    } else {
      told.text = std::move(filled->text);
      told.said = std::move(filled->said);
      told.numbers = std::move(filled->numbers);
    }
    AddCut(*last_, narrative::English(), told);
    return told;
  }

  /// The sentences of a text that hold no fault, where no run can take their place.
  base::Result<Told> WhatIsLeft(const std::string& draft) const {
    std::string kept;
    for (const std::string_view sentence : Sentences(draft)) {
      const CheckedAnswer checked = Checked(std::string(sentence));
      if (checked.faults.empty()) kept += (kept.empty() ? "" : " ") + checked.text;
    }
    if (kept.empty())
      return base::MakeError(
          base::ErrorCode::not_understood,
          "The model's answer held numbers that nothing in the data backs, so it "
          "is not shown. Ask again, or more precisely.");
    Told told;
    told.text = told.said = std::move(kept);
    return told;
  }

  base::Result<std::string> Ask(model::ChatModel& model, const std::vector<std::string>& faults,
                                const model::Context& context) const {
    model::Request request;
    request.system = Part(DataClass::instructions, Render("narrator"));
    request.messages.emplace_back();
    request.messages.back().parts = Ask(faults);
    request.tool_choice = model::ToolChoice::none;
    request.temperature = options_.interpretation_temperature;
    request.max_tokens = kMostTokens;
    model::Context quiet = context;
    quiet.on_text = nullptr;
    TT_ASSIGN(model::Response response, model.Chat(request, quiet));
    return TextOfReply(std::move(response.text));
  }

  std::vector<wire::EgressPart> Ask(const std::vector<std::string>& faults) const {
    const auto question = Part(DataClass::question, telling_.question);
    if (telling_.draft.empty())
      return RenderParts("narrator_first", {{"question", question}, {"runs", Runs()}});
    std::string reasons;
    for (std::size_t i = 0; i < faults.size() && i < kMostReasons; ++i)
      reasons += (i == 0 ? "- " : "\n- ") + faults[i];
    return RenderParts("narrator_again", {{"question", question},
                                          {"draft", Part(DataClass::answer, telling_.draft)},
                                          // They quote the draft.
                                          {"reasons", Part(DataClass::answer, reasons)},
                                          {"runs", Runs()}});
  }

  std::vector<wire::EgressPart> Runs() const {
    PartList parts;
    std::size_t shown = 0;
    for (std::size_t i = telling_.runs->size(); i > 0 && shown < kRunsShown; --i) {
      const wire::Run& run = (*telling_.runs)[i - 1];
      if (run.error) continue;
      parts.Add(
          PreviewRun(run, RunName(i - 1), "", *telling_.dataset, PreviewOptions::From(options_)));
      ++shown;
    }
    if (shown == 0) parts.Add(DataClass::instructions, "None succeeded.");
    return std::move(parts).Take();
  }

  /// Reasoning models think aloud before they speak.
  static std::string TextOfReply(std::string text) {
    constexpr std::string_view kThought = "</think>";
    if (const std::size_t end = text.rfind(kThought); end != std::string::npos)
      text.erase(0, end + kThought.size());
    return text;
  }

  const Telling& telling_;
  const Options& options_;
  const AnswerCheck check_;
  const std::optional<std::size_t> last_;
};

}  // namespace

base::Result<Told> Narrate(const Telling& telling, const Options& options, model::ChatModel* model,
                           const model::Context& context) {
  return Narrator(telling, options).Run(model, context);
}

std::vector<std::string> NumberFaults(std::string_view text, std::string_view question,
                                      const wire::DatasetSchema& dataset) {
  const std::vector<wire::Run> none;
  return AnswerCheck(dataset, question, none).Check(text).faults;
}

}  // namespace tabletalk::analyst
