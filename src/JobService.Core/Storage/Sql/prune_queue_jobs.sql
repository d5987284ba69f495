-- prune_queue_jobs: look at the next $4 jobs of a day, and remove the final ones of queues that keep them for $3, if that is over.
-- $1 after_id uuid (where the last batch ended, or the first of the day) · $2 end_id uuid (the end of the day) · $3 keep_ms bigint · $4 max_jobs int
-- index jobs_pkey, finished_jobs_pkey · locks one row a job, skips locked rows; finished_jobs before jobs
-- rows: one: the last looked at (null: there was none), how many were removed
WITH next AS MATERIALIZED (
    SELECT j.id, j.queue_id FROM jobservice.jobs j WHERE j.id > $1 AND j.id < $2 ORDER BY j.id LIMIT $4
), old AS MATERIALIZED (
    SELECT f.id
    FROM next n
    JOIN jobservice.queues q ON q.id = n.queue_id AND q.keep_ms = $3
    JOIN jobservice.finished_jobs f ON f.id = n.id AND f.id > $1 AND f.id < $2
    WHERE f.finished_at <= jobservice.now() - $3 * interval '1 millisecond'
    FOR UPDATE OF f SKIP LOCKED
), without_attempts AS (
    DELETE FROM jobservice.attempts a USING old WHERE a.id = old.id AND a.id > $1 AND a.id < $2
), without_events AS (
    DELETE FROM jobservice.job_events e USING old WHERE e.id = old.id AND e.id > $1 AND e.id < $2
), bodies AS (
    DELETE FROM jobservice.jobs j USING old WHERE j.id = old.id AND j.id > $1 AND j.id < $2 RETURNING j.id, j.expires_at, j.deadline_at
), without_end AS (
    DELETE FROM jobservice.expiring_jobs e USING bodies b WHERE e.expires_at IN (b.expires_at, b.deadline_at) AND e.id = b.id
), gone AS (
    DELETE FROM jobservice.finished_jobs f USING old WHERE f.id = old.id AND f.id > $1 AND f.id < $2 RETURNING f.id
)
SELECT (SELECT n.id FROM next n ORDER BY n.id DESC LIMIT 1) AS last_id, (SELECT count(*) FROM gone)::int AS removed
