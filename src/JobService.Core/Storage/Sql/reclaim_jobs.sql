-- reclaim_jobs: take back up to $3 running jobs whose worker's lease has ended, or that are $4 ms past their hard limit.
-- $1 worker_id int (who asks; nothing is taken unless its own lease holds) · $2 crash_cap int (more crashes than that fail the job)
-- $3 max_jobs int · $4 overdue_ms bigint
-- A job that crashed its worker twice is a suspect and waits in a lane of its own (rank + 100), where one at a time is claimed.
-- scans running_jobs, which holds no more than there are slots · locks one row a job, skips locked rows
-- rows: the lane of each that is queued again, null for those that ended
WITH lost AS MATERIALIZED (
    SELECT r.ctid AS place
    FROM jobservice.running_jobs r JOIN jobservice.workers w ON w.id = r.worker_id
    WHERE (w.ended_at IS NOT NULL OR r.started_at + (r.hard_limit_ms + $4) * interval '1 millisecond' < jobservice.now())
      AND EXISTS (SELECT FROM jobservice.workers me WHERE me.id = $1 AND me.ended_at IS NULL AND me.lease_until > jobservice.now())
    LIMIT $3
    FOR UPDATE OF r SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.running_jobs r USING lost WHERE r.ctid = lost.place
    RETURNING r.*, jobservice.now() AS now,
              CASE WHEN r.cancel_requested_at IS NOT NULL THEN 8 WHEN r.crashes + 1 > $2 THEN 7 ELSE 3 END AS next_state,
              ((r.rank % 100) + CASE WHEN r.crashes + 1 >= 2 THEN 100 ELSE 0 END)::smallint AS next_rank
), failed AS (
    INSERT INTO jobservice.attempts (id, attempt, failure, worker_id, started_at, finished_at, error_type, message)
    SELECT id, attempt, 3, worker_id, started_at, now, 'worker.lost', 'The lease of the worker that ran this attempt ran out.' FROM taken
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, started_at, worker_id, attempt, crashes, state, reason, cancel_requested_at)
    SELECT id, now, started_at, worker_id, attempt, crashes + 1, next_state,
           CASE next_state WHEN 7 THEN 'lost' ELSE coalesce(cancel_reason, 'cancelled') END, cancel_requested_at
    FROM taken WHERE next_state <> 3
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed)
    SELECT id, next_state, (flags & 4) = 4 FROM taken WHERE next_state <> 3 AND (flags & 2) = 2
), lanes AS (
    INSERT INTO jobservice.lanes (queue_id, rank) SELECT DISTINCT queue_id, next_rank FROM taken WHERE next_state = 3 AND queue_id > 0 ON CONFLICT DO NOTHING
), back AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt, next_rank, crashes + 1, flags | 1
    FROM taken WHERE next_state = 3
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state, bucket)
    SELECT jobservice.queue_of(queue_id), count(*), 4, next_state, jobservice.bucket_of(now - started_at) FROM taken GROUP BY 1, 4, 5
)
SELECT CASE WHEN next_state = 3 THEN queue_id END AS queue_id, CASE WHEN next_state = 3 THEN next_rank END AS rank FROM taken
