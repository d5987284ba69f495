-- delete_schedule: forget a schedule. Its jobs stay, and its runs until they are pruned.
-- $1 name text
-- index schedules_name_key · locks its row · rows: one if there was one
DELETE FROM jobservice.schedules WHERE name = $1 RETURNING id
