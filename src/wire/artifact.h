// Artifacts: generated views of a result, written as TSX.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/policy.h"

namespace tabletalk::wire {

enum class ParameterKind { text, number, select, color, boolean };
BOOST_DESCRIBE_ENUM(ParameterKind, text, number, select, color, boolean)

/// Something that a person may change about an artifact.
struct ArtifactParameter {
  std::string name;  ///< Key in the artifact's `params`.
  std::string label;
  ParameterKind kind = ParameterKind::text;
  std::vector<std::string> options;  ///< Of a select.
  base::json::value default_;
  static constexpr std::string_view kOptional[] = {"label", "options", "default"};
};
BOOST_DESCRIBE_STRUCT(ArtifactParameter, (), (name, label, kind, options, default_))

/// `code` has one default export: `export default function Viz({ data, params })`.
struct Artifact {
  std::string language = "tsx";
  std::string code;
  std::vector<ArtifactParameter> parameters;
  static constexpr std::string_view kOptional[] = {"language", "parameters"};
};
BOOST_DESCRIBE_STRUCT(Artifact, (), (language, code, parameters))

/// kind "check_artifact", to the runner: parse it; none of it is run.
struct CheckArtifactRequest {
  std::string code;
  std::uint64_t max_chars = 20'000;
};
BOOST_DESCRIBE_STRUCT(CheckArtifactRequest, (), (code, max_chars))

/// kind "artifact_checked".
struct ArtifactChecked {
  Verdict verdict;
};
BOOST_DESCRIBE_STRUCT(ArtifactChecked, (), (verdict))

}  // namespace tabletalk::wire
