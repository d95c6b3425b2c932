#include "runner/profile/profile.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/utf8.h"
#include "runner/profile/profile_pass.h"

namespace tabletalk::runner {
namespace {

using wire::ColumnType;

/// Columns a query of aggregates: more makes planning slower than scanning.
constexpr std::size_t kBatch = 100;
/// Columns a pass: the tables of their values take up to 400 KB a column and thread.
constexpr std::size_t kPassColumns = 50;
/// approx_count_distinct is off by a few in a hundred; up to here the exact count is worth its
/// time.
constexpr std::uint64_t kTryExact = ValueCounter::kMostCounted;
constexpr std::uint64_t kSampleRows = 50'000;
/// Up to this many rows the values are counted here, which spares wide tables a query a column.
constexpr std::uint64_t kCountRows = 5'000;
constexpr std::uint64_t kCountCells = 200'000;
/// Below this many rows grouping is as quick as sampling.
constexpr std::uint64_t kGroupRows = 200'000;

/// `expression` as one of the types that IngestDatabase::Query reads.
std::string Readable(const std::string& expression, const wire::ColumnSchema& column) {
  switch (column.type) {
    case ColumnType::boolean: return expression;
    case ColumnType::integer:
      if (column.database_type == "HUGEINT" || column.database_type == "UHUGEINT" ||
          column.database_type == "UBIGINT")
        return fmt::format("CAST({} AS VARCHAR)", expression);
      return fmt::format("CAST({} AS BIGINT)", expression);
    case ColumnType::number: return fmt::format("CAST({} AS DOUBLE)", expression);
    case ColumnType::text:
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::timestamp:
    case ColumnType::interval:
    case ColumnType::other: return fmt::format("CAST({} AS VARCHAR)", expression);
  }
  return expression;
}

bool IsFloat(const wire::ColumnSchema& column) {
  return column.database_type == "DOUBLE" || column.database_type == "FLOAT";
}

/// The aggregates of one column: count, distinct, min, max, mean, stddev, longest text.
std::string Aggregates(const wire::ColumnSchema& column, bool moments) {
  const std::string name = QuoteIdentifier(column.name);
  std::string sql = fmt::format("count({0}), approx_count_distinct({0}), ", name);
  if (column.type == ColumnType::other) {
    sql += "NULL, NULL, ";
  } else if (column.type == ColumnType::text) {
    sql += fmt::format("left(min({0}), {1}), left(max({0}), {1}), ", name, kMaxListedChars);
  } else {
    sql += Readable(fmt::format("min({})", name), column) + ", " +
           Readable(fmt::format("max({})", name), column) + ", ";
  }
  if (wire::IsNumeric(column.type) && moments) {
    // The infinities and NaN have no mean, and make stddev fail.
    const std::string finite = IsFloat(column) ? fmt::format(" FILTER (isfinite({}))", name) : "";
    sql +=
        fmt::format("CAST(avg({0}){1} AS DOUBLE), CAST(stddev({0}){1} AS DOUBLE), ", name, finite);
  } else {
    sql += "CAST(NULL AS DOUBLE), CAST(NULL AS DOUBLE), ";
  }
  sql += column.type == ColumnType::text ? fmt::format("CAST(avg(strlen({})) AS BIGINT)", name)
                                         : std::string("CAST(0 AS BIGINT)");
  return sql;
}
constexpr std::size_t kAggregates = 7;

std::optional<double> Finite(const wire::Value& value) {
  const auto number = value.AsNumber();
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::uint64_t Whole(const wire::Value& value) {
  const auto* number = value.if_integer();
  return number == nullptr || *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
}

class Profiler {
 public:
  Profiler(IngestDatabase& database, std::vector<wire::ColumnSchema>& columns)
      : database_(database), columns_(columns), text_bytes_(columns.size()), done_(columns.size()) {
    // A column of that name would stand in for the engine's row numbers, which sampling needs.
    for (const auto& column : columns)
      if (::strcasecmp(column.name.c_str(), "rowid") == 0) hides_row_id_ = true;
  }

  base::Result<std::uint64_t> Run() {
    TT_ASSIGN(const Rows counted, database_.Query("SELECT count(*) FROM main.data"));
    rows_ = Whole(counted[0][0]);
    if (rows_ == 0) {
      for (auto& column : columns_) column.profile.top_values_complete = true;
      return rows_;
    }
    if (rows_ <= kCountRows) return CountAll();
    std::vector<std::size_t> passed, asked;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      (HasFacts(columns_[i]) ? passed : asked).push_back(i);
    for (std::size_t begin = 0; begin < passed.size(); begin += kPassColumns)
      TT_CHECK(TakeFacts({passed.begin() + begin,
                          passed.begin() + std::min(passed.size(), begin + kPassColumns)}));
    for (std::size_t begin = 0; begin < asked.size(); begin += kBatch)
      TT_CHECK(ReadAggregates(
          {asked.begin() + begin, asked.begin() + std::min(asked.size(), begin + kBatch)}));
    TT_CHECK(CountDistinct());
    for (std::size_t i = 0; i < columns_.size(); ++i) TT_CHECK(ReadValues(i));
    return rows_;
  }

 private:
  using Indexes = std::vector<std::size_t>;

  /// All of the profile of columns of the common types.
  base::Result<void> TakeFacts(const Indexes& indexes) {
    std::vector<const wire::ColumnSchema*> columns;
    for (const std::size_t i : indexes) columns.push_back(&columns_[i]);
    TT_ASSIGN(std::vector<ColumnFacts> all, ReadFacts(database_, columns, rows_));
    for (std::size_t k = 0; k < indexes.size(); ++k) {
      const std::size_t i = indexes[k];
      ColumnFacts& facts = all[k];
      wire::ColumnProfile& profile = columns_[i].profile;
      profile.nulls = rows_ - facts.values;
      profile.distinct = facts.distinct;
      profile.min = Shortened(std::move(facts.min));
      profile.max = Shortened(std::move(facts.max));
      profile.mean = facts.mean;
      profile.stddev = facts.stddev;
      text_bytes_[i] = facts.mean_bytes;
      done_[i] = facts.counts.has_value() || !ListsValues(i);
      if (!facts.counts || !ListsValues(i)) continue;
      SortByCount(*facts.counts);
      List(columns_[i], *facts.counts, facts.distinct);
    }
    return {};
  }

  static wire::Value Shortened(wire::Value value) {
    const auto* text = value.if_text();
    return text == nullptr ? std::move(value)
                           : wire::Value(std::string(base::Truncate(*text, kMaxListedChars)));
  }

  /// The most frequent first; values of one count stay in their order.
  static void SortByCount(std::vector<wire::ValueCount>& counts) {
    std::stable_sort(counts.begin(), counts.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
  }

  base::Result<Rows> QueryAggregates(const Indexes& indexes, bool moments) {
    std::string sql = "SELECT ";
    for (const std::size_t i : indexes) {
      if (i != indexes.front()) sql += ", ";
      sql += Aggregates(columns_[i], moments);
    }
    return database_.Query(sql + " FROM main.data");
  }

  base::Result<void> ReadAggregates(const Indexes& indexes) {
    auto queried = QueryAggregates(indexes, true);
    // Numbers near the end of the double range overflow the moments: then there are none.
    if (queried.has_error()) queried = QueryAggregates(indexes, false);
    TT_ASSIGN(const Rows result, std::move(queried));
    const wire::Value* cell = result[0].data();
    for (const std::size_t i : indexes) {
      wire::ColumnProfile& profile = columns_[i].profile;
      const std::uint64_t values = Whole(cell[0]);
      profile.nulls = rows_ - std::min(rows_, values);
      profile.distinct = std::min(values, Whole(cell[1]));
      profile.min = cell[2];
      profile.max = cell[3];
      profile.mean = Finite(cell[4]);
      profile.stddev = Finite(cell[5]);
      text_bytes_[i] = Whole(cell[6]);
      cell += kAggregates;
    }
    return {};
  }

  bool ListsValues(std::size_t i) const {
    const wire::ColumnSchema& column = columns_[i];
    if (column.type == ColumnType::text) return text_bytes_[i] <= kMaxListedChars;
    if (column.type == ColumnType::boolean) return true;
    return column.type == ColumnType::integer && column.profile.distinct <= kAllValues * 11 / 10;
  }

  /// Counts the values of all columns of a short table, some columns at a time.
  base::Result<std::uint64_t> CountAll() {
    const std::size_t batch = std::clamp<std::uint64_t>(kCountCells / rows_, 1, 1000);
    for (std::size_t begin = 0; begin < columns_.size(); begin += batch) {
      const std::size_t end = std::min(columns_.size(), begin + batch);
      std::string sql = "SELECT ";
      for (std::size_t i = begin; i < end; ++i)
        sql += (i > begin ? ", " : "") + Readable(QuoteIdentifier(columns_[i].name), columns_[i]);
      TT_ASSIGN(const Rows rows, database_.Query(sql + " FROM main.data"));
      for (std::size_t i = begin; i < end; ++i) {
        if (NeedsEngine(columns_[i])) TT_CHECK(ReadAggregates({i}));
        CountColumn(i, rows, i - begin);
      }
    }
    return rows_;
  }

  /// Values whose text does not sort as they do.
  static bool NeedsEngine(const wire::ColumnSchema& column) {
    return column.type == ColumnType::interval ||
           (column.type == ColumnType::integer && column.database_type.ends_with("HUGEINT")) ||
           column.database_type == "UBIGINT";
  }

  /// Count, extremes, mean and deviation of sorted values.
  void Summarise(std::size_t i, const std::vector<const wire::Value*>& sorted) {
    wire::ColumnProfile& profile = columns_[i].profile;
    profile.nulls = rows_ - sorted.size();
    if (sorted.empty()) return;
    profile.min = *sorted.front();
    profile.max = *sorted.back();
    double count = 0, mean = 0, squares = 0;
    std::uint64_t bytes = 0;
    for (const wire::Value* value : sorted) {
      if (const auto* text = value->if_text()) bytes += text->size();
      const auto number = value->AsNumber();
      if (!number || !std::isfinite(*number)) continue;
      count += 1;
      const double delta = *number - mean;
      mean += delta / count;
      squares += delta * (*number - mean);
    }
    text_bytes_[i] = bytes / sorted.size();
    if (columns_[i].type == ColumnType::text)
      for (wire::Value* end : {&profile.min, &profile.max}) *end = Shortened(std::move(*end));
    // Numbers near the end of the double range overflow the moments: then there are none.
    const double deviation = count > 1 ? std::sqrt(squares / (count - 1)) : 0;
    if (count > 0 && std::isfinite(mean)) profile.mean = mean;
    if (count > 1 && std::isfinite(mean) && std::isfinite(deviation)) profile.stddev = deviation;
  }

  void CountColumn(std::size_t i, const Rows& rows, std::size_t at) {
    wire::ColumnSchema& column = columns_[i];
    std::vector<const wire::Value*> cells;
    for (const auto& row : rows)
      if (!row[at].is_null()) cells.push_back(&row[at]);
    std::sort(cells.begin(), cells.end(),
              [](const wire::Value* a, const wire::Value* b) { return a->data < b->data; });
    if (!NeedsEngine(column)) Summarise(i, cells);
    std::vector<wire::ValueCount> counts;
    for (const wire::Value* cell : cells) {
      if (counts.empty() || !(counts.back().value == *cell)) counts.push_back({*cell, 0});
      ++counts.back().count;
    }
    column.profile.distinct = counts.size();
    if (!ListsValues(i)) return;
    SortByCount(counts);
    List(column, counts, counts.size());
  }

  /// Takes the values over into the profile, as many as may be listed.
  void List(wire::ColumnSchema& column, std::vector<wire::ValueCount>& counts,
            std::uint64_t distinct) const {
    const std::uint64_t share = kListedTogether / columns_.size();
    const bool all = distinct <= std::min(kAllValues, share);
    if (column.type == ColumnType::integer && !all) return;
    auto& listed = column.profile.top_values;
    bool complete = all;
    for (wire::ValueCount& count : counts) {
      if (listed.size() >= (all ? kAllValues : std::min(kTopValues, share))) break;
      const auto* text = count.value.if_text();
      if (text != nullptr && base::CodePointCount(*text) > kMaxListedChars)
        complete = false;
      else
        listed.push_back(std::move(count));
    }
    column.profile.top_values_complete = complete;
  }

  /// Exact counts for columns of few values whose values are not listed.
  base::Result<void> CountDistinct() {
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (!done_[i] && !ListsValues(i) && columns_[i].type != ColumnType::other &&
          columns_[i].profile.distinct <= kTryExact)
        wanted.push_back(i);
    for (std::size_t begin = 0; begin < wanted.size(); begin += kBatch) {
      const std::size_t end = std::min(wanted.size(), begin + kBatch);
      std::string sql = "SELECT ";
      for (std::size_t k = begin; k < end; ++k) {
        if (k > begin) sql += ", ";
        sql += fmt::format("count(DISTINCT {})", QuoteIdentifier(columns_[wanted[k]].name));
      }
      TT_ASSIGN(const Rows result, database_.Query(sql + " FROM main.data"));
      for (std::size_t k = begin; k < end; ++k)
        columns_[wanted[k]].profile.distinct = Whole(result[0][k - begin]);
    }
    return {};
  }

  base::Result<void> ReadValues(std::size_t i) {
    if (done_[i] || !ListsValues(i)) return {};
    wire::ColumnSchema& column = columns_[i];
    if (column.profile.nulls == rows_) {
      column.profile.top_values_complete = true;
      return {};
    }
    const bool exact = column.profile.distinct <= kTryExact || rows_ <= kGroupRows || hides_row_id_;
    TT_ASSIGN(const Rows result, database_.Query(exact ? GroupAll(column) : GroupSampled(column)));
    const std::uint64_t distinct = exact ? Whole(result[0][2]) : column.profile.distinct;
    if (exact) column.profile.distinct = distinct;
    std::vector<wire::ValueCount> counts;
    for (const auto& row : result) counts.push_back({row[0], Whole(row[1])});
    // Sampled candidates are never all there is.
    List(column, counts, exact ? distinct : std::max(distinct, kAllValues + 1));
    return {};
  }

  static std::string GroupAll(const wire::ColumnSchema& column) {
    return fmt::format(
        "SELECT {}, n, total FROM (SELECT {} AS v, count(*) AS n, count(*) OVER () AS total FROM "
        "main.data WHERE {} IS NOT NULL GROUP BY 1) ORDER BY n DESC, v LIMIT {}",
        Readable("v", column), QuoteIdentifier(column.name), QuoteIdentifier(column.name),
        kAllValues);
  }

  std::string GroupSampled(const wire::ColumnSchema& column) const {
    const std::uint64_t step = std::max<std::uint64_t>(1, rows_ / kSampleRows);
    return fmt::format(
        "WITH candidates AS (SELECT {0} AS v FROM main.data WHERE rowid % {1} = 0 AND {0} IS NOT "
        "NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {2}) SELECT {3}, count(*) AS n FROM "
        "main.data AS d SEMI JOIN candidates ON d.{0} = candidates.v GROUP BY d.{0} ORDER BY 2 "
        "DESC, 1 LIMIT {2}",
        QuoteIdentifier(column.name), step, kTopValues,
        Readable("d." + QuoteIdentifier(column.name), column));
  }

  IngestDatabase& database_;
  std::vector<wire::ColumnSchema>& columns_;
  std::vector<std::uint64_t> text_bytes_;  ///< Mean length of a text column's values.
  std::vector<bool> done_;                 ///< Nothing about the column is left to ask.
  std::uint64_t rows_ = 0;
  bool hides_row_id_ = false;
};

}  // namespace

base::Result<std::uint64_t> ProfileTable(IngestDatabase& database,
                                         std::vector<wire::ColumnSchema>& columns) {
  return Profiler(database, columns).Run();
}

base::Result<Rows> FirstRows(IngestDatabase& database,
                             const std::vector<wire::ColumnSchema>& columns, std::uint64_t count) {
  constexpr std::size_t kTogether = 1000;  // Planning a query over more takes seconds.
  Rows all;
  for (std::size_t begin = 0; begin < columns.size(); begin += kTogether) {
    const std::size_t end = std::min(columns.size(), begin + kTogether);
    std::string sql = "SELECT ";
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) sql += ", ";
      sql += Readable(QuoteIdentifier(columns[i].name), columns[i]);
    }
    TT_ASSIGN(Rows rows, database.Query(sql + fmt::format(" FROM main.data LIMIT {}", count)));
    if (begin == 0) all.resize(rows.size());
    for (std::size_t row = 0; row < std::min(all.size(), rows.size()); ++row)
      std::move(rows[row].begin(), rows[row].end(), std::back_inserter(all[row]));
  }
  return all;
}

}  // namespace tabletalk::runner
