-- apply_transitions: end the claims whose lease token still holds, each as its transition says; the others are stale.
-- $1 id uuid[] · $2 lease_token bigint[] · $3 kind smallint[]: 1 succeed, 2 retry, 3 fail, 4 expire, 5 snooze, 6 release, 7 cancel, 8 abandon
-- $4 result json[] · $5 keep_result_ms bigint[] · $6 delay_ms bigint[] · $7 reason text[]
-- $8 failure smallint[] · $9 error_type text[] · $10 message text[] · $11 stack text[]
-- A job of a sequence is left to apply_sequence_transitions.
-- A job that someone asked to cancel does not wait for another run: retry, snooze and release become cancel.
-- ANY (ARRAY[…]) is = that the planner can't turn around: whatever it thinks of the size of running_jobs, each claim is looked up.
-- index running_jobs_pkey · locks one row a job · rows: id, lease_token of each that was applied
WITH input AS MATERIALIZED (
    SELECT i.*
    FROM unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::json[], $5::bigint[], $6::bigint[], $7::text[],
                $8::smallint[], $9::text[], $10::text[], $11::text[])
         AS i(id, lease_token, kind, result, keep_result_ms, delay_ms, reason, failure, error_type, message, stack)
), taken AS (
    DELETE FROM jobservice.running_jobs r USING input i
    WHERE r.id = ANY (ARRAY[i.id]) AND r.lease_token = i.lease_token AND (r.flags & 2) = 0
    RETURNING r.id, r.lease_token, r.started_at, r.worker_id, r.queue_id, r.type_id, r.hard_limit_ms, r.attempt, r.rank, r.crashes, r.flags,
              r.cancel_reason, r.cancel_requested_at, i.result, i.keep_result_ms, i.delay_ms, i.reason, i.failure, i.error_type, i.message, i.stack, i.kind AS asked,
              CASE WHEN r.cancel_requested_at IS NOT NULL AND i.kind IN (2, 5, 6) THEN 7 ELSE i.kind END AS kind,
              jobservice.now() AS now
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, started_at, result_until, worker_id, attempt, crashes, state, reason, result, cancel_requested_at)
    SELECT id, now, CASE WHEN kind <> 4 THEN started_at END, now + keep_result_ms * interval '1 millisecond', worker_id,
           CASE WHEN kind = 4 THEN attempt - 1 ELSE attempt END, crashes,
           CASE kind WHEN 1 THEN 6 WHEN 3 THEN 7 WHEN 4 THEN 7 ELSE 8 END,
           CASE kind WHEN 1 THEN NULL WHEN 3 THEN reason WHEN 4 THEN reason WHEN 8 THEN 'abandoned'
                     ELSE coalesce(CASE WHEN asked = 7 THEN reason END, cancel_reason, 'cancelled') END,
           result, cancel_requested_at
    FROM taken WHERE kind IN (1, 3, 4, 7, 8)
), failed AS (
    INSERT INTO jobservice.attempts (id, attempt, failure, worker_id, started_at, finished_at, error_type, message, stack)
    SELECT id, attempt, failure, worker_id, started_at, now, error_type, message, stack FROM taken WHERE failure IS NOT NULL
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT now + delay_ms * interval '1 millisecond', id, queue_id, type_id, hard_limit_ms,
           CASE WHEN kind = 5 THEN attempt - 1 ELSE attempt END, rank, crashes, flags, CASE WHEN kind = 5 THEN 2 ELSE 5 END
    FROM taken WHERE kind IN (2, 5)
), back AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt - 1, rank, crashes, flags | 1
    FROM taken WHERE kind = 6
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, detail)
    SELECT id, now, CASE kind WHEN 5 THEN 'snoozed' ELSE 'released' END, 'attempt ' || attempt
    FROM taken WHERE kind IN (5, 6)
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state, bucket)
    SELECT jobservice.queue_of(queue_id), count(*), 4, CASE kind WHEN 1 THEN 6 WHEN 2 THEN 5 WHEN 3 THEN 7 WHEN 4 THEN 7 WHEN 5 THEN 2 WHEN 6 THEN 3 ELSE 8 END,
           CASE WHEN kind NOT IN (4, 6) THEN jobservice.bucket_of(now - started_at) END
    FROM taken GROUP BY 1, 4, 5
)
SELECT id, lease_token FROM taken
