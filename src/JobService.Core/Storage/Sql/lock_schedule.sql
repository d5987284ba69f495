-- lock_schedule: one schedule, to be changed, and the time.
-- $1 name text
-- index schedules_name_key · locks its row · rows: one with the time; the columns of the schedule are null where there is none
SELECT jobservice.now() AS now, s.*
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (SELECT * FROM jobservice.schedules WHERE name = $1 FOR UPDATE) s ON true
