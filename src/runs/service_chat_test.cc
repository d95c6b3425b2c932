// Conversations through the use cases: a scripted model, a sandbox that is a fake.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "datasets/testing/fake_sandbox.h"
#include "model/testing/scripted_model.h"
#include "runs/service.h"

namespace tabletalk::runs {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using datasets::testing::FakeSandbox;
using model::testing::Calls;
using model::testing::Fails;
using model::testing::Says;
using model::testing::ScriptedModel;

constexpr const char* kPlan = R"({"plan": {"version": 1, "from": "sales",
    "select": [{"agg": "sum", "column": "n", "as": "total"}]}})";
constexpr const char* kSentence = "The total is {{r1.rows[0].total}}.";

class ServiceChatTest : public ::testing::Test {
 protected:
  ServiceChatTest() {
    base::ConfigureLog(base::LogLevel::off, base::LogFormat::text);
    std::string pattern = (fs::temp_directory_path() / "chat-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::ofstream(root_ + "/sales.csv") << "n\n1\n";
    sandbox_->run_sql = [this](const sandbox::SqlJob&, const sandbox::JobContext&) {
      if (failures_ > 0) {
        --failures_;
        return base::Result<sandbox::SqlOutcome>(
            base::MakeError(ErrorCode::busy, "the queue is full"));
      }
      sandbox::SqlOutcome outcome;
      outcome.ran.emplace();
      // What the model's plan calls its number, and what the offline planner does.
      outcome.ran->table.columns = {{"total", wire::ColumnType::integer, "BIGINT"},
                                    {"count", wire::ColumnType::integer, "BIGINT"}};
      outcome.ran->table.rows = {{wire::Value(std::int64_t{42}), wire::Value(std::int64_t{42})}};
      outcome.ran->table.total_rows = 1;
      return base::Result<sandbox::SqlOutcome>(outcome);
    };
  }
  ~ServiceChatTest() override { fs::remove_all(root_); }

  Service& Start(std::vector<ScriptedModel::Reply> replies) {
    datasets::CatalogOptions catalog;
    catalog.cache_directory = root_ + "/cache";
    auto loaded = *datasets::Catalog::Load(catalog, sandbox_);
    EXPECT_TRUE(loaded->OpenFiles({root_ + "/sales.csv"}, {}).has_value());
    model_ = std::make_shared<ScriptedModel>(std::move(replies));
    service_ = std::make_unique<Service>(options_, loaded, sandbox_,
                                         std::make_shared<base::SystemClock>(), model_);
    return *service_;
  }
  base::Result<wire::ChatReply> Ask(const std::string& text,
                                    std::optional<std::string> thread = {}) {
    wire::ChatRequest chat;
    chat.dataset_id = "files";
    chat.message = text;
    chat.thread_id = std::move(thread);
    Request request;
    request.trace_id = base::TraceId("trace");
    request.emit = [this](const wire::Event& event) { events_.emplace_back(wire::NameOf(event)); };
    return service_->Chat(chat, request);
  }

  std::string root_;
  Options options_;
  int failures_ = 0;
  std::vector<std::string> events_;
  std::shared_ptr<FakeSandbox> sandbox_ = std::make_shared<FakeSandbox>();
  std::shared_ptr<ScriptedModel> model_;
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceChatTest, AModelPlansRunsAndTells) {
  Start({Calls("run_query_plan", kPlan), Says(kSentence)});
  const auto reply = Ask("what is the total?");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->answer, "The total is 42.");
  EXPECT_EQ(reply->metadata.provider, "scripted");
  ASSERT_EQ(reply->verified.numbers.size(), 1u);
  EXPECT_EQ(reply->verified.numbers[0].run_id, reply->runs.at(0));
  EXPECT_TRUE(reply->plan.has_value());
  EXPECT_FALSE(reply->explanation.empty());
  EXPECT_EQ(events_.at(0), "thought");
  EXPECT_EQ(events_.at(1), "tool_call");
  EXPECT_EQ(events_.back(), "answer");
}

TEST_F(ServiceChatTest, AThreadKeepsWhatWasSaidWithoutItsNumbers) {
  Start({Calls("run_query_plan", kPlan), Says(kSentence), Calls("run_query_plan", kPlan),
         Says(kSentence)});
  const auto first = Ask("what is the total?");
  ASSERT_TRUE(Ask("and again?", first->thread_id).has_value());
  std::string sent;
  const std::vector<model::Request> asked = model_->asked();
  for (const model::Message& message : asked.at(2).messages) sent += message.Text();
  EXPECT_NE(sent.find("what is the total?"), std::string::npos);
  EXPECT_EQ(sent.find("42"), std::string::npos) << sent;
  const auto messages = *service_->Messages(first->thread_id);
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[1].content, "The total is 42.");
  EXPECT_EQ(service_->Threads().at(0).title, "what is the total?");
}

TEST_F(ServiceChatTest, ALostModelIsAnErrorUnlessTheFallbackIsAllowed) {
  const auto lost = [] {
    return ScriptedModel::Reply([](const model::Request&) {
      return base::Result<model::Response>(
          base::MakeError(ErrorCode::unavailable, "no connection").WithDetail("stage", "model"));
    });
  };
  Start({lost()});
  const auto error = Ask("how many rows are there?");
  ASSERT_TRUE(error.has_error());
  EXPECT_EQ(error.error().code(), ErrorCode::unavailable);
  const std::string thread(error.error().details().at("thread_id").as_string());
  EXPECT_EQ(service_->Messages(thread)->at(1).error->code, "unavailable");

  options_.offline_fallback = true;
  Start({lost()});
  const auto reply = Ask("how many rows are there?");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(reply->metadata.provider, "offline");
  EXPECT_NE(reply->assumptions.at(0).find("model could not be reached"), std::string::npos);
}

TEST_F(ServiceChatTest, AFullSandboxMakesAConversationWait) {
  failures_ = 3;
  Start({Calls("run_query_plan", kPlan), Says(kSentence)});
  const auto reply = Ask("what is the total?");
  ASSERT_TRUE(reply.has_value()) << reply.error().public_message();
  EXPECT_EQ(failures_, 0);
}

TEST_F(ServiceChatTest, CodeAsItStandsAsksNoModel) {
  Start({});
  ASSERT_TRUE(Ask("SQL: select 1").has_value());
  EXPECT_TRUE(model_->asked().empty());
  const auto messages = *service_->Messages(service_->Threads().at(0).thread_id);
  EXPECT_TRUE(service_->EgressOf(messages.at(1).message_id)->empty());
}

TEST_F(ServiceChatTest, AThreadIsAboutOneDataset) {
  Start({});
  const auto reply = Ask("SQL: select 1", "mine");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->thread_id, "mine");
  wire::ChatRequest chat;
  chat.dataset_id = "another";
  chat.message = "SQL: select 1";
  EXPECT_EQ(service_->Chat(chat, {}).error().code(), ErrorCode::not_found);
  EXPECT_EQ(service_->Threads().size(), 1u);
  EXPECT_EQ(Ask("SQL: select 1", "not an id!").error().code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tabletalk::runs
