-- The slope of the line that explains price by quantity ("slope"), the intercept of the line that explains price by quantity ("start") and the coefficient of determination of the line that explains price by quantity ("r2"), from order_items.
SELECT
  NULLIF(REGR_SLOPE("order_items"."price", "order_items"."quantity"), CAST('NaN' AS DOUBLE)) AS "slope",
  NULLIF(REGR_INTERCEPT("order_items"."price", "order_items"."quantity"), CAST('NaN' AS DOUBLE)) AS "start",
  NULLIF(REGR_R2("order_items"."price", "order_items"."quantity"), CAST('NaN' AS DOUBLE)) AS "r2"
FROM "order_items"
LIMIT 200
