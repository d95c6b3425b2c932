-- Item_id and price, from order_items, where price is above [the average of price, from order_items], ordered by price descending.
-- Assumed: At most 200 rows are shown.
WITH "value" AS (
  SELECT
    AVG("order_items"."price") AS "avg_price"
  FROM "order_items"
)
SELECT
  "order_items"."item_id" AS "item_id",
  "order_items"."price" AS "price"
FROM "order_items"
WHERE "order_items"."price" > (SELECT "avg_price" FROM "value")
ORDER BY "price" DESC NULLS LAST, "item_id" NULLS LAST
LIMIT 200
