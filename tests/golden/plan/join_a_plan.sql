-- The average of pieces ("pieces") and the sum of total ("total") for each status, from orders joined with "per_order" [the sum of quantity ("pieces") for each order_id, from order_items].
-- Assumed: per_order is joined on orders.order_id = per_order.order_id; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
WITH "per_order" AS (
  SELECT
    "order_items"."order_id" AS "order_id",
    SUM("order_items"."quantity") AS "pieces"
  FROM "order_items"
  GROUP BY 1
)
SELECT
  "orders"."status" AS "status",
  AVG("per_order"."pieces") AS "pieces",
  SUM("orders"."total") AS "total"
FROM "orders"
JOIN "per_order" ON "orders"."order_id" = "per_order"."order_id"
GROUP BY 1
ORDER BY "status" NULLS LAST
LIMIT 200
