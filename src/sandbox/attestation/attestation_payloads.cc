#include "sandbox/attestation/attestation_payloads.h"

#include <optional>
#include <stdexcept>

namespace tabletalk::sandbox {

extern const std::string_view kAttestationText;  // Generated.

namespace {

constexpr std::string_view kMark = "=== ";

std::optional<MustEnd> MustFrom(std::string_view word) {
  if (word == "fail") return MustEnd::fail;
  if (word == "empty") return MustEnd::empty;
  if (word == "memory") return MustEnd::memory;
  if (word == "processes") return MustEnd::processes;
  if (word == "time") return MustEnd::time;
  return std::nullopt;
}

// "sql read_text: fail"
std::optional<EscapePayload> ParseHeading(std::string_view heading) {
  const auto space = heading.find(' ');
  const auto colon = heading.find(": ", space);
  if (space == heading.npos || colon == heading.npos) return std::nullopt;
  const std::string_view language = heading.substr(0, space);
  const auto must = MustFrom(heading.substr(colon + 2));
  if (!must || (language != "sql" && language != "python")) return std::nullopt;
  EscapePayload payload;
  payload.language = language == "sql" ? Language::sql : Language::python;
  payload.name = heading.substr(space + 1, colon - space - 1);
  payload.must = *must;
  if (payload.name.empty()) return std::nullopt;
  return payload;
}

}  // namespace

base::Result<std::vector<EscapePayload>> ParsePayloads(std::string_view text) {
  std::vector<EscapePayload> payloads;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(kMark)) {
      auto heading = ParseHeading(line.substr(kMark.size()));
      if (!heading)
        return base::MakeError(base::ErrorCode::internal, "policies/attestation.txt is broken",
                               "heading: " + std::string(line));
      payloads.push_back(std::move(*heading));
    } else if (!payloads.empty()) {
      payloads.back().code.append(line).append("\n");
    } else if (!line.empty() && !line.starts_with('#')) {
      return base::MakeError(base::ErrorCode::internal, "policies/attestation.txt is broken",
                             "before the first heading: " + std::string(line));
    }
  }
  return payloads;
}

const std::vector<EscapePayload>& Payloads() {
  static const std::vector<EscapePayload> payloads = [] {
    auto parsed = ParsePayloads(kAttestationText);
    if (parsed.has_error() || parsed->empty())
      throw std::logic_error("policies/attestation.txt is broken");
    return std::move(*parsed);
  }();
  return payloads;
}

}  // namespace tabletalk::sandbox
