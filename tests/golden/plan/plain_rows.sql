-- Order_id, status and total, from orders, at most 5 rows.
SELECT
  "orders"."order_id" AS "order_id",
  "orders"."status" AS "status",
  "orders"."total" AS "total"
FROM "orders"
ORDER BY "order_id" NULLS LAST, "status" NULLS LAST, "total" NULLS LAST
LIMIT 5
