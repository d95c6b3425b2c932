-- The average of is_member ("member_share") and the sum of is_member ("members") for each country, from customers.
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."country" AS "country",
  AVG(CAST("customers"."is_member" AS INTEGER)) AS "member_share",
  SUM(CAST("customers"."is_member" AS INTEGER)) AS "members"
FROM "customers"
GROUP BY 1
ORDER BY "country" NULLS LAST
LIMIT 200
