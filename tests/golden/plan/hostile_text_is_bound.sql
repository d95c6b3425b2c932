-- Name, from customers, where name is "x'; DROP TABLE customers; --" or name contains "$p1 \" %_\\".
-- Assumed: At most 200 rows are shown.
SELECT
  "customers"."name" AS "a""b; --"
FROM "customers"
WHERE LOWER("customers"."name") = LOWER($p1) OR CONTAINS(LOWER("customers"."name"), LOWER($p2))
ORDER BY "a""b; --" NULLS LAST
LIMIT 200
-- $p1 = "x'; DROP TABLE customers; --"
-- $p2 = "$p1 \" %_\\"
