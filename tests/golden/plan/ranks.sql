-- The number of rows ("n"), the rank of n within each status, the dense rank of n within each status and the row number of n within each status for each status and customer_id, from orders.
-- Assumed: At most 200 rows are shown.
WITH "grouped" AS (
  SELECT
    "orders"."status" AS "status",
    "orders"."customer_id" AS "customer_id",
    COUNT(*) AS "n"
  FROM "orders"
  GROUP BY 1, 2
)
SELECT
  "status",
  "customer_id",
  "n",
  RANK() OVER (PARTITION BY "status" ORDER BY "n" DESC NULLS LAST) AS "rank_of_n",
  DENSE_RANK() OVER (PARTITION BY "status" ORDER BY "n" DESC NULLS LAST) AS "dense_rank_of_n",
  ROW_NUMBER() OVER (PARTITION BY "status" ORDER BY "n" DESC NULLS LAST, "customer_id" NULLS LAST) AS "row_number_of_n"
FROM "grouped"
ORDER BY "status" NULLS LAST, "customer_id" NULLS LAST
LIMIT 200
