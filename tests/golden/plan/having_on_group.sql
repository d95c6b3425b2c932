-- The number of rows ("n") for each month of order_date, from orders, keeping results where month is at least "2024-03-01".
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "month",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "month",
  "n"
FROM "grouped"
WHERE "month" >= CAST($p1 AS DATE)
ORDER BY "month" NULLS LAST
LIMIT 200
-- $p1 = "2024-03-01"
