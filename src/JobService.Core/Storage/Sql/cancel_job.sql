-- cancel_job: cancel a waiting job at once, or ask the worker of a running one to stop. Called again when a job was just moving.
-- $1 id uuid · $2 reason text · $3 actor text · $4 leaves_running boolean (says only who runs it, and locks nothing of it: for a transaction that others must not wait for)
-- One that waits behind the head of its sequence ends nobody's turn.
-- Of two calls at once the second waits and sees that a request is there already: the timeline tells of one.
-- index jobs_pkey, then one lookup a place · locks the job's row · rows: one: was it cancelled, who was asked, how it had ended, is there such a job
WITH body AS MATERIALIZED (
    SELECT id, coalesce(lane_id, queue_id) AS queue_id, (9 - priority)::smallint AS rank, seq FROM jobservice.jobs WHERE id = $1
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING body b
    WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), moved AS (
    DELETE FROM jobservice.ready_jobs r WHERE r.id = $1 AND (r.flags & 1) = 1
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s WHERE s.id = $1
    RETURNING s.id, s.attempt, s.crashes, s.queue_id, s.state, s.flags
), blocked AS (
    DELETE FROM jobservice.blocked_jobs w WHERE w.id = $1
    RETURNING w.id, w.attempt, 0::smallint, w.queue_id, 1::smallint, w.flags
), taken AS (
    SELECT * FROM queued UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM scheduled UNION ALL SELECT * FROM blocked
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT id, jobservice.now(), attempt, crashes, 8, coalesce($2, 'cancelled') FROM taken
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT id, 8, (flags & 4) = 4 FROM taken WHERE (flags & 2) = 2 AND state <> 1
), asked AS (
    UPDATE jobservice.running_jobs r
    SET cancel_requested_at = coalesce(r.cancel_requested_at, jobservice.now()),
        cancel_reason = CASE WHEN r.cancel_requested_at IS NULL THEN $2 ELSE r.cancel_reason END
    FROM (SELECT o.id, o.cancel_requested_at IS NULL AS is_first FROM jobservice.running_jobs o WHERE o.id = $1 AND NOT $4 FOR UPDATE) old
    WHERE r.id = old.id
    RETURNING r.worker_id, old.is_first
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail)
    SELECT id, jobservice.now(), 'cancelled', $3, $2 FROM taken
    UNION ALL
    SELECT $1, jobservice.now(), 'cancel-requested', $3, $2 FROM asked WHERE is_first
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), 1, state, 8 FROM taken
)
SELECT EXISTS (SELECT FROM taken) AS is_cancelled,
       coalesce((SELECT worker_id FROM asked), (SELECT o.worker_id FROM jobservice.running_jobs o WHERE o.id = $1 AND $4)) AS worker_id,
       (SELECT state FROM jobservice.finished_jobs WHERE id = $1) AS finished_state,
       EXISTS (SELECT FROM body) AS is_known
