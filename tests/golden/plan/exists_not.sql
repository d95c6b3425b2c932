-- The number of rows ("n") for each country, from customers, where there is no row of orders that belongs to it and is_member is true.
-- Assumed: Rows of orders belong to those of customers by customers.id = orders.customer_id.
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."country" AS "country",
  COUNT(*) AS "n"
FROM "customers"
WHERE NOT (EXISTS (SELECT 1 FROM "orders" WHERE "customers"."id" = "orders"."customer_id"))
  AND "customers"."is_member" = $p1
GROUP BY 1
ORDER BY "country" NULLS LAST
LIMIT 200
-- $p1 = true
