// What the shop sells: categories, product kinds and the products made of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"
#include "random.h"

namespace tabletalk::generator {

struct Category {
  std::string_view name;
  std::string_view code;  // The first part of its products' SKUs.
  std::int64_t weight;    // How often it is bought, before the season.
  unsigned season_first;  // The months in which it sells at `season_percent`.
  unsigned season_last;
  std::int64_t season_percent;
  std::int64_t return_chance;  // In ten thousand orders that contain it.
};

struct Product {
  std::string sku;
  std::string name;
  std::int64_t price_2023;  // In cents.
  std::int64_t price_2024;
  std::int64_t popularity;  // Within its category.
  Day launched;
};

struct Shelf {
  Category category;
  std::vector<Product> products;
};

// The whole range, one shelf a category. Always the same products; popularity and launch days are
// drawn.
std::vector<Shelf> MakeCatalogue(Random& random);

}  // namespace tabletalk::generator
