-- delete_schedule: forget a schedule. Its jobs stay, and its runs until they are pruned.
-- $1 name text · $2 is_declared boolean (one that is declared in the configuration, or one that is not)
-- index schedules_name_key · locks its row · rows: one if there was one
DELETE FROM jobservice.schedules WHERE name = $1 AND is_declared = $2 RETURNING id
