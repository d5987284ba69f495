-- create_partitions: make the partitions from yesterday to three days ahead.
-- no parameters
-- A transaction of a caller makes the day it enqueues in where nobody did: it is waited for no longer than 2 s (SQLSTATE 55P03).
-- locks the partitioned tables briefly when a day is new · rows: one: the server's own time
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', '2s', true)
)
SELECT clock_timestamp()
FROM (SELECT count(jobservice.create_partitions((jobservice.now() AT TIME ZONE 'UTC')::date + d)) FROM patience, generate_series(-1, 3) AS d) made
