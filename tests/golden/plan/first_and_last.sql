-- The first value of total and the last value of total for each status, from orders.
-- Assumed: "first" goes by order_date of orders; where several rows share it, by the value.
-- Assumed: "last" goes by order_date of orders; where several rows share it, by the value.
-- Assumed: At most 200 rows are shown.
SELECT
  "orders"."status" AS "status",
  FIRST("orders"."total" ORDER BY "orders"."order_date", "orders"."total") FILTER (WHERE "orders"."total" IS NOT NULL AND "orders"."order_date" IS NOT NULL) AS "first_total",
  FIRST("orders"."total" ORDER BY "orders"."order_date" DESC, "orders"."total" DESC) FILTER (WHERE "orders"."total" IS NOT NULL AND "orders"."order_date" IS NOT NULL) AS "last_total"
FROM "orders"
GROUP BY 1
ORDER BY "status" NULLS LAST
LIMIT 200
