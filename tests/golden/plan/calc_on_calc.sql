-- Price * quantity ("gross"), gross - 1 ("net") and item_id, from order_items, at most 3 rows.
SELECT
  "order_items"."price" * "order_items"."quantity" AS "gross",
  ("order_items"."price" * "order_items"."quantity") - $p1 AS "net",
  "order_items"."item_id" AS "item_id"
FROM "order_items"
ORDER BY "gross" NULLS LAST, "net" NULLS LAST, "item_id" NULLS LAST
LIMIT 3
-- $p1 = 1
