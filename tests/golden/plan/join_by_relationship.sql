-- The sum of total for each country, from orders joined with customers.
-- Assumed: customers is joined on orders.customer_id = customers.id; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."country" AS "country",
  SUM("orders"."total") AS "sum_total"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."id"
GROUP BY 1
ORDER BY "country" NULLS LAST
LIMIT 200
