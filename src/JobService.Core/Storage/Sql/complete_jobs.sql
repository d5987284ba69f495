-- complete_jobs: end the claims whose lease token still holds as succeeded, with nothing to keep of them; the others are stale.
-- What apply_transitions does for this most common end, at two thirds of its cost.
-- $1 id uuid[] · $2 lease_token bigint[]
-- A job of a sequence is left to apply_sequence_transitions.
-- Those of one queue and time are counted first, and what their queue and time stand for is asked once for all of them.
-- The rows are found by ids alone and their tokens looked up in a hash (IS TRUE keeps the planner from making a join of it).
-- index running_jobs_pkey · locks one row a job · rows: id, lease_token of each that was ended
WITH taken AS (
    DELETE FROM jobservice.running_jobs r
    WHERE r.id = ANY ($1::uuid[]) AND ((r.id, r.lease_token) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))) IS TRUE AND (r.flags & 2) = 0
    RETURNING r.id, r.lease_token, r.started_at, r.worker_id, r.queue_id, r.attempt, r.crashes, r.cancel_requested_at
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, started_at, worker_id, attempt, crashes, state, cancel_requested_at)
    SELECT id, jobservice.now(), started_at, worker_id, attempt, crashes, 6, cancel_requested_at FROM taken
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state, bucket)
    SELECT jobservice.queue_of(queue_id), sum(jobs), 4, 6, jobservice.bucket_of(jobservice.now() - started_at)
    FROM (SELECT queue_id, started_at, count(*) AS jobs FROM taken GROUP BY 1, 2) alike GROUP BY 1, 5
)
SELECT id, lease_token FROM taken
