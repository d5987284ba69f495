-- delete_schedule: take a schedule away. Its jobs stay, and its runs until they are pruned, with its name and how many jobs it made; an occurrence that waited gets no job any more.
-- $1 name text · $2 is_declared boolean (one that is declared in the configuration, or one that is not)
-- index schedules_name_key, schedule_runs_pkey, deleted_schedules_pkey · locks its row, which lock_schedule holds already: what waits is seen as it is then; and the run that waited
-- rows: one if there was one
WITH gone AS (
    DELETE FROM jobservice.schedules WHERE name = $1 AND is_declared = $2 RETURNING id, name, created_at, waiting_due_at, runs
), waited AS (
    UPDATE jobservice.schedule_runs r SET outcome = 1
    FROM gone g WHERE r.schedule_id = g.id AND r.due_at = g.waiting_due_at AND r.kind = 0 AND r.outcome = 3
), kept AS (
    INSERT INTO jobservice.deleted_schedules AS d (name, id, created_at, deleted_at, runs)
    SELECT name, id, created_at, jobservice.now(), runs FROM gone
    ON CONFLICT (name) DO UPDATE SET id = excluded.id, created_at = least(d.created_at, excluded.created_at), deleted_at = excluded.deleted_at, runs = excluded.runs
)
SELECT id FROM gone
