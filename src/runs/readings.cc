#include "runs/readings.h"

#include <fmt/format.h>

#include <utility>

#include "base/codec.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "plan/explain.h"

namespace tabletalk::runs {
namespace {

constexpr std::size_t kIdChars = 8;

base::Error NoSuchReading(const std::string& id, const std::string& what) {
  return base::InvalidArgument(fmt::format("pick: this question has no reading \"{}\"; {}",
                                           base::EscapeControls(base::Truncate(id, 60)), what));
}

}  // namespace

std::string ReadingId(const wire::QueryPlan& plan) {
  return base::Sha256Of(base::ToJsonText(base::ToJson(plan))).substr(0, kIdChars);
}

std::vector<wire::Reading> ReadingsOf(const offline::NotUnderstood& refusal) {
  std::vector<wire::Reading> readings;
  for (const offline::Offered& one : refusal.readings)
    readings.push_back(
        {ReadingId(one.planned.plan), one.explanation, one.planned.plan, one.planned.confidence});
  return readings;
}

wire::Reading ReadingOf(const offline::Planned& planned, const wire::DatasetSchema& dataset) {
  return {ReadingId(planned.plan), plan::Explain(planned.plan, dataset), planned.plan,
          planned.confidence};
}

base::Result<void> Pick(const std::string& id, offline::Reading& reading) {
  if (const auto* planned = std::get_if<offline::Planned>(&reading)) {
    // Offered beside a model that did not understand, or by an older version of the data.
    if (ReadingId(planned->plan) == id) return {};
    return NoSuchReading(id, "it is understood as it stands, so leave out `pick`");
  }
  auto& refusal = std::get<offline::NotUnderstood>(reading);
  std::string offered;
  for (offline::Offered& one : refusal.readings) {
    const std::string its = ReadingId(one.planned.plan);
    if (its == id) {
      offline::Planned picked = std::move(one.planned);
      picked.assumptions.insert(picked.assumptions.begin(), "Picked: " + one.explanation);
      reading = std::move(picked);
      return {};
    }
    offered += fmt::format("{}{} ({})", offered.empty() ? "" : ", ", its, one.explanation);
  }
  return NoSuchReading(id,
                       offered.empty() ? "there is nothing to pick from" : "there are: " + offered);
}

}  // namespace tabletalk::runs
