// A prompt names a calculation of the list (calculations.h), or some statistics of a list of
// numbers, and nothing else that the code would leave out. What is found is taken out of the
// prompt's words; where a second calculation is left in them, a number that is no default, or a
// word that is neither filler nor what the list is of ("outliers", "per department",
// "exponential"), nothing is drafted: code that computes something near what was asked for is worse
// than none.
//
// The keys of the input come from the example in the context where there is one, and are named for
// what they are otherwise. Numbers in the prompt become defaults.
#include "offline/drafts/draft_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "base/codec.h"
#include "offline/drafts/calculations.h"
#include "offline/words/text.h"
#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

/// The words of a list of prompts.words.
bool IsAmong(std::string_view list, std::string_view word) {
  static const std::map<std::string_view, WordSet> kLists = {
      {"filler", WordsOf("prompts", "filler")},
      {"filler of calculations", WordsOf("prompts", "filler of calculations")},
      {"operations", WordsOf("prompts", "operations")},
      {"window units", WordsOf("prompts", "window units")}};
  return kLists.at(list).contains(word);
}

struct Phrase {
  std::size_t begin = 0, end = 0;
};

class Prompt {
 public:
  explicit Prompt(std::string_view text) : tokens_(Tokenize(text)), taken_(tokens_.size(), false) {
    for (const Token& token : tokens_) words_.push_back(token.lower);
  }

  /// The first of the phrases that stands in words not yet taken; the longest where several begin.
  std::optional<Phrase> Find(const std::vector<std::string>& phrases) const {
    std::optional<Phrase> best;
    for (const std::string& one : phrases) {
      const std::vector<Token> wanted = Tokenize(one);
      for (std::size_t at = 0; at + wanted.size() <= words_.size(); ++at) {
        bool same = !wanted.empty();
        for (std::size_t i = 0; same && i < wanted.size(); ++i)
          same = !taken_[at + i] && words_[at + i] == wanted[i].lower;
        if (same && (!best || wanted.size() > best->end - best->begin))
          best = Phrase{at, at + wanted.size()};
      }
    }
    return best;
  }

  bool Take(const std::vector<std::string>& phrases) {
    const auto found = Find(phrases);
    if (found)
      for (std::size_t i = found->begin; i < found->end; ++i) taken_[i] = true;
    return found.has_value();
  }

  bool Has(std::string_view word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
  }
  /// Lets a word stand for nothing more: a key of the input.
  void Allow(std::string_view word) { allowed_.emplace_back(word); }

  /// A word or number that nothing of what is drafted answers to.
  std::optional<std::string> Unanswered(bool calculation) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (taken_[i]) continue;
      const std::string& word = words_[i];
      const bool known = IsAmong("filler", word) ||
                         (calculation && IsAmong("filler of calculations", word)) ||
                         std::find(allowed_.begin(), allowed_.end(), word) != allowed_.end();
      const bool sign = tokens_[i].kind == TokenKind::symbol;
      if (known || sign || IsObject(i)) continue;
      return tokens_[i].text;
    }
    return std::nullopt;
  }

  /// Python for the number of this kind, once; see CalculationInput::from_prompt.
  std::string TakeNumber(std::string_view kind) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (taken_[i] || !tokens_[i].number || tokens_[i].kind != TokenKind::number) continue;
      const std::string next = i + 1 < words_.size() ? words_[i + 1] : "";
      const bool percent = next == "%" || next == "percent" || tokens_[i].text.ends_with('%');
      const bool years = next == "years" || next == "year" || next == "months" || next == "month";
      const bool whole = *tokens_[i].number == std::floor(*tokens_[i].number);
      const bool after = i > 0 && words_[i - 1] == kind;
      const bool fits = kind == "from" || kind == "to"     ? after && !percent && !years
                        : kind == "%" || kind == "percent" ? percent
                        : kind == "years"                  ? years
                        : kind == "n"                      ? whole && IsWindow(i)
                                                           : !percent && !years;
      if (!fits) continue;
      taken_[i] = true;
      double number = *tokens_[i].number;
      if (kind == "%") number /= 100;
      if (next.starts_with("month")) number /= 12;
      return fmt::format("{}", number);
    }
    return "";
  }

  /// "compounded monthly", "quarterly payments": periods in a year, as Python; "" where unsaid.
  std::string PeriodsPerYear() const {
    static const auto kPeriods = EntriesOf("prompts", "periods per year");
    for (const WordEntry* periods : kPeriods)
      for (const std::string& word : periods->phrases)
        if (Has(word)) return periods->key;
    return "";
  }
  /// "a monthly rate of 1%": the formulas take yearly rates.
  bool HasOtherRate() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      const bool shorter = words_[i] == "monthly" || words_[i] == "weekly" ||
                           words_[i] == "daily" || words_[i] == "quarterly";
      if (shorter && (words_[i + 1] == "rate" || words_[i + 1] == "interest")) return true;
      if ((words_[i] == "per" || words_[i] == "a") &&
          (words_[i + 1] == "month" || words_[i + 1] == "week" || words_[i + 1] == "day"))
        return true;
    }
    return false;
  }

 private:
  /// "of the daily temperatures": what the list is of, in at most two words.
  bool IsObject(std::size_t i) const {
    for (std::size_t at = i, own = 1; at-- > 0;) {
      if (tokens_[i].kind != TokenKind::word || IsAmong("operations", words_[i])) return false;
      if (words_[at] == "of" || words_[at] == "for") return true;
      const bool article = words_[at] == "the" || words_[at] == "these" || words_[at] == "my" ||
                           words_[at] == "our" || words_[at] == "all" || words_[at] == "a";
      if (article) continue;
      if (taken_[at] || tokens_[at].kind != TokenKind::word || IsAmong("operations", words_[at]) ||
          ++own > 2)
        return false;
    }
    return false;
  }
  /// "7-day", "window of 5", "last 3".
  bool IsWindow(std::size_t i) const {
    if (i + 1 < words_.size() && IsAmong("window units", words_[i + 1])) return true;
    for (std::size_t back = 1; back <= 2 && back <= i; ++back)
      if (words_[i - back] == "window" || words_[i - back] == "last" || words_[i - back] == "size")
        return true;
    return false;
  }
  std::vector<Token> tokens_;
  std::vector<std::string> words_;
  std::vector<bool> taken_;
  std::vector<std::string> allowed_;
};

std::string Quoted(std::string_view text) { return base::ToJsonText(base::json::value(text)); }

bool IsNumbers(const base::json::value& value) {
  const auto* array = value.if_array();
  return array != nullptr &&
         std::all_of(array->begin(), array->end(), [](const base::json::value& element) {
           return element.is_number() || element.is_null();
         });
}

/// Chooses the keys of `input`.
class Keys {
 public:
  Keys(const base::json::value& context, const Prompt& prompt) : prompt_(prompt) {
    if (context.is_object()) example_ = &context.get_object();
    // {"input": {...}} or {"example": {...}} around it.
    for (const char* around : {"input", "example", "example_input"})
      if (example_ != nullptr && example_->size() == 1)
        if (const auto* inner = example_->if_contains(around); inner && inner->is_object())
          example_ = &inner->get_object();
  }

  /// The key, or none where the example has nothing for it.
  std::optional<std::string> For(const CalculationInput& input, bool only_list) {
    if (example_ == nullptr || example_->empty()) return std::string(input.key);
    if (auto named = Named(input)) return named;
    std::vector<std::string> fitting;
    for (const auto& [key, value] : *example_)
      if (Fits(value, input) && !used(key)) fitting.emplace_back(key);
    if (input.list) {
      std::vector<std::string> said;
      for (const std::string& key : fitting)
        if (prompt_.Has(Lower(key))) said.push_back(key);
      if (said.size() == 1) return Use(said.front());
      if (only_list && fitting.size() == 1) return Use(fitting.front());
      if (!only_list && fitting.size() == 2) return Use(fitting.front());
      if (!only_list && fitting.size() == 1 && !used_.empty()) return Use(fitting.front());
    }
    // A number that has a default need not be in the example.
    if (!input.list && (!input.otherwise.empty() || !input.from_prompt.empty()))
      return std::string(input.key);
    return std::nullopt;
  }

 private:
  bool Fits(const base::json::value& value, const CalculationInput& input) const {
    return input.list ? IsNumbers(value) : value.is_number();
  }
  bool used(std::string_view key) const {
    return std::find(used_.begin(), used_.end(), key) != used_.end();
  }
  std::optional<std::string> Use(std::string key) {
    used_.push_back(key);
    return key;
  }
  std::optional<std::string> Named(const CalculationInput& input) {
    std::vector<std::string> names = {input.key};
    names.insert(names.end(), input.aliases.begin(), input.aliases.end());
    for (const std::string& name : names)
      for (const auto& [key, value] : *example_)
        if (Join(NameWords(key), "_") == name && Fits(value, input) && !used(key))
          return Use(std::string(key));
    return std::nullopt;
  }

  const base::json::object* example_ = nullptr;
  const Prompt& prompt_;
  std::vector<std::string> used_;
};

base::Error NotUnderstood(const std::string& why) {
  std::string names = "mean, median, standard deviation, variance, sum, minimum and maximum";
  base::json::array can;
  can.push_back(base::json::value(names));
  for (const Calculation& calculation : Calculations()) {
    names += ", " + std::string(calculation.name);
    can.push_back(base::json::value(calculation.name));
  }
  return base::MakeError(base::ErrorCode::not_understood,
                         why + " Without a model, code can be drafted for: " + names + ".")
      .WithDetail("can", std::move(can));
}

std::string ReadInput(const CalculationInput& input, const std::string& key,
                      const std::string& fallback) {
  if (input.list)
    return fmt::format("    {} = [float(v) for v in input[{}] if v is not None]\n", input.key,
                       Quoted(key));
  if (fallback.empty()) return fmt::format("    {} = float(input[{}])\n", input.key, Quoted(key));
  return fmt::format("    {} = float(input.get({}, {}))\n", input.key, Quoted(key), fallback);
}

void Replace(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

struct Written {
  std::string inputs;  ///< Python that reads them.
  std::string said;    ///< "`values` (a list of numbers)"
};

base::Result<Written> WriteInputs(const std::vector<CalculationInput>& inputs, Prompt& prompt,
                                  const base::json::value& context) {
  Written written;
  Keys keys(context, prompt);
  const auto lists = std::count_if(inputs.begin(), inputs.end(),
                                   [](const CalculationInput& input) { return input.list; });
  for (const CalculationInput& input : inputs) {
    std::string fallback = input.from_prompt.empty() ? "" : prompt.TakeNumber(input.from_prompt);
    if (input.key == "periods_per_year") fallback = prompt.PeriodsPerYear();
    if (input.key == "rate" && prompt.HasOtherRate())
      return NotUnderstood("I only know yearly rates.");
    if (fallback.empty()) fallback = input.otherwise;
    const auto key = keys.For(input, lists == 1);
    if (!key)
      return NotUnderstood(fmt::format("The example of the input has nothing for \"{}\", {}.",
                                       input.key, input.list ? "a list of numbers" : "a number"));
    written.inputs += ReadInput(input, *key, fallback);
    written.said += fmt::format("{}`{}` ({}{})", written.said.empty() ? "" : ", ", *key,
                                input.list ? "a list of numbers" : "a number",
                                input.list || fallback.empty() ? "" : ", default " + fallback);
    if (input.key == "rate") written.said += ", a fraction: 0.05 is 5 percent";
  }
  return written;
}

base::Result<CodeDraft> Write(const Calculation& calculation, Prompt& prompt,
                              const base::json::value& context) {
  const bool population = prompt.Has("population");
  TT_ASSIGN(const Written written, WriteInputs(calculation.inputs, prompt, context));
  CodeDraft draft;
  std::string inputs = written.inputs;
  for (const CalculationInput& input : calculation.inputs)
    if (input.list)
      inputs += fmt::format(
          "    if not {0}:\n        raise ValueError(\"{0} must have at least one number\")\n",
          input.key);
  draft.code = std::string(calculation.code);
  Replace(draft.code, "    $inputs\n", inputs);
  draft.summary = calculation.summary + " Input: " + written.said + ".";
  for (std::string* text : {&draft.code, &draft.summary}) {
    Replace(*text, "$stdev", population ? "pstdev" : "stdev");
    Replace(*text, "$kind", population ? "population" : "sample");
  }
  return draft;
}

base::Result<CodeDraft> WriteStatistics(const std::vector<const Statistic*>& asked, Prompt& prompt,
                                        const base::json::value& context) {
  const bool population = prompt.Has("population");
  TT_ASSIGN(const Written written,
            WriteInputs({Calculations().front().inputs.front()}, prompt, context));
  std::string result, said;
  int least = 1;
  for (const Statistic* statistic : asked) {
    const bool other = population && !statistic->population.empty();
    result += fmt::format("        \"{}\": {},\n", statistic->name,
                          other ? statistic->population : statistic->expression);
    said += (said.empty() ? "" : ", ") + statistic->said;
    if (!other) least = std::max(least, statistic->least);
  }
  Replace(said, "$kind", population ? "population" : "sample");
  CodeDraft draft;
  if (result.find("math.") != result.npos) draft.code += "import math\n";
  if (result.find("statistics.") != result.npos) draft.code += "import statistics\n";
  if (!draft.code.empty()) draft.code += "\n";
  draft.code += "def calculate(input):\n" + written.inputs +
                fmt::format(
                    "    if len(values) < {0}:\n        raise ValueError(\"at least {0} "
                    "{1} needed\")\n",
                    least, least == 1 ? "number is" : "numbers are") +
                "    return {\n" + result + "    }\n";
  draft.summary =
      "Of a list of numbers, missing ones left out: " + said + ". Input: " + written.said + ".";
  return draft;
}

void AllowKeys(Prompt& prompt, const std::vector<CalculationInput>& inputs,
               const base::json::value& context) {
  for (const CalculationInput& input : inputs) {
    prompt.Allow(input.key);
    for (const std::string& alias : input.aliases) prompt.Allow(alias);
  }
  if (context.is_object())
    for (const auto& [key, value] : context.get_object())
      for (const std::string& word : NameWords(key)) prompt.Allow(word);
}

/// The calculation that the prompt has the most words of: "net present value" is no present value.
const Calculation* Longest(const Prompt& prompt) {
  const Calculation* longest = nullptr;
  std::size_t words = 0;
  for (const Calculation& calculation : Calculations())
    if (const auto found = prompt.Find(calculation.phrases);
        found && found->end - found->begin > words)
      longest = &calculation, words = found->end - found->begin;
  return longest;
}

}  // namespace

base::Result<CodeDraft> DraftCode(std::string_view text, const base::json::value& context) {
  Prompt prompt(text);
  const Calculation* found = Longest(prompt);
  if (found != nullptr) {
    while (prompt.Take(found->phrases)) {}
    for (const Calculation& other : Calculations()) {
      // "the percentage change, as a percentage" is one thing.
      const bool loose = other.name.starts_with("percent");
      if (!loose && prompt.Find(other.phrases))
        return NotUnderstood(
            fmt::format("Two calculations are asked for, {} and {}.", found->name, other.name));
    }
  }
  std::vector<const Statistic*> statistics;
  if (found == nullptr)
    for (const Statistic& statistic : Statistics())
      if (prompt.Take(statistic.phrases)) statistics.push_back(&statistic);
  if (found == nullptr && statistics.empty())
    return NotUnderstood("I know no calculation by the words of this prompt.");
  const std::vector<CalculationInput>& inputs =
      found != nullptr ? found->inputs : Calculations().front().inputs;
  AllowKeys(prompt, inputs, context);
  TT_ASSIGN(CodeDraft draft, found != nullptr ? Write(*found, prompt, context)
                                              : WriteStatistics(statistics, prompt, context));
  // After the numbers have been taken.
  if (const auto word = prompt.Unanswered(found != nullptr))
    return NotUnderstood("I cannot tell what \"" + *word + "\" asks for.");
  return draft;
}

}  // namespace tabletalk::offline
