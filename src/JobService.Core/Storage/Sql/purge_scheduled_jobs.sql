-- purge_scheduled_jobs: look at the next $6 scheduled jobs, and cancel those of a queue that were made before a time.
-- $1 after_run_at timestamptz · $2 after_id uuid (where the last batch ended) · $3 queue_id int · $4 began_at timestamptz · $5 reason text · $6 max_jobs int · $7 actor text
-- Whoever holds one of them makes it ready just now, or ends it: it is passed over and counted, since it must be looked for once more.
-- index scheduled_jobs_pkey, jobs_pkey, limit_lanes_pkey · locks one row a job, skips locked rows · rows: one: the last looked at (null: there was none), how many were cancelled, how many passed over
WITH next AS MATERIALIZED (
    SELECT s.ctid AS place, s.run_at, s.id, s.queue_id FROM jobservice.scheduled_jobs s
    WHERE (s.run_at, s.id) > ($1, $2)
    ORDER BY s.run_at, s.id
    LIMIT $6
), old AS MATERIALIZED (
    SELECT n.place FROM next n
    CROSS JOIN LATERAL (SELECT FROM jobservice.jobs j WHERE j.id = n.id AND j.created_at < $4 OFFSET 0) j
    WHERE n.queue_id = $3 OR EXISTS (SELECT FROM jobservice.limit_lanes l WHERE l.id = n.queue_id AND l.queue_id = $3)
), held AS MATERIALIZED (
    SELECT s.ctid AS place FROM jobservice.scheduled_jobs s WHERE s.ctid = ANY (ARRAY(SELECT place FROM old)) FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.scheduled_jobs s USING held WHERE s.ctid = held.place RETURNING s.id, s.attempt, s.crashes, s.state, s.flags
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT id, jobservice.now(), attempt, crashes, 8, coalesce($5, 'purged') FROM taken
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT id, 8, (flags & 4) = 4 FROM taken WHERE (flags & 2) = 2
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail) SELECT id, jobservice.now(), 'cancelled', $7, coalesce($5, 'purged') FROM taken
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT $3, count(*), state, 8 FROM taken GROUP BY state
)
SELECT last.run_at, last.id, (SELECT count(*) FROM taken)::int AS cancelled, ((SELECT count(*) FROM old) - (SELECT count(*) FROM held))::int AS passed_over
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (SELECT n.run_at, n.id FROM next n ORDER BY n.run_at DESC, n.id DESC LIMIT 1) last ON true
