#include "model_choice.h"

#include <fmt/format.h>

#include "model/decorators.h"

namespace tabletalk::app {
namespace {

// What a provider's own settings say.
struct Own {
  const std::string& key;
  const std::string& model;
  std::string_view model_setting;
};

std::string ChosenProvider(const Settings& settings) {
  if (settings.llm_provider != "auto") return settings.llm_provider;
  if (!settings.ai_base_url.empty() || !settings.ai_api_key.empty()) return "openai";
  if (!settings.openai_api_key.empty()) return "openai";
  if (!settings.anthropic_api_key.empty()) return "anthropic";
  if (!settings.google_api_key.empty()) return "google";
  return "offline";
}

Own OwnOf(const Settings& settings, const std::string& provider) {
  if (provider == "anthropic")
    return {settings.anthropic_api_key, settings.anthropic_model, "ANTHROPIC_MODEL"};
  if (provider == "google")
    return {settings.google_api_key, settings.google_gemini_model, "GOOGLE_GEMINI_MODEL"};
  return {settings.openai_api_key, settings.openai_model, "OPENAI_MODEL"};
}

}  // namespace

base::Result<ModelChoice> ChooseModel(const Settings& settings) {
  ModelChoice choice;
  choice.provider = ChosenProvider(settings);
  if (choice.provider == "offline") return choice;
  const Own own = OwnOf(settings, choice.provider);
  choice.endpoint.base_url = settings.ai_base_url;
  // A key of OpenAI's own must not travel to another server.
  const bool elsewhere = !settings.ai_base_url.empty();
  choice.endpoint.api_key =
      !settings.ai_api_key.empty() || (elsewhere && choice.provider == "openai")
          ? settings.ai_api_key
          : own.key;
  choice.endpoint.model = !settings.ai_model.empty() ? settings.ai_model : own.model;
  choice.endpoint.tool_mode = settings.ai_tool_mode;
  choice.endpoint.silence = settings.model_timeout;
  if (choice.endpoint.model.empty())
    return base::InvalidArgument(fmt::format(
        "no model is named for the provider {}: set {}, or LLM_PROVIDER=offline to do without one",
        choice.provider, elsewhere ? "AI_MODEL" : own.model_setting));
  if (choice.endpoint.api_key.empty() && !elsewhere)
    return base::InvalidArgument(fmt::format(
        "LLM_PROVIDER={} needs a key (AI_API_KEY) or a server (AI_BASE_URL)", choice.provider));
  return choice;
}

std::shared_ptr<model::ChatModel> MakeModel(const ModelChoice& choice, const Settings& settings) {
  if (choice.provider == "offline") return nullptr;
  const auto client = net::MakeHttpClient();
  std::shared_ptr<model::ChatModel> made =
      choice.provider == "anthropic" ? model::MakeAnthropicModel(choice.endpoint, client)
      : choice.provider == "google"  ? model::MakeGoogleModel(choice.endpoint, client)
                                     : model::MakeOpenAiModel(choice.endpoint, client);
  model::RetryOptions retries;
  retries.max_retries = static_cast<int>(settings.model_max_retries);
  return model::WithRetry(std::move(made), retries);
}

}  // namespace tabletalk::app
