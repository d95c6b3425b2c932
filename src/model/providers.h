// The providers, and which of them the settings choose.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "model/chat_model.h"
#include "net/http_client.h"

namespace tabletalk::model {

/// How tools and structured output are asked for. `native` uses the server's own; `json` never
/// does: one JSON object a turn, asked for in words, for small models behind servers that have
/// neither. `automatic` begins native and changes to `json` for good where the server refuses.
enum class ToolMode { automatic, native, json };

/// Where a model is and how it is reached.
struct Endpoint {
  std::string base_url;  ///< "https://api.openai.com/v1"; the provider's own where empty.
  std::string model;
  std::string api_key;  ///< May be empty: local servers take none. Never logged.
  ToolMode tool_mode = ToolMode::automatic;
  std::chrono::milliseconds silence{60'000};  ///< MODEL_TIMEOUT_SECONDS.
};

/// Chat completions (POST {base_url}/chat/completions): OpenAI, vLLM, LM Studio, llama.cpp, Ollama.
std::shared_ptr<ChatModel> MakeOpenAiModel(Endpoint endpoint, std::shared_ptr<net::HttpClient>);
/// Messages (POST {base_url}/v1/messages), version 2023-06-01.
std::shared_ptr<ChatModel> MakeAnthropicModel(Endpoint endpoint, std::shared_ptr<net::HttpClient>);
/// streamGenerateContent (POST {base_url}/v1beta/models/{model}:streamGenerateContent?alt=sse).
std::shared_ptr<ChatModel> MakeGoogleModel(Endpoint endpoint, std::shared_ptr<net::HttpClient>);

}  // namespace tabletalk::model
