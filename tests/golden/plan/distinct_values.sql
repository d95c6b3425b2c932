-- The different values of country, from customers, ordered by country ascending.
-- Assumed: At most 200 rows are shown.
SELECT DISTINCT
  "customers"."country" AS "country"
FROM "customers"
ORDER BY "country" NULLS FIRST
LIMIT 200
