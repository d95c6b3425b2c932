-- The number of rows for each price in steps of 2.5, from order_items.
-- Assumed: At most 200 rows are shown.
SELECT
  ROUND(FLOOR(ROUND(CAST("order_items"."price" AS DOUBLE) / $p1, 9)) * $p1, 4) AS "price_bin",
  COUNT(*) AS "count"
FROM "order_items"
GROUP BY 1
ORDER BY "price_bin" NULLS LAST
LIMIT 200
-- $p1 = 2.5
