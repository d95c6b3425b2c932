-- Order_id and the running total of total within each customer_id by order_date ascending ("so_far"), from orders, at most 6 rows.
WITH "rows" AS (
  SELECT
    "orders"."order_id" AS "order_id",
    "orders"."total" AS "hidden_1",
    "orders"."customer_id" AS "hidden_2",
    "orders"."order_date" AS "hidden_3"
  FROM "orders"
)
SELECT
  "order_id",
  SUM("hidden_1") OVER (PARTITION BY "hidden_2" ORDER BY "hidden_3" NULLS LAST, "order_id" NULLS LAST, "hidden_1" NULLS LAST ROWS UNBOUNDED PRECEDING) AS "so_far"
FROM "rows"
ORDER BY "order_id" NULLS LAST, "so_far" NULLS LAST
LIMIT 6
