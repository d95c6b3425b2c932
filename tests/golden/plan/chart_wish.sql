-- The number of rows for each status, from orders.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."status" AS "status",
  COUNT(*) AS "count"
FROM "orders"
GROUP BY 1
ORDER BY "status" NULLS LAST
LIMIT 200
