-- Price * quantity * (1 - discount) ("revenue") and the sum of revenue ("total_revenue") for each category, from order_items joined with products, ordered by total_revenue descending.
-- Assumed: products is joined on order_items.product_id = products.product_id; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
SELECT
  "products"."category" AS "category",
  SUM("order_items"."price" * "order_items"."quantity" * ($p1 - "order_items"."discount")) AS "total_revenue"
FROM "order_items"
JOIN "products" ON "order_items"."product_id" = "products"."product_id"
GROUP BY 1
ORDER BY "total_revenue" DESC NULLS LAST, "category" NULLS LAST
LIMIT 200
-- $p1 = 1
