-- prune_schedule_runs: forget up to $2 runs that were due longer than $1 milliseconds ago, and had their job, if any, as long ago: what was backfilled
-- is told as long as its job. How far back that goes is noted with it, since a backfill must not make such jobs again.
-- $1 keep_ms bigint · $2 max_runs int
-- index schedule_runs_age_idx, forgotten_runs_pkey · locks one row a run, skips locked rows, and the note · rows: one a run
WITH old AS MATERIALIZED (
    SELECT o.ctid FROM jobservice.schedule_runs o
    WHERE greatest(o.due_at, o.fired_at) < jobservice.now() - $1::bigint * interval '1 millisecond'
    ORDER BY greatest(o.due_at, o.fired_at)
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), noted AS (
    INSERT INTO jobservice.forgotten_runs AS f (due_before, keep_ms)
    SELECT jobservice.now() - $1::bigint * interval '1 millisecond', $1 WHERE EXISTS (SELECT FROM old)
    ON CONFLICT (is_only) DO UPDATE SET due_before = excluded.due_before, keep_ms = excluded.keep_ms WHERE excluded.due_before > f.due_before
)
DELETE FROM jobservice.schedule_runs r WHERE r.ctid = ANY (ARRAY(SELECT old.ctid FROM old)) RETURNING 1
