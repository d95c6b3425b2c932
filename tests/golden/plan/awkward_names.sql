-- The sum of order, the average of say "hi", the largest value of a.b and the largest value of at for each group and month of 日付, from odd table, where имя is "ж1".
-- Assumed: At most 200 rows are shown.
SELECT
  "odd table"."group" AS "group",
  CAST(DATE_TRUNC('month', "odd table"."日付") AS DATE) AS "日付_month",
  SUM("odd table"."order") AS "sum_order",
  AVG("odd table"."say ""hi""") AS "avg_say ""hi""",
  MAX("odd table"."a.b") AS "max_a.b",
  MAX("odd table"."at") AS "max_at"
FROM "odd table"
WHERE LOWER("odd table"."имя") = LOWER($p1)
GROUP BY 1, 2
ORDER BY "group" NULLS LAST, "日付_month" NULLS LAST
LIMIT 200
-- $p1 = "ж1"
