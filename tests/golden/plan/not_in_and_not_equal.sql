-- The number of rows, from orders, where status is neither "open" and note is not "note 1".
-- Assumed: Rows without status are left out by the condition on it.
-- Assumed: Rows without note are left out by the condition on it.
SELECT
  COUNT(*) AS "count"
FROM "orders"
WHERE LOWER("orders"."status") NOT IN (LOWER($p1))
  AND LOWER("orders"."note") <> LOWER($p2)
LIMIT 200
-- $p1 = "open"
-- $p2 = "note 1"
