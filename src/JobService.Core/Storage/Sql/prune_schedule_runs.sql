-- prune_schedule_runs: forget up to $2 runs that were due longer than $1 milliseconds ago, and had their job, if any, as long ago:
-- a backfill makes jobs for what is long past, and must know of them when it is asked again.
-- $1 keep_ms bigint · $2 max_runs int
-- index schedule_runs_due_at_idx · locks one row a run, skips locked rows · rows: one a run
DELETE FROM jobservice.schedule_runs r
WHERE r.ctid = ANY (ARRAY(SELECT o.ctid FROM jobservice.schedule_runs o WHERE o.due_at < jobservice.now() - $1::bigint * interval '1 millisecond'
    AND coalesce(o.fired_at, o.due_at) < jobservice.now() - $1::bigint * interval '1 millisecond' ORDER BY o.due_at LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING 1
