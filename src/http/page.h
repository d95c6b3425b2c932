// Lists come in pages: ?limit=&cursor=.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tabletalk::http {

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< Nothing on the last page.
};

/// The limit of a list request: 100 by default, from 1 to 1000. Errors: invalid_argument.
inline base::Result<std::size_t> LimitOf(const std::map<std::string, std::string>& query) {
  const auto given = query.find("limit");
  if (given == query.end()) return std::size_t{100};
  const std::string& text = given->second;
  std::size_t limit = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (problem != std::errc() || end != text.data() + text.size() || limit < 1 || limit > 1000)
    return base::InvalidArgument("limit must be a whole number from 1 to 1000");
  return limit;
}

/// Cuts the page that `query` asks for. A cursor is the id of the last item of the page before it,
/// so that a list that grows in the meantime skips and repeats nothing; clients take it as opaque.
/// Errors: invalid_argument for a bad limit, and for a cursor that names no item.
template <class T, class IdOf>
base::Result<Page<T>> PageOf(std::vector<T> all, const std::map<std::string, std::string>& query,
                             IdOf id_of) {
  TT_ASSIGN(const std::size_t limit, LimitOf(query));
  std::size_t from = 0;
  if (const auto cursor = query.find("cursor"); cursor != query.end() && !cursor->second.empty()) {
    while (from < all.size() && id_of(all[from]) != cursor->second) ++from;
    if (from == all.size())
      return base::InvalidArgument("cursor does not name a place in this list; start without it");
    ++from;
  }
  Page<T> page;
  const std::size_t count = std::min(limit, all.size() - from);
  for (std::size_t i = from; i < from + count; ++i) page.items.push_back(std::move(all[i]));
  if (from + count < all.size()) page.next_cursor = id_of(page.items.back());
  return page;
}

}  // namespace tabletalk::http
