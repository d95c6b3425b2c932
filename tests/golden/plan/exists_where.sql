-- Name, from customers, where there is a row of orders that belongs to it where status is "open".
-- Assumed: Rows of orders belong to those of customers by customers.id = orders.customer_id.
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."name" AS "name"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."id" = "orders"."customer_id" AND LOWER("orders"."status") = LOWER($p1))
ORDER BY "name" NULLS LAST
LIMIT 200
-- $p1 = "open"
