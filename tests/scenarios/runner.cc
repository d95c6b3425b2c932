#include "runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/codec.h"
#include "http/error_mapping.h"
#include "model/decorators.h"
#include "model/providers.h"
#include "reply_text.h"

namespace tabletalk::scenarios {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using model::testing::ReceivedRequest;
using model::testing::Script;
using model::testing::Wire;

/// Travels in a header with every request; must turn up nowhere else.
constexpr const char* kKey = "sk-scenario-5f1c9e7a";

Wire WireOf(Way way) {
  switch (way) {
    case Way::anthropic: return Wire::anthropic;
    case Way::google: return Wire::google;
    case Way::openai:
    case Way::json: break;
  }
  return Wire::openai;
}

Script ScriptOf(const Turn& turn, const Scenario& scenario, Way way) {
  Script script;
  script.api_key = kKey;
  script.tools = scenario.tools;
  const bool words = way == Way::json || scenario.tools != model::testing::ToolSupport::yes;
  for (const model::testing::WireReply& reply : turn.replies)
    script.rules.push_back({{}, 1, words ? InWords(reply) : reply});
  return script;
}

base::Result<app::Settings> SettingsOf(const Scenario& scenario, bool withheld) {
  std::map<std::string, std::string> flags = scenario.settings;
  flags["LLM_PROVIDER"] = "offline";
  if (withheld) flags["SEND_SAMPLES"] = "false";
  TT_ASSIGN(app::LoadedSettings loaded,
            app::LoadSettings({flags, [](const char*) { return nullptr; }, "/nonexistent"}));
  return std::move(loaded.settings);
}

bool IsWithheld(const Scenario& scenario) {
  const auto found = scenario.settings.find("SEND_SAMPLES");
  return found != scenario.settings.end() && found->second == "false";
}

}  // namespace

std::set<std::string> CanariesOf(const Scenario& scenario) {
  // What the model may see all the same: the person's words, its own, and names.
  std::string known;
  for (const Turn& turn : scenario.turns) {
    known += turn.question + "\n";
    for (const auto& reply : turn.replies)
      known += base::ToJsonText(base::ToJson(reply)) + reply.text;
    for (const auto& reply : turn.replies)
      for (const auto& call : reply.tool_calls)
        if (const json::string* raw = call.arguments.if_string()) known += std::string(*raw);
  }
  for (const std::string& cell : scenario.public_cells) known += "\n" + cell;
  std::set<std::string> canaries(scenario.canaries.begin(), scenario.canaries.end());
  for (const TableFile& table : scenario.tables) {
    known += "\n" + table.name;
    const auto lines = ReadCsv(table.csv);
    if (!lines.empty())
      for (const std::string& header : lines[0]) known += "\n" + header;
  }
  for (const TableFile& table : scenario.tables) {
    const auto lines = ReadCsv(table.csv);
    for (std::size_t i = 1; i < lines.size(); ++i)
      for (const std::string& cell : lines[i]) {
        const auto letters = std::count_if(cell.begin(), cell.end(), [](unsigned char c) {
          return std::isalpha(c) != 0 || c >= 0x80;
        });
        const auto digits = std::count_if(cell.begin(), cell.end(),
                                          [](unsigned char c) { return std::isdigit(c) != 0; });
        if ((letters > 0 && cell.size() >= 4) || digits >= 5)
          if (known.find(cell) == known.npos) canaries.insert(cell);
      }
  }
  return canaries;
}

Runner::Runner(app::Parts parts, std::string folder, bool verbose)
    : parts_(std::move(parts)), folder_(std::move(folder)), verbose_(verbose) {}

base::Result<std::string> Runner::OpenData(const Scenario& scenario) {
  if (!scenario.dataset.empty()) return scenario.dataset;
  if (opened_ == &scenario) return std::string("files");
  opened_ = nullptr;
  const std::string home = folder_ + "/" + scenario.name;
  fs::create_directories(home);
  std::vector<std::string> paths;
  for (const TableFile& table : scenario.tables) {
    paths.push_back(home + "/" + table.name);
    std::ofstream(paths.back(), std::ios::binary) << table.csv;
  }
  TT_ASSIGN(const auto dataset, parts_.catalog->OpenFiles(paths, {}));
  opened_ = &scenario;
  return dataset->schema.id;
}

std::shared_ptr<model::ChatModel> Runner::MakeModel(const Scenario& scenario, Way way,
                                                    int retries) {
  model::Endpoint endpoint;
  endpoint.base_url = server_.BaseUrl(WireOf(way));
  endpoint.model = "scripted-1";
  endpoint.api_key = kKey;
  endpoint.tool_mode = way == Way::json ? model::ToolMode::json : model::ToolMode::automatic;
  endpoint.silence = std::chrono::milliseconds(scenario.silence_ms);
  const auto made = way == Way::anthropic ? model::MakeAnthropicModel(endpoint, client_)
                    : way == Way::google  ? model::MakeGoogleModel(endpoint, client_)
                                          : model::MakeOpenAiModel(endpoint, client_);
  model::RetryOptions options;
  options.max_retries = retries;
  options.wait = [](std::chrono::milliseconds, const model::Context&) {};
  return model::WithRetry(made, options);
}

base::Result<std::shared_ptr<runs::Service>> Runner::MakeService(const Scenario& scenario, Way way,
                                                                 bool withheld) {
  TT_ASSIGN(const app::Settings settings, SettingsOf(scenario, withheld));
  return std::make_shared<runs::Service>(
      app::RunOptions(settings), parts_.catalog, parts_.sandbox,
      std::make_shared<base::SystemClock>(),
      MakeModel(scenario, way, static_cast<int>(settings.model_max_retries)));
}

std::vector<std::string> Runner::Play(const Scenario& scenario, Way way, bool withheld) {
  const auto dataset_id = OpenData(scenario);
  if (dataset_id.has_error())
    return {"the data: " + dataset_id.error().public_message() + " " +
            dataset_id.error().internal_detail().text};
  const auto service = MakeService(scenario, way, withheld);
  if (service.has_error()) return {"the settings: " + service.error().public_message()};
  withheld = withheld || IsWithheld(scenario);
  const std::set<std::string> canaries = CanariesOf(scenario);
  std::vector<std::string> problems;
  std::string thread_id;
  for (const Turn& turn : scenario.turns) {
    server_.SetScript(ScriptOf(turn, scenario, way));
    server_.Forget();
    if (turn.model_down) server_.Stop();
    if (turn.anew) thread_id.clear();
    const Happened happened = Ask(turn, **service, *dataset_id, thread_id);
    if (turn.model_down) server_.Restart();
    std::vector<std::string> found = Compare(turn, happened, !withheld || IsWithheld(scenario));
    if (server_.UnusedRules() > 0)
      found.push_back(fmt::format("{} replies were not asked for", server_.UnusedRules()));
    CheckWhatLeft(happened, scenario, withheld, canaries, found);
    for (const std::string& problem : found)
      problems.push_back(fmt::format("line {}: {}", turn.line, problem));
    if (verbose_) Show(turn, happened);
  }
  return problems;
}

Happened Runner::Ask(const Turn& turn, runs::Service& service, const std::string& dataset_id,
                     std::string& thread_id) {
  Happened happened;
  wire::ChatRequest chat;
  chat.dataset_id = dataset_id;
  chat.message = turn.question;
  if (!thread_id.empty()) chat.thread_id = thread_id;
  runs::Request request;
  request.trace_id = base::TraceId::Fresh();
  request.deadline = base::Deadline::After(std::chrono::seconds(60));
  request.emit = [&](const wire::Event& event) {
    happened.events.push_back(
        {std::string(wire::NameOf(event)), base::ParseJson(wire::DataOf(event)).value()});
  };
  const auto reply = service.Chat(chat, request);
  std::string message_id;
  if (reply.has_value()) {
    happened.reply = base::ToJson(*reply);
    thread_id = reply->thread_id;
    message_id = reply->message_id;
  } else {
    const http::Failure failure = http::FailureOf(reply.error());
    happened.error = json::object{
        {"status", failure.status}, {"message", failure.message}, {"details", failure.details}};
    if (const auto* id = failure.details.if_contains("thread_id")) thread_id = id->as_string();
    if (const auto* id = failure.details.if_contains("message_id")) message_id = id->as_string();
  }
  const auto egress = service.EgressOf(message_id);
  if (egress.has_value()) happened.egress = *egress;
  happened.received = server_.TakeRequests();
  return happened;
}

void Runner::CheckWhatLeft(const Happened& happened, const Scenario& scenario, bool withheld,
                           const std::set<std::string>& canaries,
                           std::vector<std::string>& problems) {
  const bool refuses = scenario.tools != model::testing::ToolSupport::yes;
  for (const ReceivedRequest& request : happened.received)
    if (!request.refused.empty() && !(refuses && !request.tools.empty()))
      problems.push_back("the server refused a request: " + request.refused);
  // A request that nobody received is recorded all the same.
  if (!happened.received.empty()) {
    std::vector<std::string> received, recorded;
    for (const ReceivedRequest& request : happened.received) received.push_back(request.body);
    for (const wire::Egress& one : happened.egress) recorded.push_back(one.body);
    if (received != recorded)
      problems.push_back(
          fmt::format("the record of egress ({} requests) is not what the server "
                      "received ({})",
                      recorded.size(), received.size()));
  }
  std::string said = base::ToJsonText(happened.reply) + base::ToJsonText(happened.error);
  for (const HappenedEvent& event : happened.events) said += base::ToJsonText(event.data);
  for (const wire::Egress& one : happened.egress) said += base::ToJsonText(base::ToJson(one));
  if (said.find(kKey) != said.npos) problems.push_back("the key of the model was said");
  if (!withheld) return;
  for (const wire::Egress& one : happened.egress)
    for (const wire::EgressPart& part : one.parts)
      if (part.data_class == wire::DataClass::values && !part.text.empty())
        problems.push_back("a part of the class values left: " + part.text.substr(0, 200));
  const std::string told = ToldText(happened.received);
  for (const std::string& canary : canaries)
    if (const std::size_t at = told.find(canary); at != told.npos)
      problems.push_back(fmt::format("the cell \"{}\" left: ...{}...", canary,
                                     told.substr(at < 80 ? 0 : at - 80, 160 + canary.size())));
}

void Runner::Show(const Turn& turn, const Happened& happened) const {
  std::printf("  line %d: %s\n", turn.line, turn.question.c_str());
  for (std::size_t i = 0; i < happened.received.size(); ++i) {
    const ReceivedRequest& request = happened.received[i];
    std::printf("  request %zu: %zu bytes, answered with %d %s\n", i + 1, request.body.size(),
                request.status, request.refused.c_str());
    const std::size_t from = i == 0 ? 0 : happened.received[i - 1].messages.size();
    for (std::size_t k = from; k < request.messages.size(); ++k)
      std::printf("    [%d] %s\n", static_cast<int>(request.messages[k].role),
                  request.messages[k].text.c_str());
  }
  for (const HappenedEvent& event : happened.events)
    std::printf("  event %s %s\n", event.name.c_str(), base::ToJsonText(event.data).c_str());
  std::printf("  reply %s\n  error %s\n", base::ToPrettyJson(happened.reply).c_str(),
              base::ToJsonText(happened.error).c_str());
}

}  // namespace tabletalk::scenarios
