-- The average of discount ("avg_discount") and the share of avg_discount ("share") for each product_id, from orders joined with order_items, where status is "completed" and order_date is from "2024-01-01" to "2024-03-31", keeping results where avg_discount is above 0, ordered by avg_discount descending, at most 10 rows.
-- Assumed: order_items is joined on orders.order_id = order_items.order_id; rows without a match are left out.
-- Assumed: Rows that "having" drops do not count in shares, ranks and other windows.
WITH "grouped" AS (
  SELECT
    "order_items"."product_id" AS "product_id",
    AVG("order_items"."discount") AS "avg_discount"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
  WHERE LOWER("orders"."status") = LOWER($p1)
    AND ("orders"."order_date" >= CAST($p2 AS DATE) AND "orders"."order_date" <= CAST($p3 AS DATE))
  GROUP BY 1
  HAVING AVG("order_items"."discount") > $p4
)
SELECT
  "product_id",
  "avg_discount",
  "avg_discount" / NULLIF(SUM("avg_discount") OVER (), 0) AS "share"
FROM "grouped"
ORDER BY "avg_discount" DESC NULLS LAST, "product_id" NULLS LAST
LIMIT 10
-- $p1 = "completed"
-- $p2 = "2024-01-01"
-- $p3 = "2024-03-31"
-- $p4 = 0
