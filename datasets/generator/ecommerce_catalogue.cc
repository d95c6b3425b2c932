#include "ecommerce_catalogue.h"

#include <fmt/format.h>

#include <array>

namespace tabletalk::generator {
namespace {

struct Kind {
  std::string_view name;
  std::int64_t euros;  // The middle line's price.
};

struct Range {
  Category category;
  std::array<Kind, 9> kinds;
};

constexpr std::array<Range, 8> kRanges = {{
    {{"Electronics", "ELE", 24, 11, 12, 145, 650},
     {{{"Wireless Earbuds", 79},
       {"Bluetooth Speaker", 65},
       {"Phone Charger", 24},
       {"Power Bank", 35},
       {"Smart Watch", 189},
       {"Webcam", 59},
       {"Keyboard", 84},
       {"Portable SSD", 119},
       {"Tablet", 329}}}},
    {{"Clothing", "CLO", 20, 3, 5, 115, 1450},
     {{{"Rain Jacket", 89},
       {"Wool Sweater", 69},
       {"Linen Shirt", 45},
       {"Denim Jeans", 72},
       {"Running Socks", 12},
       {"Winter Scarf", 27},
       {"Cotton T-Shirt", 19},
       {"Hooded Fleece", 54},
       {"Leather Belt", 34}}}},
    {{"Home & Kitchen", "HOM", 18, 10, 12, 120, 420},
     {{{"Espresso Machine", 249},
       {"Chef's Knife", 58},
       {"Cast Iron Pan", 46},
       {"Bed Linen", 64},
       {"Desk Lamp", 39},
       {"Storage Box", 16},
       {"Electric Kettle", 44},
       {"Towel Set", 32},
       {"Wall Clock", 28}}}},
    {{"Books", "BOO", 13, 11, 12, 150, 120},
     {{{"Crime Novel", 13},
       {"Cookbook", 29},
       {"Travel Guide", 18},
       {"Children's Atlas", 24},
       {"Poetry Collection", 14},
       {"History of Europe", 34},
       {"Language Course", 39},
       {"Garden Almanac", 21},
       {"Crossword Book", 8}}}},
    {{"Beauty", "BEA", 9, 5, 8, 110, 310},
     {{{"Hand Cream", 9},
       {"Sun Lotion", 17},
       {"Shampoo Bar", 11},
       {"Eau de Parfum", 68},
       {"Beard Oil", 19},
       {"Face Serum", 36},
       {"Nail Kit", 15},
       {"Hair Dryer", 62},
       {"Bath Salts", 13}}}},
    {{"Sports & Outdoors", "SPO", 11, 4, 8, 140, 560},
     {{{"Yoga Mat", 31},
       {"Trekking Poles", 57},
       {"Camping Tent", 179},
       {"Water Bottle", 18},
       {"Bike Helmet", 66},
       {"Sleeping Bag", 92},
       {"Jump Rope", 11},
       {"Dumbbell Pair", 48},
       {"Head Torch", 29}}}},
    {{"Toys & Games", "TOY", 8, 11, 12, 240, 260},
     {{{"Wooden Train", 37},
       {"Board Game", 33},
       {"Jigsaw Puzzle", 17},
       {"Plush Bear", 22},
       {"Building Blocks", 49},
       {"Card Game", 12},
       {"Kite", 26},
       {"Marble Run", 42},
       {"Paint Box", 15}}}},
    {{"Garden", "GAR", 7, 3, 6, 230, 240},
     {{{"Pruning Shears", 27},
       {"Watering Can", 23},
       {"Seed Box", 14},
       {"Garden Hose", 39},
       {"Bird Feeder", 19},
       {"Raised Bed", 84},
       {"Parasol", 109},
       {"Compost Bin", 61},
       {"Solar Lights", 25}}}},
}};

struct Line {
  std::string_view name;
  std::int64_t price_percent;
};

constexpr std::array<Line, 3> kLines = {{{"Basic", 62}, {"Nordlys", 100}, {"Atelier", 171}}};

// Shop prices end in .99 below fifty euros and in .00 or .50 above.
std::int64_t ShopPrice(std::int64_t cents) {
  return cents < 5'000 ? cents / 100 * 100 + 99 : (cents + 25) / 50 * 50;
}

}  // namespace

std::vector<Shelf> MakeCatalogue(Random& random) {
  std::vector<Shelf> catalogue;
  for (const Range& range : kRanges) {
    Shelf shelf{range.category, {}};
    std::int64_t number = 100;
    for (const Kind& kind : range.kinds) {
      for (const Line& line : kLines) {
        Product product;
        product.sku = fmt::format("{}-{}", range.category.code, ++number);
        product.name = fmt::format("{} {}", line.name, kind.name);
        product.price_2023 = ShopPrice(kind.euros * line.price_percent);
        product.price_2024 = ShopPrice(product.price_2023 * 104 / 100 + 20);
        // Cheap sells more, and a few products sell far more than the rest.
        const std::int64_t tail = random.LongTail(1'000, 250);
        product.popularity = 1 + tail * 100 / (line.price_percent + kind.euros);
        product.launched = MakeDay(2022, 1, 1);
        if (random.Chance(900)) {
          product.launched = MakeDay(2023, 4, 1) + std::chrono::days{random.Below(500)};
        }
        shelf.products.push_back(std::move(product));
      }
    }
    catalogue.push_back(std::move(shelf));
  }
  return catalogue;
}

}  // namespace tabletalk::generator
