-- record_schedule_runs: say what became of occurrences. One that has a job keeps it.
-- $1 schedule_id int[] · $2 due_at timestamptz[] · $3 kind smallint[] · $4 outcome smallint[] · $5 is_late boolean[] · $6 is_backfilled boolean[]
-- $7 job_id uuid[] (null: it has none)
-- index schedule_runs_pkey · locks one row a run · rows: schedule_id, due_at of each that was written
INSERT INTO jobservice.schedule_runs AS r (schedule_id, due_at, kind, outcome, is_late, is_backfilled, fired_at, job_id)
SELECT i.schedule_id, i.due_at, i.kind, i.outcome, i.is_late, i.is_backfilled, CASE WHEN i.job_id IS NOT NULL THEN jobservice.now() END, i.job_id
FROM unnest($1::int[], $2::timestamptz[], $3::smallint[], $4::smallint[], $5::boolean[], $6::boolean[], $7::uuid[])
     AS i(schedule_id, due_at, kind, outcome, is_late, is_backfilled, job_id)
ON CONFLICT (schedule_id, due_at, kind) DO UPDATE
SET outcome = excluded.outcome, is_late = excluded.is_late, is_backfilled = excluded.is_backfilled, fired_at = excluded.fired_at, job_id = excluded.job_id
WHERE r.job_id IS NULL
RETURNING r.schedule_id, r.due_at
