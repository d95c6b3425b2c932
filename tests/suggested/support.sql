-- The suggested questions of the support dataset with the SQL that answers each, by hand.
-- Each has three parts: the question as in datasets/registry.json; how an answer is held to the
-- rows (ordered: row by row, unordered: as a set of rows, scalar: one row with one value); the SQL.
-- An answer may carry more columns than are asked for here, and names of its own. A month or a
-- week is the date of its first day. Shares and growth are fractions: 0.25 for a quarter.

-- ask: How many tickets were created each month?
-- compare: ordered
SELECT CAST(date_trunc('month', created_at) AS DATE) AS month, count(*) AS tickets
FROM tickets
GROUP BY month
ORDER BY month;

-- ask: What is the median first response time by priority?
-- compare: unordered
SELECT priority, median(first_response_minutes) AS median_first_response_minutes
FROM tickets
GROUP BY priority;

-- ask: What is the average satisfaction of resolved tickets by team?
-- compare: unordered
SELECT agents.team, avg(tickets.satisfaction) AS average_satisfaction
FROM tickets
JOIN agents USING (agent)
WHERE tickets.status = 'resolved'
GROUP BY agents.team;

-- ask: Which 10 agents resolved the most tickets?
-- compare: ordered
SELECT agent, count(*) AS tickets
FROM tickets
WHERE status = 'resolved'
GROUP BY agent
ORDER BY tickets DESC
LIMIT 10;

-- ask: How many tickets were reopened in each product area?
-- compare: unordered
SELECT product_area, count(*) AS tickets
FROM tickets
WHERE reopened
GROUP BY product_area;

-- ask: What share of tickets came in through each channel?
-- compare: unordered
SELECT channel, count(*) / (SELECT count(*) FROM tickets) AS share
FROM tickets
GROUP BY channel;

-- ask: How many urgent tickets were created in March 2025?
-- compare: scalar
SELECT count(*) AS tickets
FROM tickets
WHERE priority = 'urgent'
  AND created_at >= TIMESTAMP '2025-03-01'
  AND created_at < TIMESTAMP '2025-04-01';

-- ask: What is the average resolution time by plan and priority?
-- compare: unordered
SELECT plan, priority, avg(resolution_hours) AS average_resolution_hours
FROM tickets
GROUP BY plan, priority;

-- ask: Which 5 countries created the most tickets in 2024?
-- compare: ordered
SELECT country, count(*) AS tickets
FROM tickets
WHERE created_at >= TIMESTAMP '2024-01-01'
  AND created_at < TIMESTAMP '2025-01-01'
GROUP BY country
ORDER BY tickets DESC
LIMIT 5;

-- ask: How many tickets have no satisfaction rating?
-- compare: scalar
SELECT count(*) AS tickets
FROM tickets
WHERE satisfaction IS NULL;

-- ask: What is the correlation between first response time and satisfaction?
-- compare: scalar
SELECT corr(first_response_minutes, satisfaction) AS correlation
FROM tickets;

-- ask: How many tickets are created in each hour of the day?
-- compare: unordered
SELECT hour(created_at) AS hour_of_day, count(*) AS tickets
FROM tickets
GROUP BY hour_of_day;
