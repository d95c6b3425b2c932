-- The number of rows, from customers, where there is a row of orders that belongs to it where (order_date is in the last 3 months of the data and there is no row of order_items that belongs to it).
-- Assumed: Rows of orders belong to those of customers by customers.id = orders.customer_id.
-- Assumed: "Last 3 months" is counted back from the newest order_date in orders, 2024-06-30.
-- Assumed: Rows of order_items belong to those of orders by orders.order_id = order_items.order_id.
SELECT
  COUNT(*) AS "count"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."id" = "orders"."customer_id" AND "orders"."order_date" > (SELECT MAX("order_date") FROM "orders") - INTERVAL 3 MONTH AND NOT (EXISTS (SELECT 1 FROM "order_items" WHERE "orders"."order_id" = "order_items"."order_id")))
LIMIT 200
