-- The number of rows, from orders, where order_date is below created.
SELECT
  COUNT(*) AS "count"
FROM "orders"
WHERE "orders"."order_date" < CAST("orders"."created" AS DATE)
LIMIT 200
