-- The slope of the line that explains price by quantity ("slope"), the intercept of the line that explains price by quantity ("start") and the coefficient of determination of the line that explains price by quantity ("r2"), from order_items.
SELECT
  REGR_SLOPE("order_items"."price", "order_items"."quantity") AS "slope",
  REGR_INTERCEPT("order_items"."price", "order_items"."quantity") AS "start",
  REGR_R2("order_items"."price", "order_items"."quantity") AS "r2"
FROM "order_items"
LIMIT 200
