-- The number of rows ("all") and the number of rows over rows where there is a row of orders that belongs to it ("with_orders") for each country, from customers.
-- Assumed: Rows of orders belong to those of customers by customers.id = orders.customer_id.
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."country" AS "country",
  COUNT(*) AS "all",
  COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."id" = "orders"."customer_id")) AS "with_orders"
FROM "customers"
GROUP BY 1
ORDER BY "country" NULLS LAST
LIMIT 200
