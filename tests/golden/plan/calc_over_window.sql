-- The sum of total ("revenue"), the share of revenue ("share") and round((share * 100), 1) ("percent") for each status, from orders.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."status" AS "status",
    SUM("orders"."total") AS "revenue"
  FROM "orders"
  GROUP BY 1
),
"step" AS (
  SELECT
    *,
    "revenue" / NULLIF(SUM("revenue") OVER (), 0) AS "share"
  FROM "grouped"
)
SELECT
  "status",
  "revenue",
  "share",
  ROUND("share" * $p1, 1) AS "percent"
FROM "step"
ORDER BY "status" NULLS LAST
LIMIT 200
-- $p1 = 100
