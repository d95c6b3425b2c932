-- The suggested questions of the e-commerce dataset with the SQL that answers each, by hand.
-- Each has three parts: the question as in datasets/registry.json; how an answer is held to the
-- rows (ordered: row by row, unordered: as a set of rows, scalar: one row with one value); the SQL.
-- An answer may carry more columns than are asked for here, and names of its own. A month or a
-- week is the date of its first day. Shares and growth are fractions: 0.25 for a quarter.

-- ask: How many orders per month in 2024?
-- compare: ordered
SELECT CAST(date_trunc('month', order_date) AS DATE) AS month, count(*) AS orders
FROM orders
WHERE order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'
GROUP BY month
ORDER BY month;

-- ask: What is the average discount by category for completed orders in Q1 2024?
-- compare: unordered
SELECT order_items.category, avg(order_items.discount) AS average_discount
FROM order_items
JOIN orders USING (order_id)
WHERE orders.status = 'completed'
  AND orders.order_date BETWEEN DATE '2024-01-01' AND DATE '2024-03-31'
GROUP BY order_items.category;

-- ask: What are the top 10 products by revenue?
-- compare: ordered
SELECT product_name, sum(line_total) AS revenue
FROM order_items
GROUP BY product_name
ORDER BY revenue DESC
LIMIT 10;

-- ask: What was the total revenue of completed orders in 2024?
-- compare: scalar
SELECT sum(order_items.line_total) AS revenue
FROM order_items
JOIN orders USING (order_id)
WHERE orders.status = 'completed'
  AND orders.order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31';

-- ask: What share of orders comes from each channel?
-- compare: unordered
SELECT channel, count(*) / (SELECT count(*) FROM orders) AS share
FROM orders
GROUP BY channel;

-- ask: What is the median shipping cost by country?
-- compare: unordered
SELECT country, median(shipping_cost) AS median_shipping_cost
FROM orders
GROUP BY country;

-- ask: How many different customers ordered in 2024?
-- compare: scalar
SELECT count(DISTINCT customer_id) AS customers
FROM orders
WHERE order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31';

-- ask: What is the month-over-month growth of revenue?
-- compare: ordered
WITH monthly AS (
  SELECT CAST(date_trunc('month', orders.order_date) AS DATE) AS month,
         sum(order_items.line_total) AS revenue
  FROM order_items
  JOIN orders USING (order_id)
  GROUP BY month
)
SELECT month, revenue / lag(revenue) OVER (ORDER BY month) - 1 AS growth
FROM monthly
ORDER BY month;

-- ask: What is the revenue by country and channel in 2024?
-- compare: unordered
SELECT orders.country, orders.channel, sum(order_items.line_total) AS revenue
FROM order_items
JOIN orders USING (order_id)
WHERE orders.order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'
GROUP BY orders.country, orders.channel;

-- ask: Which 5 countries had the most cancelled orders in 2024?
-- compare: ordered
SELECT country, count(*) AS cancelled_orders
FROM orders
WHERE status = 'cancelled'
  AND order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'
GROUP BY country
ORDER BY cancelled_orders DESC
LIMIT 5;

-- ask: How many orders have a coupon code?
-- compare: scalar
SELECT count(*) AS orders
FROM orders
WHERE coupon_code IS NOT NULL;

-- ask: How many products need reordering in each warehouse?
-- compare: unordered
SELECT warehouse, count(*) AS products
FROM inventory
WHERE needs_reorder
GROUP BY warehouse;

-- ask: What is the running total of revenue by month in 2024?
-- compare: ordered
WITH monthly AS (
  SELECT CAST(date_trunc('month', orders.order_date) AS DATE) AS month,
         sum(order_items.line_total) AS revenue
  FROM order_items
  JOIN orders USING (order_id)
  WHERE orders.order_date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'
  GROUP BY month
)
SELECT month, sum(revenue) OVER (ORDER BY month) AS running_total
FROM monthly
ORDER BY month;
