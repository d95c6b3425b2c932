-- The number of rows, from orders, where created is from "2024-01-02" to "2024-01-31" or created is "2024-02-01" or "2024-03-01 10:30".
SELECT
  COUNT(*) AS "count"
FROM "orders"
WHERE (CAST("orders"."created" AS DATE) >= CAST($p1 AS DATE) AND CAST("orders"."created" AS DATE) <= CAST($p2 AS DATE)) OR (CAST("orders"."created" AS DATE) IN (CAST($p3 AS DATE)) OR "orders"."created" IN (CAST($p4 AS TIMESTAMP)))
LIMIT 200
-- $p1 = "2024-01-02"
-- $p2 = "2024-01-31"
-- $p3 = "2024-02-01"
-- $p4 = "2024-03-01 10:30:00"
