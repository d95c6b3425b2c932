// A provider over real sockets against the scripted server. After each test no transfer, descriptor
// or thread is left, and no key was in anything that came out.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/codec.h"
#include "model/decorators.h"
#include "model/providers.h"
#include "model/testing/scripted_server.h"

namespace tabletalk::model::testing {

namespace json = base::json;
using base::ErrorCode;
using std::chrono::milliseconds;
using wire::DataClass;

inline const std::string kKey = "sk-test-0123456789-abcdefghij-SECRET";
inline const std::string kText =
    "Forty-two, as ever: größer als 41. \"Quoted\", 日本語 and 😀.\nA second line.";

inline json::object Object(std::string_view text) {
  return base::ParseJson(text).value().get_object();
}

inline std::size_t CountEntries(const char* folder) {
  DIR* const dir = opendir(folder);
  std::size_t count = 0;
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

struct Way {
  Wire wire;
  ToolMode mode;
  std::string name;
};
inline void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

inline Message User(std::string text) {
  return {Role::user, {{DataClass::question, std::move(text)}}, {}, {}, {}};
}

inline Request Ask(std::string text = "How many orders are there?") {
  Request request;
  request.system = {{DataClass::instructions, "You are an analyst. "},
                    {DataClass::schema, "Table orders."}};
  request.messages = {User(std::move(text))};
  return request;
}

inline Request AskWithTools() {
  Request request = Ask();
  request.tools = {
      {"run_sql", "Runs one SELECT.",
       Object(
           R"({"type":"object","properties":{"sql":{"type":"string","description":"One statement"}},
                  "required":["sql"],"additionalProperties":false})")},
      {"list_datasets", "Lists them.", Object(R"({"type":"object","properties":{}})")},
      {"draw_chart", "Draws.",
       Object(
           R"({"type":"object","properties":{"kind":{"enum":["bar","line"]},"options":{"type":"object"}}})")}};
  return request;
}

struct Heard {
  base::Result<Response> result = Response{};
  std::string text;  ///< As it came.
  std::vector<wire::Egress> egress;

  base::Error error() const { return result.error(); }
  std::string detail(const char* key) const {
    const base::Error said = result.error();
    const auto* value = said.details().if_contains(key);
    if (value == nullptr) return "";
    return value->is_string() ? std::string(value->get_string()) : base::ToJsonText(*value);
  }
};

class Conformance : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    {  // What a process makes once.
      ScriptedServer server;
      net::MakeHttpClient();
    }
    Settle();
    descriptors_ = CountEntries("/proc/self/fd");
    threads_ = CountEntries("/proc/self/task");
    server_ = std::make_unique<ScriptedServer>();
    client_ = net::MakeHttpClient();
  }
  void TearDown() override {
    EXPECT_EQ(client_->CurrentActivity().transfers, 0u);
    client_.reset();
    EXPECT_TRUE(server_->WaitForConnections(0));
    server_.reset();
    Settle();
    EXPECT_EQ(CountEntries("/proc/self/fd"), descriptors_);
    EXPECT_EQ(CountEntries("/proc/self/task"), threads_);
  }
  // A joined thread leaves /proc a moment later.
  void Settle() const {
    const auto soon = base::Deadline::After(milliseconds(2000));
    while (CountEntries("/proc/self/task") > std::max<std::size_t>(threads_, 3) && !soon.Expired())
      std::this_thread::yield();
  }

  Wire wire() const { return GetParam().wire; }
  bool in_words() const { return GetParam().mode == ToolMode::json; }

  void Serve(Script script) {
    script.api_key = kKey;
    server_->SetScript(std::move(script));
    server_->Forget();
  }
  void Serve(WireReply reply) { Serve(InOrder({std::move(reply)})); }

  Endpoint EndpointHere() const {
    Endpoint endpoint;
    endpoint.base_url = server_->BaseUrl(wire());
    endpoint.model = wire() == Wire::openai      ? "qwen2.5-7b-instruct"
                     : wire() == Wire::anthropic ? "claude-sonnet-4-5"
                                                 : "gemini-2.5-flash";
    endpoint.api_key = kKey;
    endpoint.tool_mode = GetParam().mode;
    endpoint.silence = silence_;
    return endpoint;
  }
  std::shared_ptr<ChatModel> Make(Endpoint endpoint) const {
    switch (wire()) {
      case Wire::openai: return MakeOpenAiModel(endpoint, client_);
      case Wire::anthropic: return MakeAnthropicModel(endpoint, client_);
      case Wire::google: return MakeGoogleModel(endpoint, client_);
    }
    return nullptr;
  }
  std::shared_ptr<ChatModel> Make() const { return Make(EndpointHere()); }

  Heard Chat(ChatModel& model, const Request& request, Context context = {}) const {
    Heard heard;
    const auto also = context.on_text;
    context.on_text = [&heard, also](std::string_view piece) {
      heard.text += piece;
      if (also) also(piece);
    };
    context.on_egress = [&](wire::Egress egress) { heard.egress.push_back(std::move(egress)); };
    heard.result = model.Chat(request, context);
    CheckForKey(heard);
    return heard;
  }
  Heard Chat(const Request& request) const { return Chat(*Make(), request); }

  static void ExpectNoKey(const std::string& text) {
    for (std::size_t i = 0; i + 8 <= kKey.size(); ++i)
      EXPECT_EQ(text.find(kKey.substr(i, 8)), std::string::npos) << text;
  }
  static void CheckForKey(const Heard& heard) {
    for (const auto& egress : heard.egress) ExpectNoKey(base::ToJsonText(base::Encode(egress)));
    if (!heard.result.has_error()) return;
    ExpectNoKey(heard.error().public_message());
    ExpectNoKey(heard.error().internal_detail().text);
    ExpectNoKey(base::ToJsonText(heard.error().details()));
  }

  /// A tool call as this way's model makes it.
  WireReply Calls(const std::string& tool, json::object arguments) const {
    if (!in_words()) return WireReply::Call(tool, std::move(arguments));
    return WireReply::Text(
        "Let me see.\n" + base::ToJsonText(json::object{{"tool", tool}, {"arguments", arguments}}));
  }
  /// An answer as this way's model gives it where there are tools.
  WireReply Answers(const std::string& text) const {
    if (!in_words()) return WireReply::Text(text);
    return WireReply::Text(base::ToJsonText(json::object{{"answer", text}}));
  }

  std::unique_ptr<ScriptedServer> server_;
  std::shared_ptr<net::HttpClient> client_;
  milliseconds silence_{20'000};  ///< Short only where a server stalls.

 private:
  std::size_t descriptors_ = 0;
  std::size_t threads_ = 3;
};

/// The ways in which each suite is run: every wire, natively and with tools in words.
inline auto EveryWay() {
  return ::testing::Values(Way{Wire::openai, ToolMode::automatic, "openai"},
                           Way{Wire::anthropic, ToolMode::automatic, "anthropic"},
                           Way{Wire::google, ToolMode::automatic, "google"},
                           Way{Wire::openai, ToolMode::json, "openai_in_words"},
                           Way{Wire::anthropic, ToolMode::json, "anthropic_in_words"},
                           Way{Wire::google, ToolMode::json, "google_in_words"});
}

}  // namespace tabletalk::model::testing
