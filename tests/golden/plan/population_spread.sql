-- The standard deviation of the whole population of price and the variance of the whole population of price, from order_items.
SELECT
  STDDEV_POP("order_items"."price") AS "stddev_pop_price",
  VAR_POP("order_items"."price") AS "var_pop_price"
FROM "order_items"
LIMIT 200
