// What a runner that was taken over may say, and all that the server then makes of it: checked
// results are counted, doubted, charted, drawn on a terminal, put into sentences and sent on. A
// first byte says of which kind the reply is.
#include <cstdint>

#include "base/utf8.h"
#include "check.h"
#include "narrative/template.h"
#include "runs/checks.h"
#include "sandbox/host_files.h"
#include "sandbox/jobs/reply_check.h"
#include "terminal.h"
#include "wire/artifact.h"
#include "wire/run.h"

namespace {

using namespace tabletalk;

constexpr std::uint64_t kMaxRows = 20;

base::json::value Parse(std::string_view text) {
  auto parsed = base::ParseJson(text, {.max_values = 10'000});
  return parsed.has_value() ? std::move(*parsed) : base::json::value();
}

template <class T>
std::optional<T> Take(std::string_view text) {
  auto decoded = base::FromJson<T>(Parse(text));
  if (decoded.has_error()) {
    fuzz::Promise(base::IsValidUtf8(decoded.error().public_message()), "errors are UTF-8");
    return std::nullopt;
  }
  fuzz::Promise(base::IsValidUtf8(base::ToJsonText(base::ToJson(*decoded))), "it can be sent on");
  return std::move(*decoded);
}

void Say(const wire::Table& table) {
  std::vector<std::string> templates = {"{{r1.total_rows|count:row,rows}} of {{r1.shown_rows}}"};
  for (std::size_t i = 0; i < std::min<std::size_t>(table.columns.size(), 3); ++i) {
    const std::string name = base::ToJsonText(base::json::value(table.columns[i].name));
    for (const char* end : {"}}", "|money:EUR}}", "|month}}", "|percent}}", "|number}}"})
      templates.push_back("{{r1.rows[0][" + name + "]" + end);
    templates.push_back("{{r1.rows[last][" + name + "]}}");
    templates.push_back("{{r1.list(" + table.columns[i].name + ")}}");
    templates.push_back("{{r1.max(" + table.columns[i].name + ").x}}");
  }
  for (const std::string& text : templates) {
    const auto filled = narrative::FillTemplate(text, {}, {{"r1", "run", &table}});
    if (filled.has_value()) fuzz::Promise(base::IsValidUtf8(filled->text), "sentences are UTF-8");
  }
}

void Show(const wire::Table& table) {
  for (const std::size_t width : {20, 100}) {
    const app::Style style{.color = false, .width = width};
    const std::string drawn = app::RenderTable(table, style);
    fuzz::Promise(base::EscapeControls(drawn) == drawn, "nothing moves the cursor");
    if (table.columns.empty()) continue;
    wire::ChartSpec chart;
    chart.kind = wire::ChartKind::bar;
    chart.x = table.columns.front().name;
    chart.y = {table.columns.back().name};
    const std::string bars = app::RenderChart(chart, table, style);
    fuzz::Promise(base::EscapeControls(bars) == bars, "nothing moves the cursor");
  }
  Say(table);
}

void UseTable(wire::Table table) {
  for (const auto& row : table.rows)
    fuzz::Promise(row.size() == table.columns.size(), "rows fit their table");
  fuzz::Promise(table.rows.size() <= kMaxRows, "rows are bounded");
  Show(table);
  wire::Run run;
  run.result = std::move(table);
  (void)runs::CheckAnswer({}, run);
}

void Ran(std::string_view text) {
  if (sandbox::CheckRanShape(Parse(text), kMaxRows).has_error()) return;
  auto ran = Take<wire::SqlRan>(text);
  if (!ran || sandbox::CheckRan(*ran, kMaxRows).has_error()) return;
  UseTable(std::move(ran->table));
}

// The first bytes say how long the figure is and whether an export was asked for.
void PythonRan(std::string_view text) {
  if (text.size() < 2) return;
  const auto attachment = static_cast<unsigned char>(text[0]);
  const bool exported = text[1] == 'e';
  text.remove_prefix(2);
  if (sandbox::CheckPythonShape(Parse(text), kMaxRows).has_error()) return;
  auto ran = Take<wire::PythonRan>(text);
  if (!ran || sandbox::CheckPythonRan(*ran, kMaxRows, attachment, exported).has_error()) return;
  fuzz::Promise(ran->figure_bytes <= attachment && ran->export_bytes <= attachment &&
                    ran->figure_bytes + ran->export_bytes == attachment,
                "the attachment is what was said");
  if (ran->table) UseTable(std::move(*ran->table));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0]) {
    case 'h':
      if (const auto hashed = Take<wire::Hashed>(text))
        if (sandbox::CheckHashed(*hashed).has_value())
          fuzz::Promise(hashed->sha256.find_first_of("./") == std::string::npos, "no path");
      break;
    case 'c': Take<wire::SqlChecked>(text); break;
    case 's': Ran(text); break;
    case 'f': Take<wire::Failed>(text); break;
    case 'g': Take<wire::Progress>(text); break;
    case 'k': Take<wire::PythonChecked>(text); break;
    case 'y': PythonRan(text); break;
    case 'v': (void)sandbox::CheckFigure(text); break;
    case 'x':
      if (const auto checked = Take<wire::ArtifactChecked>(text))
        if (sandbox::CheckVerdict(checked->verdict).has_value())
          for (const wire::Issue& issue : checked->verdict.issues)
            fuzz::Promise(!checked->verdict.is_valid || issue.severity != wire::Severity::error,
                          "what has an error is not valid");
      break;
    case 'a': Take<wire::Attested>(text); break;
    case 't': Take<wire::TablesOpened>(text); break;
    case 'l': Take<wire::FramesLoaded>(text); break;
    default: break;
  }
  return 0;
}
