-- The smallest value of price, the largest value of price, the median of price, the standard deviation of price, the variance of price, the skewness of price, the kurtosis of price, the most frequent value of price and the 0.9 quantile of price, from order_items.
SELECT
  MIN("order_items"."price") AS "min_price",
  MAX("order_items"."price") AS "max_price",
  MEDIAN("order_items"."price") AS "median_price",
  STDDEV_SAMP("order_items"."price") AS "stddev_price",
  VAR_SAMP("order_items"."price") AS "variance_price",
  NULLIF(SKEWNESS("order_items"."price"), CAST('NaN' AS DOUBLE)) AS "skewness_price",
  NULLIF(KURTOSIS("order_items"."price"), CAST('NaN' AS DOUBLE)) AS "kurtosis_price",
  MODE("order_items"."price" ORDER BY "order_items"."price") AS "mode_price",
  QUANTILE_CONT("order_items"."price", 0.9) AS "p90_price"
FROM "order_items"
LIMIT 200
