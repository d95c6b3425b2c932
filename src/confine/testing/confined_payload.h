// For the tests: a policy that confines the probe payload, and what it said.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "confine/confine.h"

namespace tabletalk::confine::testing {

/// A directory that every user can reach, with "static/probe_payload" and "dynamic/probe_payload",
/// made by the test's main and removed at its end.
inline std::string& PayloadHome() {
  static std::string home;
  return home;
}

inline Policy PolicyFor(std::vector<std::string> arguments, const std::string& kind = "static") {
  Policy policy;
  const auto program = ResolveProgram(PayloadHome() + "/" + kind + "/probe_payload");
  if (program.has_error()) {
    ADD_FAILURE() << program.error().public_message();
    return policy;
  }
  policy.program = program.value();
  policy.arguments = std::move(arguments);
  policy.environment = {"LANG=C.UTF-8"};
  return policy;
}

inline Exit RunToEnd(const Policy& policy) {
  base::Result<Child> child = Start(policy);
  if (child.has_error()) {
    ADD_FAILURE() << child.error().public_message() << " / "
                  << child.error().internal_detail().text;
    return {};
  }
  return child->Wait();
}

/// "name=value" lines; several values of one name are joined by a space.
inline std::map<std::string, std::string> Lines(const Exit& exit) {
  std::map<std::string, std::string> lines;
  std::istringstream text(exit.standard_output.head);
  for (std::string line; std::getline(text, line);) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    std::string& value = lines[line.substr(0, equals)];
    if (!value.empty()) value += ' ';
    value += line.substr(equals + 1);
  }
  return lines;
}

/// The field of "/proc/<pid>/status".
inline std::string StatusOf(int pid, const std::string& field) {
  std::ifstream lines("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(field + ":")) continue;
    const std::size_t value = line.find_first_not_of(" \t", field.size() + 1);
    return value == line.npos ? "" : line.substr(value);
  }
  return "";
}

inline std::vector<int> ChildrenOf(int parent) {
  std::vector<int> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    if (StatusOf(std::stoi(name), "PPid") == std::to_string(parent))
      children.push_back(std::stoi(name));
  }
  return children;
}

inline std::size_t CountEntries(const std::string& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace tabletalk::confine::testing
