#include "scenario_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/codec.h"
#include "reply_text.h"

namespace tabletalk::scenarios {
namespace {

using base::Result;

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first));
}

std::vector<std::string> Split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (std::string part = Trimmed(text.substr(0, end)); !part.empty())
      parts.push_back(std::move(part));
    text.remove_prefix(std::min(text.size(), end + separator.size()));
  }
  return parts;
}

std::vector<std::string> Lines(std::string_view text) { return Split(text, "\n"); }

struct Section {
  int line = 0;
  std::string name;
  std::string text;  ///< Without blank lines at the end.
};

// The head first, under the name "".
std::vector<Section> Sections(std::string_view text) {
  std::vector<Section> sections{{1, "", ""}};
  int line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    ++line_number;
    if (line.starts_with("--- ")) {
      sections.push_back({line_number, Trimmed(line.substr(4)), ""});
    } else {
      sections.back().text += line;
    }
    text.remove_prefix(end);
  }
  for (Section& section : sections)
    while (section.text.ends_with("\n\n")) section.text.pop_back();
  return sections;
}

// Reads the conditions of a line from `at` on; `whole` takes the rest of the line as one value.
Result<std::vector<Condition>> Conditions(std::string_view line, std::size_t at, bool whole) {
  static constexpr std::pair<std::string_view, Condition::Test> kTests[] = {
      {"!=", Condition::Test::other},
      {"!~", Condition::Test::lacks},
      {"=", Condition::Test::same},
      {"~", Condition::Test::has}};
  std::vector<Condition> conditions;
  while ((at = line.find_first_not_of(' ', at)) != line.npos) {
    const std::size_t sign = line.find_first_of("=~!", at);
    Condition condition;
    if (sign == line.npos || sign == at)
      return base::InvalidArgument(fmt::format("\"{}\" is no condition.", line.substr(at)));
    condition.path = line.substr(at, sign - at);
    std::size_t value = line.npos;
    for (const auto& [text, test] : kTests)
      if (line.substr(sign).starts_with(text)) {
        condition.test = test;
        value = sign + text.size();
        break;
      }
    if (value == line.npos)
      return base::InvalidArgument(fmt::format("\"{}\" is no condition.", line.substr(at)));
    std::size_t end = line.size();
    if (value < line.size() && line[value] == '"' && !whole) {
      end = std::min(line.find('"', value + 1), line.size());
      condition.value = line.substr(value + 1, end - value - 1);
      end = std::min(end + 1, line.size());
    } else {
      if (!whole) end = std::min(line.find(' ', value), line.size());
      condition.value = line.substr(value, end - value);
    }
    condition.text = line.substr(at, end - at);
    conditions.push_back(std::move(condition));
    at = end;
  }
  return conditions;
}

Result<std::vector<Condition>> ConditionLines(std::string_view text) {
  std::vector<Condition> all;
  for (const std::string& line : Lines(text)) {
    TT_ASSIGN(auto some, Conditions(line, 0, true));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Result<std::vector<EventPattern>> Events(std::string_view text) {
  std::vector<EventPattern> events;
  for (const std::string& line : Lines(text)) {
    EventPattern pattern;
    pattern.text = line;
    if (line != "...") {
      const std::size_t end = std::min(line.find(' '), line.size());
      pattern.name = line.substr(0, end);
      static constexpr std::string_view kNames[] = {"thought", "tool_call", "tool_result", "plan",
                                                    "data",    "answer",    "chart",       "code"};
      if (std::find(std::begin(kNames), std::end(kNames), pattern.name) == std::end(kNames))
        return base::InvalidArgument(fmt::format("There is no event \"{}\".", pattern.name));
      TT_ASSIGN(pattern.conditions, Conditions(line, end, false));
    }
    events.push_back(std::move(pattern));
  }
  return events;
}

Result<ExpectedError> ErrorOf(const std::string& name, std::string_view text) {
  ExpectedError error;
  std::istringstream words(name);
  std::string word;
  if (!(words >> word >> error.status >> error.code))
    return base::InvalidArgument("It is \"--- error STATUS CODE\".");
  TT_ASSIGN(error.conditions, ConditionLines(text));
  return error;
}

class Reader {
 public:
  explicit Reader(Scenario& scenario) : scenario_(scenario) {}

  Result<void> Take(const Section& section) {
    if (section.name.empty()) return TakeHead(section.text);
    if (section.name.starts_with("table ")) {
      scenario_.tables.push_back({Trimmed(section.name.substr(6)), section.text});
      return {};
    }
    if (section.name == "ask" || section.name == "ask anew") {
      Turn turn;
      turn.line = section.line;
      turn.question = Trimmed(section.text);
      turn.anew = section.name != "ask";
      scenario_.turns.push_back(std::move(turn));
      return {};
    }
    if (scenario_.turns.empty())
      return base::InvalidArgument(fmt::format("\"{}\" comes before the first ask.", section.name));
    return TakeOfTurn(section, scenario_.turns.back());
  }

  Result<void> Finish() {
    if (scenario_.title.empty()) return base::InvalidArgument("There is no title.");
    if (scenario_.turns.empty()) return base::InvalidArgument("Nothing is asked.");
    if (scenario_.tables.empty() == scenario_.dataset.empty())
      return base::InvalidArgument("There must be either tables or a dataset.");
    if (scenario_.ways.empty())
      scenario_.ways = {Way::openai, Way::anthropic, Way::google, Way::json};
    return {};
  }

 private:
  Result<void> TakeHead(const std::string& text) {
    for (const std::string& line : Lines(text)) {
      if (line.starts_with('#')) continue;
      const std::size_t colon = line.find(':');
      if (colon == line.npos)
        return base::InvalidArgument(fmt::format("\"{}\" is no \"key: value\".", line));
      TT_CHECK(TakeKey(Trimmed(line.substr(0, colon)), Trimmed(line.substr(colon + 1))));
    }
    return {};
  }

  Result<void> TakeKey(const std::string& key, const std::string& value) {
    if (key == "title") {
      scenario_.title = value;
    } else if (key == "dataset") {
      scenario_.dataset = value;
    } else if (key == "silence_ms") {
      scenario_.silence_ms = std::atoll(value.c_str());
    } else if (key == "canaries") {
      scenario_.canaries = Split(value, " | ");
    } else if (key == "public") {
      scenario_.public_cells = Split(value, " | ");
    } else if (key == "settings") {
      return TakeSettings(value);
    } else if (key == "on") {
      for (const std::string& name : Split(value, " ")) {
        const auto way = base::EnumFromName<Way>(name);
        if (!way) return base::InvalidArgument(fmt::format("There is no way \"{}\".", name));
        scenario_.ways.push_back(*way);
      }
    } else if (key == "server") {
      const auto tools = base::EnumFromName<model::testing::ToolSupport>(value);
      if (!tools) return base::InvalidArgument(fmt::format("There is no server \"{}\".", value));
      scenario_.tools = *tools;
    } else {
      return base::InvalidArgument(fmt::format("There is no key \"{}\".", key));
    }
    return {};
  }

  Result<void> TakeSettings(const std::string& value) {
    for (const std::string& setting : Split(value, " ")) {
      const std::size_t sign = setting.find('=');
      if (sign == setting.npos)
        return base::InvalidArgument(fmt::format("\"{}\" is no NAME=value.", setting));
      scenario_.settings[setting.substr(0, sign)] = setting.substr(sign + 1);
    }
    return {};
  }

  static Result<void> TakeOfTurn(const Section& section, Turn& turn) {
    const std::string& name = section.name;
    if (name == "reply") {
      TT_ASSIGN(auto reply, ParseReply(section.text));
      turn.replies.push_back(std::move(reply));
    } else if (name == "model down") {
      turn.model_down = true;
    } else if (name == "events") {
      TT_ASSIGN(turn.events, Events(section.text));
    } else if (name == "answer") {
      turn.answer = Trimmed(section.text);
    } else if (name == "answer has") {
      turn.answer_has = Lines(section.text);
    } else if (name == "answer lacks") {
      turn.answer_lacks = Lines(section.text);
    } else if (name == "rows" || name == "rows in any order") {
      turn.rows = ExpectedRows{ReadCsv(section.text), name != "rows"};
    } else if (name == "reply has") {
      TT_ASSIGN(turn.reply_has, ConditionLines(section.text));
    } else if (name == "error" || name.starts_with("error ")) {
      TT_ASSIGN(turn.error, ErrorOf(name, section.text));
    } else if (name == "assumptions") {
      turn.assumptions = Lines(section.text);
    } else if (name == "sent") {
      turn.sent = Lines(section.text);
    } else if (name == "not sent") {
      turn.not_sent = Lines(section.text);
    } else {
      return base::InvalidArgument(fmt::format("There is no section \"{}\".", name));
    }
    return {};
  }

  Scenario& scenario_;
};

}  // namespace

Result<Scenario> ParseScenario(std::string_view text, std::string name) {
  Scenario scenario;
  scenario.name = std::move(name);
  Reader reader(scenario);
  for (const Section& section : Sections(text)) {
    auto taken = reader.Take(section);
    if (taken.has_error())
      return std::move(taken).error().WithContext(
          fmt::format("{}:{}", scenario.name, section.line));
  }
  auto finished = reader.Finish();
  if (finished.has_error()) return std::move(finished).error().WithContext(scenario.name);
  return scenario;
}

Result<Scenario> ReadScenario(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::InvalidArgument("cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return ParseScenario(text, std::filesystem::path(path).stem().string());
}

std::vector<std::vector<std::string>> ReadCsv(std::string_view text) {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> line;
  std::string cell;
  bool quoted = false;
  const auto end_line = [&] {
    line.push_back(std::exchange(cell, {}));
    lines.push_back(std::exchange(line, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      line.push_back(std::exchange(cell, {}));
    } else if (c == '\n') {
      end_line();
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !line.empty()) end_line();
  return lines;
}

}  // namespace tabletalk::scenarios
