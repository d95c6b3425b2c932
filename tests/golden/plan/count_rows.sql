-- The number of rows, from orders.
SELECT
  COUNT(*) AS "count"
FROM "orders"
LIMIT 200
