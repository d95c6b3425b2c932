-- To_number(note) ("noted") and the average of noted, from orders.
-- Assumed: Where "note" is no number, it counts as missing.
SELECT
  AVG(NULLIF(TRY_CAST(TRIM("orders"."note") AS DOUBLE), CAST('NaN' AS DOUBLE))) AS "avg_noted"
FROM "orders"
LIMIT 200
