-- create_partitions: make the partitions from yesterday to three days ahead.
-- no parameters
-- locks the partitioned tables briefly when a day is new · rows: one: the server's own time
SELECT clock_timestamp()
FROM (SELECT count(jobservice.create_partitions((jobservice.now() AT TIME ZONE 'UTC')::date + d)) FROM generate_series(-1, 3) AS d) made
