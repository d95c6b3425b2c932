#include "plan/testing/shop.h"

#include <initializer_list>

namespace tabletalk::plan::testing {
namespace {

using wire::ColumnRole;
using wire::ColumnType;

struct Spec {
  const char* name;
  ColumnType type;
  const char* database;
  ColumnRole role = ColumnRole::dimension;
  std::uint64_t nulls = 0;
};

wire::TableSchema Table(const char* name, std::initializer_list<Spec> specs) {
  wire::TableSchema table;
  table.name = name;
  table.rows =
      12'000;  // Above what the profile counts exactly, so only relationships say "unique".
  for (const Spec& spec : specs) {
    wire::ColumnSchema column;
    column.name = spec.name;
    column.type = spec.type;
    column.database_type = spec.database;
    column.role = spec.role;
    column.profile.nulls = spec.nulls;
    if (column.type == ColumnType::date) column.profile.max = wire::Value("2024-06-30");
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace

wire::DatasetSchema Shop() {
  wire::DatasetSchema shop;
  shop.id = shop.name = "shop";
  shop.tables = {
      Table("customers", {{"id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                          {"name", ColumnType::text, "VARCHAR"},
                          {"country", ColumnType::text, "VARCHAR", ColumnRole::dimension, 5},
                          {"signup", ColumnType::date, "DATE", ColumnRole::time},
                          {"is_member", ColumnType::boolean, "BOOLEAN", ColumnRole::flag}}),
      Table("orders", {{"order_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                       {"customer_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                       {"status", ColumnType::text, "VARCHAR", ColumnRole::dimension, 7},
                       {"order_date", ColumnType::date, "DATE", ColumnRole::time},
                       {"created", ColumnType::timestamp, "TIMESTAMP", ColumnRole::time},
                       {"total", ColumnType::number, "DECIMAL(10,2)", ColumnRole::measure, 3},
                       {"note", ColumnType::text, "VARCHAR", ColumnRole::text, 9}}),
      Table("order_items", {{"item_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                            {"order_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                            {"product_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                            {"quantity", ColumnType::integer, "INTEGER", ColumnRole::measure},
                            {"price", ColumnType::number, "DOUBLE", ColumnRole::measure},
                            {"discount", ColumnType::number, "DOUBLE", ColumnRole::measure, 4}}),
      Table("products", {{"product_id", ColumnType::integer, "BIGINT", ColumnRole::identifier},
                         {"product name", ColumnType::text, "VARCHAR"},
                         {"category", ColumnType::text, "VARCHAR"}}),
      Table("stores", {{"store", ColumnType::text, "VARCHAR"},
                       {"city", ColumnType::text, "VARCHAR"},
                       {"area", ColumnType::number, "DOUBLE", ColumnRole::measure}}),
      Table("odd table", {{"order", ColumnType::integer, "UTINYINT", ColumnRole::measure},
                          {"group", ColumnType::text, "VARCHAR"},
                          {"say \"hi\"", ColumnType::number, "DOUBLE", ColumnRole::measure, 6},
                          {"имя", ColumnType::text, "VARCHAR"},
                          {"日付", ColumnType::date, "DATE", ColumnRole::time},
                          {"a.b", ColumnType::number, "DECIMAL(18,3)", ColumnRole::measure},
                          {"at", ColumnType::time, "TIME"},
                          {"big", ColumnType::integer, "HUGEINT", ColumnRole::measure},
                          {"user", ColumnType::boolean, "BOOLEAN", ColumnRole::flag},
                          {"list", ColumnType::other, "INTEGER[]"}})};
  using wire::RelationshipKind;
  shop.relationships = {
      {"customers.id", "orders.customer_id", RelationshipKind::one_to_many},
      {"orders.order_id", "order_items.order_id", RelationshipKind::one_to_many},
      {"order_items.product_id", "products.product_id", RelationshipKind::many_to_one}};
  return shop;
}

std::vector<std::string> ShopData() {
  return {
      "CREATE TABLE customers AS SELECT i AS id, 'Customer ' || i AS name, "
      "CASE i % 5 WHEN 0 THEN 'Norway' WHEN 1 THEN 'norway' WHEN 2 THEN 'Chile' WHEN 3 THEN NULL "
      "ELSE "
      "'100%_sure' END AS country, DATE '2023-01-01' + CAST(i * 11 AS INTEGER) AS signup, i % 3 = "
      "0 AS "
      "is_member FROM range(1, 21) t(i)",
      "CREATE TABLE orders AS SELECT i AS order_id, 1 + i * 7 % 18 AS customer_id, CASE i % 4 WHEN "
      "0 THEN "
      "'completed' WHEN 1 THEN 'Completed' WHEN 2 THEN 'open' END AS status, DATE '2024-01-01' + "
      "CAST(i * 3 "
      "% 182 AS INTEGER) AS order_date, TIMESTAMP '2024-01-01 08:30:00' + INTERVAL (i * 53) HOUR "
      "AS created, "
      "CASE WHEN i % 17 = 0 THEN NULL ELSE CAST(i * 13 % 97 AS DECIMAL(10,2)) / 4 "
      "END::DECIMAL(10,2) AS "
      "total, CASE WHEN i % 6 = 0 THEN NULL ELSE 'note ' || (i % 5) END AS note FROM range(1, 61) "
      "t(i)",
      "CREATE TABLE order_items AS SELECT i AS item_id, 1 + i * 5 % 58 AS order_id, 1 + i % 6 AS "
      "product_id, "
      "CAST(i % 5 AS INTEGER) AS quantity, CAST(i * 37 % 101 AS DOUBLE) / 8 AS price, CASE WHEN i "
      "% 9 = 0 "
      "THEN NULL ELSE (i % 4) / 10.0::DOUBLE END AS discount FROM range(1, 151) t(i)",
      "CREATE TABLE products AS SELECT i AS product_id, 'Thing ' || i AS \"product name\", CASE i "
      "% 3 WHEN 0 "
      "THEN 'Toys' WHEN 1 THEN 'Books' ELSE 'Garden' END AS category FROM range(1, 8) t(i)",
      "CREATE TABLE stores AS SELECT 'S' || i AS store, 'City ' || (i % 3) AS city, i * "
      "10.5::DOUBLE AS area "
      "FROM range(1, 9) t(i)",
      "CREATE TABLE \"odd table\" AS SELECT CAST(i % 200 AS UTINYINT) AS \"order\", 'g' || (i % 4) "
      "AS "
      "\"group\", CASE WHEN i % 6 = 0 THEN NULL ELSE (i % 9) / 3.0::DOUBLE END AS \"say "
      "\"\"hi\"\"\", 'Ж' || "
      "(i % 3) AS \"имя\", DATE '2024-02-01' + CAST(i AS INTEGER) AS \"日付\", CAST(i % 7 AS "
      "DECIMAL(18,3)) AS \"a.b\", TIME '08:00:00' + INTERVAL (i) MINUTE AS at, CAST(i AS HUGEINT) "
      "* "
      "1000000000000 AS big, i % 2 = 0 AS \"user\", [CAST(i AS INTEGER)] AS list FROM range(1, 41) "
      "t(i)"};
}

}  // namespace tabletalk::plan::testing
