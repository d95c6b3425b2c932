#include "model_choice.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tabletalk::app {
namespace {

using Set = std::map<std::string, std::string>;

base::Result<ModelChoice> Choose(const Set& given) {
  const auto loaded = LoadSettings({given, [](const char*) -> const char* { return nullptr; },
                                    std::filesystem::temp_directory_path().string()});
  if (loaded.has_error()) return loaded.error();
  return ChooseModel(loaded->settings);
}

TEST(ModelChoice, FollowsTheSettings) {
  struct Case {
    Set given;
    const char* expected;  ///< "provider model key base_url"
  };
  const Case kCases[] = {
      {{}, "offline   "},
      {{{"AI_BASE_URL", "http://x/v1"}, {"AI_MODEL", "m"}}, "openai m  http://x/v1"},
      {{{"AI_API_KEY", "k"}, {"AI_MODEL", "m"}}, "openai m k "},
      {{{"OPENAI_API_KEY", "k"}, {"OPENAI_MODEL", "m"}}, "openai m k "},
      {{{"OPENAI_API_KEY", "k"}, {"AI_BASE_URL", "http://x"}, {"AI_MODEL", "m"}},
       "openai m  http://x"},
      {{{"ANTHROPIC_API_KEY", "a"}, {"ANTHROPIC_MODEL", "c"}}, "anthropic c a "},
      {{{"GOOGLE_API_KEY", "g"}, {"GOOGLE_GEMINI_MODEL", "f"}}, "google f g "},
      {{{"OPENAI_API_KEY", "k"},
        {"OPENAI_MODEL", "m"},
        {"ANTHROPIC_API_KEY", "a"},
        {"ANTHROPIC_MODEL", "c"},
        {"LLM_PROVIDER", "anthropic"}},
       "anthropic c a "},
      {{{"OPENAI_API_KEY", "k"}, {"OPENAI_MODEL", "m"}, {"LLM_PROVIDER", "offline"}},
       "offline   "},
      {{{"LLM_PROVIDER", "anthropic"}, {"AI_BASE_URL", "http://x"}, {"AI_MODEL", "m"}},
       "anthropic m  http://x"},
  };
  for (const Case& one : kCases) {
    const auto choice = Choose(one.given);
    ASSERT_TRUE(choice.has_value()) << one.expected << ": " << choice.error().public_message();
    const model::Endpoint& to = choice->endpoint;
    EXPECT_EQ(choice->provider + " " + to.model + " " + to.api_key + " " + to.base_url,
              one.expected);
  }
}

TEST(ModelChoice, SaysWhatIsMissing) {
  const std::pair<Set, const char*> kCases[] = {
      {{{"OPENAI_API_KEY", "k"}}, "OPENAI_MODEL"},
      {{{"AI_BASE_URL", "http://x"}}, "AI_MODEL"},
      {{{"GOOGLE_API_KEY", "k"}}, "GOOGLE_GEMINI_MODEL"},
      {{{"LLM_PROVIDER", "openai"}, {"AI_MODEL", "m"}}, "AI_API_KEY"},
      {{{"AI_BASE_URL", "x/v1"}}, "takes a URL"},
      {{{"AI_API_KEY", "a b"}}, "AI_API_KEY (flag): \"set\""},
  };
  for (const auto& [given, expected] : kCases) {
    const auto choice = Choose(given);
    ASSERT_TRUE(choice.has_error()) << expected;
    EXPECT_NE(choice.error().public_message().find(expected), std::string::npos)
        << choice.error().public_message();
  }
}

}  // namespace
}  // namespace tabletalk::app
