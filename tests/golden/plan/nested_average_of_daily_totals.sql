-- The average of daily ("average_day"), from "days" [the sum of total ("daily") for each order_date, from orders].
WITH "days" AS (
  SELECT
    "orders"."order_date" AS "order_date",
    SUM("orders"."total") AS "daily"
  FROM "orders"
  GROUP BY 1
)
SELECT
  AVG("days"."daily") AS "average_day"
FROM "days"
LIMIT 200
