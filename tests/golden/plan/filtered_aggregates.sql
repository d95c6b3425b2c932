-- The number of rows ("all_orders"), the number of rows over rows where status is "completed" ("completed") and the ratio of completed to all_orders ("completion_rate"), from orders.
WITH "grouped" AS (
  SELECT
    COUNT(*) AS "all_orders",
    COUNT(*) FILTER (WHERE LOWER("orders"."status") = LOWER($p1)) AS "completed"
  FROM "orders"
)
SELECT
  "all_orders",
  "completed",
  "completed" / NULLIF("all_orders", 0) AS "completion_rate"
FROM "grouped"
LIMIT 200
-- $p1 = "completed"
