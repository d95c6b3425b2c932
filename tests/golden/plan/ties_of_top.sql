-- The number of rows ("n") for each customer_id, from orders, the top 3 by n and what equals the last of them, ordered by n descending.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."customer_id" AS "customer_id",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
),
"ranked" AS (
  SELECT
    *,
    RANK() OVER (ORDER BY "n" DESC NULLS LAST) AS "place"
  FROM "grouped"
)
SELECT
  "customer_id",
  "n"
FROM "ranked"
WHERE "place" <= 3
ORDER BY "n" DESC NULLS LAST, "customer_id" NULLS LAST
LIMIT 200
