-- The suggested questions of the sensors dataset with the SQL that answers each, by hand.
-- Each has three parts: the question as in datasets/registry.json; how an answer is held to the
-- rows (ordered: row by row, unordered: as a set of rows, scalar: one row with one value); the SQL.
-- An answer may carry more columns than are asked for here, and names of its own. A month or a
-- week is the date of its first day. Shares and growth are fractions: 0.25 for a quarter.

-- ask: What is the average temperature by site?
-- compare: unordered
SELECT sensors.site, avg(readings.temperature_c) AS average_temperature
FROM readings
JOIN sensors USING (sensor_id)
GROUP BY sensors.site;

-- ask: What is the average temperature per month at the Lyon site?
-- compare: ordered
SELECT CAST(date_trunc('month', readings.measured_at) AS DATE) AS month,
       avg(readings.temperature_c) AS average_temperature
FROM readings
JOIN sensors USING (sensor_id)
WHERE sensors.site = 'Lyon'
GROUP BY month
ORDER BY month;

-- ask: What is the highest temperature by zone for readings with status ok?
-- compare: unordered
SELECT sensors.zone, max(readings.temperature_c) AS highest_temperature
FROM readings
JOIN sensors USING (sensor_id)
WHERE readings.status = 'ok'
GROUP BY sensors.zone;

-- ask: How many readings with the status fault are there per site?
-- compare: unordered
SELECT sensors.site, count(*) AS readings
FROM readings
JOIN sensors USING (sensor_id)
WHERE readings.status = 'fault'
GROUP BY sensors.site;

-- ask: What is the correlation between temperature and humidity?
-- compare: scalar
SELECT corr(temperature_c, humidity_pct) AS correlation
FROM readings;

-- ask: How many sensors are there at each site?
-- compare: unordered
SELECT site, count(*) AS sensors
FROM sensors
GROUP BY site;

-- ask: Which 5 sensors have the lowest average battery voltage?
-- compare: ordered
SELECT sensor_id, avg(battery_v) AS average_battery_voltage
FROM readings
WHERE battery_v IS NOT NULL
GROUP BY sensor_id
ORDER BY average_battery_voltage
LIMIT 5;

-- ask: How many readings have no temperature?
-- compare: scalar
SELECT count(*) AS readings
FROM readings
WHERE temperature_c IS NULL;

-- ask: What is the median humidity by zone in July 2024?
-- compare: unordered
SELECT sensors.zone, median(readings.humidity_pct) AS median_humidity
FROM readings
JOIN sensors USING (sensor_id)
WHERE readings.measured_at >= TIMESTAMP '2024-07-01'
  AND readings.measured_at < TIMESTAMP '2024-08-01'
GROUP BY sensors.zone;

-- ask: What is the average pressure per week in 2024?
-- compare: ordered
SELECT CAST(date_trunc('week', measured_at) AS DATE) AS week, avg(pressure_hpa) AS average_pressure
FROM readings
WHERE measured_at >= TIMESTAMP '2024-01-01'
  AND measured_at < TIMESTAMP '2025-01-01'
GROUP BY week
ORDER BY week;

-- ask: How many different sensor models are there?
-- compare: scalar
SELECT count(DISTINCT model) AS models
FROM sensors;

-- ask: How many readings were above 30 °C in August 2024?
-- compare: scalar
SELECT count(*) AS readings
FROM readings
WHERE temperature_c > 30
  AND measured_at >= TIMESTAMP '2024-08-01'
  AND measured_at < TIMESTAMP '2024-09-01';

-- ask: How many readings have a humidity between 80 and 90 percent?
-- compare: scalar
SELECT count(*) AS readings
FROM readings
WHERE humidity_pct BETWEEN 80 AND 90;
