-- Order_id, order_date and the next of order_id by order_date ascending ("following"), from orders, keeping results where following is 7.
-- Assumed: "next" looks ahead by rows of the result: a period without data is not a row.
-- Assumed: At most 200 rows are shown.
WITH "rows" AS (
  SELECT
    "orders"."order_id" AS "order_id",
    "orders"."order_date" AS "order_date"
  FROM "orders"
),
"step" AS (
  SELECT
    *,
    LEAD("order_id", 1) OVER (ORDER BY "order_date" NULLS LAST, "order_id" NULLS LAST) AS "following"
  FROM "rows"
)
SELECT
  "order_id",
  "order_date",
  "following"
FROM "step"
WHERE "following" = $p1
ORDER BY "order_id" NULLS LAST, "order_date" NULLS LAST, "following" NULLS LAST
LIMIT 200
-- $p1 = 7
