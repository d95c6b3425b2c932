-- The sum of quantity for each category, from customers joined with products.
-- Assumed: orders is joined on customers.id = orders.customer_id; rows without a match are left out.
-- Assumed: order_items is joined on orders.order_id = order_items.order_id; rows without a match are left out.
-- Assumed: products is joined on order_items.product_id = products.product_id; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
SELECT
  "products"."category" AS "category",
  SUM("order_items"."quantity") AS "sum_quantity"
FROM "customers"
JOIN "orders" ON "customers"."id" = "orders"."customer_id"
JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
JOIN "products" ON "order_items"."product_id" = "products"."product_id"
GROUP BY 1
ORDER BY "category" NULLS LAST
LIMIT 200
