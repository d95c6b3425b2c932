#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/testing/case_file.h"

namespace tabletalk::evaluation {
namespace {

using base::InvalidArgument;
using base::Result;

std::string Percent(int part, int whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * part / whole);
}

Result<std::optional<int>> Number(const base::testing::Case& one, const std::string& key) {
  if (!one.Has(key)) return std::optional<int>();
  const std::string& text = one[key];
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    return InvalidArgument(fmt::format("line {}: {}: {} is no count", one.line, key, text));
  return std::optional<int>(number);
}

std::string Row(const std::string& name, const Tally& tally) {
  return fmt::format("{:<16} {:>5} {:>5} {:>7} {:>7} {:>5}\n", name, tally.total(), tally.right,
                     tally.offered, tally.refused, tally.wrong);
}

const std::string kHead = fmt::format("{:<16} {:>5} {:>5} {:>7} {:>7} {:>5}\n", "", "asked",
                                      "right", "offered", "refused", "wrong");

}  // namespace

void Tally::Count(const Verdict& verdict) {
  const bool is_wrong = verdict.outcome == Outcome::wrong;
  switch (verdict.outcome) {
    case Outcome::right: ++right; break;
    case Outcome::offered: ++offered; break;
    case Outcome::refused: ++refused; break;
    case Outcome::wrong: ++wrong; break;
  }
  if (!verdict.answered) return;
  ++answered;
  answered_wrong += is_wrong ? 1 : 0;
  Band& band = bands[static_cast<std::size_t>(std::clamp(verdict.confidence, 0.0, 0.999) * 10)];
  ++band.answered;
  band.wrong += is_wrong ? 1 : 0;
  if (verdict.confidence <= kSure) return;
  ++sure;
  sure_wrong += is_wrong ? 1 : 0;
}

Result<std::map<std::string, Bound>> ReadBounds(const std::string& path) {
  TT_ASSIGN(const auto cases, base::testing::ReadCases(path));
  std::map<std::string, Bound> bounds;
  for (const base::testing::Case& one : cases) {
    for (const auto& [key, value] : one.fields) {
      if (key != "set" && key != "right" && key != "refused" && key != "wrong" &&
          key != "sure_wrong")
        return InvalidArgument(fmt::format("{}:{}: no such bound: {}", path, one.line, key));
    }
    TT_ASSIGN(const auto right, Number(one, "right"));
    TT_ASSIGN(const auto refused, Number(one, "refused"));
    TT_ASSIGN(const auto wrong, Number(one, "wrong"));
    TT_ASSIGN(const auto sure_wrong, Number(one, "sure_wrong"));
    if (!one.Has("set") || !right || !wrong || !sure_wrong)
      return InvalidArgument(
          fmt::format("{}:{}: a bound needs set, right, wrong and sure_wrong", path, one.line));
    bounds[one["set"]] = {*right, refused, *wrong, *sure_wrong};
  }
  return bounds;
}

std::vector<std::string> Broken(const std::string& set, const Tally& tally, const Bound& bound) {
  std::vector<std::string> broken;
  if (tally.right < bound.right)
    broken.push_back(
        fmt::format("{}: {} right, at least {} wanted", set, tally.right, bound.right));
  const int refused = tally.offered + tally.refused;
  if (bound.refused && refused > *bound.refused)
    broken.push_back(
        fmt::format("{}: {} refused, at most {} allowed", set, refused, *bound.refused));
  if (tally.wrong > bound.wrong)
    broken.push_back(
        fmt::format("{}: {} wrong, at most {} allowed", set, tally.wrong, bound.wrong));
  if (tally.sure_wrong > bound.sure_wrong)
    broken.push_back(fmt::format("{}: {} wrong above a confidence of {}, at most {} allowed", set,
                                 tally.sure_wrong, kSure, bound.sure_wrong));
  return broken;
}

void Report::Count(const std::string& set, const std::string& kind, const Verdict& verdict) {
  by_set_[set].Count(verdict);
  by_kind_[kind].Count(verdict);
  all_.Count(verdict);
}

std::string Report::Kinds() const {
  std::string text = "By kind\n" + kHead;
  for (const auto& [kind, tally] : by_kind_) text += Row(kind, tally);
  return text;
}

std::string Report::Sets() const {
  std::string text = fmt::format("{:<16} {:>5} {:>5} {:>7} {:>7} {:>5}  {:>8} {:>8}  {:>5} {:>8}\n",
                                 "By set", "asked", "right", "offered", "refused", "wrong",
                                 "answered", "wrong", "sure", "wrong");
  const auto row = [&](const std::string& name, const Tally& tally) {
    std::string line = Row(name, tally);
    line.pop_back();
    text += fmt::format("{}  {:>8} {:>8}  {:>5} {:>8}\n", line, tally.answered,
                        Percent(tally.answered_wrong, tally.answered), tally.sure,
                        Percent(tally.sure_wrong, tally.sure));
  };
  for (const auto& [set, tally] : by_set_) row(set, tally);
  if (by_set_.size() > 1) row("all", all_);
  return text;
}

std::string Report::Calibration() const {
  std::string text =
      fmt::format("{:<16} {:>8} {:>5} {:>8}\n", "By confidence", "answered", "wrong", "");
  for (std::size_t i = all_.bands.size(); i-- > 0;) {
    const Tally::Band& band = all_.bands[i];
    if (band.answered == 0) continue;
    text += fmt::format("{:<16} {:>8} {:>5} {:>8}\n",
                        fmt::format("0.{} to {:.1f}", i, static_cast<double>(i + 1) / 10),
                        band.answered, band.wrong, Percent(band.wrong, band.answered));
  }
  return text;
}

}  // namespace tabletalk::evaluation
