#include "comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tabletalk::scenarios {
namespace {

namespace json = base::json;
using Test = Condition::Test;

std::string TextOf(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(*text);
  return value.is_null() ? std::string() : base::ToJsonText(value);
}

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool Same(std::string_view one, std::string_view other) {
  if (one == other) return true;
  const auto a = NumberOf(one), b = NumberOf(other);
  return a && b && std::abs(*a - *b) <= 1e-9 * std::max(std::abs(*a), std::abs(*b));
}

// Every value that the path leads to; "[*]" leads to all elements.
void Collect(const json::value& at, std::string_view path, std::vector<json::value>& found) {
  if (path.empty()) return found.push_back(at);
  if (path.front() == '[') {
    const json::array* array = at.if_array();
    const std::size_t end = std::min(path.find(']'), path.size() - 1);
    if (array == nullptr) return;
    const std::string_view index = path.substr(1, end - 1);
    std::size_t wanted = 0;
    std::from_chars(index.data(), index.data() + index.size(), wanted);
    for (std::size_t i = 0; i < array->size(); ++i)
      if (index == "*" || i == wanted) Collect((*array)[i], path.substr(end + 1), found);
    return;
  }
  if (path.front() == '.') path.remove_prefix(1);
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  const json::object* object = at.if_object();
  const json::value* next = object ? object->if_contains(path.substr(0, end)) : nullptr;
  if (next != nullptr) Collect(*next, path.substr(end), found);
}

bool IsAbout(const EventPattern& pattern, const HappenedEvent& event) {
  return pattern.name == event.name &&
         std::all_of(pattern.conditions.begin(), pattern.conditions.end(),
                     [&](const Condition& condition) { return Holds(condition, event.data); });
}

// Patterns from `p` against events from `e`; backtracks over "...".
bool Match(const std::vector<EventPattern>& patterns, std::size_t p,
           const std::vector<HappenedEvent>& events, std::size_t e) {
  if (p == patterns.size()) return e == events.size();
  if (patterns[p].name.empty()) {
    for (std::size_t next = e; next <= events.size(); ++next)
      if (Match(patterns, p + 1, events, next)) return true;
    return false;
  }
  return e < events.size() && IsAbout(patterns[p], events[e]) &&
         Match(patterns, p + 1, events, e + 1);
}

std::vector<HappenedEvent> Joined(const std::vector<HappenedEvent>& events, bool with_thoughts) {
  std::vector<HappenedEvent> joined;
  for (const HappenedEvent& event : events) {
    if (event.name == "thought" && !with_thoughts) continue;
    if (event.name == "answer" && !joined.empty() && joined.back().name == "answer") {
      json::string& text = joined.back().data.at("content").as_string();
      text += event.data.at("content").as_string();
    } else {
      joined.push_back(event);
    }
  }
  return joined;
}

class Comparison {
 public:
  explicit Comparison(const Happened& happened) : happened_(happened) {}

  void Events(const std::vector<EventPattern>& expected) {
    const bool thoughts = std::any_of(expected.begin(), expected.end(), [](const auto& pattern) {
      return pattern.name == "thought";
    });
    const std::vector<HappenedEvent> events = Joined(happened_.events, thoughts);
    if (Match(expected, 0, events, 0)) return;
    std::string text = "events\n      expected:";
    for (const EventPattern& pattern : expected) text += "\n        " + pattern.text;
    text += "\n      got:";
    for (const HappenedEvent& event : events)
      text +=
          fmt::format("\n        {} {}", event.name, base::ToJsonText(event.data).substr(0, 300));
    Add(text);
  }

  void Answer(const Turn& turn) {
    const std::string answer = Field("answer");
    if (turn.answer && *turn.answer != answer)
      Add(fmt::format("answer\n      expected: {}\n      got:      {}", *turn.answer, answer));
    for (const std::string& part : turn.answer_has)
      if (answer.find(part) == answer.npos)
        Add(fmt::format("answer has no \"{}\"\n      got:      {}", part, answer));
    for (const std::string& part : turn.answer_lacks)
      if (answer.find(part) != answer.npos)
        Add(fmt::format("answer has \"{}\"\n      got:      {}", part, answer));
  }

  void Rows(const ExpectedRows& expected) {
    auto wanted = expected.lines;
    auto got = ResultLines();
    if (expected.any_order) {
      if (!wanted.empty()) std::sort(wanted.begin() + 1, wanted.end());
      if (!got.empty()) std::sort(got.begin() + 1, got.end());
    }
    const bool same =
        std::equal(wanted.begin(), wanted.end(), got.begin(), got.end(),
                   [](const auto& one, const auto& other) {
                     return std::equal(one.begin(), one.end(), other.begin(), other.end(), Same);
                   });
    if (same) return;
    std::string text = "rows\n      expected:";
    for (const auto& line : wanted) text += fmt::format("\n        {}", fmt::join(line, ","));
    text += "\n      got:";
    for (const auto& line : got) text += fmt::format("\n        {}", fmt::join(line, ","));
    Add(text);
  }

  void Conditions(const std::vector<Condition>& conditions, const json::value& document) {
    for (const Condition& condition : conditions) {
      if (Holds(condition, document)) continue;
      std::vector<json::value> found;
      Collect(document, condition.path, found);
      std::string got = found.empty() ? "nothing there" : "";
      for (const json::value& value : found) got += base::ToJsonText(value).substr(0, 500) + " ";
      Add(fmt::format("{}\n      got:      {}", condition.text, got));
    }
  }

  void Error(const Turn& turn) {
    if (!turn.error) {
      if (!happened_.error.is_null())
        Add("answered\n      got:      the error " + base::ToJsonText(happened_.error));
      return;
    }
    if (happened_.error.is_null()) {
      Add(fmt::format("error {} {}\n      got:      the answer {}", turn.error->status,
                      turn.error->code, Field("answer")));
      return;
    }
    Conditions({{"status", Test::same, fmt::to_string(turn.error->status), "status"},
                {"details.code", Test::same, turn.error->code, "code " + turn.error->code}},
               happened_.error);
    Conditions(turn.error->conditions, happened_.error);
  }

  void Assumptions(const std::vector<std::string>& expected) {
    std::vector<json::value> found;
    Collect(happened_.reply, "assumptions[*]", found);
    for (const std::string& part : expected)
      if (std::none_of(found.begin(), found.end(), [&](const json::value& one) {
            return TextOf(one).find(part) != std::string::npos;
          }))
        Add(fmt::format("assumption \"{}\"\n      got:      {}", part,
                        base::ToJsonText(json::value(json::array(found.begin(), found.end())))));
  }

  void Sent(const Turn& turn, bool check_sent) {
    const std::string told = ToldText(happened_.received);
    for (const std::string& part : turn.sent)
      if (check_sent && told.find(part) == told.npos)
        Add(fmt::format("the model was not told \"{}\"", part));
    for (const std::string& part : turn.not_sent)
      if (told.find(part) != told.npos) Add(fmt::format("the model was told \"{}\"", part));
  }

  // The pieces of an answer are the answer, and so they are where nothing else is expected.
  void Pieces() {
    std::string pieces;
    for (const HappenedEvent& event : happened_.events)
      if (event.name == "answer") pieces += TextOf(event.data.at("content"));
    if (!happened_.reply.is_null() && pieces != Field("answer"))
      Add(fmt::format("the pieces of the answer are \"{}\" and the answer \"{}\"", pieces,
                      Field("answer")));
  }

  std::vector<std::string> Take() { return std::move(problems_); }

 private:
  void Add(std::string problem) { problems_.push_back(std::move(problem)); }

  std::string Field(std::string_view name) const {
    const json::object* object = happened_.reply.if_object();
    const json::value* value = object ? object->if_contains(name) : nullptr;
    return value ? TextOf(*value) : std::string();
  }

  std::vector<std::vector<std::string>> ResultLines() const {
    std::vector<json::value> columns, rows;
    Collect(happened_.reply, "result.columns[*].name", columns);
    Collect(happened_.reply, "result.rows[*]", rows);
    std::vector<std::vector<std::string>> lines(1);
    for (const json::value& column : columns) lines[0].push_back(TextOf(column));
    for (const json::value& row : rows) {
      lines.emplace_back();
      if (const json::array* cells = row.if_array())
        for (const json::value& cell : *cells) lines.back().push_back(TextOf(cell));
    }
    return lines;
  }

  const Happened& happened_;
  std::vector<std::string> problems_;
};

}  // namespace

bool Holds(const Condition& condition, const json::value& document) {
  std::vector<json::value> found;
  Collect(document, condition.path, found);
  const auto any = [&](auto test) {
    return std::any_of(found.begin(), found.end(),
                       [&](const json::value& value) { return test(TextOf(value)); });
  };
  const auto same = [&](const std::string& text) { return Same(text, condition.value); };
  const auto has = [&](const std::string& text) {
    return text.find(condition.value) != std::string::npos;
  };
  switch (condition.test) {
    case Test::same: return any(same) || (found.empty() && condition.value.empty());
    case Test::other: return !any(same);
    case Test::has: return any(has);
    case Test::lacks: return !any(has);
  }
  return false;
}

std::string ToldText(const std::vector<model::testing::ReceivedRequest>& received) {
  std::string told;
  for (const model::testing::ReceivedRequest& request : received) {
    told += request.raw + "\n" + request.system + "\n";
    for (const auto& message : request.messages) {
      told += message.text + "\n";
      for (const model::ToolCall& call : message.tool_calls) told += call.arguments + "\n";
    }
    for (const model::Tool& tool : request.tools) told += tool.description + "\n";
  }
  return told;
}

std::vector<std::string> Compare(const Turn& turn, const Happened& happened, bool check_sent) {
  Comparison comparison(happened);
  comparison.Error(turn);
  if (turn.events) comparison.Events(*turn.events);
  comparison.Answer(turn);
  if (turn.rows) comparison.Rows(*turn.rows);
  comparison.Conditions(turn.reply_has, happened.reply);
  comparison.Assumptions(turn.assumptions);
  comparison.Sent(turn, check_sent);
  comparison.Pieces();
  return comparison.Take();
}

}  // namespace tabletalk::scenarios
