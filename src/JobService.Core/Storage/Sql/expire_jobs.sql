-- expire_jobs: look at the next $3 entries of waiting jobs whose time to start is over, and fail these. A running job keeps its entry until it is seen to have ended.
-- $1 after timestamptz · $2 after_id uuid (where the last look stopped) · $3 max_jobs int
-- A retry by hand takes away what was over by then: an entry that its job no longer knows is settled and fails nothing.
-- One that waits behind the head of its sequence leaves it, and holds nobody up. One that someone changes just now keeps its entry and is left for later: a transaction of a caller may take its time.
-- index expiring_jobs_pkey, then one lookup a job · locks one row a job and an entry, skips locked rows
-- rows: one: how many failed, how many entries were looked at and how many of them are settled, and the last of them: expires_at, id (null: there was none)
WITH due AS MATERIALIZED (
    SELECT e.ctid AS place, e.expires_at, e.id, e.reason
    FROM jobservice.expiring_jobs e
    WHERE (e.expires_at, e.id) > ($1, $2) AND e.expires_at <= jobservice.now() AND NOT EXISTS (SELECT FROM jobservice.running_jobs r WHERE r.id = e.id)
    ORDER BY e.expires_at, e.id
    LIMIT $3
    FOR UPDATE SKIP LOCKED
), body AS MATERIALIZED (
    SELECT DISTINCT ON (j.id) j.id, coalesce(j.lane_id, j.queue_id) AS queue_id, (9 - j.priority)::smallint AS rank, j.seq, due.reason
    FROM due JOIN jobservice.jobs j ON j.id = due.id
    WHERE CASE due.reason WHEN 'deadline' THEN j.deadline_at ELSE j.expires_at END <= jobservice.now()
    ORDER BY j.id, due.reason
), in_place AS MATERIALIZED (
    SELECT p.place FROM body b CROSS JOIN LATERAL (
        SELECT r.ctid AS place FROM jobservice.ready_jobs r WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id FOR UPDATE SKIP LOCKED
    ) p
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING in_place p WHERE r.ctid = p.place
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), displaced AS MATERIALIZED (
    SELECT r.ctid AS place FROM jobservice.ready_jobs r WHERE r.id = ANY (ARRAY(SELECT id FROM body)) AND (r.flags & 1) = 1 FOR UPDATE SKIP LOCKED
), moved AS (
    DELETE FROM jobservice.ready_jobs r USING displaced p WHERE r.ctid = p.place
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), timed AS MATERIALIZED (
    SELECT s.ctid AS place FROM jobservice.scheduled_jobs s WHERE s.id = ANY (ARRAY(SELECT id FROM body)) FOR UPDATE SKIP LOCKED
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s USING timed p WHERE s.ctid = p.place
    RETURNING s.id, s.attempt, s.crashes, s.queue_id, s.state, s.flags
), waiting AS MATERIALIZED (
    SELECT w.ctid AS place FROM jobservice.blocked_jobs w WHERE w.id = ANY (ARRAY(SELECT id FROM body)) FOR UPDATE SKIP LOCKED
), blocked AS (
    DELETE FROM jobservice.blocked_jobs w USING waiting WHERE w.ctid = waiting.place
    RETURNING w.id, w.attempt, 0::smallint, w.queue_id, 1::smallint, w.flags
), taken AS (
    SELECT * FROM queued UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM scheduled UNION ALL SELECT * FROM blocked
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT t.id, jobservice.now(), t.attempt, t.crashes, 7, b.reason FROM taken t JOIN body b ON b.id = t.id
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT id, 7, (flags & 4) = 4 FROM taken WHERE (flags & 2) = 2 AND state <> 1
), ended AS MATERIALIZED (
    SELECT f.id FROM due JOIN jobservice.finished_jobs f ON f.id = due.id
), settled AS (
    DELETE FROM jobservice.expiring_jobs e USING due
    WHERE e.ctid = due.place
      AND (EXISTS (SELECT FROM taken t WHERE t.id = due.id)
           OR EXISTS (SELECT FROM ended o WHERE o.id = due.id)
           OR NOT EXISTS (SELECT FROM body b WHERE b.id = due.id))
    RETURNING e.id
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), count(*), state, 7 FROM taken GROUP BY 1, 3
)
SELECT (SELECT count(*) FROM taken)::int AS failed, (SELECT count(*) FROM due)::int AS looked_at, (SELECT count(*) FROM settled)::int AS settled, last.expires_at, last.id
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (SELECT d.expires_at, d.id FROM due d ORDER BY d.expires_at DESC, d.id DESC LIMIT 1) last ON true
