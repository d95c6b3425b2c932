-- Order_id, round((total / 3), 2) ("third"), date_diff(order_date, created, week) ("weeks"), coalesce(note, "none") ("the_note"), ln(total) and year(order_date), from orders, at most 4 rows.
SELECT
  "orders"."order_id" AS "order_id",
  ROUND("orders"."total" / NULLIF($p1, 0), 2) AS "third",
  DATE_DIFF('week', "orders"."order_date", "orders"."created") AS "weeks",
  COALESCE("orders"."note", $p2) AS "the_note",
  LN(NULLIF(GREATEST("orders"."total", 0), 0)) AS "ln_total",
  EXTRACT(YEAR FROM "orders"."order_date") AS "year_order_date"
FROM "orders"
ORDER BY "order_id" NULLS LAST, "third" NULLS LAST, "weeks" NULLS LAST, "the_note" NULLS LAST, "ln_total" NULLS LAST, "year_order_date" NULLS LAST
LIMIT 4
-- $p1 = 3
-- $p2 = "none"
