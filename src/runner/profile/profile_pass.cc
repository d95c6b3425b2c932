#include "runner/profile/profile_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <new>

namespace tabletalk::runner {
namespace {

__extension__ using Wide = __int128;  ///< A sum of any number of 64-bit numbers.

enum class Layout { boolean, int8, int16, int32, int64, real32, real64, text, date, timestamp };

std::optional<Layout> LayoutOf(std::string_view type) {
  static constexpr std::pair<std::string_view, Layout> kLayouts[] = {
      {"BOOLEAN", Layout::boolean},    {"TINYINT", Layout::int8}, {"SMALLINT", Layout::int16},
      {"INTEGER", Layout::int32},      {"BIGINT", Layout::int64}, {"FLOAT", Layout::real32},
      {"DOUBLE", Layout::real64},      {"VARCHAR", Layout::text}, {"DATE", Layout::date},
      {"TIMESTAMP", Layout::timestamp}};
  for (const auto& [name, layout] : kLayouts)
    if (name == type) return layout;
  return std::nullopt;
}

bool IsReal(Layout layout) { return layout == Layout::real32 || layout == Layout::real64; }
bool IsWhole(Layout layout) {
  return layout == Layout::int8 || layout == Layout::int16 || layout == Layout::int32 ||
         layout == Layout::int64;
}

/// Count, mean and sum of squared deviations; parts merge exactly as by Chan et al. 1979.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void Merge(const Moments& other) {
    if (other.count == 0) return;
    const double all = count + other.count;
    const double apart = other.mean - mean;
    mean += apart * (other.count / all);
    squares += other.squares + apart * apart * (count * (other.count / all));
    count = all;
  }
};

/// Chunks of whole numbers that rise strictly, as [first, last]. If the ranges of all chunks are
/// apart, no value is there twice: the keys of most tables, told apart without any estimate.
struct RisingRanges {
  bool all = true;
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;

  void Merge(const RisingRanges& other) {
    all = all && other.all;
    ranges.insert(ranges.end(), other.ranges.begin(), other.ranges.end());
  }
  bool Apart() {
    if (!all) return false;
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i)
      if (ranges[i].first <= ranges[i - 1].second) return false;
    return true;
  }
};

/// The first eight bytes as a number that sorts as they do.
std::uint64_t PrefixOf(std::string_view text) { return __builtin_bswap64(FirstEight(text)); }

struct TextRange {
  bool any = false;
  std::string min, max;
  std::uint64_t min_prefix = 0, max_prefix = 0;

  void Add(std::string_view text) {
    const std::uint64_t prefix = PrefixOf(text);
    if (!any || (prefix <= min_prefix && text < min)) min = text, min_prefix = prefix;
    if (!any || (prefix >= max_prefix && text > max)) max = text, max_prefix = prefix;
    any = true;
  }
  void Merge(const TextRange& other) {
    if (!other.any) return;
    Add(other.min);
    Add(other.max);
  }
};

/// One column, as one thread has seen it.
class ColumnPart {
 public:
  explicit ColumnPart(Layout layout) : layout_(layout) {}

  void Add(duckdb_vector vector, std::size_t size) {
    const std::uint64_t* validity = duckdb_vector_get_validity(vector);
    const void* data = duckdb_vector_get_data(vector);
    switch (layout_) {
      case Layout::boolean: return AddWhole<std::uint8_t>(data, validity, size);
      case Layout::int8: return AddWhole<std::int8_t>(data, validity, size);
      case Layout::int16: return AddWhole<std::int16_t>(data, validity, size);
      case Layout::int32:
      case Layout::date: return AddWhole<std::int32_t>(data, validity, size);
      case Layout::int64:
      case Layout::timestamp: return AddWhole<std::int64_t>(data, validity, size);
      case Layout::real32: return AddReal<float>(data, validity, size);
      case Layout::real64: return AddReal<double>(data, validity, size);
      case Layout::text: return AddTexts(data, validity, size);
    }
  }

  void Merge(const ColumnPart& other) {
    values_ += other.values_;
    bytes_ += other.bytes_;
    sum_ += other.sum_;
    least_ = std::min(least_, other.least_);
    most_ = std::max(most_, other.most_);
    least_real_ = std::min(least_real_, other.least_real_);
    most_real_ = std::max(most_real_, other.most_real_);
    nans_ += other.nans_;
    moments_.Merge(other.moments_);
    rising_.Merge(other.rising_);
    range_.Merge(other.range_);
    counter_.Merge(other.counter_);
  }

  ColumnFacts Facts() {
    ColumnFacts facts;
    facts.values = values_;
    facts.distinct = std::min(values_, counter_.Distinct());
    if (!counter_.counting() && IsWhole(layout_) && rising_.Apart()) facts.distinct = values_;
    if (values_ > 0) {
      if (layout_ == Layout::text) {
        facts.min = wire::Value(range_.min);
        facts.max = wire::Value(range_.max);
        facts.mean_bytes = (bytes_ + values_ / 2) / values_;
      } else if (IsReal(layout_)) {
        constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
        facts.min = wire::Value(nans_ == values_ ? kNaN : least_real_);
        facts.max = wire::Value(nans_ > 0 ? kNaN : most_real_);
      } else {
        facts.min = ValueOf(least_);
        facts.max = ValueOf(most_);
      }
    }
    if (IsReal(layout_) || IsWhole(layout_)) AddMoments(facts);
    if (counter_.counting()) AddCounts(facts);
    return facts;
  }

 private:
  template <class Use>
  static void ForValid(const std::uint64_t* validity, std::size_t size, Use use) {
    for (std::size_t begin = 0; begin < size; begin += 64) {
      const std::size_t end = std::min(size, begin + 64);
      std::uint64_t bits = validity == nullptr ? ~std::uint64_t{0} : validity[begin / 64];
      if (bits == ~std::uint64_t{0}) {
        for (std::size_t i = begin; i < end; ++i) use(i);
        continue;
      }
      if (end - begin < 64) bits &= (std::uint64_t{1} << (end - begin)) - 1;
      for (; bits != 0; bits &= bits - 1)
        use(begin + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }

  template <class T>
  void AddWhole(const void* data, const std::uint64_t* validity, std::size_t size) {
    const T* numbers = static_cast<const T*>(data);
    std::uint64_t count = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = least;
    bool rises = true;
    Wide sum = 0;
    double squares = 0;
    // The deviations are taken from a value of the chunk, which keeps the squares small.
    double middle = 0;
    ForValid(validity, size, [&](std::size_t i) {
      const auto number = static_cast<std::int64_t>(numbers[i]);
      if (count++ == 0)
        middle = static_cast<double>(number);
      else
        rises &= number > before;
      before = number;
      least = std::min(least, number);
      most = std::max(most, number);
      sum += number;
      const double apart = static_cast<double>(number) - middle;
      squares += apart * apart;
      counter_.AddWord(static_cast<std::uint64_t>(number));
    });
    if (count == 0) return;
    values_ += count;
    sum_ += sum;
    least_ = std::min(least_, least);
    most_ = std::max(most_, most);
    if (rising_.all && rises)
      rising_.ranges.emplace_back(least, most);
    else
      rising_ = {false, {}};
    AddSquares(count, static_cast<double>(sum) / static_cast<double>(count), middle, squares);
  }

  template <class T>
  void AddReal(const void* data, const std::uint64_t* validity, std::size_t size) {
    const T* numbers = static_cast<const T*>(data);
    std::uint64_t finite = 0;
    double middle = 0, sum = 0, squares = 0;
    double least = least_real_, most = most_real_;
    ForValid(validity, size, [&](std::size_t i) {
      const double number = static_cast<double>(numbers[i]) + 0.0;  // -0 is 0.
      ++values_;
      if (std::isnan(number)) {
        ++nans_;
        counter_.AddWord(std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN()));
        return;
      }
      least = number < least ? number : least;
      most = number > most ? number : most;
      counter_.AddWord(std::bit_cast<std::uint64_t>(number));
      if (!std::isfinite(number)) return;
      if (finite++ == 0) middle = number;
      const double apart = number - middle;
      sum += apart;
      squares += apart * apart;
    });
    least_real_ = least;
    most_real_ = most;
    if (finite > 0) AddSquares(finite, middle + sum / static_cast<double>(finite), middle, squares);
  }

  /// Squares of deviations from `middle`, where the mean is `mean`.
  void AddSquares(std::uint64_t count, double mean, double middle, double squares) {
    const auto n = static_cast<double>(count);
    const double off = mean - middle;
    moments_.Merge({n, mean, std::max(0.0, squares - n * off * off)});
  }

  void AddTexts(const void* data, const std::uint64_t* validity, std::size_t size) {
    const auto* texts = static_cast<const duckdb_string_t*>(data);
    ForValid(validity, size, [&](std::size_t i) {
      duckdb_string_t text = texts[i];
      const bool inside = text.value.inlined.length <= 12;
      const std::string_view view(inside ? text.value.inlined.inlined : text.value.pointer.ptr,
                                  text.value.inlined.length);
      ++values_;
      bytes_ += view.size();
      range_.Add(view);
      counter_.AddText(view);
    });
  }

  wire::Value ValueOf(std::int64_t word) const {
    if (layout_ == Layout::boolean) return wire::Value(word != 0);
    if (layout_ != Layout::date && layout_ != Layout::timestamp) return wire::Value(word);
    duckdb_value value = layout_ == Layout::date
                             ? duckdb_create_date({static_cast<std::int32_t>(word)})
                             : duckdb_create_timestamp({word});
    char* written = duckdb_get_varchar(value);
    wire::Value text(std::string(written == nullptr ? "" : written));
    duckdb_free(written);
    duckdb_destroy_value(&value);
    return text;
  }

  void AddMoments(ColumnFacts& facts) const {
    if (moments_.count == 0) return;
    const double mean =
        IsReal(layout_) ? moments_.mean : static_cast<double>(sum_) / static_cast<double>(values_);
    const double deviation = std::sqrt(moments_.squares / (moments_.count - 1));
    if (!std::isfinite(mean) || (moments_.count > 1 && !std::isfinite(deviation))) return;
    facts.mean = mean;
    if (moments_.count > 1) facts.stddev = deviation;
  }

  void AddCounts(ColumnFacts& facts) const {
    if (IsReal(layout_) || layout_ == Layout::date || layout_ == Layout::timestamp) return;
    auto slots = counter_.Slots();
    if (layout_ == Layout::text)
      std::sort(slots.begin(), slots.end(),
                [](const auto& a, const auto& b) { return a.view() < b.view(); });
    else
      std::sort(slots.begin(), slots.end(), [](const auto& a, const auto& b) {
        return static_cast<std::int64_t>(a.word) < static_cast<std::int64_t>(b.word);
      });
    auto& counts = facts.counts.emplace();
    counts.reserve(slots.size());
    for (const auto& slot : slots)
      counts.push_back({layout_ == Layout::text ? wire::Value(std::string(slot.view()))
                                                : ValueOf(static_cast<std::int64_t>(slot.word)),
                        slot.count});
  }

  Layout layout_;
  std::uint64_t values_ = 0;
  std::uint64_t bytes_ = 0;
  Wide sum_ = 0;
  std::int64_t least_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t most_ = std::numeric_limits<std::int64_t>::min();
  double least_real_ = std::numeric_limits<double>::infinity();
  double most_real_ = -std::numeric_limits<double>::infinity();
  std::uint64_t nans_ = 0;
  Moments moments_;
  RisingRanges rising_;
  TextRange range_;
  ValueCounter counter_;
};

/// What one thread has seen of all columns.
struct TablePart {
  std::uint64_t rows = 0;
  std::vector<ColumnPart> columns;
};

class Pass {
 public:
  explicit Pass(std::vector<Layout> layouts) : layouts_(std::move(layouts)) {}

  /// Called by the engine, on its threads, with one chunk.
  static void Take(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output) {
    auto* pass = static_cast<Pass*>(duckdb_scalar_function_get_extra_info(info));
    const std::size_t size = duckdb_data_chunk_get_size(chunk);
    std::memset(duckdb_vector_get_data(output), 0, size);
    try {
      std::unique_ptr<TablePart> part = pass->Borrow();
      part->rows += size;
      for (std::size_t i = 0; i < part->columns.size(); ++i)
        part->columns[i].Add(duckdb_data_chunk_get_vector(chunk, i), size);
      pass->Return(std::move(part));
    } catch (const std::bad_alloc&) {
      duckdb_scalar_function_set_error(info, "Out of Memory Error: profile");
    }
  }

  TablePart Merged() {
    TablePart all = Fresh();
    for (const auto& part : parts_) {
      all.rows += part->rows;
      for (std::size_t i = 0; i < all.columns.size(); ++i) all.columns[i].Merge(part->columns[i]);
    }
    return all;
  }

 private:
  TablePart Fresh() const {
    TablePart part;
    for (const Layout layout : layouts_) part.columns.emplace_back(layout);
    return part;
  }
  std::unique_ptr<TablePart> Borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!parts_.empty()) {
        auto part = std::move(parts_.back());
        parts_.pop_back();
        return part;
      }
    }
    return std::make_unique<TablePart>(Fresh());
  }
  void Return(std::unique_ptr<TablePart> part) {
    const std::lock_guard lock(mutex_);
    parts_.push_back(std::move(part));
  }

  std::vector<Layout> layouts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<TablePart>> parts_;
};

base::Result<void> Register(IngestDatabase& database, const std::string& name, Pass& pass) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_logical_type any = duckdb_create_logical_type(DUCKDB_TYPE_ANY);
  duckdb_logical_type flag = duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN);
  duckdb_scalar_function_set_name(function, name.c_str());
  duckdb_scalar_function_set_varargs(function, any);
  duckdb_scalar_function_set_return_type(function, flag);
  duckdb_scalar_function_set_special_handling(function);  // Nulls come in, too.
  duckdb_scalar_function_set_volatile(function);          // Every row, and each only once.
  duckdb_scalar_function_set_extra_info(function, &pass, nullptr);
  duckdb_scalar_function_set_function(function, &Pass::Take);
  const auto registered = duckdb_register_scalar_function(database.connection(), function);
  duckdb_destroy_scalar_function(&function);
  duckdb_destroy_logical_type(&any);
  duckdb_destroy_logical_type(&flag);
  if (registered == DuckDBSuccess) return {};
  return base::MakeError(base::ErrorCode::internal, "the profile could not be taken");
}

}  // namespace

bool HasFacts(const wire::ColumnSchema& column) {
  return LayoutOf(column.database_type).has_value();
}

base::Result<std::vector<ColumnFacts>> ReadFacts(
    IngestDatabase& database, const std::vector<const wire::ColumnSchema*>& columns,
    std::uint64_t rows) {
  std::vector<Layout> layouts;
  std::string names;
  for (const wire::ColumnSchema* column : columns) {
    layouts.push_back(*LayoutOf(column->database_type));
    names += (names.empty() ? "" : ", ") + QuoteIdentifier(column->name);
  }
  Pass pass(std::move(layouts));
  const std::string function = fmt::format("tabletalk_profile_{}", database.NextNumber());
  TT_CHECK(Register(database, function, pass));
  TT_CHECK(database.Execute(fmt::format("SELECT bool_or({}({})) FROM main.data", function, names)));
  TablePart all = pass.Merged();
  if (all.rows != rows)
    return base::MakeError(base::ErrorCode::internal, "the profile could not be taken",
                           fmt::format("{} of {} rows were seen", all.rows, rows));
  std::vector<ColumnFacts> facts;
  for (ColumnPart& column : all.columns) facts.push_back(column.Facts());
  return facts;
}

}  // namespace tabletalk::runner
