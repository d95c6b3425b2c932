-- A value chosen by conditions ("class") and the number of rows, from order_items.
-- Assumed: At most 200 rows are shown.
SELECT
  CASE WHEN "order_items"."price" < $p2 THEN $p1 WHEN "order_items"."price" < $p4 THEN $p3 ELSE $p5 END AS "class",
  COUNT(*) AS "count"
FROM "order_items"
GROUP BY 1
ORDER BY "class" NULLS LAST
LIMIT 200
-- $p1 = "cheap"
-- $p2 = 4
-- $p3 = "fair"
-- $p4 = 9
-- $p5 = "dear"
