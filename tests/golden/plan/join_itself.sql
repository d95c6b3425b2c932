-- Order_id and order_id, from orders joined with orders as "other", where orders.order_id is below other.order_id.
-- Assumed: other is joined on orders.order_date = other.order_date; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."order_id" AS "one",
  "other"."order_id" AS "another"
FROM "orders"
JOIN "orders" AS "other" ON "orders"."order_date" = "other"."order_date"
WHERE "orders"."order_id" < "other"."order_id"
ORDER BY "one" NULLS LAST, "another" NULLS LAST
LIMIT 200
