-- Status and n, from "orders" [the number of rows ("n") for each status, from orders, ordered by n descending, at most 2 rows].
-- Assumed: At most 200 rows are shown.
WITH "orders_2" AS (
  SELECT
    "orders"."status" AS "status",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1
  ORDER BY "n" DESC NULLS LAST, "status" NULLS LAST
  LIMIT 2
)
SELECT
  "orders"."status" AS "status",
  "orders"."n" AS "n"
FROM "orders_2" AS "orders"
ORDER BY "status" NULLS LAST, "n" NULLS LAST
LIMIT 200
