-- Quantity and item_id, from order_items, ordered by quantity descending, the first 1 row and those that equal the last of them.
-- Assumed: Rows that equal the last of the first 1 are shown, too.
WITH "rows" AS (
  SELECT
    "order_items"."quantity" AS "quantity",
    "order_items"."item_id" AS "item_id"
  FROM "order_items"
),
"ranked" AS (
  SELECT
    *,
    RANK() OVER (ORDER BY "quantity" DESC NULLS LAST) AS "last_place"
  FROM "rows"
)
SELECT
  "quantity",
  "item_id"
FROM "ranked"
WHERE "last_place" <= 1
ORDER BY "quantity" DESC NULLS LAST, "item_id" NULLS LAST
LIMIT 1000
