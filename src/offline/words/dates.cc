// A span is read in two layers. A period is a stretch named by itself: a day, a month, a quarter, a
// year, a decade; ReadPeriod takes the longest one at a position. A span puts words of relation
// around one or two periods: in, since, before, after, until, between ... and, from ... to. Where
// the second of two periods names the year, the first takes it over ("between May and July 2013").
#include "offline/words/dates.h"

#include <algorithm>

#include "offline/words/word_file.h"

namespace tabletalk::offline {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int kNoYear = 4;  // A leap year that no question means.

struct Period {
  std::size_t end = 0;
  sys_days from, until;
  bool year_missing = false;
  bool bare_year = false;
  bool month_first = false;
  bool relative = false;
};

sys_days Day(int y, unsigned m, unsigned d) {
  return sys_days(year_month_day(year(y), month(m), day(d)));
}

sys_days AddMonths(sys_days from, int months) {
  const year_month_day date(from);
  const int index =
      static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned(date.month())) - 1 + months;
  return Day(index / 12, static_cast<unsigned>(index % 12 + 1), 1);
}

std::optional<unsigned> MonthOf(std::string_view word) {
  static const auto kMonths = EntriesOf("text", "months");
  for (unsigned i = 0; i < kMonths.size(); ++i)
    for (const std::string& name : kMonths[i]->phrases)
      if (word == name) return i + 1;
  return std::nullopt;
}

class SpanReader {
 public:
  SpanReader(const std::vector<Token>& tokens, sys_days today) : tokens_(tokens), today_(today) {}

  std::optional<TimeSpan> ReadAt(std::size_t at) const {
    if (auto span = Relative(at)) return span;
    if (auto span = Two(at)) return span;
    if (auto span = Worded(at)) return span;
    return One(at);
  }

 private:
  std::string_view Word(std::size_t i) const {
    return i < tokens_.size() ? std::string_view(tokens_[i].lower) : std::string_view();
  }
  std::size_t SkipArticle(std::size_t at) const {
    while (Word(at) == "the" || Word(at) == "year" || Word(at) == "month" || Word(at) == "of") ++at;
    return at;
  }
  std::optional<int> YearAt(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind != TokenKind::number) return std::nullopt;
    const Token& token = tokens_[at];
    const bool fits = token.whole_number_text && token.text.size() == 4 && *token.number >= 1000 &&
                      *token.number <= 2200;
    return fits ? std::optional(static_cast<int>(*token.number)) : std::nullopt;
  }
  std::optional<unsigned> DayAt(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind != TokenKind::number) return std::nullopt;
    const double value = *tokens_[at].number;
    if (value < 1 || value > 31 || value != static_cast<int>(value)) return std::nullopt;
    return static_cast<unsigned>(value);
  }
  std::size_t SkipComma(std::size_t at) const {
    return Word(at) == "," || Word(at) == "of" ? at + 1 : at;
  }

  std::optional<Period> ReadPeriod(std::size_t at) const {
    if (at >= tokens_.size()) return std::nullopt;
    if (tokens_[at].date) {
      return Period{at + 1,
                    *tokens_[at].date,
                    *tokens_[at].date + days(1),
                    false,
                    false,
                    tokens_[at].date_ambiguous,
                    false};
    }
    if (auto period = MonthPeriod(at)) return period;
    if (auto period = QuarterPeriod(at)) return period;
    if (auto period = HalfPeriod(at)) return period;
    if (auto period = TodayPeriod(at)) return period;
    const std::string_view word = Word(at);
    if (word.size() == 5 && word.ends_with("0s") && word[0] >= '1' && word[0] <= '2') {
      const int first = (word[0] - '0') * 1000 + (word[1] - '0') * 100 + (word[2] - '0') * 10;
      return Period{at + 1, Day(first, 1, 1), Day(first + 10, 1, 1)};
    }
    if (const auto y = YearAt(at)) {
      if (const auto q = QuarterNumber(Word(at + 1))) return MonthsOf(at + 2, *y, *q * 3 - 2, 3);
      Period period{at + 1, Day(*y, 1, 1), Day(*y + 1, 1, 1)};
      period.bare_year = true;
      return period;
    }
    return std::nullopt;
  }

  static Period MonthsOf(std::size_t end, std::optional<int> y, unsigned first, int months) {
    const sys_days from = Day(y.value_or(kNoYear), first, 1);
    Period period{end, from, AddMonths(from, months)};
    period.year_missing = !y;
    return period;
  }

  std::optional<Period> DayPeriod(std::size_t end, int y, unsigned m, unsigned d) const {
    if (!year_month_day(year(y), month(m), day(d)).ok()) return std::nullopt;
    return Period{end, Day(y, m, d), Day(y, m, d) + days(1)};
  }

  std::optional<Period> MonthPeriod(std::size_t at) const {
    if (const auto d = DayAt(at)) {  // 1 Jan 2023, 1st of January 2023
      const std::size_t month_at = Word(at + 1) == "of" ? at + 2 : at + 1;
      const auto m = MonthOf(Word(month_at));
      const std::size_t year_at = SkipComma(month_at + 1);
      if (const auto y = YearAt(year_at); m && y) return DayPeriod(year_at + 1, *y, *m, *d);
      return std::nullopt;
    }
    const auto m = MonthOf(Word(at));
    if (!m) return std::nullopt;
    if (const auto d = DayAt(at + 1)) {  // March 14, 2024
      const std::size_t year_at = SkipComma(at + 2);
      if (const auto y = YearAt(year_at)) return DayPeriod(year_at + 1, *y, *m, *d);
    }
    const std::size_t year_at = SkipComma(at + 1);
    if (const auto y = YearAt(year_at)) return MonthsOf(year_at + 1, *y, *m, 1);
    if (Word(at) == "may" && (at == 0 || Word(at - 1) == "we")) return std::nullopt;
    return MonthsOf(at + 1, std::nullopt, *m, 1);
  }

  static std::optional<unsigned> QuarterNumber(std::string_view word) {
    if (word.size() == 2 && word[0] == 'q' && word[1] >= '1' && word[1] <= '4')
      return static_cast<unsigned>(word[1] - '0');
    return std::nullopt;
  }
  std::optional<Period> QuarterPeriod(std::size_t at) const {
    std::optional<unsigned> q = QuarterNumber(Word(at));
    std::size_t next = at + 1;
    if (!q && Word(at + 1) == "quarter") {
      static const auto kQuarters = EntriesOf("text", "quarters");
      for (unsigned i = 0; i < kQuarters.size(); ++i)
        for (const std::string& name : kQuarters[i]->phrases)
          if (Word(at) == name) q = i + 1;
      if (q) {
        if (Word(at) == "last" && !YearAt(SkipComma(at + 2))) return std::nullopt;
        next = at + 2;
      }
    }
    if (!q) return std::nullopt;
    const std::size_t year_at = SkipComma(next);
    if (const auto y = YearAt(year_at)) return MonthsOf(year_at + 1, *y, *q * 3 - 2, 3);
    return MonthsOf(next, std::nullopt, *q * 3 - 2, 3);
  }

  /// H1 2023, the first half of 2023, 2023's second half.
  std::optional<Period> HalfPeriod(std::size_t at) const {
    std::optional<unsigned> half;
    std::size_t next = at + 1;
    if (Word(at) == "h1" || Word(at) == "h2") half = Word(at) == "h1" ? 1 : 2;
    if (Word(at + 1) == "half") {
      if (Word(at) == "first" || Word(at) == "1st") half = 1;
      if (Word(at) == "second" || Word(at) == "2nd") half = 2;
      next = at + 2;
    }
    if (!half) return std::nullopt;
    std::size_t year_at = SkipComma(next);
    if (Word(year_at) == "the") ++year_at;
    if (Word(year_at) == "year") ++year_at;
    if (const auto y = YearAt(year_at)) return MonthsOf(year_at + 1, *y, *half * 6 - 5, 6);
    return MonthsOf(std::max(year_at, next), std::nullopt, *half * 6 - 5, 6);
  }

  /// this month, last year, yesterday.
  std::optional<Period> TodayPeriod(std::size_t at) const {
    const year_month_day now(today_);
    const int y = static_cast<int>(now.year());
    Period period;
    if (Word(at) == "today" || Word(at) == "yesterday") {
      const sys_days start = today_ - days(Word(at) == "today" ? 0 : 1);
      period = {at + 1, start, start + days(1)};
    } else if (Word(at) == "this") {
      if (Word(at + 1) == "year") {
        period = {at + 2, Day(y, 1, 1), Day(y + 1, 1, 1)};
      } else if (Word(at + 1) == "month") {
        const sys_days start = Day(y, unsigned(now.month()), 1);
        period = {at + 2, start, AddMonths(start, 1)};
      } else {
        return std::nullopt;
      }
    } else {
      return std::nullopt;
    }
    period.relative = true;
    return period;
  }

  static TimeSpan Of(std::size_t begin, const Period& period) {
    TimeSpan span;
    span.begin = begin;
    span.end = period.end;
    span.year_missing = period.year_missing;
    span.month_first = period.month_first;
    span.relative_to_today = period.relative;
    return span;
  }

  /// "on or after", "no later than": relations of several words.
  std::optional<TimeSpan> Worded(std::size_t at) const {
    static const auto kRelations = EntriesOf("text", "relations of time");
    for (const WordEntry* relation : kRelations)
      for (const std::string& words : relation->phrases)
        if (auto span = Worded(at, words, relation->key)) return span;
    return std::nullopt;
  }

  std::optional<TimeSpan> Worded(std::size_t at, std::string_view words,
                                 std::string_view relation) const {
    std::size_t next = at;
    while (!words.empty()) {
      const std::string_view word = words.substr(0, words.find(' '));
      if (Word(next++) != word) return std::nullopt;
      words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
    const auto period = ReadPeriod(SkipArticle(next));
    if (!period) return std::nullopt;
    TimeSpan span = Of(at, *period);
    if (relation == "from then") span.from = period->from;
    if (relation == "after") span.from = period->until;
    if (relation == "until then") span.until = period->until;
    if (relation == "before") span.until = period->from;
    return span;
  }

  std::optional<TimeSpan> One(std::size_t at) const {
    const std::string_view word = Word(at);
    const bool since = word == "since" || word == "from" || word == "starting";
    const bool after = word == "after";
    const bool before = word == "before";
    const bool until = word == "until" || word == "till" || word == "through";
    const bool within = word == "in" || word == "during" || word == "on" || word == "for" ||
                        word == "of" || word == "within" || word == "throughout";
    const bool relation = since || after || before || until || within;
    std::size_t start = relation ? at + 1 : at;
    if (word == "starting" && (Word(start) == "in" || Word(start) == "from")) ++start;
    const std::size_t after_article = SkipArticle(start);
    auto period = ReadPeriod(after_article);
    if (!period && after_article != start) period = ReadPeriod(start);
    if (!period) return std::nullopt;
    if (!relation && after_article != at && Word(at) == "the") return std::nullopt;
    TimeSpan span = Of(at, *period);
    span.bare = !relation && period->bare_year;
    if (!after && !before && !until) span.from = period->from;
    if (after) span.from = period->until;
    if (before) span.until = period->from;
    if (until || (!since && !after && !before)) span.until = period->until;
    const std::string_view tail = Word(span.end);
    if (tail == "onwards" || tail == "onward" || (since && word == "from" && tail == "on")) {
      ++span.end;
      span.from = period->from;
      span.until.reset();
    } else if (word == "from" && !(tail == "onwards")) {
      span.until = period->until;  // "orders from March 2024" are those of that month.
    } else if (tail == "or" && (Word(span.end + 1) == "later" || Word(span.end + 1) == "after")) {
      span.end += 2;
      span.from = period->from;
      span.until.reset();
    } else if (tail == "or" &&
               (Word(span.end + 1) == "earlier" || Word(span.end + 1) == "before")) {
      span.end += 2;
      span.from.reset();
      span.until = period->until;
    }
    return span;
  }

  std::optional<TimeSpan> Two(std::size_t at) const {
    const std::string_view word = Word(at);
    const bool between = word == "between";
    const bool from = word == "from";
    const bool needs_relation = between || from;
    const auto first = ReadPeriod(SkipArticle(needs_relation ? at + 1 : at));
    if (!first) return std::nullopt;
    const std::string_view link = Word(first->end);
    const bool links = (between && link == "and") ||
                       (link == "to" || link == "until" || link == "till" || link == "through") ||
                       (first->end < tokens_.size() && tokens_[first->end].glued);
    if (!links) return std::nullopt;
    const bool hyphen = tokens_[first->end].glued;
    const auto second = ReadPeriod(SkipArticle(hyphen ? first->end : first->end + 1));
    if (!second) return std::nullopt;
    if (hyphen && !(first->bare_year && second->bare_year)) return std::nullopt;
    sys_days start = first->from;
    if (first->year_missing && !second->year_missing) {
      const year_month_day date(start);
      const year_month_day last(second->until - days(1));
      start = sys_days(year_month_day(last.year(), date.month(), date.day()));
    }
    if (start >= second->until) return std::nullopt;
    TimeSpan span = Of(at, *second);
    span.month_first = first->month_first || second->month_first;
    span.from = start;
    span.until = second->until;
    if (start + (first->until - first->from) <= second->from) {
      span.first_until = start + (first->until - first->from);
      span.second_from = second->from;
    }
    return span;
  }

  /// "last month", "previous year": one of them, counted like several. Not "last quarter of 2023".
  std::optional<TimeSpan> OneUnit(std::size_t at, std::size_t i) const {
    const auto unit = base::EnumFromName<wire::SpanUnit>(Word(i));
    const bool calendar = unit == wire::SpanUnit::day || unit == wire::SpanUnit::week ||
                          unit == wire::SpanUnit::month || unit == wire::SpanUnit::quarter ||
                          unit == wire::SpanUnit::year;
    if (!calendar || Word(i + 1) == "of" || (i + 1 < tokens_.size() && tokens_[i + 1].number))
      return std::nullopt;
    TimeSpan span;
    span.begin = at;
    span.end = i + 1;
    span.last = wire::Span{1, *unit};
    return span;
  }

  /// in the last 30 days, past three months.
  std::optional<TimeSpan> Relative(std::size_t at) const {
    std::size_t i = at;
    if (Word(i) == "in" || Word(i) == "over" || Word(i) == "during" || Word(i) == "within" ||
        Word(i) == "for")
      ++i;
    if (Word(i) == "the") ++i;
    if (Word(i) != "last" && Word(i) != "past" && Word(i) != "latest" && Word(i) != "previous")
      return std::nullopt;
    ++i;
    if (const auto one = OneUnit(at, i)) return one;
    if (i >= tokens_.size() || !tokens_[i].number) return std::nullopt;
    const double n = *tokens_[i].number;
    const auto unit = base::EnumFromName<wire::SpanUnit>(Singular(Word(i + 1)));
    if (!unit || n < 1 || n > 100000 || n != static_cast<int>(n)) return std::nullopt;
    TimeSpan span;
    span.begin = at;
    span.end = i + 2;
    span.last = wire::Span{static_cast<std::int64_t>(n), *unit};
    return span;
  }

  const std::vector<Token>& tokens_;
  sys_days today_;
};

}  // namespace

std::vector<TimeSpan> FindTimeSpans(const std::vector<Token>& tokens, sys_days today) {
  std::vector<TimeSpan> spans;
  const SpanReader reader(tokens, today);
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (auto span = reader.ReadAt(i)) spans.push_back(*span);
  return spans;
}

}  // namespace tabletalk::offline
