-- Order_id, from orders, ordered by total descending, after the first 2, at most 3 rows.
SELECT
  "orders"."order_id" AS "order_id"
FROM "orders"
ORDER BY "orders"."total" DESC NULLS LAST, "order_id" NULLS LAST
LIMIT 3
OFFSET 2
