// How large a plan may be.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tabletalk::plan {

/// Bounds that Check holds a plan to. They keep the SQL readable and the compiler's stack shallow;
/// none of them is a defence, that is the sandbox's work.
struct Limits {
  std::int64_t default_limit = 200;  ///< Rows, where a plan has no `limit`; 0 for all of them.
  std::int64_t max_limit = 1000;     ///< Rows a plan may ask to be shown.
  std::size_t max_nesting = 4;       ///< Plans inside plans; also joins of one plan are at most 16.
  std::size_t max_select = 64;       ///< Items of one `select`.
  std::size_t max_conditions = 200;  ///< Comparisons in one plan, nested plans included.
  std::size_t max_list = 1000;       ///< Values of one in or not_in.
  std::size_t max_param_chars = 1000;  ///< Bytes of one text literal, and of one name in a plan.
  std::size_t max_depth = 32;          ///< Conditions or calculations inside one another.
};

}  // namespace tabletalk::plan
