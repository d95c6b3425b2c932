// The reviewed lists of what the policy must let pass and must refuse (tests/security/python). What
// passes must also run.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "python/check.h"
#include "python/run.h"
#include "python/testing/embedded_interpreter.h"

namespace tabletalk::python {
namespace {

using Fields = std::map<std::string, std::string>;

/// Blocks of "name: value" lines, parted by empty lines; \n and \\ in values are escapes.
std::vector<Fields> ReadCases(const std::string& name) {
  std::ifstream file(TABLETALK_SOURCE_DIR "/tests/security/python/" + name);
  std::vector<Fields> cases(1);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    if (line.empty() && !cases.back().empty()) cases.emplace_back();
    const std::size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    std::string value;
    for (std::size_t i = colon + 2; i < line.size(); ++i) {
      const bool escape = line[i] == '\\' && i + 1 < line.size();
      value += !escape ? line[i] : line[i + 1] == 'n' ? '\n' : line[i + 1];
      if (escape) ++i;
    }
    cases.back()[line.substr(0, colon)] = value;
  }
  if (cases.back().empty()) cases.pop_back();
  return cases;
}

wire::PythonContract ContractOf(const Fields& fields) {
  return *base::EnumFromName<wire::PythonContract>(fields.at("contract"));
}

wire::PythonChecked Check(const Fields& fields) {
  wire::CheckPythonRequest request;
  request.code = fields.at("code");
  request.contract = ContractOf(fields);
  auto checked = CheckPython(testing::TheInterpreter(), request);
  if (checked.has_error()) ADD_FAILURE() << checked.error().internal_detail().text;
  return std::move(checked).value();
}

constexpr char kMakeOrders[] = R"(
import numpy as np, pandas as pd
n = 60
orders = pd.DataFrame({
    "order_id": np.arange(1, n + 1),
    "date": pd.to_datetime("2025-01-01") + pd.to_timedelta(np.arange(n) * 7, unit="D"),
    "customer": [f"Customer {i % 7}" for i in range(n)],
    "region": [["North", "South", "East", "West"][i % 4] for i in range(n)],
    "product": [["Chair", "Table", "Lamp"][i % 3] for i in range(n)],
    "quantity": np.arange(n) % 5 + 1,
    "amount": np.round(np.linspace(10, 500, n), 2),
    "open": np.linspace(100, 110, n), "close": np.linspace(101, 112, n),
    "volume": np.arange(n) * 1000 + 500,
    "note": [None if i % 5 == 0 else f"note {i}" for i in range(n)],
})
tables.clear()
tables["orders"] = orders
)";

class PolicyCases : public ::testing::Test {
 protected:
  void SetUp() override {
    const Interpreter& interpreter = testing::TheInterpreter();
    tables_ = Ref::Borrow(interpreter.Function("frames", "TABLES"));
    before_ = Ref::Steal(PyDict_Copy(tables_.get()));
    const Ref scope = Ref::Steal(PyDict_New());
    PyDict_SetItemString(scope.get(), "__builtins__", PyEval_GetBuiltins());
    PyDict_SetItemString(scope.get(), "tables", tables_.get());
    ASSERT_TRUE(Ref::Steal(PyRun_String(kMakeOrders, Py_file_input, scope.get(), scope.get())))
        << TakeError();
  }
  void TearDown() override {
    PyDict_Clear(tables_.get());
    PyDict_Update(tables_.get(), before_.get());
  }
  Ref tables_, before_;
};

TEST_F(PolicyCases, OrdinaryCodePassesAndRuns) {
  const auto cases = ReadCases("ordinary.cases");
  EXPECT_GE(cases.size(), 100u);
  for (const Fields& fields : cases) {
    if (fields.contains("needs")) continue;  // packages that are not part of the locked list
    const auto checked = Check(fields);
    for (const wire::Issue& issue : checked.verdict.issues)
      EXPECT_NE(issue.severity, wire::Severity::error)
          << fields.at("id") << ": " << issue.rule << ": " << issue.message;
    wire::RunPythonRequest request;
    request.code = fields.at("code");
    request.contract = ContractOf(fields);
    if (fields.contains("input")) request.input = *base::ParseJson(fields.at("input"));
    const auto reply = RunPython(testing::TheInterpreter(), request);
    EXPECT_TRUE(reply.has_value()) << fields.at("id") << ": " << reply.error().public_message()
                                   << " " << reply.error().internal_detail().text;
  }
}

TEST_F(PolicyCases, WhatIsRejectedIsRejectedByItsRule) {
  const auto cases = ReadCases("rejected.cases");
  EXPECT_GE(cases.size(), 50u);
  for (const Fields& fields : cases) {
    const auto checked = Check(fields);
    const std::string expected = fields.at("expect");
    std::string found;
    bool matches = false;
    for (const wire::Issue& issue : checked.verdict.issues) {
      found += issue.rule + " ";
      matches = matches ||
                (issue.severity == wire::Severity::error && expected == "rejected " + issue.rule);
    }
    EXPECT_TRUE(matches) << fields.at("id") << ": " << expected << ", but found: " << found;
    EXPECT_FALSE(checked.verdict.is_valid) << fields.at("id");
  }
}

}  // namespace
}  // namespace tabletalk::python
