-- delete_job: remove a job that isn't running, with everything that is known of it.
-- $1 id uuid
-- index jobs_pkey, then one lookup a place · locks the job's rows, finished_jobs before jobs · rows: the state it was in, when it was removed
WITH body AS MATERIALIZED (
    SELECT id, coalesce(lane_id, queue_id) AS queue_id, (9 - priority)::smallint AS rank, seq, expires_at, deadline_at, jobservice.sequence_flags(policies) AS flags
    FROM jobservice.jobs WHERE id = $1
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING body b
    WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id
    RETURNING r.id, r.queue_id, 3::smallint AS state
), moved AS (
    DELETE FROM jobservice.ready_jobs r WHERE r.id = $1 AND (r.flags & 1) = 1 RETURNING r.id, r.queue_id, 3::smallint
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s WHERE s.id = $1 RETURNING s.id, s.queue_id, s.state
), blocked AS (
    DELETE FROM jobservice.blocked_jobs w WHERE w.id = $1 RETURNING w.id, w.queue_id, 1::smallint
), finished AS (
    DELETE FROM jobservice.finished_jobs f WHERE f.id = $1 RETURNING f.id, NULL::int, f.state
), taken AS (
    SELECT * FROM queued UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM scheduled UNION ALL SELECT * FROM blocked UNION ALL SELECT * FROM finished
), gone AS (
    DELETE FROM jobservice.jobs j USING taken t WHERE j.id = t.id
), without_attempts AS (
    DELETE FROM jobservice.attempts a USING taken t WHERE a.id = t.id
), without_events AS (
    DELETE FROM jobservice.job_events e USING taken t WHERE e.id = t.id
), without_end AS (
    DELETE FROM jobservice.expiring_jobs e USING body b
    WHERE e.expires_at IN (b.expires_at, b.deadline_at) AND e.id = b.id AND EXISTS (SELECT FROM taken)
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed)
    SELECT b.id, NULL, (b.flags & 4) = 4 FROM body b JOIN taken t ON t.id = b.id WHERE (b.flags & 2) = 2 AND t.state <> 1
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state) SELECT jobservice.queue_of(queue_id), 1, state FROM taken WHERE queue_id IS NOT NULL
)
SELECT state FROM taken
