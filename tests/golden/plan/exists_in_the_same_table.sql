-- Order_id, from orders, where there is a row of orders ("later") that belongs to it where order_date is above orders.order_date.
-- Assumed: Rows of later belong to those of orders by orders.customer_id = later.customer_id.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."order_id" AS "order_id"
FROM "orders"
WHERE EXISTS (SELECT 1 FROM "orders" AS "later" WHERE "orders"."customer_id" = "later"."customer_id" AND "later"."order_date" > "orders"."order_date")
ORDER BY "order_id" NULLS LAST
LIMIT 200
