-- The number of rows ("n") and a value chosen by conditions ("amount") for each status, from orders.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."status" AS "status",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
)
SELECT
  "status",
  "n",
  CASE WHEN "n" > $p2 THEN $p1 ELSE $p3 END AS "amount"
FROM "grouped"
ORDER BY "status" NULLS LAST
LIMIT 200
-- $p1 = "many"
-- $p2 = 14
-- $p3 = "few"
