-- purge_blocked_jobs: look at the next $5 blocked jobs, and cancel those of a queue that were made before a time.
-- $1 after_id uuid (where the last batch ended) · $2 queue_id int · $3 began_at timestamptz · $4 reason text · $5 max_jobs int · $6 actor text
-- Whoever holds one of them lets it go just now, or ends it: it is passed over and counted, since it must be looked for once more.
-- index blocked_jobs_pkey, jobs_pkey, limit_lanes_pkey · locks one row a job, skips locked rows · rows: one: the last looked at (null: there was none), how many were cancelled, how many passed over
WITH next AS MATERIALIZED (
    SELECT w.ctid AS place, w.id, w.queue_id FROM jobservice.blocked_jobs w WHERE w.id > $1 ORDER BY w.id LIMIT $5
), old AS MATERIALIZED (
    SELECT n.place FROM next n
    CROSS JOIN LATERAL (SELECT FROM jobservice.jobs j WHERE j.id = n.id AND j.created_at < $3 OFFSET 0) j
    WHERE n.queue_id = $2 OR EXISTS (SELECT FROM jobservice.limit_lanes l WHERE l.id = n.queue_id AND l.queue_id = $2)
), waiting AS MATERIALIZED (
    SELECT w.ctid AS place FROM jobservice.blocked_jobs w WHERE w.ctid = ANY (ARRAY(SELECT place FROM old)) FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.blocked_jobs w USING waiting WHERE w.ctid = waiting.place RETURNING w.id, w.attempt
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT id, jobservice.now(), attempt, 0, 8, coalesce($4, 'purged') FROM taken
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail) SELECT id, jobservice.now(), 'cancelled', $6, coalesce($4, 'purged') FROM taken
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT $2, count(*), 1, 8 FROM taken HAVING count(*) > 0
)
SELECT (SELECT n.id FROM next n ORDER BY n.id DESC LIMIT 1) AS last_id, (SELECT count(*) FROM taken)::int AS cancelled,
       ((SELECT count(*) FROM old) - (SELECT count(*) FROM waiting))::int AS passed_over
