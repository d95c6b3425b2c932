-- Month and n, from "m" [the number of rows ("n") for each month of order_date, from orders], where month is in the last 2 months of the data.
-- Assumed: "Last 2 months" is counted back from the newest month in m.
-- Assumed: At most 200 rows are shown.
WITH "m" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "month",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "m"."month" AS "month",
  "m"."n" AS "n"
FROM "m"
WHERE "m"."month" > (SELECT MAX("month") FROM "m") - INTERVAL 2 MONTH
ORDER BY "month" NULLS LAST, "n" NULLS LAST
LIMIT 200
