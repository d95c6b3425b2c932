-- The sum of total ("revenue") for each month of order_date and status, from orders.
-- Assumed: At most 200 rows are shown.
SELECT
  CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "order_date_month",
  "orders"."status" AS "status",
  SUM("orders"."total") AS "revenue"
FROM "orders"
GROUP BY 1, 2
ORDER BY "order_date_month" NULLS LAST, "status" NULLS LAST
LIMIT 200
