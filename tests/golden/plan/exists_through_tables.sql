-- The number of rows, from customers, where there is no row of products that belongs to it where (category is "Toys" or category is "Books").
-- Assumed: Rows of products belong to those of customers by customers.id = orders.customer_id.
SELECT
  COUNT(*) AS "count"
FROM "customers"
WHERE NOT (EXISTS (SELECT 1 FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id" JOIN "products" ON "order_items"."product_id" = "products"."product_id" WHERE "customers"."id" = "orders"."customer_id" AND (LOWER("products"."category") = LOWER($p1) OR LOWER("products"."category") = LOWER($p2))))
LIMIT 200
-- $p1 = "Toys"
-- $p2 = "Books"
