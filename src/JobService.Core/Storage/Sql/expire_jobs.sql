-- expire_jobs: fail up to $1 waiting jobs whose time to start is over. A running job keeps its entry until it is seen to have ended.
-- $1 max_jobs int
-- A retry by hand takes away what was over by then: an entry that its job no longer knows is settled and fails nothing.
-- One that waits behind the head of its sequence leaves it, and holds nobody up; while its turn comes just now, it is left to the next round.
-- index expiring_jobs_pkey, then one lookup a job · locks one row a job, skips locked entries and blocked jobs · rows: id of each that failed
WITH due AS MATERIALIZED (
    SELECT e.ctid AS place, e.id, e.reason
    FROM jobservice.expiring_jobs e
    WHERE e.expires_at <= jobservice.now() AND NOT EXISTS (SELECT FROM jobservice.running_jobs r WHERE r.id = e.id)
    ORDER BY e.expires_at, e.id
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), body AS MATERIALIZED (
    SELECT DISTINCT ON (j.id) j.id, coalesce(j.lane_id, j.queue_id) AS queue_id, (9 - j.priority)::smallint AS rank, j.seq, due.reason
    FROM due JOIN jobservice.jobs j ON j.id = due.id
    WHERE CASE due.reason WHEN 'deadline' THEN j.deadline_at ELSE j.expires_at END <= jobservice.now()
    ORDER BY j.id, due.reason
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING body b
    WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), moved AS (
    DELETE FROM jobservice.ready_jobs r WHERE r.id = ANY (ARRAY(SELECT id FROM body)) AND (r.flags & 1) = 1
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s USING body b WHERE s.id = b.id
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
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), count(*), state, 7 FROM taken GROUP BY 1, 3
)
SELECT id FROM taken
