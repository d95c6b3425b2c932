-- The number of rows ("n") for each customer_id, from orders, keeping results where n is at least 4.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."customer_id" AS "customer_id",
  COUNT(*) AS "n"
FROM "orders"
GROUP BY 1
HAVING COUNT(*) >= $p1
ORDER BY "customer_id" NULLS LAST
LIMIT 200
-- $p1 = 4
