-- The number of rows for each price in 5 bins, from order_items, where quantity is above 0.
-- Assumed: At most 200 rows are shown.
WITH "bounds" AS (
  SELECT
    CAST(MIN("order_items"."price") AS DOUBLE) AS "low",
    CAST(MAX("order_items"."price") AS DOUBLE) AS "high"
  FROM "order_items"
  WHERE "order_items"."quantity" > $p1
)
SELECT
  CASE WHEN (SELECT "low" FROM "bounds") < (SELECT "high" FROM "bounds") AND CAST("order_items"."price" AS DOUBLE) IS NOT NULL THEN (SELECT "low" FROM "bounds") + LEAST(FLOOR((CAST("order_items"."price" AS DOUBLE) - (SELECT "low" FROM "bounds")) / ((SELECT "high" FROM "bounds") - (SELECT "low" FROM "bounds")) * $p2), $p2 - 1) * ((SELECT "high" FROM "bounds") - (SELECT "low" FROM "bounds")) / $p2 WHEN CAST("order_items"."price" AS DOUBLE) IS NOT NULL THEN (SELECT "low" FROM "bounds") END AS "price_bin",
  COUNT(*) AS "count"
FROM "order_items"
WHERE "order_items"."quantity" > $p1
GROUP BY 1
ORDER BY "price_bin" NULLS LAST
LIMIT 200
-- $p1 = 0
-- $p2 = 5
