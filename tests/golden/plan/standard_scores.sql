-- The sum of total ("t"), the average over all rows of t ("mean"), the standard deviation over all rows of t ("spread") and the distance from the average, in standard deviations, of t ("z") for each customer_id, from orders, keeping results where z is above 1.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."customer_id" AS "customer_id",
    SUM("orders"."total") AS "t"
  FROM "orders"
  GROUP BY 1
),
"step" AS (
  SELECT
    *,
    AVG("t") OVER () AS "mean",
    STDDEV_SAMP("t") OVER () AS "spread",
    ("t" - AVG("t") OVER ()) / NULLIF(STDDEV_SAMP("t") OVER (), 0) AS "z"
  FROM "grouped"
)
SELECT
  "customer_id",
  "t",
  "mean",
  "spread",
  "z"
FROM "step"
WHERE "z" > $p1
ORDER BY "customer_id" NULLS LAST
LIMIT 200
-- $p1 = 1
