-- Round(the ratio of the sum of price to the sum of quantity, 2) ("price_a_piece") for each product_id, from order_items, ordered by price_a_piece descending, at most 3 rows.
WITH "grouped" AS (
  SELECT
    "order_items"."product_id" AS "product_id",
    SUM("order_items"."price") AS "hidden_1",
    SUM("order_items"."quantity") AS "hidden_2"
  FROM "order_items"
  GROUP BY 1
)
SELECT
  "product_id",
  ROUND("hidden_1" / NULLIF("hidden_2", 0), 2) AS "price_a_piece"
FROM "grouped"
ORDER BY "price_a_piece" DESC NULLS LAST, "product_id" NULLS LAST
LIMIT 3
