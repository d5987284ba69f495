-- lock_deleted_schedule: what is kept of a schedule that was deleted, for one of its name that is made anew.
-- $1 name text
-- index deleted_schedules_pkey · locks its row, so that nobody else makes it anew meanwhile · rows: one where there is one
SELECT d.id, d.runs FROM jobservice.deleted_schedules d WHERE d.name = $1 FOR UPDATE
