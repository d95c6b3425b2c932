-- The sum of n ("n") and the sum of t ("t") for each status, from "a" [the number of rows ("n") for each status and month of order_date, from orders] and, where there is one, "b" [the sum of total ("t") for each status and month of created, from orders].
-- Assumed: b is joined on a.status = b.status; rows without a match are kept, with its columns empty.
-- Assumed: At most 200 rows are shown.
WITH "a" AS (
  SELECT
    "orders"."status" AS "status",
    CAST(DATE_TRUNC('month', "orders"."order_date") AS DATE) AS "m",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1, 2
),
"b" AS (
  SELECT
    "orders"."status" AS "status",
    CAST(DATE_TRUNC('month', "orders"."created") AS DATE) AS "m",
    SUM("orders"."total") AS "t"
  FROM "orders"
  GROUP BY 1, 2
)
SELECT
  "a"."status" AS "status",
  SUM("a"."n") AS "n",
  SUM("b"."t") AS "t"
FROM "a"
LEFT JOIN "b" ON "a"."status" = "b"."status" AND "a"."m" = "b"."m"
GROUP BY 1
ORDER BY "status" NULLS LAST
LIMIT 200
