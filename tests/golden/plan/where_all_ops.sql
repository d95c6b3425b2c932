-- The number of rows, from orders, where order_id is above 3 and order_id is at most 50.5 and total is not 3.25 and (status is "open" or "Completed" or status is missing) and it is not so that note contains "9%" and order_date is at least "2024-01-05" and created is below "2024-05-01 12:00".
-- Assumed: Rows without total are left out by the condition on it.
-- Assumed: Rows without note are left out by the condition on it.
SELECT
  COUNT(*) AS "count"
FROM "orders"
WHERE "orders"."order_id" > $p1
  AND "orders"."order_id" <= $p2
  AND "orders"."total" <> $p3
  AND (LOWER("orders"."status") IN (LOWER($p4), LOWER($p5)) OR "orders"."status" IS NULL)
  AND NOT (CONTAINS(LOWER("orders"."note"), LOWER($p6)))
  AND "orders"."order_date" >= CAST($p7 AS DATE)
  AND "orders"."created" < CAST($p8 AS TIMESTAMP)
LIMIT 200
-- $p1 = 3
-- $p2 = 50.5
-- $p3 = 3.25
-- $p4 = "open"
-- $p5 = "Completed"
-- $p6 = "9%"
-- $p7 = "2024-01-05"
-- $p8 = "2024-05-01 12:00:00"
