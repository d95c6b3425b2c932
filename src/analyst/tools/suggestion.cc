#include "analyst/tools/suggestion.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "analyst/tools/plan_reading.h"
#include "base/codec.h"

namespace tabletalk::analyst {
namespace {

/// The name that an issue of a plan offers: its sentence ends with it (docs/queryplan.md).
std::optional<std::string> Offered(std::string_view message) {
  constexpr std::string_view kOffer = "did you mean \"", kEnd = "\"?";
  const std::size_t at = message.rfind(kOffer);
  if (at == std::string_view::npos || !message.ends_with(kEnd)) return std::nullopt;
  const std::string_view name = message.substr(at + kOffer.size());
  return std::string(name.substr(0, name.size() - kEnd.size()));
}

/// The value at "select[0].column"; null where there is none.
base::json::value* At(base::json::value& root, std::string_view path) {
  base::json::value* at = &root;
  while (!path.empty() && at != nullptr) {
    if (path.front() == '[') {
      std::size_t index = 0;
      const std::size_t close = path.find(']');
      if (close == std::string_view::npos || !at->is_array()) return nullptr;
      const auto [end, error] = std::from_chars(path.data() + 1, path.data() + close, index);
      if (error != std::errc() || end != path.data() + close) return nullptr;
      at = index < at->get_array().size() ? &at->get_array()[index] : nullptr;
      path.remove_prefix(close + 1);
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const std::string_view name = path.substr(0, path.find_first_of(".["));
      if (!at->is_object()) return nullptr;
      at = at->get_object().if_contains(name);
      path.remove_prefix(name.size());
    }
  }
  return at;
}

}  // namespace

std::optional<Suggestion> SuggestionFor(const Arguments& arguments, const Outcome& outcome) {
  if (!outcome.setback || outcome.issues.size() != 1) return std::nullopt;
  const wire::Issue& issue = outcome.issues.front();
  auto offered = Offered(issue.message);
  const auto read = ReadPlan(arguments);
  if (!offered || issue.path.empty() || read.has_error()) return std::nullopt;
  base::json::value plan = base::ToJson(read->plan);
  base::json::value* name = At(plan, issue.path);
  if (name == nullptr || !name->is_string() || name->get_string() == *offered) return std::nullopt;
  Suggestion suggestion;
  suggestion.asked = std::string(name->get_string());
  suggestion.taken = *offered;
  *name = base::json::value(*offered);
  suggestion.arguments = base::ToJsonText(base::json::object{{"plan", std::move(plan)}});
  return suggestion;
}

}  // namespace tabletalk::analyst
