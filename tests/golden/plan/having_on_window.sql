-- The number of rows ("n") and the rank of n ("place") for each customer_id, from orders, keeping results where place is at most 2.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."customer_id" AS "customer_id",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
),
"step" AS (
  SELECT
    *,
    RANK() OVER (ORDER BY "n" DESC NULLS LAST) AS "place"
  FROM "grouped"
)
SELECT
  "customer_id",
  "n",
  "place"
FROM "step"
WHERE "place" <= $p1
ORDER BY "customer_id" NULLS LAST
LIMIT 200
-- $p1 = 2
