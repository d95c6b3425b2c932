-- Name and country, from customers, where country starts with "nor" or country ends with "_SURE" or name matches the pattern "er 1[0-3]$" or country is "Chile".
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."name" AS "name",
  "customers"."country" AS "country"
FROM "customers"
WHERE STARTS_WITH(LOWER("customers"."country"), LOWER($p1)) OR ENDS_WITH(LOWER("customers"."country"), LOWER($p2)) OR REGEXP_MATCHES("customers"."name", $p3, 'i') OR "customers"."country" = $p4
ORDER BY "name" NULLS LAST, "country" NULLS LAST
LIMIT 200
-- $p1 = "nor"
-- $p2 = "_SURE"
-- $p3 = "er 1[0-3]$"
-- $p4 = "Chile"
