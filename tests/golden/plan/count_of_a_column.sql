-- The number of rows with note and the number of different values of status, from orders.
SELECT
  COUNT("orders"."note") AS "count_note",
  COUNT(DISTINCT "orders"."status") AS "count_distinct_status"
FROM "orders"
LIMIT 200
