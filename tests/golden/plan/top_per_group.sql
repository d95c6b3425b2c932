-- The sum of quantity ("sold") for each category and product name, from order_items joined with products, the top 1 by sold of each category, ordered by category ascending.
-- Assumed: products is joined on order_items.product_id = products.product_id; rows without a match are left out.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "products"."category" AS "category",
    "products"."product name" AS "product name",
    SUM("order_items"."quantity") AS "sold"
  FROM "order_items"
  JOIN "products" ON "order_items"."product_id" = "products"."product_id"
  GROUP BY 1, 2
),
"ranked" AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY "category" ORDER BY "sold" DESC NULLS LAST, "product name" NULLS LAST) AS "place"
  FROM "grouped"
)
SELECT
  "category",
  "product name",
  "sold"
FROM "ranked"
WHERE "place" <= 1
ORDER BY "category" NULLS LAST, "product name" NULLS LAST
LIMIT 200
