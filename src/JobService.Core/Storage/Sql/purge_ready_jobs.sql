-- purge_ready_jobs: look at the next $5 ready jobs of a lane, and cancel those that were made before a time. One that is being claimed runs.
-- Whoever holds one of them is about to claim it or to let it go: it is passed over and counted, since it must be looked for once more.
-- $1 queue_id int · $2 rank smallint · $3 after_seq bigint (where the last batch ended) · $4 head_seq bigint (where the lane ends) · $5 max_jobs int
-- $6 began_at timestamptz · $7 reason text · $8 actor text
-- index ready_jobs_pkey, jobs_pkey · locks one row a job, skips locked rows · rows: one: the last looked at (null: there was none), how many were cancelled, how many passed over
WITH next AS MATERIALIZED (
    SELECT r.ctid AS place, r.id, r.seq FROM jobservice.ready_jobs r
    WHERE r.queue_id = $1 AND r.rank = $2 AND r.seq > $3 AND r.seq <= $4
    ORDER BY r.seq
    LIMIT $5
), old AS MATERIALIZED (
    SELECT n.place FROM next n
    CROSS JOIN LATERAL (SELECT FROM jobservice.jobs j WHERE j.id = n.id AND j.created_at < $6 OFFSET 0) j
), held AS MATERIALIZED (
    SELECT r.ctid AS place FROM jobservice.ready_jobs r WHERE r.ctid = ANY (ARRAY(SELECT place FROM old)) FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.ready_jobs r USING held WHERE r.ctid = held.place RETURNING r.id, r.attempt, r.crashes, r.queue_id, r.flags
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT id, jobservice.now(), attempt, crashes, 8, coalesce($7, 'purged') FROM taken
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT id, 8, (flags & 4) = 4 FROM taken WHERE (flags & 2) = 2
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail) SELECT id, jobservice.now(), 'cancelled', $8, coalesce($7, 'purged') FROM taken
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), count(*), 3, 8 FROM taken GROUP BY 1
)
SELECT (SELECT max(n.seq) FROM next n) AS last_seq, (SELECT count(*) FROM taken)::int AS cancelled,
       ((SELECT count(*) FROM old) - (SELECT count(*) FROM held))::int AS passed_over
