-- The ratio of the number of rows over rows where status is "open" to the number of rows for each customer_id, from orders.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."customer_id" AS "customer_id",
    COUNT(*) FILTER (WHERE LOWER("orders"."status") = LOWER($p1)) AS "hidden_1",
    COUNT(*) AS "hidden_2"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "customer_id",
  "hidden_1" / NULLIF("hidden_2", 0) AS "ratio_count_count"
FROM "grouped"
ORDER BY "customer_id" NULLS LAST
LIMIT 200
-- $p1 = "open"
