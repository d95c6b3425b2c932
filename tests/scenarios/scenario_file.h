// Scenario files, as README.md describes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/testing/script.h"

namespace tabletalk::scenarios {

/// The ways in which a scenario is run.
enum class Way { openai, anthropic, google, json };
BOOST_DESCRIBE_ENUM(Way, openai, anthropic, google, json)

/// "path=value" and the like, on JSON.
struct Condition {
  enum class Test { same, other, has, lacks };
  std::string path;
  Test test = Test::same;
  std::string value;
  std::string text;  ///< As written.
};

/// One line of `events`; an empty name stands for any number of events.
struct EventPattern {
  std::string name;
  std::vector<Condition> conditions;
  std::string text;  ///< As written.
};

struct ExpectedRows {
  std::vector<std::vector<std::string>> lines;  ///< The header first.
  bool any_order = false;
};

struct ExpectedError {
  int status = 0;
  std::string code;
  std::vector<Condition> conditions;
};

struct Turn {
  int line = 0;
  std::string question;
  bool anew = false;
  bool model_down = false;
  std::vector<model::testing::WireReply> replies;

  std::optional<std::vector<EventPattern>> events;
  std::optional<std::string> answer;
  std::vector<std::string> answer_has, answer_lacks;
  std::optional<ExpectedRows> rows;
  std::vector<Condition> reply_has;
  std::optional<ExpectedError> error;
  std::vector<std::string> assumptions;
  std::vector<std::string> sent, not_sent;
};

struct TableFile {
  std::string name;
  std::string csv;
};

struct Scenario {
  std::string name;  ///< Of the file, without its folder and ending.
  std::string title;
  std::map<std::string, std::string> settings;
  std::vector<Way> ways;
  std::string dataset;
  model::testing::ToolSupport tools = model::testing::ToolSupport::yes;
  std::int64_t silence_ms = 5000;
  std::vector<std::string> canaries, public_cells;
  std::vector<TableFile> tables;
  std::vector<Turn> turns;
};

/// invalid_argument names the line of what is wrong.
base::Result<Scenario> ParseScenario(std::string_view text, std::string name);
base::Result<Scenario> ReadScenario(const std::string& path);

/// Lines of CSV with quotes as RFC 4180 has them.
std::vector<std::vector<std::string>> ReadCsv(std::string_view text);

}  // namespace tabletalk::scenarios
