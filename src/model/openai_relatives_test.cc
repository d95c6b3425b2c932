#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "model/testing/conformance.h"

namespace tabletalk::model {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the words of the tests below.
using ::testing::HasSubstr;

// What only OpenAI's many relatives do.
class OpenAiRelatives : public ::testing::Test {
 protected:
  std::shared_ptr<ChatModel> Make(ToolMode mode = ToolMode::automatic,
                                  std::string model = "local") {
    Endpoint endpoint;
    endpoint.base_url = server_.BaseUrl(Wire::openai);
    endpoint.model = std::move(model);
    endpoint.tool_mode = mode;
    endpoint.silence = milliseconds(1000);
    return MakeOpenAiModel(endpoint, client_);
  }
  ScriptedServer server_;
  std::shared_ptr<net::HttpClient> client_ = net::MakeHttpClient();
};

TEST_F(OpenAiRelatives, AreAskedInWordsForGoodOnceTheyRefuseTools) {
  for (const auto support : {testing::ToolSupport::llama_cpp, testing::ToolSupport::ollama,
                             testing::ToolSupport::vllm}) {
    Script script =
        InOrder({WireReply::Text(R"(Sure! {"tool": "run_sql", "arguments": {"sql": "SELECT 1"}})"),
                 WireReply::Text(R"({"answer": "Seven."})")});
    script.tools = support;
    server_.SetScript(script);
    server_.Forget();
    const auto model = Make();
    EXPECT_TRUE(model->abilities().tools);
    std::vector<wire::Egress> egress;
    Context context;
    context.on_egress = [&](wire::Egress one) { egress.push_back(std::move(one)); };
    const auto first = model->Chat(AskWithTools(), context);
    ASSERT_TRUE(first.has_value()) << first.error().public_message();
    ASSERT_EQ(first->tool_calls.size(), 1u);
    EXPECT_EQ(first->tool_calls[0].arguments, R"({"sql":"SELECT 1"})");
    EXPECT_FALSE(model->abilities().tools);
    EXPECT_TRUE(model->abilities().structured_output);
    EXPECT_EQ(egress.size(), 2u);
    const auto second = model->Chat(AskWithTools(), context);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->text, "Seven.");
    EXPECT_EQ(egress.size(), 3u);
    EXPECT_EQ(server_.Requests().size(), 3u);
  }
}

TEST_F(OpenAiRelatives, AreNotAskedInWordsInNativeMode) {
  Script script = InOrder({WireReply::Text("x")});
  script.tools = testing::ToolSupport::ollama;
  server_.SetScript(script);
  const auto response = Make(ToolMode::native)->Chat(AskWithTools(), {});
  ASSERT_TRUE(response.has_error());
  EXPECT_EQ(response.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(std::string(response.error().details().at("provider_message").as_string()),
              HasSubstr("does not support tools"));
}

TEST_F(OpenAiRelatives, AreAskedForJsonInWordsOnceTheyRefuseASchema) {
  Script script = InOrder({WireReply::Text("{\"a\": 1}"), WireReply::Text("{\"a\": 2}")});
  script.structured_output = false;
  server_.SetScript(script);
  Request request = Ask();
  request.output =
      OutputFormat{"answer", Object(R"({"type":"object","properties":{"a":{"type":"integer"}}})")};
  const auto model = Make();
  const auto response = model->Chat(request, {});
  ASSERT_TRUE(response.has_value()) << response.error().public_message();
  EXPECT_EQ(response->text, "{\"a\": 1}");
  EXPECT_FALSE(model->abilities().structured_output);
  EXPECT_TRUE(model->abilities().tools);
  EXPECT_TRUE(model->Chat(request, {}).has_value());
  const auto requests = server_.Requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_THAT(requests[1].system, HasSubstr("JSON Schema"));
}

TEST_F(OpenAiRelatives, GetTheParametersThatTheyTake) {
  // A reasoning model takes neither max_tokens nor a temperature.
  server_.SetScript(testing::Always(WireReply::Text("ok")));
  const auto model = Make(ToolMode::automatic, "gpt-5-mini");
  const auto response = model->Chat(Ask(), {});
  ASSERT_TRUE(response.has_value()) << response.error().public_message();
  const auto before = server_.Requests().size();
  ASSERT_TRUE(model->Chat(Ask(), {}).has_value());
  EXPECT_EQ(server_.Requests().size(), before + 1);
  EXPECT_EQ(server_.Requests().back().temperature, std::nullopt);
}

}  // namespace
}  // namespace tabletalk::model
