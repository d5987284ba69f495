-- disown_claims: give back what a worker holds without running it: the answer to its claim was lost, or it was cut off from here.
-- $1 worker_id int · $2 lease_token bigint[] (the claims the worker knows it has; by token, since it may know an earlier one of the same job)
-- What someone asked to cancel meanwhile is cancelled: nobody else would act on it.
-- scans running_jobs, which holds no more than there are slots · locks one row a job, waits for a cancel in flight, which would keep it
-- from being seen here · rows: id of each
WITH taken AS (
    DELETE FROM jobservice.running_jobs r WHERE r.worker_id = $1 AND r.lease_token <> ALL ($2::bigint[])
    RETURNING r.*, jobservice.now() AS now
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, worker_id, attempt, crashes, state, reason, cancel_requested_at)
    SELECT id, now, worker_id, attempt - 1, crashes, 8, coalesce(cancel_reason, 'cancelled'), cancel_requested_at FROM taken WHERE cancel_requested_at IS NOT NULL
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed)
    SELECT id, 8, (flags & 4) = 4 FROM taken WHERE cancel_requested_at IS NOT NULL AND (flags & 2) = 2
), back AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt - 1, rank, crashes, flags | 1
    FROM taken WHERE cancel_requested_at IS NULL
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, detail)
    SELECT id, now, 'released', 'attempt ' || attempt FROM taken WHERE cancel_requested_at IS NULL
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state)
    SELECT jobservice.queue_of(queue_id), count(*), 4, CASE WHEN cancel_requested_at IS NULL THEN 3 ELSE 8 END FROM taken GROUP BY 1, 4
)
SELECT id FROM taken
