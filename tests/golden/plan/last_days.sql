-- The number of rows, from orders, where order_date is in the last 30 days of the data.
-- Assumed: "Last 30 days" is counted back from the newest order_date in orders, 2024-06-30.
SELECT
  COUNT(*) AS "count"
FROM "orders"
WHERE "orders"."order_date" > (SELECT MAX("order_date") FROM "orders") - INTERVAL 30 DAY
LIMIT 200
