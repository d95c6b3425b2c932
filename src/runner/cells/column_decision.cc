// The decision over a file's columns; the counting is in column_evidence.cc.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>

#include "runner/cells/column_evidence.h"
#include "runner/profile/column_meaning.h"

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

/// How many cells of another kind are an accident rather than a reason to keep the column text: one
/// in twenty, but no more than somebody would look through.
std::uint64_t Accidents(std::uint64_t filled) {
  return filled < 10 ? 0
                     : std::clamp<std::uint64_t>(filled / 20, 1,
                                                 std::max<std::uint64_t>(100, filled / 1000));
}

std::string Cells(std::uint64_t count) {
  return count == 1 ? "1 cell" : fmt::format("{} cells", count);
}

class Decision {
 public:
  Decision(const ColumnEvidence& column, const FileHabits& habits, std::string_view name)
      : column_(column), habits_(habits), name_(name), accidents_(Accidents(column.filled)) {}

  ColumnPlan Make() {
    if (column_.filled == 0) {
      plan_.plain = column_.null_markers == 0;
      return plan_;
    }
    const bool typed = Boolean() || Number() || Date() || DigitDate() || Time();
    if (!typed) return KeptAsText();
    ReportNulls();
    return plan_;
  }

  /// What the user says it is: what does not fit becomes null.
  ColumnPlan Forced(wire::ColumnChoice choice) {
    accidents_ = column_.filled;
    forced_ = true;
    switch (choice) {
      case wire::ColumnChoice::text: return plan_;
      case wire::ColumnChoice::integer:
      case wire::ColumnChoice::number:
        Marks();
        plan_.measured = column_.measured > 0;
        if (choice == wire::ColumnChoice::number)
          plan_.kind = PlanKind::number;
        else if (plan_.kind == PlanKind::number)
          plan_.kind = PlanKind::integer;
        break;
      case wire::ColumnChoice::boolean: plan_.kind = PlanKind::boolean; break;
      case wire::ColumnChoice::date:
      case wire::ColumnChoice::timestamp:
        if (column_.dates == 0 || !Date()) DigitDate();
        plan_.kind = choice == wire::ColumnChoice::date ? PlanKind::date : PlanKind::timestamp;
        break;
      case wire::ColumnChoice::time: plan_.kind = PlanKind::time; break;
    }
    plan_.plain = false;
    return plan_;
  }

 private:
  ColumnPlan KeptAsText() {
    ColumnPlan text;
    text.notes = std::move(plan_.notes);
    text.plain = true;
    const std::uint64_t most = std::max({column_.numbers, column_.dates, column_.times});
    if (text.notes.empty() && column_.filled >= 5 && most < column_.filled &&
        most * 5 >= column_.filled * 4)
      text.notes.push_back(
          {NoteKind::kept_as_text, "",
           fmt::format("\"{{}}\" was kept as text, because {} of {} are no {}: {}.",
                       Cells(column_.filled - most), column_.filled,
                       most == column_.numbers ? "numbers"
                       : most == column_.dates ? "dates"
                                               : "times",
                       Examples(column_.misfits))});
    return text;
  }

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
    if (IsCode() || !Percent() || !Currency() || !Measure()) return false;
    if (!Marks()) return false;
    if (IsDigitDate()) return false;
    plan_.plain = column_.plain_numbers == column_.filled && plan_.nulled == 0 &&
                  column_.null_markers + column_.blanks_around == 0 && !plan_.decimal_comma &&
                  plan_.kind != PlanKind::huge_integer;
    return true;
  }

  bool Keep(std::string text) {
    Note(NoteKind::kept_as_text, std::move(text));
    return true;
  }

  /// Digits that say more than their value does.
  bool IsCode() {
    const std::uint64_t decimals = column_.padded + column_.unpadded;
    if (column_.bare_exponents > 0 && column_.other_exponents + decimals == 0)
      return Keep(
          "\"{}\" has cells like 1E5, which are codes as often as numbers; it was kept as text.");
    if (plan_.nulled > 0 && column_.code_like > 0 && decimals == 0)
      return Keep(
          fmt::format("\"{{}}\" has codes with letters among its numbers: {}; it was kept as text.",
                      Examples(column_.misfits)));
    if (decimals == 0 || NameSays(name_, NameHint::amount) || !column_.currencies.empty())
      return false;
    const bool mixed = column_.padded > 0 && column_.unpadded > 0;
    if (column_.same_value > 0 || (mixed && NameSays(name_, NameHint::version)))
      return Keep(
          "\"{}\" has cells like 1.1 and 1.10, which are one number but two codes; it was kept as "
          "text.");
    return NameSays(name_, NameHint::version) && column_.percents + column_.measured == 0;
  }

  /// "10 kg" or "1.2M" in all cells, or in none.
  bool Measure() {
    if (column_.measured == 0) return true;
    plan_.measured = true;
    std::uint64_t scaled = 0, small_m = 0;
    std::map<std::string, std::uint64_t> units;
    for (const auto& [word, count] : column_.suffixes) {
      if (ReadDate("1 " + word + " 2000")) return false;  // "5 Jan"
      const auto shape = ReadMeasure("1 " + word);
      if (word == "m") small_m = count;
      if (shape && shape->scale > 0)
        scaled += count;
      else
        units[UnitOfSuffix(word).value_or(word)] += count;
    }
    if (scaled > 0) return Scaled(scaled, small_m, units.empty());
    MergePlurals(units);
    if (units.size() > 1)
      return !Keep(
          fmt::format("\"{{}}\" has numbers of more than one unit ({} and {}); it was "
                      "kept as text.",
                      units.begin()->first, std::next(units.begin())->first));
    const auto& [unit, count] = *units.begin();
    if (count + column_.zeros + plan_.nulled < column_.filled)
      return !Keep(fmt::format(
          "Some cells of \"{{}}\" have {} behind the number and others have nothing; it was kept "
          "as text.",
          Quoted(unit)));
    const bool known = UnitOfSuffix(column_.suffixes.begin()->first).has_value();
    if (!known && (column_.filled < 2 || unit.size() < 2)) return false;
    plan_.unit = unit;
    Note(NoteKind::unit,
         fmt::format("{} behind the numbers of \"{{}}\" was taken for their unit.", Quoted(unit)));
    return true;
  }

  /// "1 year" beside "2 years".
  static void MergePlurals(std::map<std::string, std::uint64_t>& units) {
    for (auto& [unit, count] : units) {
      const auto one =
          unit.ends_with('s') ? units.find(unit.substr(0, unit.size() - 1)) : units.end();
      if (one == units.end()) continue;
      count += one->second;
      units.erase(one);
      return;
    }
  }

  /// A single letter behind whole numbers may be a code ("12B"), and "m" may be a metre.
  bool Scaled(std::uint64_t scaled, std::uint64_t small_m, bool nothing_else) {
    if (!nothing_else)
      return !Keep("\"{}\" has numbers of more than one unit; it was kept as text.");
    const bool only_m = small_m == scaled;
    if (only_m && UnitOfName(std::string(name_) + "_m") == "m") {
      plan_.unit = "m";
      Note(NoteKind::unit, "\"m\" behind the numbers of \"{}\" was taken for their unit.");
      return true;
    }
    const bool sure =
        column_.suffixes.size() > 1 || !column_.currencies.empty() ||
        Count(column_, NumberMarks::point_decimal) + Count(column_, NumberMarks::comma_decimal) > 0;
    if (!sure || (only_m && column_.currencies.empty() && !NameSays(name_, NameHint::amount)))
      return !Keep(fmt::format(
          "{} behind the numbers of \"{{}}\" may stand for thousands, millions or billions, or may "
          "not; it was kept as text.",
          Quoted(column_.suffixes.begin()->first)));
    plan_.scaled = true;
    Note(NoteKind::unit,
         fmt::format("{} behind the numbers of \"{{}}\" was read as {}, so 1.2{} is {}.",
                     Quoted(column_.suffixes.begin()->first), ScaleName(), ScaleLetter(),
                     ScaleExample()));
    return true;
  }

  int FirstScale() const {
    const auto shape = ReadMeasure("1" + column_.suffixes.begin()->first);
    return shape ? shape->scale : 0;
  }
  std::string ScaleLetter() const { return column_.suffixes.begin()->first; }
  std::string_view ScaleName() const {
    const int scale = FirstScale();
    return scale == 3   ? "thousands"
           : scale == 6 ? "millions"
           : scale == 9 ? "billions"
                        : "trillions";
  }
  std::string_view ScaleExample() const {
    const int scale = FirstScale();
    return scale == 3   ? "1,200"
           : scale == 6 ? "1,200,000"
           : scale == 9 ? "1,200,000,000"
                        : "1,200,000,000,000";
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
    if (plan_.scaled)
      plan_.kind = PlanKind::number;
    else if (column_.over_int64 > 0 && decimals == 0)
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
    if (!Fits(column_.dates) && !FewImpossible()) return false;
    plan_.kind = column_.with_time > 0 ? PlanKind::timestamp : PlanKind::date;
    DecideOrder();
    DecideZone();
    if (column_.month_only > 0)
      Note(NoteKind::guess, "The months in \"{}\" are kept as the first day of the month.");
    if (column_.two_digit_years > 0)
      Note(NoteKind::guess,
           "The years of two digits in \"{}\" were read as 1970 to 2069, so 69 is 2069.");
    plan_.plain = column_.iso_dates == column_.filled && plan_.nulled == 0 &&
                  column_.null_markers + column_.blanks_around + column_.with_offset == 0;
    return true;
  }

  /// "2024-02-30" is a date that somebody got wrong, up to one in four.
  bool FewImpossible() {
    if (column_.dates < 3 || column_.dates + column_.impossible_dates < column_.filled ||
        column_.impossible_dates * 4 > column_.filled)
      return false;
    plan_.nulled = column_.filled - column_.dates;
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

  /// Local times stay what they are where one zone is all there is: their days are people's days.
  void DecideZone() {
    if (column_.with_offset == 0) return;
    const bool all = column_.with_offset == column_.dates && !column_.offsets_differ;
    if (!all) {
      Note(NoteKind::zone,
           "The times in \"{}\" that name a time zone were turned to UTC, which may move them to "
           "another day or month.");
      return;
    }
    if (column_.offset_minutes == 0) {
      Note(NoteKind::zone, "The times in \"{}\" are in UTC.");
      return;
    }
    plan_.local_times = true;
    const int minutes = std::abs(column_.offset_minutes);
    Note(NoteKind::zone,
         fmt::format("The times in \"{{}}\" all have the offset {}{:02}:{:02} from UTC; they were "
                     "kept as the local times that are written.",
                     column_.offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60));
  }

  /// Digits that are days: 20240105, 202401 in a column of months, 45292 in a column of dates.
  bool IsDigitDate() const {
    if (column_.numbers == 0) return false;
    const auto most = [&](std::uint64_t count) {
      return count > 0 && column_.filled - count <= accidents_ && !forced_;
    };
    if (most(column_.compact_dates))
      return NameSays(name_, NameHint::date) ||
             (column_.filled >= 3 && !NameSays(name_, NameHint::identifier));
    if (most(column_.compact_months)) return NameSays(name_, NameHint::month);
    return most(column_.day_numbers) && NameSays(name_, NameHint::date);
  }

  bool DigitDate() {
    if (!IsDigitDate() && !forced_) return false;
    const std::uint64_t most =
        std::max({column_.compact_dates, column_.compact_months, column_.day_numbers});
    if (most == 0) return false;
    plan_ = {};
    plan_.nulled = column_.filled - most;
    plan_.kind = PlanKind::date;
    if (most == column_.compact_dates) {
      plan_.spelling = DateSpelling::compact;
      Note(NoteKind::guess, "The numbers in \"{}\" were read as dates, so 20240105 is 2024-01-05.");
    } else if (most == column_.compact_months) {
      plan_.spelling = DateSpelling::compact_month;
      Note(NoteKind::guess, "The numbers in \"{}\" were read as months, so 202401 is 2024-01-01.");
    } else {
      plan_.spelling = DateSpelling::excel_days;
      if (column_.padded + column_.unpadded > 0) plan_.kind = PlanKind::timestamp;
      Note(NoteKind::guess,
           "The numbers in \"{}\" were read as Excel's days, so 45292 is 2024-01-01.");
    }
    return true;
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
  std::string_view name_;
  std::uint64_t accidents_;
  bool forced_ = false;
  ColumnPlan plan_;
};

const wire::ColumnChoice* FindChoice(const std::map<std::string, wire::ColumnChoice>& types,
                                     std::string_view name) {
  const auto found = types.find(std::string(name));
  return found == types.end() ? nullptr : &found->second;
}

/// A value and blanks below it, again and again, no value twice in a row: what merged cells leave.
bool LooksMerged(const ColumnEvidence& column, const ColumnPlan& plan) {
  const auto& gaps = column.gaps;
  const bool label =
      plan.kind == PlanKind::text || plan.kind == PlanKind::date || plan.kind == PlanKind::integer;
  return label && gaps.first_filled && !gaps.repeats && column.filled >= 2 && gaps.empty >= 2 &&
         gaps.empty * 3 >= gaps.seen && gaps.runs * 2 >= column.filled;
}

void ReportMerged(const ColumnEvidence& column, ColumnPlan& plan) {
  plan.plain = false;
  plan.notes.push_back(
      {NoteKind::values, "",
       fmt::format("\"{{}}\" is empty in {} below a first value, as merged cells are; nothing was "
                   "filled in.",
                   Counted(column.gaps.empty, "row"))});
}

}  // namespace

std::vector<ColumnPlan> DecideColumns(const std::vector<ColumnEvidence>& columns,
                                      const DecisionContext& context) {
  FileHabits habits;
  habits.semicolons = context.semicolons;
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
  bool leftmost = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string_view name = i < context.names.size() ? context.names[i] : std::string_view();
    Decision decision(columns[i], habits, name);
    const auto chosen = context.types == nullptr ? nullptr : FindChoice(*context.types, name);
    plans.push_back(chosen != nullptr ? decision.Forced(*chosen) : decision.Make());
    leftmost = leftmost && LooksMerged(columns[i], plans.back());
    if (leftmost) ReportMerged(columns[i], plans.back());
  }
  return plans;
}

}  // namespace tabletalk::runner
