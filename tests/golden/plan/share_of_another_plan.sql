-- The sum of total / [the sum of total, from orders, where note is present] ("part") for each status, from orders, keeping results where part is above 0.1.
-- Assumed: At most 200 rows are shown.
WITH "value" AS (
  SELECT
    SUM("orders"."total") AS "sum_total"
  FROM "orders"
  WHERE "orders"."note" IS NOT NULL
),
"grouped" AS (
  SELECT
    "orders"."status" AS "status",
    SUM("orders"."total") AS "hidden_1"
  FROM "orders"
  GROUP BY 1
),
"step" AS (
  SELECT
    *,
    "hidden_1" / NULLIF((SELECT "sum_total" FROM "value"), 0) AS "part"
  FROM "grouped"
)
SELECT
  "status",
  "part"
FROM "step"
WHERE "part" > $p1
ORDER BY "status" NULLS LAST
LIMIT 200
-- $p1 = 0.1
