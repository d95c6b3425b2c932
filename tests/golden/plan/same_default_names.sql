-- The number of rows and the number of rows over rows where total is above 10 for each customer_id and name, from orders joined with customers.
-- Assumed: customers is joined on orders.customer_id = customers.id; rows without a match are left out.
-- Assumed: Rows of orders are counted.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."customer_id" AS "customer_id",
  "customers"."name" AS "name",
  COUNT(*) AS "count",
  COUNT(*) FILTER (WHERE "orders"."total" > $p1) AS "count_2"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."id"
GROUP BY 1, 2
ORDER BY "customer_id" NULLS LAST, "name" NULLS LAST
LIMIT 200
-- $p1 = 10
