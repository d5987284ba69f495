-- lock_schedule: one schedule, to be changed.
-- $1 name text
-- index schedules_name_key · locks its row · rows: one where there is one
SELECT s.* FROM jobservice.schedules s WHERE s.name = $1 FOR UPDATE
