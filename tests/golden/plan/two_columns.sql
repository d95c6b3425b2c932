-- The correlation of price and discount, the covariance of price and quantity, item_id where price is largest and item_id where price is smallest, from order_items.
SELECT
  NULLIF(CORR("order_items"."price", "order_items"."discount"), CAST('NaN' AS DOUBLE)) AS "corr_price_discount",
  COVAR_SAMP("order_items"."price", "order_items"."quantity") AS "covar_price_quantity",
  FIRST("order_items"."item_id" ORDER BY "order_items"."price" DESC, "order_items"."item_id") FILTER (WHERE "order_items"."item_id" IS NOT NULL AND "order_items"."price" IS NOT NULL) AS "arg_max_item_id_price",
  FIRST("order_items"."item_id" ORDER BY "order_items"."price", "order_items"."item_id") FILTER (WHERE "order_items"."item_id" IS NOT NULL AND "order_items"."price" IS NOT NULL) AS "arg_min_item_id_price"
FROM "order_items"
LIMIT 200
