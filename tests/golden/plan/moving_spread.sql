-- The sum of total ("t") and the standard deviation over 3 rows of t by m ascending ("spread") for each month of order_date, from orders.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "m",
    SUM("orders"."total") AS "t"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "m",
  "t",
  STDDEV_SAMP("t") OVER (ORDER BY "m" NULLS LAST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS "spread"
FROM "grouped"
ORDER BY "m" NULLS LAST
LIMIT 200
