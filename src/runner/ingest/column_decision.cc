// The decision over a file's columns; the counting is in column_evidence.cc.
#include <fmt/format.h>

#include <algorithm>

#include "runner/ingest/column_evidence.h"

namespace tabletalk::runner {
namespace {

/// What the columns that speak for themselves say about the file.
struct FileHabits {
  std::uint64_t comma_decimals = 0;
  std::uint64_t point_decimals = 0;
  std::uint64_t month_first = 0;
  std::uint64_t day_first = 0;
  bool semicolons = false;
};

std::uint64_t Count(const ColumnEvidence& column, NumberMarks marks) {
  return column.marks[static_cast<std::size_t>(marks)];
}

std::uint64_t CommaDecimals(const ColumnEvidence& c) {
  return Count(c, NumberMarks::comma_decimal) + Count(c, NumberMarks::point_groups);
}
std::uint64_t PointDecimals(const ColumnEvidence& c) {
  return Count(c, NumberMarks::point_decimal) + Count(c, NumberMarks::comma_groups);
}

/// How many cells of another kind are an accident rather than a reason to keep the column text.
std::uint64_t Accidents(std::uint64_t filled) {
  return filled < 100 ? 0 : std::clamp<std::uint64_t>(filled / 1000, 1, 20);
}

std::string Cells(std::uint64_t count) {
  return count == 1 ? "1 cell" : fmt::format("{} cells", count);
}

class Decision {
 public:
  Decision(const ColumnEvidence& column, const FileHabits& habits)
      : column_(column), habits_(habits), accidents_(Accidents(column.filled)) {}

  ColumnPlan Make() {
    if (column_.filled == 0) {
      plan_.plain = column_.null_markers == 0;
      return plan_;
    }
    const bool typed = Boolean() || Number() || Date() || Time();
    if (!typed) {
      ColumnPlan text;
      text.notes = std::move(plan_.notes);
      text.plain = true;
      plan_ = std::move(text);
      return plan_;
    }
    ReportNulls();
    return plan_;
  }

 private:
  /// Takes the kind if all filled cells but accidental ones are of it.
  bool Fits(std::uint64_t count) {
    if (count == 0 || column_.filled - count > accidents_) return false;
    plan_.nulled = column_.filled - count;
    return true;
  }

  bool Boolean() {
    if (column_.booleans == 0 || column_.booleans != column_.filled) return false;
    const std::uint64_t all = column_.filled;
    const bool words = column_.true_false == all || column_.yes_no == all;
    const bool letters = column_.letters_true_false == all || column_.letters_yes_no == all;
    const bool both = column_.trues > 0 && column_.trues < all;
    if (!words && !(letters && both)) return false;
    plan_.kind = PlanKind::boolean;
    plan_.plain = column_.true_false == all && column_.null_markers + column_.blanks_around == 0;
    return true;
  }

  bool Number() {
    if (!Fits(column_.numbers)) return false;
    if (column_.leading_zeros > 0 || column_.phones > 0 || column_.over_int128 > 0) return false;
    if (!Percent() || !Currency()) return false;
    if (!Marks()) return false;
    plan_.plain = column_.plain_numbers == column_.filled && plan_.nulled == 0 &&
                  column_.null_markers + column_.blanks_around == 0 && !plan_.decimal_comma &&
                  plan_.kind != PlanKind::huge_integer;
    return true;
  }

  bool Percent() {
    if (column_.percents == 0) return true;
    if (column_.percents + column_.zeros + plan_.nulled < column_.filled) {
      Note(NoteKind::kept_as_text,
           "Some cells of \"{}\" have a percent sign and others have none; it was kept as text.");
      return false;
    }
    plan_.unit = "%";
    return true;
  }

  bool Currency() {
    if (column_.currencies.empty()) return true;
    if (column_.currencies.size() > 1) {
      Note(NoteKind::kept_as_text,
           "\"{}\" has amounts in more than one currency; it was kept as text.");
      return false;
    }
    plan_.unit = column_.currencies.begin()->first;
    return true;
  }

  bool Marks() {
    const std::uint64_t commas = CommaDecimals(column_);
    const std::uint64_t points = PointDecimals(column_);
    const std::uint64_t either_comma = Count(column_, NumberMarks::either_comma);
    const std::uint64_t either_point = Count(column_, NumberMarks::either_point);
    if (commas > 0 && points > 0) {
      Note(NoteKind::kept_as_text,
           "\"{}\" mixes decimal points and decimal commas; it was kept as text.");
      return false;
    }
    if (commas > 0)
      plan_.decimal_comma = true;
    else if (points > 0)
      plan_.decimal_comma = false;
    else
      plan_.decimal_comma = OpenMarks(either_comma, either_point);
    const std::uint64_t decimals =
        Count(column_, NumberMarks::point_decimal) + Count(column_, NumberMarks::comma_decimal) +
        (plan_.decimal_comma ? either_comma : either_point) + column_.grouped_decimals;
    if (column_.over_int64 > 0 && decimals == 0)
      plan_.kind = PlanKind::huge_integer;
    else
      plan_.kind = decimals > 0 ? PlanKind::number : PlanKind::integer;
    return true;
  }

  /// Only "1,234" or only "1.234": the file's other columns decide, else the custom of English.
  bool OpenMarks(std::uint64_t either_comma, std::uint64_t either_point) {
    const bool european = habits_.comma_decimals > habits_.point_decimals;
    if (either_comma > 0 && either_point > 0) return european;
    if (either_comma > 0) {
      if (habits_.semicolons && european) return true;
      Note(NoteKind::guess,
           "The commas in \"{}\" were read as thousands separators, so 1,234 is one thousand.");
      return false;
    }
    if (either_point > 0 && european) {
      Note(
          NoteKind::guess,
          "The points in \"{}\" were read as thousands separators, like the file's other numbers.");
      return true;
    }
    return false;
  }

  bool Date() {
    if (!Fits(column_.dates)) return false;
    plan_.kind = column_.with_time > 0 ? PlanKind::timestamp : PlanKind::date;
    DecideOrder();
    if (column_.with_offset > 0)
      Note(NoteKind::zone, "The times in \"{}\" that name a time zone were turned to UTC.");
    if (column_.month_only > 0)
      Note(NoteKind::guess, "The months in \"{}\" are kept as the first day of the month.");
    plan_.plain = column_.iso_dates == column_.filled && plan_.nulled == 0 &&
                  column_.null_markers + column_.blanks_around + column_.with_offset == 0;
    return true;
  }

  void DecideOrder() {
    const std::uint64_t months = column_.month_first_only;
    const std::uint64_t days = column_.day_first_only;
    if (months > 0 && days > 0) {
      plan_.day_order = days > months ? DayOrder::day_first : DayOrder::month_first;
      if (column_.either_order > 0)
        Note(NoteKind::guess,
             fmt::format("\"{{}}\" writes some dates with the day first and some with the month "
                         "first; {} that "
                         "could be either {} read with the {} first.",
                         Cells(column_.either_order), column_.either_order == 1 ? "was" : "were",
                         days > months ? "day" : "month"));
    } else if (months > 0 || days > 0) {
      plan_.day_order = days > 0 ? DayOrder::day_first : DayOrder::month_first;
    } else if (column_.either_order > 0) {
      const bool days_elsewhere = habits_.day_first > habits_.month_first;
      plan_.day_order = days_elsewhere ? DayOrder::day_first : DayOrder::month_first;
      Note(NoteKind::guess,
           days_elsewhere
               ? "The dates in \"{}\" could have the day or the month first; they were read with "
                 "the day first, like the file's other dates."
               : "The dates in \"{}\" could have the day or the month first; they were read with "
                 "the month first.");
    }
  }

  bool Time() {
    if (!Fits(column_.times)) return false;
    plan_.kind = PlanKind::time;
    plan_.plain = false;
    return true;
  }

  void ReportNulls() {
    if (column_.null_markers > 0)
      Note(NoteKind::cells,
           fmt::format("{} in \"{{}}\" {} \"{}\" or the like and {} read as empty.",
                       Cells(column_.null_markers), column_.null_markers == 1 ? "says" : "say",
                       column_.null_marker == "{}" ? "" : column_.null_marker,
                       column_.null_markers == 1 ? "was" : "were"));
  }

  void Note(NoteKind kind, std::string text) { plan_.notes.push_back({kind, "", std::move(text)}); }

  const ColumnEvidence& column_;
  const FileHabits& habits_;
  std::uint64_t accidents_;
  ColumnPlan plan_;
};

}  // namespace

std::vector<ColumnPlan> DecideColumns(const std::vector<ColumnEvidence>& columns, bool semicolons) {
  FileHabits habits;
  habits.semicolons = semicolons;
  for (const ColumnEvidence& column : columns) {
    if (column.numbers > 0 && column.numbers == column.filled) {
      habits.comma_decimals += CommaDecimals(column);
      habits.point_decimals += PointDecimals(column);
    }
    if (column.dates > 0 && column.month_first_only == 0) habits.day_first += column.day_first_only;
    if (column.dates > 0 && column.day_first_only == 0)
      habits.month_first += column.month_first_only;
  }
  std::vector<ColumnPlan> plans;
  plans.reserve(columns.size());
  for (const ColumnEvidence& column : columns) plans.push_back(Decision(column, habits).Make());
  return plans;
}

}  // namespace tabletalk::runner
