-- The number of rows with order_id ("orders") for each name, from customers and, where there is one, orders, at most 50 rows.
-- Assumed: orders is joined on customers.id = orders.customer_id; rows without a match are kept, with its columns empty.
SELECT
  "customers"."name" AS "name",
  COUNT("orders"."order_id") AS "orders"
FROM "customers"
LEFT JOIN "orders" ON "customers"."id" = "orders"."customer_id"
GROUP BY 1
ORDER BY "name" NULLS LAST
LIMIT 50
