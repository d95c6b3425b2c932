#include "offline/testing/schemas.h"

#include <stdexcept>

namespace tabletalk::offline::testing {
namespace {

using wire::ColumnRole;
using wire::ColumnSchema;
using wire::ColumnType;
using wire::TableSchema;
using wire::Value;

ColumnSchema Text(std::string name, std::vector<std::string> values, std::uint64_t rows_each = 10) {
  ColumnSchema column;
  column.name = std::move(name);
  column.profile.distinct = values.size();
  column.profile.top_values_complete = true;
  for (std::string& value : values)
    column.profile.top_values.push_back({Value(std::move(value)), rows_each});
  return column;
}
ColumnSchema Varied(std::string name, std::uint64_t distinct, ColumnRole role) {
  ColumnSchema column;
  column.name = std::move(name);
  column.role = role;
  column.profile.distinct = distinct;
  return column;
}
ColumnSchema Number(std::string name, ColumnType type, double low, double high,
                    std::uint64_t distinct = 500) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = type;
  column.role = ColumnRole::measure;
  column.profile.distinct = distinct;
  if (type == ColumnType::integer) {
    column.profile.min = Value(static_cast<std::int64_t>(low));
    column.profile.max = Value(static_cast<std::int64_t>(high));
  } else {
    column.profile.min = Value(low);
    column.profile.max = Value(high);
  }
  return column;
}
ColumnSchema Time(std::string name, ColumnType type, const char* low, const char* high,
                  std::uint64_t distinct) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = type;
  column.role = ColumnRole::time;
  column.profile.distinct = distinct;
  column.profile.min = Value(low);
  column.profile.max = Value(high);
  return column;
}
ColumnSchema Flag(std::string name) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = ColumnType::boolean;
  column.role = ColumnRole::flag;
  column.profile.distinct = 2;
  return column;
}
ColumnSchema With(ColumnSchema column, std::vector<std::string> synonyms, std::string unit = "") {
  column.synonyms = std::move(synonyms);
  if (!unit.empty()) column.unit = std::move(unit);
  return column;
}
ColumnSchema WithNulls(ColumnSchema column, std::uint64_t nulls) {
  column.profile.nulls = nulls;
  return column;
}
TableSchema TableOf(std::string name, std::uint64_t rows, std::vector<ColumnSchema> columns) {
  TableSchema table;
  table.name = std::move(name);
  table.rows = rows;
  table.columns = std::move(columns);
  return table;
}
wire::DatasetSchema Dataset(std::string id, std::vector<TableSchema> tables) {
  wire::DatasetSchema dataset;
  dataset.id = dataset.name = std::move(id);
  dataset.origin = "files";
  dataset.tables = std::move(tables);
  return dataset;
}

}  // namespace

wire::DatasetSchema Shop() {
  TableSchema orders = TableOf(
      "orders", 1000,
      {Varied("order_id", 1000, ColumnRole::identifier),
       With(WithNulls(Varied("customer_id", 300, ColumnRole::identifier), 40),
            {"customer", "buyer"}),
       With(Text("country", {"Germany", "France", "Spain", "United States"}), {"market"}),
       Text("channel", {"Web", "Mobile app", "Phone"}),
       With(Text("status", {"completed", "cancelled", "returned"}), {"order status"}),
       With(Time("order_date", ColumnType::date, "2023-01-01", "2024-12-31", 700),
            {"date", "ordered", "placed"}),
       With(WithNulls(Time("shipped_at", ColumnType::timestamp, "2023-01-02 08:00:00",
                           "2025-01-02 10:00:00", 900),
                      80),
            {"shipped"}),
       With(Number("shipping_cost", ColumnType::number, 0, 58), {"shipping", "postage"}, "EUR"),
       WithNulls(Text("coupon_code", {"WELCOME", "SUMMER"}), 900)});
  TableSchema items = TableOf(
      "order_items", 3000,
      {Varied("order_id", 1000, ColumnRole::identifier),
       With(Text("product_name", {"Garden Chair", "Garden Table", "Desk Lamp"}), {"product"}),
       Text("category", {"Garden", "Toys & Games", "Beauty"}),
       With(Number("quantity", ColumnType::integer, 1, 76), {"units"}, "pieces"),
       With(Number("unit_price", ColumnType::number, 4.99, 585), {"price"}, "EUR"),
       With(WithNulls(Number("discount", ColumnType::number, 0, 0.3), 20), {"rebate"}, "fraction"),
       With(Number("line_total", ColumnType::number, 4.49, 8775), {"revenue", "sales", "turnover"},
            "EUR")});
  wire::DatasetSchema dataset = Dataset("shop", {orders, items});
  dataset.relationships = {
      {"orders.order_id", "order_items.order_id", wire::RelationshipKind::one_to_many}};
  return dataset;
}

wire::DatasetSchema Penguins() {
  return Dataset("penguins",
                 {TableOf("penguins", 344,
                          {Text("species", {"Adelie", "Chinstrap", "Gentoo"}),
                           Text("island", {"Biscoe", "Dream", "Torgersen"}),
                           WithNulls(Number("culmen_length_mm", ColumnType::number, 32, 59), 2),
                           WithNulls(Number("culmen_depth_mm", ColumnType::number, 13, 21), 2),
                           WithNulls(Number("flipper_length_mm", ColumnType::number, 172, 231), 2),
                           WithNulls(Number("body_mass_g", ColumnType::number, 2700, 6300), 2),
                           WithNulls(Text("sex", {"MALE", "FEMALE"}), 10)})});
}

wire::DatasetSchema Bikes() {
  TableSchema trips =
      TableOf("Bike Trips", 60,
              {Number("Trip No", ColumnType::integer, 1, 60, 60),
               Text("bike_id", {"B1", "B2", "B3", "B4", "B5"}),
               Time("Start Date", ColumnType::date, "2024-03-01", "2024-05-30", 40),
               Number("Distance (km)", ColumnType::number, 0.5, 20),
               Number("Minutes", ColumnType::integer, 3, 90),
               Text("Rider Type", {"Casual", "Member", "Tourist"}, 20),
               WithNulls(Number("Rating (1-5)", ColumnType::integer, 1, 5, 5), 12)});
  trips.columns[0].role = ColumnRole::identifier;
  trips.columns[1].role = ColumnRole::identifier;
  TableSchema bikes = TableOf(
      "rental_bikes", 5,
      {Text("Bike ID", {"B1", "B2", "B3", "B4", "B5"}, 1),
       Text("Model Name", {"Cargo Max", "City Cruiser"}, 2),
       Text("Home Station", {"Harbour", "Old Town", "Station North"}, 2),
       Number("Purchase Price (€)", ColumnType::number, 200, 1900, 5),
       Time("Bought On", ColumnType::date, "2022-06-01", "2023-08-03", 5), Flag("in service")});
  bikes.columns[0].role = ColumnRole::identifier;
  wire::DatasetSchema dataset = Dataset("bikes", {trips, bikes});
  dataset.relationships = {
      {"rental_bikes.Bike ID", "Bike Trips.bike_id", wire::RelationshipKind::one_to_many}};
  return dataset;
}

wire::DatasetSchema Disasters() {
  return Dataset(
      "disasters",
      {TableOf("disasters", 803,
               {Text("Entity", {"All natural disasters", "Flood", "Earthquake", "Drought"}, 100),
                Number("Year", ColumnType::integer, 1900, 2017, 117),
                Number("Deaths", ColumnType::integer, 1, 3711787, 700)})});
}

wire::DatasetSchema Countries() {
  return Dataset("countries",
                 {TableOf("health-income", 4,
                          {Text("country", {"Norway", "Chad", "Peru", "New Zealand"}, 1),
                           Number("income", ColumnType::integer, 600, 130000, 4),
                           Number("health", ColumnType::number, 48, 84, 4),
                           Number("population", ColumnType::integer, 50000, 1370000000, 4),
                           Text("region", {"europe", "south_asia", "america"}, 2)})});
}

wire::DatasetSchema Weather() {
  return Dataset("weather",
                 {TableOf("seattle-weather", 1461,
                          {Time("date", ColumnType::date, "2012-01-01", "2015-12-31", 1461),
                           Number("precipitation", ColumnType::number, 0, 56),
                           Number("temp_max", ColumnType::number, -2, 36),
                           Number("temp_min", ColumnType::number, -8, 19),
                           Number("wind", ColumnType::number, 0, 10),
                           Text("weather", {"drizzle", "rain", "sun", "snow", "fog"}, 100)})});
}

wire::DatasetSchema Addresses() {
  ColumnSchema street = Varied("Street", 900, ColumnRole::text);
  street.profile.top_values = {{Value("Main Street"), 3}};
  return Dataset(
      "addresses",
      {TableOf("addresses", 1000,
               {Text("State", {"IN", "OR", "CA", "ME"}), street, Text("Город", {"Казань", "Томск"}),
                Number("Выручка, ₽", ColumnType::integer, 10, 90000),
                Number("rooms", ColumnType::integer, 1, 9, 9)})});
}

wire::DatasetSchema ByName(std::string_view name) {
  if (name == "shop") return Shop();
  if (name == "penguins") return Penguins();
  if (name == "bikes") return Bikes();
  if (name == "disasters") return Disasters();
  if (name == "countries") return Countries();
  if (name == "weather") return Weather();
  if (name == "addresses") return Addresses();
  throw std::invalid_argument("no test schema of that name");
}

}  // namespace tabletalk::offline::testing
