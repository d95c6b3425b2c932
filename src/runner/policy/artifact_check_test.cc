// The case files of tests/security/artifact: views as models write them, which must pass, and
// hostile ones, which must not. Then places, and the two lists that the policy rests on.
#include "runner/policy/artifact_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "base/testing/case_file.h"
#include "runner/policy/artifact_syntax.h"

namespace tabletalk::runner {
namespace {

using Case = base::testing::Case;

std::vector<Case> ReadCases(const std::string& file) {
  auto cases = base::testing::ReadCases(TABLETALK_SOURCE_DIR "/tests/security/artifact/" + file);
  if (cases.has_error()) throw std::runtime_error(cases.error().public_message());
  return std::move(*cases);
}

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string CodeOf(const Case& block) {
  constexpr char kBegin[] = "export default function Viz({ data, params }) {";
  std::string code = block["code"];
  if (block.Has("top")) code = block["top"] + "<NL>" + kBegin + " return null; }";
  if (block.Has("body")) {
    code = "import React, { useState, useMemo, useEffect, useRef, useId } from 'react';<NL>";
    const std::string names = block.Has("rule") ? "Bar" : block["imports"];
    if (!names.empty()) code += "import { " + names + " } from \"recharts\";<NL>";
    code += std::string(kBegin) + block["prefix"] + "<NL>" + block["body"] + "<NL>}";
  }
  base::testing::ReplaceAll(code, "<NL>", "\n");
  base::testing::ReplaceAll(code, "<EMPTY>", "");
  base::testing::ReplaceAll(code, "<DEEP>", Repeated("(", 300) + "1" + Repeated(")", 300));
  base::testing::ReplaceAll(code, "<SUM>", Repeated("1+", 400) + "1");
  base::testing::ReplaceAll(code, "<LONG>", Repeated("x", 20'000));
  return base::testing::Unescape(code);
}

wire::Verdict Check(std::string code) {
  wire::CheckArtifactRequest request;
  request.code = std::move(code);
  return CheckArtifact(request).verdict;
}

std::string Findings(const wire::Verdict& verdict) {
  std::string text;
  for (const wire::Issue& issue : verdict.issues)
    text += issue.rule + " at " + std::to_string(issue.line) + ":" + std::to_string(issue.column) +
            " (" + issue.message + ")\n";
  return text;
}

TEST(ArtifactCheck, OrdinaryViewsPass) {
  const std::vector<Case> cases = ReadCases("ordinary.cases");
  ASSERT_GE(cases.size(), 40u);
  for (const Case& block : cases) {
    const std::string code = CodeOf(block);
    const wire::Verdict verdict = Check(code);
    EXPECT_TRUE(verdict.is_valid && verdict.issues.empty()) << code << "\n" << Findings(verdict);
  }
}

TEST(ArtifactCheck, HostileViewsDoNot) {
  const std::vector<Case> cases = ReadCases("hostile.cases");
  ASSERT_GE(cases.size(), 60u);
  for (const Case& block : cases) {
    const std::string code = CodeOf(block);
    const wire::Verdict verdict = Check(code);
    EXPECT_FALSE(verdict.is_valid) << block["rule"] << ": " << code.substr(0, 600);
    EXPECT_TRUE(std::any_of(verdict.issues.begin(), verdict.issues.end(),
                            [&](const wire::Issue& issue) { return issue.rule == block["rule"]; }))
        << block["rule"] << ": " << code.substr(0, 600) << "\n"
        << Findings(verdict);
  }
}

TEST(ArtifactCheck, FindingsHaveTheirPlaceAndComeInOrder) {
  const wire::Verdict verdict = Check(
      "import x from 'lodash';\n"
      "export default function Viz({ data, params }) {\n"
      "  const größe = 'ø', y = fetch('/');\n"
      "  return <p>{eval(größe)}</p>;\n"
      "}\n");
  EXPECT_EQ(Findings(verdict),
            "import_not_allowed at 1:1 (\"lodash\" cannot be imported; only \"react\" and "
            "\"recharts\" can.)\n"
            "network_not_allowed at 3:26 (\"fetch\" is not allowed: a view has no network; it shows "
            "the `data` that it is given.)\n"
            "eval_not_allowed at 4:14 (\"eval\" is not allowed: text must not become code.)\n");
}

TEST(ArtifactCheck, HiddenCharactersAreAWarning) {
  const wire::Verdict verdict =
      Check("export default function Viz({ data }) { return <p>\u202eab</p>; }");
  EXPECT_TRUE(verdict.is_valid);
  EXPECT_EQ(verdict.severity, wire::Severity::warning);
}

TEST(ArtifactCheck, FindingsAreBoundedAndShort) {
  const std::string name(15'000, 'x');
  for (const std::string& code :
       {Repeated("eval(1);", 2'000), name + "." + name.substr(0, 4'000), Repeated("<", 9'000),
        Repeated("{", 9'000), Repeated("<a>", 6'000), Repeated("`${", 6'000),
        "import '" + name + "';"}) {
    const wire::Verdict verdict = Check(code);
    EXPECT_FALSE(verdict.is_valid) << code.substr(0, 100);
    EXPECT_LE(verdict.issues.size(), 101u) << code.substr(0, 100);
    for (const wire::Issue& issue : verdict.issues)
      EXPECT_LE(issue.message.size(), 1'300u) << code.substr(0, 100);
  }
}

TEST(ArtifactCheck, EveryKnownKindOfSyntaxExistsInTheGrammar) {
  for (const std::string_view kind : KnownSyntax()) EXPECT_TRUE(GrammarHas(kind)) << kind;
}

}  // namespace
}  // namespace tabletalk::runner
