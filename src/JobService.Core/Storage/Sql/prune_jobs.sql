-- prune_jobs: remove up to $4 old final jobs of a day that still holds a live one.
-- $1 first_id uuid · $2 end_id uuid (the day's bounds) · $3 keep_ms bigint · $4 max_jobs int
-- reads one partition of finished_jobs · locks one row a job, skips locked rows; finished_jobs before jobs · rows: none, the count is the answer
WITH old AS MATERIALIZED (
    SELECT f.id FROM jobservice.finished_jobs f
    WHERE f.id >= $1 AND f.id < $2 AND f.finished_at <= jobservice.now() - $3 * interval '1 millisecond'
    LIMIT $4
    FOR UPDATE SKIP LOCKED
), without_attempts AS (
    DELETE FROM jobservice.attempts a USING old WHERE a.id = old.id AND a.id >= $1 AND a.id < $2
), without_events AS (
    DELETE FROM jobservice.job_events e USING old WHERE e.id = old.id AND e.id >= $1 AND e.id < $2
), bodies AS (
    DELETE FROM jobservice.jobs j USING old WHERE j.id = old.id AND j.id >= $1 AND j.id < $2 RETURNING j.id, j.expires_at, j.deadline_at
), without_end AS (
    DELETE FROM jobservice.expiring_jobs e USING bodies b WHERE e.expires_at IN (b.expires_at, b.deadline_at) AND e.id = b.id
)
DELETE FROM jobservice.finished_jobs f USING old WHERE f.id = old.id AND f.id >= $1 AND f.id < $2
