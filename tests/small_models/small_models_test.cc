// A model that is small, or whose server knows no tools, must lead to the same answers: every
// question that comes with the shipped datasets is asked offline and of such a model, and the two
// results are held against each other. The model knows the right plan (the offline planner's), but
// says it the way small models do: one JSON object a turn, with prose, fences and slips around it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/log.h"
#include "model/testing/scripted_server.h"
#include "parts.h"

namespace tabletalk::app {
namespace {

namespace fs = std::filesystem;
using model::testing::Rule;
using model::testing::Script;
using model::testing::ScriptedServer;
using model::testing::ToolSupport;
using model::testing::WireReply;

struct Question {
  std::string dataset;
  std::string text;
  wire::ChatReply expected;
};

/// What a small model makes of a turn that it means well.
using Manner = std::string (*)(const std::string& tool_call);

std::string Wordy(const std::string& json) {
  return "Sure! To answer this I will look at the data first.\n\n" + json +
         "\n\nLet me know if you need anything else!";
}
std::string Fenced(const std::string& json) {
  return "Okay, here is my call:\n```json\n" + json + "\n```\n";
}
std::string Thinking(const std::string& json) {
  return "<think>The user wants a number. I could use {\"tool\": ...} for it.</think>" + json;
}
std::string Sloppy(const std::string& json) {
  // A comma too many before the end.
  return "Here you go:\n" + json.substr(0, json.size() - 1) + ",}";
}
constexpr Manner kManners[] = {Wordy, Fenced, Thinking, Sloppy};

/// The last cell of the first row that is there: a sentence about nothing is not shown.
std::string ColumnSlot(const wire::Table& table) {
  std::size_t at = table.columns.size() - 1;
  while (at > 0 && table.rows.at(0)[at].is_null()) --at;
  const std::string& name = table.columns[at].name;
  std::string quoted;
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return "{{r1.rows[0][\"" + quoted + "\"]}}";
}

/// Plan first, then a sentence, each as one object among prose.
std::vector<Rule> RulesFor(const Question& question, Manner manner) {
  const base::json::value call{
      {"tool", "run_query_plan"},
      {"arguments", base::json::object{{"plan", base::ToJson(*question.expected.plan)}}}};
  const base::json::value answer{
      {"answer", "It begins with " + ColumnSlot(*question.expected.result) + "."}};
  std::vector<Rule> rules(2);
  rules[0].when.any = rules[1].when.any = question.text;
  rules[0].when.turn = 1;
  rules[1].when.turn = 2;
  rules[0].reply = WireReply::Text(manner(base::ToJsonText(call)));
  rules[1].reply = WireReply::Text(manner(base::ToJsonText(answer)));
  return rules;
}

class SmallModels : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
    std::string pattern = (fs::temp_directory_path() / "small-XXXXXX").string();
    root_ = new std::string(::mkdtemp(pattern.data()));
    questions_ = new std::vector<Question>();
    const Parts parts = Build({{"LLM_PROVIDER", "offline"}});
    for (const datasets::Summary& dataset : parts.service->Datasets())
      for (const std::string& prompt : dataset.prompts) {
        const auto reply = Ask(parts, dataset.id, prompt);
        ASSERT_TRUE(reply.has_value() && reply->plan) << prompt;
        questions_->push_back({dataset.id, prompt, *reply});
      }
  }
  static void TearDownTestSuite() {
    fs::remove_all(*root_);
    delete root_;
    delete questions_;
  }

  static Parts Build(std::map<std::string, std::string> flags) {
    flags["DATA_DIR"] = *root_ + "/data";
    flags["DATASETS_DIR"] = TABLETALK_BINARY_DIR "/share/datasets";
    const auto loaded =
        LoadSettings({flags, [](const char*) -> const char* { return nullptr; }, *root_});
    EXPECT_TRUE(loaded.has_value()) << loaded.error().public_message();
    auto parts = BuildParts(loaded->settings, Purpose::serving);
    EXPECT_TRUE(parts.has_value()) << parts.error().public_message();
    const auto ready = AwaitReady(*parts->sandbox);
    EXPECT_TRUE(ready.has_value()) << ready.error().public_message();
    return *parts;
  }
  static base::Result<wire::ChatReply> Ask(const Parts& parts, const std::string& dataset,
                                           const std::string& text) {
    wire::ChatRequest chat;
    chat.dataset_id = dataset;
    chat.message = text;
    runs::Request request;
    request.trace_id = base::TraceId::Fresh();
    return parts.service->Chat(chat, request);
  }

  /// Every question, of a model behind a server with this support for tools.
  static void AskAll(ToolSupport support, const char* tool_mode) {
    Script script;
    script.tools = support;
    std::size_t i = 0;
    for (const Question& question : *questions_)
      for (Rule& rule : RulesFor(question, kManners[i++ % std::size(kManners)]))
        script.rules.push_back(std::move(rule));
    ScriptedServer server(script);
    const Parts parts = Build({{"AI_BASE_URL", server.BaseUrl(model::testing::Wire::openai)},
                               {"AI_MODEL", "stub-1b"},
                               {"AI_TOOL_MODE", tool_mode}});
    for (const Question& question : *questions_) {
      const auto reply = Ask(parts, question.dataset, question.text);
      ASSERT_TRUE(reply.has_value()) << question.text << ": " << reply.error().public_message();
      ASSERT_TRUE(reply->result) << question.text << ": " << reply->answer;
      EXPECT_EQ(base::ToJsonText(base::ToJson(*reply->result)),
                base::ToJsonText(base::ToJson(*question.expected.result)))
          << question.text;
      EXPECT_EQ(reply->metadata.model, "stub-1b") << question.text;
      EXPECT_EQ(reply->metadata.attempts, 1) << question.text;
      EXPECT_TRUE(reply->answer.starts_with("It begins with ")) << reply->answer;
    }
    EXPECT_EQ(server.UnusedRules(), 0u);
  }

  static std::string* root_;
  static std::vector<Question>* questions_;
};
std::string* SmallModels::root_ = nullptr;
std::vector<Question>* SmallModels::questions_ = nullptr;

TEST_F(SmallModels, BehindAServerThatRefusesTools) { AskAll(ToolSupport::llama_cpp, "auto"); }
TEST_F(SmallModels, BehindOllamaWithoutTools) { AskAll(ToolSupport::ollama, "auto"); }
TEST_F(SmallModels, AskedForOneObjectATurn) { AskAll(ToolSupport::yes, "json"); }
TEST_F(SmallModels, ThatIgnoreTheToolsTheyHave) { AskAll(ToolSupport::yes, "auto"); }

}  // namespace
}  // namespace tabletalk::app
