-- The different values of customer_id and status, from orders, the bottom 2 by customer_id of each status.
-- Assumed: At most 200 rows are shown.
WITH "rows" AS (
  SELECT
    "orders"."customer_id" AS "customer_id",
    "orders"."status" AS "status"
  FROM "orders"
),
"distinct_rows" AS (
  SELECT DISTINCT
    "customer_id",
    "status"
  FROM "rows"
),
"ranked" AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY "status" ORDER BY "customer_id" NULLS LAST) AS "place"
  FROM "distinct_rows"
)
SELECT DISTINCT
  "customer_id",
  "status"
FROM "ranked"
WHERE "place" <= 2
ORDER BY "customer_id" NULLS LAST, "status" NULLS LAST
LIMIT 200
