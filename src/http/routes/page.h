// Lists come in pages: ?limit=&cursor=.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/routes/typed_request.h"

namespace tabletalk::http {

/// Which page. The cursor is that of the page before it; none, or an empty one, is the first.
struct PageRequest {
  Bounded<1, 1000, 100> limit;
  std::string cursor;
  static constexpr std::string_view kOptional[] = {"limit", "cursor"};
};
BOOST_DESCRIBE_STRUCT(PageRequest, (), (limit, cursor))

/// Cuts the page that `request` asks for out of a list, into a P{items, next_cursor}. A cursor is
/// the id of the last item of the page before it, so that a list that grows in the meantime skips
/// and repeats nothing; clients take it as opaque. Errors: invalid_argument for a cursor that names
/// no item.
template <class P, class T, class IdOf>
base::Result<P> PageOf(std::vector<T> all, const PageRequest& request, IdOf id_of) {
  std::size_t from = 0;
  if (!request.cursor.empty()) {
    while (from < all.size() && id_of(all[from]) != request.cursor) ++from;
    if (from == all.size())
      return base::InvalidArgument("cursor does not name a place in this list; start without it");
    ++from;
  }
  P page;
  const std::size_t count =
      std::min(static_cast<std::size_t>(request.limit.value), all.size() - from);
  for (std::size_t i = from; i < from + count; ++i) page.items.push_back(std::move(all[i]));
  if (from + count < all.size()) page.next_cursor = id_of(page.items.back());
  return page;
}

}  // namespace tabletalk::http
