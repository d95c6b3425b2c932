-- The average of total for each status, from orders.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."status" AS "status",
  AVG("orders"."total") AS "avg_total"
FROM "orders"
GROUP BY 1
ORDER BY "status" NULLS LAST
LIMIT 200
