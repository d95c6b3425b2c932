-- Minute of created, hour of created, day of created, week of created, quarter of created, year of created, day of week of created, month of year of created and hour of day of created, from orders, at most 3 rows.
SELECT
  DATE_TRUNC('minute', "orders"."created") AS "created_minute",
  DATE_TRUNC('hour', "orders"."created") AS "created_hour",
  CAST("orders"."created" AS DATE) AS "created_day",
  CAST(DATE_TRUNC('week', "orders"."created") AS DATE) AS "created_week",
  CAST(DATE_TRUNC('quarter', "orders"."created") AS DATE) AS "created_quarter",
  CAST(DATE_TRUNC('year', "orders"."created") AS DATE) AS "created_year",
  EXTRACT(ISODOW FROM "orders"."created") AS "created_day_of_week",
  EXTRACT(MONTH FROM "orders"."created") AS "created_month_of_year",
  EXTRACT(HOUR FROM "orders"."created") AS "created_hour_of_day"
FROM "orders"
ORDER BY "created_minute" NULLS LAST, "created_hour" NULLS LAST, "created_day" NULLS LAST, "created_week" NULLS LAST, "created_quarter" NULLS LAST, "created_year" NULLS LAST, "created_day_of_week" NULLS LAST, "created_month_of_year" NULLS LAST, "created_hour_of_day" NULLS LAST
LIMIT 3
