-- The sum of total ("revenue"), the running total of revenue by month ascending ("running_total"), the previous of revenue by month ascending ("previous"), the change of revenue by month ascending ("change"), the relative change of revenue by month ascending ("pct_change") and the moving average over 3 rows of revenue by month ascending ("smooth") for each month of order_date, from orders, ordered by month ascending.
-- Assumed: "previous" looks back by rows of the result: a period without data is not a row.
-- Assumed: "change" looks back by rows of the result: a period without data is not a row.
-- Assumed: "pct_change" looks back by rows of the result: a period without data is not a row.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "month",
    SUM("orders"."total") AS "revenue"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "month",
  "revenue",
  SUM("revenue") OVER (ORDER BY "month" NULLS LAST ROWS UNBOUNDED PRECEDING) AS "running_total",
  LAG("revenue", 1) OVER (ORDER BY "month" NULLS LAST) AS "previous",
  "revenue" - LAG("revenue", 1) OVER (ORDER BY "month" NULLS LAST) AS "change",
  "revenue" / NULLIF(LAG("revenue", 1) OVER (ORDER BY "month" NULLS LAST), 0) - 1 AS "pct_change",
  AVG("revenue") OVER (ORDER BY "month" NULLS LAST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS "smooth"
FROM "grouped"
ORDER BY "month" NULLS LAST
LIMIT 200
