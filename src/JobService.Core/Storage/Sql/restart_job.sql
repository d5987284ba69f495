-- restart_job: start a new generation of a final job: its attempts and crashes so far no longer count.
-- $1 id uuid · $2 payload json (null keeps the old one) · $3 run_at timestamptz (null for now) · $4 actor text
-- Where it is still the head of its sequence, its turn goes on; else it joins its sequence behind all others.
-- index finished_jobs_pkey, jobs_pkey, schedules_name_key, schedule_runs_pkey, sequences_key_key · locks the job's rows, and its day against being retired: finished_jobs before jobs, as erase_job,
-- delete_job and prune_jobs do, and both before it looks whether there is a payload to run: an erasure in flight is waited for. Of a job that a schedule
-- made it then locks that, whose overlaps count it again: whether they do, and whether they did already, is asked of the row once it is locked. Of a job of a sequence it
-- locks that, last of all.
-- rows: its state, when it was restarted
WITH final AS MATERIALIZED (
    SELECT id FROM jobservice.finished_jobs WHERE id = $1 FOR UPDATE
), body AS MATERIALIZED (
    SELECT j.id FROM final f JOIN jobservice.jobs j ON j.id = f.id
    WHERE j.id = $1 AND (NOT j.is_erased OR $2::json IS NOT NULL) AND pg_try_advisory_xact_lock_shared(1785684577, jobservice.day_of(j.id))
    FOR UPDATE OF j
), old AS (
    DELETE FROM jobservice.finished_jobs f USING body b WHERE f.id = b.id RETURNING f.*, jobservice.now() AS now
), last_attempt AS (
    INSERT INTO jobservice.attempts (id, attempt, failure, worker_id, started_at, finished_at)
    SELECT id, attempt, CASE state WHEN 6 THEN 5 ELSE 6 END, worker_id, started_at, finished_at FROM old
    WHERE state IN (6, 8) AND started_at IS NOT NULL
    ON CONFLICT (id, attempt) DO NOTHING
), renewed AS (
    UPDATE jobservice.jobs j
    SET payload = coalesce($2, j.payload), is_erased = false, run_at = coalesce($3, o.now), attempts_forgiven = o.attempt, revision = j.revision + 1,
        expires_at = CASE WHEN j.expires_at > o.now THEN j.expires_at END, deadline_at = CASE WHEN j.deadline_at > o.now THEN j.deadline_at END
    FROM old o
    WHERE j.id = o.id
    RETURNING j.id, j.run_at, j.queue_id AS of_queue_id, coalesce(j.lane_id, j.queue_id) AS queue_id, j.type_id, j.hard_limit_ms, (9 - j.priority)::smallint AS rank, o.attempt, o.now, o.state,
              j.expires_at, j.deadline_at, j.schedule, j.policies->'sequence'->>'key' AS sequence_key, jobservice.sequence_flags(j.policies) AS flags,
              CASE o.state WHEN 6 THEN 'succeeded' WHEN 7 THEN 'failed: ' || o.reason ELSE 'cancelled: ' || o.reason END AS ended_as
), counted AS (
    UPDATE jobservice.schedules s
    SET live_jobs = CASE WHEN s.overlap = 1 OR r.id = ANY (s.live_jobs) THEN s.live_jobs ELSE array_append(s.live_jobs, r.id) END
    FROM renewed r
    WHERE r.schedule IS NOT NULL AND s.name = r.schedule->>'name'
      AND EXISTS (SELECT FROM jobservice.schedule_runs o
                  WHERE o.schedule_id = s.id AND o.due_at = (r.schedule->>'dueAt')::timestamptz AND o.job_id = r.id AND NOT o.is_backfilled)
), joined AS (
    INSERT INTO jobservice.sequences AS s (key, head_id)
    SELECT sequence_key, id FROM renewed WHERE sequence_key IS NOT NULL
    ON CONFLICT (key) DO UPDATE
    SET head_id = coalesce(s.head_id, excluded.head_id), held_at = CASE WHEN s.head_id <> excluded.head_id THEN s.held_at END
    RETURNING s.id, s.head_id
), placed AS (
    SELECT r.*, p.sequence_id, CASE WHEN p.sequence_id IS NOT NULL THEN 1 WHEN r.run_at <= r.now THEN 3 ELSE 2 END::smallint AS next_state
    FROM renewed r LEFT JOIN joined j ON true CROSS JOIN LATERAL (SELECT CASE WHEN j.head_id <> r.id THEN j.id END AS sequence_id) p
), lanes AS (
    INSERT INTO jobservice.lanes (queue_id, rank) SELECT queue_id, rank FROM renewed WHERE queue_id > 0 ON CONFLICT DO NOTHING
), ready AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt, rank, 0, flags | 1 FROM placed WHERE next_state = 3
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, 0, flags, 2 FROM placed WHERE next_state = 2
), blocked AS (
    INSERT INTO jobservice.blocked_jobs (id, sequence_id, position, run_at, queue_id, type_id, hard_limit_ms, attempt, rank, flags)
    SELECT id, sequence_id, nextval('jobservice.blocked_seq'), run_at, queue_id, type_id, hard_limit_ms, attempt, rank, flags FROM placed WHERE next_state = 1
), ending AS (
    INSERT INTO jobservice.expiring_jobs (expires_at, id, reason)
    SELECT expires_at, id, 'expired' FROM renewed WHERE expires_at IS NOT NULL
    UNION ALL
    SELECT deadline_at, id, 'deadline' FROM renewed WHERE deadline_at IS NOT NULL AND deadline_at IS DISTINCT FROM expires_at
    ON CONFLICT (expires_at, id) DO NOTHING
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail) SELECT id, now, 'restarted', $4, 'was ' || ended_as FROM renewed
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT of_queue_id, 1, state, next_state FROM placed
)
SELECT next_state AS state FROM placed
