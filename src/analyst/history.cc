// A follow-up ("and by month?") needs to know what was asked and computed, not what came out: the
// plan of the last turn is worth more than its answer, and holds no cell. So a turn is told as what
// the model itself would have done in it, a call and a sentence with slots, which at the same time
// shows it once more how to answer. The outcome of the call is not told again.
//
// A plan may have been written by the offline planner, which spells values as the data does. Where
// cells must not leave, a value stays only if the person typed it or the schema says it.
#include "analyst/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analyst/answer/slots.h"
#include "analyst/card/withhold.h"
#include "analyst/parts.h"
#include "analyst/prompts.h"
#include "analyst/quoted.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "narrative/format.h"
#include "plan/explain.h"

namespace tabletalk::analyst {
namespace {

using wire::DataClass;

constexpr std::size_t kInFull = 3;
constexpr std::size_t kQuestionChars = 2'000;
constexpr std::size_t kOlderQuestionChars = 300;
constexpr std::size_t kCodeChars = 4'000;
constexpr std::size_t kAnswerChars = 1'500;
constexpr std::string_view kAnswered = "(The answer was given.)";
constexpr std::string_view kNotAnswered = "(There was no answer.)";

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class ValueKeeper {
 public:
  ValueKeeper(const std::vector<std::string>& questions, const wire::DatasetSchema& dataset)
      : questions_(questions), known_(dataset) {}

  /// Values stand under these keys; everywhere else are names, which are the schema's or made of
  /// them.
  base::json::value Walk(const base::json::value& node, bool is_value) const {
    if (const auto* object = node.if_object()) {
      base::json::object out;
      for (const auto& member : *object) {
        const std::string_view key = member.key();
        const bool holds = key == "value" || key == "then" || key == "else" || key == "literal";
        const bool name = key == "column" || key == "unit" || key == "calc";
        out[key] = Walk(member.value(), holds || (is_value && !name));
      }
      return out;
    }
    if (const auto* array = node.if_array()) {
      base::json::array out;
      for (const base::json::value& element : *array) out.push_back(Walk(element, is_value));
      return out;
    }
    if (!is_value || node.is_bool() || node.is_null()) return node;
    if (const auto* text = node.if_string())
      return base::json::value(Kept(std::string_view(*text)));
    const std::string number = base::ToJsonText(node);
    return Typed(number).empty() ? base::json::value(kWithheld) : node;
  }

 private:
  std::string Kept(std::string_view value) const {
    if (std::string typed = Typed(value); !typed.empty()) return typed;
    if (known_.HasVerbatim(value)) return std::string(value);
    const bool date = value.size() >= 10 && value[4] == '-' && value[7] == '-';
    if (date && !Typed(value.substr(0, 4)).empty()) return std::string(value);
    return std::string(kWithheld);
  }

  /// As a question spells it, word for word; empty where none does.
  std::string Typed(std::string_view value) const {
    if (value.empty()) return "";
    const std::string wanted = Lower(value);
    for (const std::string& question : questions_) {
      const std::string text = Lower(question);
      for (std::size_t at = text.find(wanted); at != std::string::npos;
           at = text.find(wanted, at + 1)) {
        const std::size_t end = at + wanted.size();
        if ((at == 0 || !IsWordByte(text[at - 1])) &&
            (end == text.size() || !IsWordByte(text[end])))
          return question.substr(at, wanted.size());
      }
    }
    return "";
  }

  const std::vector<std::string>& questions_;
  const KnownWords known_;
};

/// The answer with slots that the model could have written; empty where it has a number of its own,
/// which only an answer that was filled can have.
std::string SlottedAnswer(const Turn& turn) {
  std::string out, words;
  std::string_view text = turn.answer;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    out += text.substr(0, open);
    words += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = SlotEnd(text);
    if (close == std::string_view::npos) return "";
    const std::string_view slot = text.substr(2, close - 2);
    // Literals of the offline planner mean nothing to a model.
    const bool literal =
        slot.starts_with("filter.") || slot.starts_with("q.") || slot.starts_with("name.");
    out += literal ? "…" : "{{" + std::string(slot) + "}}";
    words += " ";
    text.remove_prefix(close + 2);
  }
  KnownWords asked{wire::DatasetSchema()};
  asked.Add(turn.question);
  for (std::size_t at = 0; at < words.size();) {
    std::size_t end = at;
    while (end < words.size() && IsWordByte(words[end])) ++end;
    const std::string_view word = std::string_view(words).substr(at, end - at);
    if (narrative::HasDigit(word) && !asked.Has(word)) return "";
    at = std::max(end, at + 1);
  }
  return std::string(base::Truncate(out, kAnswerChars));
}

class History {
 public:
  History(const Question& question, const wire::DatasetSchema& dataset,
          const HistoryOptions& options)
      : question_(question), dataset_(dataset), options_(options) {
    for (const Turn& turn : question.history) questions_.push_back(turn.question);
    questions_.push_back(question.text);
  }

  std::vector<model::Message> Messages() {
    const std::size_t all = question_.history.size();
    const std::size_t shown = std::min(all, static_cast<std::size_t>(std::max(options_.window, 0)));
    const std::size_t full = std::min(shown, kInFull);
    // Together with the first question that follows: some servers want roles to take turns.
    PartList older = Older(all - shown, all - full);
    for (std::size_t i = all - full; i < all; ++i) {
      const Turn& turn = question_.history[i];
      Ask(older, base::Truncate(turn.question, kQuestionChars));
      older = PartList();
      InFull(turn, i);
    }
    Ask(older, question_.text);
    return std::move(messages_);
  }

 private:
  model::Message& Append(model::Role role) {
    messages_.emplace_back();
    messages_.back().role = role;
    return messages_.back();
  }

  void Ask(const PartList& before, std::string_view question) {
    PartList parts = before;
    parts.Add(DataClass::question, question);
    Append(model::Role::user).parts = std::move(parts).Take();
  }

  base::json::value PlanOf(const Turn& turn) const {
    return options_.send_samples ? base::ToJson(*turn.plan)
                                 : WithoutValues(*turn.plan, questions_, dataset_);
  }

  void InFull(const Turn& turn, std::size_t index) {
    model::ToolCall call;
    call.id = fmt::format("earlier_{}", index + 1);
    base::json::object arguments;
    if (turn.plan) {
      call.name = "run_query_plan";
      arguments["plan"] = PlanOf(turn);
    } else if (!turn.sql.empty()) {
      call.name = "run_sql";
      arguments["sql"] = turn.sql;
    } else if (!turn.python.empty()) {
      call.name = "run_python";
      arguments["code"] = turn.python;
    }
    call.arguments = base::ToJsonText(arguments);
    if (!call.name.empty() && call.arguments.size() <= kCodeChars) {
      model::Message outcome;
      outcome.role = model::Role::tool;
      outcome.tool_call_id = call.id;
      outcome.tool_name = call.name;
      outcome.parts = {{DataClass::instructions, Render("earlier_run")}};
      Append(model::Role::assistant).tool_calls.push_back(std::move(call));
      messages_.push_back(std::move(outcome));
    }
    std::string answer = SlottedAnswer(turn);
    if (answer.empty()) answer = turn.answer.empty() ? kNotAnswered : kAnswered;
    if (!options_.tools)
      answer = base::ToJsonText(base::json::object{{"answer", base::json::value(answer)}});
    Append(model::Role::assistant).parts = {{DataClass::answer, std::move(answer)}};
  }

  PartList Older(std::size_t from, std::size_t to) const {
    if (from >= to) return {};
    PartList lines;
    for (std::size_t i = from; i < to; ++i) {
      const Turn& turn = question_.history[i];
      lines.Add(DataClass::question, "- " + Quoted(turn.question, kOlderQuestionChars));
      lines.Add(DataClass::answer, Computed(turn));
      lines.Add(DataClass::instructions, i + 1 < to ? "\n" : "");
    }
    PartList parts;
    parts.Add(RenderParts("earlier", {{"questions", lines.parts()}}));
    parts.Add(DataClass::instructions, "\n\n");
    return parts;
  }

  std::string Computed(const Turn& turn) const {
    if (turn.plan) {
      const auto plan = base::FromJson<wire::QueryPlan>(PlanOf(turn));
      if (plan.has_error()) return "";
      std::string line = plan::Explain(*plan, dataset_);
      std::replace(line.begin(), line.end(), '\n', ' ');
      return " Computed: " + std::string(base::Truncate(line, kOlderQuestionChars));
    }
    if (!turn.sql.empty()) return " Computed with SQL.";
    return turn.python.empty() ? "" : " Computed with Python.";
  }

  const Question& question_;
  const wire::DatasetSchema& dataset_;
  const HistoryOptions& options_;
  std::vector<std::string> questions_;
  std::vector<model::Message> messages_;
};

}  // namespace

std::vector<model::Message> HistoryMessages(const Question& question,
                                            const wire::DatasetSchema& dataset,
                                            const HistoryOptions& options) {
  return History(question, dataset, options).Messages();
}

base::json::value WithoutValues(const wire::QueryPlan& plan,
                                const std::vector<std::string>& questions,
                                const wire::DatasetSchema& dataset) {
  return ValueKeeper(questions, dataset).Walk(base::ToJson(plan), false);
}

}  // namespace tabletalk::analyst
